from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import jsonschema
import pytest
from hypothesis import HealthCheck, given

import reports as made
import scorecards as samples
from pytest_readiness.model.measurement import RUN, Measurement
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.publish import schema
from pytest_readiness.render import json_report
from strategies import examples

SCHEMA = json.loads(schema.text("report"))
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def loaded(scorecard: Scorecard) -> dict[str, object]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    document = json.loads(json_report.render(scorecard), parse_constant=refuse)
    assert isinstance(document, dict)
    return document


def objects(node: object) -> list[dict[str, object]]:
    if isinstance(node, dict):
        return [node] + [one for value in node.values() for one in objects(value)]
    return [one for value in node for one in objects(value)] if isinstance(node, list) else []


def test_the_schema_is_one_and_closed() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    closed = [node for node in objects(SCHEMA) if node.get("type") == "object"]
    assert len(closed) > 10
    assert all(node["additionalProperties"] is False for node in closed)
    assert all(set(node["required"]) == set(node["properties"]) for node in closed)  # type: ignore[call-overload]


@examples(60, suppress_health_check=[HealthCheck.too_slow])
@given(samples.scorecards)
def test_any_scorecard_keeps_the_schema(scorecard: Scorecard) -> None:
    text = json_report.render(scorecard)
    assert text.isascii()
    document = json.loads(text)
    VALIDATOR.validate(document)
    json.dumps(document, ensure_ascii=False).encode("utf-8")  # no lone surrogate is left


@examples(40, suppress_health_check=[HealthCheck.too_slow])
@given(made.reports)
def test_any_whole_report_keeps_the_schema(scorecard: Scorecard) -> None:
    text = json_report.render(scorecard)
    assert text.isascii()
    document = json.loads(text)
    VALIDATOR.validate(document)
    json.dumps(document, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    "scorecard",
    [samples.NOT_READY, samples.READY, samples.scorecard(), made.REPORT, made.HOTFIXED],
)
def test_samples_keep_the_schema(scorecard: Scorecard) -> None:
    VALIDATOR.validate(loaded(scorecard))


def test_a_wrong_document_does_not() -> None:
    document = loaded(samples.NOT_READY)
    document["verdict"] = "FINE"
    assert not VALIDATOR.is_valid(document)


def test_what_a_gate_says() -> None:
    document = loaded(samples.NOT_READY)
    gates = {gate["name"]: gate for gate in document["gates"]}  # type: ignore[attr-defined]
    patch = gates["coverage.patch"]
    assert patch["outcome"] == "failed"
    assert patch["effect"] == "block"
    assert patch["condition"] == ">= 95%"
    assert patch["short"] == {"amount": 3, "unit": "changed lines"}
    assert (patch["reading"]["part"], patch["reading"]["total"]) == (30, 34)
    assert patch["reading"]["text"] == "88.2 %"
    assert patch["findings"][0]["lines"] == [[41, 43]]
    assert patch["findings"][0]["owner"] == "@shop-team"
    assert patch["findings"][0]["subject"]["path"] == "src/shop/cart.py"
    assert gates["benchmark.time"]["reading"]["kind"] == "not measured"
    assert gates["benchmark.time"]["reason"] == "no data"
    assert document["outcomes"] == {
        "passed": 3,
        "failed": 3,
        "not measured": 1,
        "inconclusive": 0,
        "not applicable": 1,
        "waived": 1,
        "error": 0,
    }
    assert document["exit_code"] == 1


@pytest.mark.parametrize(
    ("part", "total"), [(94999999999999999999, 10**20), (1, 3), (2, 3), (19, 20)]
)
def test_a_ratio_as_float_is_never_better_than_it_is(part: int, total: int) -> None:
    reading = Measurement(subject=RUN, value=Fraction(part, total), part=part, total=total)
    document = loaded(samples.scorecard(replace(samples.LINES, reading=reading)))
    value = document["gates"][0]["reading"]["value"]  # type: ignore[index]
    assert Fraction(value) <= Fraction(part, total)
    assert Fraction(part, total) - Fraction(value) < Fraction(1, 10**15)


def test_values_that_are_no_numbers_are_null() -> None:
    reading = Measurement(subject=RUN, value=float("nan"))
    document = loaded(samples.scorecard(replace(samples.DURATION, reading=reading)))
    assert document["gates"][0]["reading"]["value"] is None  # type: ignore[index]
    assert document["gates"][0]["reading"]["text"] == "not a number"  # type: ignore[index]


def test_what_a_requirement_says() -> None:
    document = loaded(made.REPORT)
    found = {one["id"]: one for one in document["requirements"]}  # type: ignore[attr-defined]
    scan = found["SEC-2"]
    assert (scan["state"], scan["effect"], scan["severity"]) == ("failed", "block", "critical")
    assert scan["configured"][0] == {
        "kind": "tool",
        "select": ["bandit:high"],
        "look": None,
        "gate": None,
        "attestation": None,
    }
    assert scan["proofs"][0]["traces"][0]["subject"]["kind"] == "tool"
    assert scan["effort"]["low"] == {"value": 2.0, "numerator": 2, "denominator": 1}
    assert found["ARC-1"]["earned"]["numerator"] == 4
    assert found["ARC-1"]["configured"][0]["attestation"]["until"] == "2027-02-01"
    assert found["DOC-1"]["waiver"]["state"] == "failed"
    assert found["OPS-2"]["because"] == ["OPS-1"]


def test_what_the_summary_says() -> None:
    document = loaded(made.REPORT)
    summary = document["summary"]
    assert summary["table"]["total"] == {"value": 57.25, "numerator": 229, "denominator": 4}  # type: ignore[index]
    lines = summary["table"]["lines"]  # type: ignore[index]
    weighted = [
        Fraction(one["weighted"]["numerator"], one["weighted"]["denominator"]) for one in lines
    ]
    assert sum(weighted) == Fraction(229, 4)
    assert summary["owners"]["sums"] == [1, 3, 2, 0]  # type: ignore[index]
    assert [one["name"] for one in summary["items"]][:2] == ["SEC-2", "OPS-1"]  # type: ignore[index]
    assert (summary["signed"], summary["required"]) == (False, False)  # type: ignore[index]
    assert summary["before_rules"] == [  # type: ignore[index]
        {"tool": "bandit", "rule": "B324", "then": 2, "now": 1},
        {"tool": "ruff", "rule": "I001", "then": 24, "now": 0},
        {"tool": "ruff", "rule": "UP015", "then": 3, "now": 0},
        {"tool": "ruff", "rule": "F401", "then": 0, "now": 2},
    ]
    assert document["fingerprints"][0]["of"] == "evidence"  # type: ignore[index]
    assert [one["findings"] for one in document["tools"]] == [1, None, 2]  # type: ignore[attr-defined]
    assert document["drift"]["changes"][0]["weaker"] is True  # type: ignore[index]


def test_a_report_of_gates_alone_says_so() -> None:
    document = loaded(samples.READY)
    assert document["summary"] is None
    assert document["drift"] is None
    assert document["requirements"] == document["tools"] == document["hotfixes"] == []


def test_an_exact_number_is_never_better_than_it_is() -> None:
    table = replace(made.TABLE, total=Fraction(2, 3))
    document = loaded(replace(made.REPORT, summary=replace(made.SUMMARY, table=table)))
    total = document["summary"]["table"]["total"]  # type: ignore[index]
    assert (total["numerator"], total["denominator"]) == (2, 3)
    assert Fraction(total["value"]) <= Fraction(2, 3)
