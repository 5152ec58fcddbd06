"""``pytest-readiness explain``: names found, and what is said of each."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

import reports as made
import scorecards as samples
from commanding import CONFIG
from pytest_readiness import cli
from pytest_readiness.judge.naming import meant
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.chronicle import Trend, Valued
from pytest_readiness.model.explanation import Known
from pytest_readiness.model.history import PastRun, Series
from pytest_readiness.model.policy import Level, Policy, Waiver
from pytest_readiness.model.requirement import Severity
from pytest_readiness.model.scorecard import GateResult, Scorecard
from pytest_readiness.render import cells, escape
from pytest_readiness.render.explain import lines
from pytest_readiness.render.line import Writer, plain
from strategies import examples

RUDE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
RUNS = [
    PastRun(
        id=f"20261118-{number}",
        started=f"2026-11-{number}T09:00:00+00:00",
        kin="cpython3.12-linux",
        machine="m",
        fleet="f",
        base=True,
    )
    for number in (17, 18)
]
TREND = Trend(
    metric=CATALOGUE["coverage.lines"],
    series=Series("coverage.lines"),
    subject="",
    kin="cpython3.12-linux",
    values=tuple(Valued(run, value) for run, value in zip(RUNS, (0.9, 0.925), strict=True)),
)


def policy_of(scorecard: Scorecard, *waivers: Waiver) -> Policy:
    return Policy(
        gates=tuple(result.gate for result in scorecard.results),
        requirements=tuple(one.requirement for one in scorecard.requirements),
        severities=(
            (Severity.CRITICAL, Level.BLOCK),
            (Severity.HIGH, Level.BLOCK),
            (Severity.MEDIUM, Level.RISK),
            (Severity.LOW, Level.INFO),
        ),
        waivers=waivers,
        profile="library@1",
    )


KNOWN = Known(
    policy=policy_of(made.REPORT, samples.WAIVER, made.WAIVER),
    metrics=CATALOGUE,
    scorecard=made.REPORT,
    source="one.json",
    trends=(("coverage.lines", TREND),),
)


def explained(name: str, known: Known = KNOWN, *, width: int = 120) -> str:
    return "\n".join(map(plain, lines(meant(name, known), known, Writer(width, True))))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("coverage.lines", " Line coverage  coverage.lines"),
        ("coverage.lines", "measures     Executed statements of all statements"),
        ("coverage.lines", "(%, one value a run, higher is better)"),
        ("coverage.lines", "limit        >= 90%"),
        ("coverage.lines", 'from         pyproject.toml:12 gates."coverage.lines"; profile libr'),
        (
            "coverage.lines",
            "effect       a value that breaks it blocks: NOT READY; one that is not",
        ),
        (
            "coverage.lines",
            "now          pass: 93.4 %, needs 90 %, 1,482 of 1,586 lines (one.json)",
        ),
        ("coverage.lines", "2026-11-18 09:00"),
        ("coverage.lines", "92.5 %"),
        ("coverage.patch", "src/shop/cart.py:41-43"),
        ("coverage.patch", "to mend it   test the changed lines"),
        ("tests.flaky", "is a risk: READY WITH RISKS"),
        (
            "tests.flaky",
            "to mend it   run it many times: pytest --count 20 tests/test_stock.py::test",
        ),
        (
            "coverage.file",
            "waiver       to 2027-01-31, @payments for src/shop/legacy.py",
        ),
        ("benchmark.time", "limit        none: no gate of this stage is on it"),
        ("SEC-2", " No weak hashes  SEC-2"),
        ("SEC-2", "effect       severity critical: while it is not met it blocks: NOT READY"),
        ("SEC-2", "proof        no findings of bandit:high"),
        ("SEC-2", "owner        @security"),
        ("SEC-2", "effort       2-3h"),
        ("SEC-2", "now          FAILED: bandit:high: 1 finding (one.json)"),
        ("SEC-2", "Use of weak MD5 hash for security"),
        ("SEC-2", "to mend it   replace md5 by argon2"),
        ("OPS-1", "needed by    OPS-2"),
        ("OPS-1", "proof        none: nothing can verify it"),
        ("OPS-2", "depends on   OPS-1"),
        (
            "ARC-1",
            "proof        @ada says it is done, on 2026-11-02, until 2027-02-01; see docs/rev",
        ),
        ("ARC-1", "found        - a global cache"),
        ("DOC-1", "waiver       to 2026-11-30, @docs: rewritten in 3.0"),
        ("SEC-3", "n/a          there is no web server"),
        ("src/shop/cart.py", "breaks       Patch coverage >= 95%: lines 41-43 (FAIL)"),
        ("src/shop/cart.py:41-43", "breaks       Patch coverage >= 95%: lines 41-43 (FAIL)"),
        ("src/shop/cart.py:42", "breaks       Patch coverage >= 95%: lines 41-43 (FAIL)"),
        ("src/shop/cart.py", "owner        @shop-team"),
        ("src/shop/legacy.py", "waiver       to 2027-01-31, @payments: replaced in 3.0"),
        ("tests/test_stock.py::test_reserve", "breaks       Flaky tests == 0: failed, then passed"),
        ("tests/test_stock.py:12", "breaks       Flaky tests == 0"),
        ("tests/test_stock.py::test_reserve", "to mend it   run it many times: pytest --count 20"),
        ("tests/test_stock.py::test_reserve", "quarantine   tests/test_stock.py::test_reserve to"),
        ("tests/test_login.py::test_limit", "requirement  SEC-1 Logins are limited (pass): passed"),
        ("bandit:high:B324:src/shop/hash.py", "requirement  SEC-2 No weak hashes (FAILED): 1 fin"),
    ],
)
def test_what_is_said(name: str, said: str) -> None:
    assert said in explained(name)


@pytest.mark.parametrize(
    "name", ["src/shop/cart.py:42-44", "src/shop/cart.py:x", "src/shop/cart.py:"]
)
def test_lines_that_are_none_of_the_finding_are_not_it(name: str) -> None:
    assert not meant(name, KNOWN).is_known


def test_tests_in_quarantine_are_near_names() -> None:
    assert meant("tests/e2e/*", KNOWN).nearest[0] == "tests/e2e/**"


def test_a_gate_is_explained_without_evidence() -> None:
    bare = replace(KNOWN, scorecard=None, source="", trends=(), unseen=("history: none is kept",))
    said = explained("coverage.lines", bare)
    assert "limit        >= 90%" in said
    assert "now" not in said
    assert said.endswith(" not looked at: history: none is kept")
    said = explained("SEC-2", bare)
    assert "proof        no findings of bandit:high" in said
    assert "FAILED" not in said
    assert not meant("src/shop/cart.py", bare).is_known


def test_every_gate_on_a_metric_is_explained() -> None:
    second = replace(samples.LINES.gate, name="payments", component="payments")
    policy = replace(KNOWN.policy, gates=(*KNOWN.policy.gates, second))
    said = explained("coverage.lines", replace(KNOWN, policy=policy))
    assert "limit        >= 90%, of payments" in said
    assert said.count("limit   ") == 2
    assert explained("payments", replace(KNOWN, policy=policy)).count("limit   ") == 1


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("coverage.line", "coverage.lines"),
        ("SEC-22", "SEC-2"),
        ("src/shop/carts.py", "src/shop/cart.py"),
        ("zzzzzzzzzzzz", None),
    ],
)
def test_unknown_names_are_told_with_the_nearest(name: str, near: str | None) -> None:
    found = meant(name, KNOWN)
    assert not found.is_known
    assert (near in found.nearest) if near else not found.nearest


def test_a_gate_whose_metric_nothing_defines() -> None:
    gate = replace(samples.LINES.gate, name="shop.orders", metric="shop.orders")
    policy = replace(KNOWN.policy, gates=(gate,))
    said = explained("shop.orders", replace(KNOWN, policy=policy, scorecard=None))
    assert "nothing has defined shop.orders yet" in said


@examples(
    30,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(made.reports, st.sampled_from([40, 80, 200]), st.booleans(), st.data())
def test_no_text_breaks_out(
    report: Scorecard, width: int, unicode: bool, data: st.DataObject
) -> None:
    names = [result.gate.name for result in report.results if _plain(result)]
    names += [one.requirement.id for one in report.requirements]
    names += [finding.subject.name for each in report.results for finding in each.findings]
    if not names:
        return
    known = Known(
        policy=policy_of(report), metrics={}, scorecard=report, source="a\x1b", unseen=("b\n",)
    )
    found = meant(data.draw(st.sampled_from(names)), known)
    for line in lines(found, known, Writer(width, unicode)):
        said = plain(line)
        assert not RUDE & {unicodedata.category(char) for char in said}
        assert unicode or said.isascii()
        assert escape.start_of_line(said) == said
        assert "##[" not in said
        assert cells.width(said) <= width or len(said.split()) <= 5 or "'" in said, said


def _plain(result: GateResult) -> bool:
    return bool(result.gate.name)


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = cli.main(["explain", *arguments])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_a_gate_of_evidence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run("tests.run", "one.json", capsys=capsys)
    assert status == 0
    assert "now          pass: 2 of 2 tests, needs 2 (one.json)" in out
    status, out, _ = run("tests.run", "one.json", "--stage", "release", capsys=capsys)
    assert status == 0
    assert "limit        >= 3" in out
    assert "now          FAIL: 2 of 2 tests, needs 3" in out
    assert "stage release" in out


def test_a_gate_of_the_policy_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run("tests.run", capsys=capsys)
    assert status == 0
    assert "limit        >= 2" in out
    assert "not looked at: values and findings: no evidence was given" in out


def test_a_gate_of_the_latest_recorded_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(CONFIG)
    assert cli.main(["judge", "one.json", "--record", "-q"]) == 0
    capsys.readouterr()
    status, out, _ = run("tests.run", capsys=capsys)
    assert status == 0
    assert "now          pass: 2 of 2 tests, needs 2 (run " in out
    assert "judged as of today" in out


def test_unknown_names_are_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run("tests.runs", "one.json", capsys=capsys)
    assert (status, out) == (4, "")
    assert "nothing is called tests.runs" in err
    assert "the nearest: tests.run" in err


def test_files_that_cannot_be_read_are_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run("tests.run", "none.json", capsys=capsys)
    assert status == 4
    assert "none.json: cannot be read" in err
