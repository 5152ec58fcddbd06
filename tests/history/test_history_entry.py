"""What an entry says of its run, and how it travels as a line."""

from __future__ import annotations

import base64
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept import entry, evidence, numbered
from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.entry import entry_of
from pytest_readiness.history.interface import HistoryError
from pytest_readiness.history.line import from_line, to_line
from pytest_readiness.history.past import identity
from pytest_readiness.history.rebuild import evidence_of
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Collection,
    Evidence,
    Outcome,
    Run,
    Selection,
    Shard,
    TestCode,
)
from pytest_readiness.model.history import Series
from pytest_readiness.model.measurement import Measurement, Request
from pytest_readiness.model.value import replace
from strategies import (
    WINDOWS,
    attempt,
    by_shards,
    evidences,
    examples,
    merged,
    record,
    sets_of_records,
    stories,
)

COMMITTED = {"commit": "c0ffee", "branch": "main", "target": "main", "dirty": False}
some = examples(60)


def test_what_is_known_of_a_run() -> None:
    tests = {
        "a": Outcome.PASSED,
        "b": Outcome.SKIPPED,
        "c": attempt(Outcome.FAILED),
        "d": attempt(Outcome.PASSED, errors=("teardown",)),
        "e": Outcome.XFAILED,
        "f": attempt(Outcome.FAILED, superseded=True),
    }
    rerun = record(attempt(), "f", run="r", attempt=1)
    run = entry("r", tests, rerun, exit_status=1, tree="t", ci="GitHub", **COMMITTED).run
    assert (run.id, run.started) == ("r", "2026-01-01T00:00:00Z")
    assert (run.kin, run.fleet) == ("cpython3.12-linux", "cpython3.12-linux||serial|")
    assert (run.tree, run.commit, run.branch, run.base) == ("t", "c0ffee", "main", True)
    assert (run.exit_status, run.duration, run.ran, run.failed) == (1, 2.0, 5, 2)
    assert (run.ci, run.selection) == ("GitHub", ())


@pytest.mark.parametrize(
    ("changes", "base"),
    [
        ({}, True),
        ({"branch": "feature"}, False),
        ({"proposal": "fork"}, False),
        ({"dirty": True}, False),
        ({"shard": Shard(index=1, total=2)}, False),
        ({"shard": Shard(index=1, total=1)}, True),
        ({"selection": Selection(causes=("-k cart",))}, False),
        ({"commit": "", "branch": "", "target": ""}, True),
    ],
)
def test_which_runs_may_move_a_baseline(changes: dict[str, object], base: bool) -> None:
    assert entry("r", None, **{**COMMITTED, **changes}).run.base is base


def test_shards_are_one_run_when_all_of_them_are_there() -> None:
    one, two = (
        evidence(
            f"s{index}",
            {f"t{index}": Outcome.PASSED},
            shard=Shard(index=index, total=2),
            **COMMITTED,
        )
        for index in (1, 2)
    )
    whole = entry_of(one.merge(two), None, {}).run
    assert (whole.id, whole.base, whole.ran) == (identity(["s2", "s1"]), True, 2)
    assert len(whole.id) == 64
    assert not entry_of(one, None, {}).run.base


def test_a_matrix_is_of_both_kins() -> None:
    both = evidence("r1", tree="t").merge(evidence("r2", environment=WINDOWS, tree="t"))
    run = entry_of(both, None, {}).run
    assert run.kin == "cpython3.12-linux+cpython3.13-windows"
    assert (run.tree, run.ran) == ("t", 2)
    assert (
        entry_of(evidence("r1", tree="t").merge(evidence("r2", tree="u")), None, {}).run.tree == ""
    )


def test_no_run_no_entry() -> None:
    with pytest.raises(ValueError, match="no manifest"):
        entry_of(Evidence(), None, {})


@some
@given(evidences(complete=True))
def test_counts_are_those_that_are_measured(told: Evidence) -> None:
    requests = [Request(metric=name) for name in ("tests.failed", "tests.errors")]
    readings = [reading for (reading,) in measure(told, requests).values()]
    run = entry_of(told, None, {}).run
    values = [one.value for one in readings if isinstance(one, Measurement)]
    if len(values) == 2:
        # broken in both phases it counts twice among the errors, beside files not collected
        assert values[0] <= run.failed <= sum(values)


@some
@given(evidences() | sets_of_records())
def test_evidence_comes_back(told: Evidence) -> None:
    if any(type(one.data) is Run for one in told.records):
        assert evidence_of(entry_of(told, None, {})) == told


@some
@given(stories(), st.lists(st.integers(0, 2), min_size=1), st.integers(1, 3))
def test_the_order_of_shards_does_not_matter(story: object, split: list[int], total: int) -> None:
    shards = by_shards(story, split, total)  # type: ignore[arg-type]
    assert entry_of(merged(shards), None, {}) == entry_of(merged(shards[::-1]), None, {})


def test_fingerprints_of_tests_come_back() -> None:
    codes = [record(TestCode(digest=f"code of {id}"), id, run="r") for id in "ab"]
    told = evidence("r", dict.fromkeys("abc", Outcome.PASSED), *codes)
    made = entry_of(told, None, {})
    assert made.suite.codes == ("code of a", "code of b", "")
    assert not any(type(one.data) is TestCode for one in made.rest)
    assert evidence_of(made) == told
    stray = told.merge(Evidence.of([record(TestCode(digest="x"), "nobody", run="r")]))
    assert evidence_of(entry_of(stray, None, {})) == stray
    both = told.merge(evidence("s", None, environment=WINDOWS))
    assert evidence_of(entry_of(both, None, {})) == both


def test_a_random_order_shares_its_names_with_any_other() -> None:
    tests = dict.fromkeys(("b", "c", "a"), Outcome.PASSED)
    one, other = entry("r", tests), entry("r", dict(sorted(tests.items())))
    assert one.suite == other.suite
    (collected,) = evidence_of(one).select(Collection)
    assert collected[1].tests == ("b", "c", "a")


@some
@given(evidences() | sets_of_records())
def test_a_line_is_read_as_it_was_written(told: Evidence) -> None:
    if not any(type(one.data) is Run for one in told.records):
        return
    values = {
        Series("coverage.lines", "", "shop"): {"é\udc80": (Fraction(1, 3), False), "b": (0.1, True)}
    }
    made = entry_of(told, None, values)
    line = to_line(made)
    assert from_line(line) == made
    assert line.isascii()
    assert "\n" not in line


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda line: line[:-20], "cut short perhaps"),
        (lambda line: "[1, 2]", "is not an object"),
        (lambda line: "{}", "not a line of an exported history"),
        (lambda line: line.replace('"version":1', '"version":2', 1), "upgrade pytest-readiness"),
        (lambda line: line.replace('"version":1', '"version":true', 1), "bad schema version"),
        (lambda line: line.replace('"started"', '"begun"', 1), "started"),
        (lambda line: line.replace('"passed"', '"fine"').replace('"failed"', '"fine"', 1), "fine"),
        (lambda line: without(line, "tests"), "no tests"),
        (lambda line: without(line, "cpu", "!"), "base64"),
        (lambda line: without(line, "cpu", base64.b64encode(b"x").decode()), "packed data"),
        (lambda line: without(line, "tests", ["only one"]), "fit"),
        (lambda line: without(line, "shapes", []), "fit each other"),
        (lambda line: without(line, "shapes", [["r", "", "soon", "", None]]), "shapes"),
        (
            lambda line: without(line, "values", [["a", "b", "c", [["x", "1/0", True]]]]),
            "no number",
        ),
        (lambda line: without(line, "attempts", [[1, 2, 3]]), "damaged"),
    ],
)
def test_a_line_that_is_none(change: object, message: str) -> None:
    with pytest.raises(ColumnError, match=message):
        from_line(change(to_line(numbered(3))))  # type: ignore[operator]


def without(line: str, key: str, value: object = None) -> str:
    document = json.loads(line)
    if value is None:
        del document[key]
    else:
        document[key] = value
    return json.dumps(document)


def test_errors_are_of_one_kind() -> None:
    error = HistoryError("it is gone", "restore it")
    assert (str(error), error.message, error.remedy) == ("it is gone", "it is gone", "restore it")
    assert replace(numbered(1), rest=()) != numbered(1)
