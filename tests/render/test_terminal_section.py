from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import scorecards as samples
from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.evidence import Reason, Selection
from pytest_readiness.model.measurement import RUN, Measurement, Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.policy import Missing
from pytest_readiness.model.scorecard import (
    Effect,
    Finding,
    GateOutcome,
    GateResult,
    Scorecard,
    Short,
    Verdict,
)
from pytest_readiness.render import cells, terminal
from strategies import examples

MARKUP = {"red", "green", "yellow", "cyan", "bold", "light"}
RUDE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(
    scorecard: Scorecard,
    *,
    verbosity: int = 0,
    width: int = 100,
    unicode: bool = True,
    **extra: int,
) -> list[str]:
    return [
        terminal.plain(line)
        for line in terminal.section(
            scorecard, verbosity=verbosity, width=width, unicode=unicode, **extra
        )
    ]


def text(scorecard: Scorecard, **options: int) -> str:
    return "\n".join(shown(scorecard, **options))


def one_word(line: str) -> bool:
    """Nothing to break at: a path or a command, kept whole so that it can be copied."""
    return len(line.split()) <= 2 or "'" in line


def test_an_ordinary_section() -> None:
    assert shown(samples.NOT_READY, width=100)[:9] == [
        " FAIL          Patch coverage          88.2 %, needs 95 %        3 changed lines short",
        " FAIL          Test duration           2 of 214 tests over 2 s   slowest 3.41 s",
        " NOT MEASURED  Benchmark time          benchmarks are off under xdist (-n 2)",
        " RISK          Flaky tests             1 of 214 tests, needs 0   passed on attempt 2",
        " WAIVED        Coverage by file        1 of 31 files under 60 %  to 2027-01-31, @payments",
        " pass          Line coverage           93.4 %, needs 90 %        1,482 of 1,586 lines",
        " pass          Failed tests            0 of 214 tests, needs 0",
        " pass          Skipped tests           9 of 214 tests (4.3 %), at most 5 %",
        " n/a           Patch coverage by file  the diff holds no measurable line",
    ]


@pytest.mark.parametrize(
    "expected",
    [
        "src/shop/cart.py:41-43    @shop-team",
        "src/shop/api/orders.py:7  @orders",
        "-> test the changed lines",
        "tests/test_api.py:40 test_import                      3.41 s    1.41 s over  @shop-team",
        "tests/test_api.py:88 TestCart::test_total[two items]  2.0001 s  100 us over",
        "-> profile it: pytest --durations=0 tests/test_api.py::test_import",
        " Benchmark time: run them serially: pytest --readiness -n0 --benchmark-only",
        "-> run it many times: pytest --count 20 tests/test_stock.py::test_reserve (pytest-repeat)",
        "note: pytest-cov: --cov-fail-under=95 was not reached",
        "waiver: coverage.file for src/shop/legacy.py (@payments): expired 2027-01-31",
        "not part of this stage: suite.memory (nightly)",
        "score: 43.7 %, grade F (tests 83.3 %, coverage 20 %)",
    ],
)
def test_what_every_failing_gate_tells(expected: str) -> None:
    assert expected in text(samples.NOT_READY)


def test_the_last_line_says_why_the_status_is_what_it_is() -> None:
    last = " NOT READY: 2 gates failed, 1 not measured"
    assert shown(samples.NOT_READY)[-1] == f"{last} (exit status 1)"
    assert shown(samples.NOT_READY, exit_status=1)[-1] == f"{last} (exit status 1)"
    assert shown(samples.NOT_READY, exit_status=2)[-1] == (
        f"{last} (pytest's own exit status 2 stays)"
    )
    assert shown(samples.READY)[-1] == " READY: 3 gates passed"
    assert shown(samples.READY, exit_status=0)[-1] == " READY: 3 gates passed"


def test_quiet_is_one_line() -> None:
    assert shown(samples.NOT_READY, verbosity=-1) == [
        "readiness: NOT READY: 2 gates failed, 1 not measured (exit status 1)"
    ]


def test_the_title() -> None:
    assert terminal.headline(samples.READY) == "readiness: READY"
    staged = replace(samples.READY, stage="re\x1blease")
    assert terminal.headline(staged) == r"readiness: READY (stage re\x1blease)"


def test_verbose_says_where_every_limit_came_from() -> None:
    said = text(samples.NOT_READY, verbosity=1)
    for result in samples.NOT_READY.results:
        assert f"{result.gate.metric} {result.gate.condition.text} (pyproject.toml:12 " in said
    assert "policy: profile library@1, pyproject.toml" in said
    assert "pyproject.toml:12" not in text(samples.NOT_READY)


def test_very_verbose_shows_everything() -> None:
    many = replace(
        samples.FLAKY,
        findings=tuple(
            Finding(subject=samples.test_subject("tests/test_a.py", f"test_{n}", n + 1))
            for n in range(300)
        ),
    )
    card = replace(samples.NOT_READY, results=(many,))
    said = text(card, verbosity=2)
    assert all(f"test_{n}" in said for n in range(300))
    assert "gap: memory: no resource module" in said
    assert "gap:" not in text(card)


def test_a_screen_is_enough() -> None:
    failing = replace(
        samples.FLAKY,
        effect=Effect.BLOCK,
        findings=tuple(
            Finding(subject=samples.test_subject("tests/test_a.py", f"test_{n}", n + 1))
            for n in range(300)
        ),
    )
    cards = [
        samples.NOT_READY,
        replace(samples.NOT_READY, results=(failing,) * 15),
        replace(samples.NOT_READY, results=(samples.SKIPPED,) * 60),
        replace(samples.NOT_READY, results=(failing,) * 10 + (samples.SKIPPED,) * 60),
    ]
    for card in cards:
        assert len(shown(card, width=100)) <= terminal.SCREEN
    said = text(cards[3])
    assert "(-v shows them)" in said
    assert "test_0" in said
    assert "and 299 more" in said


def test_every_gate_is_shown_when_asked() -> None:
    card = replace(samples.READY, results=(samples.SKIPPED,) * 60)
    assert sum("Skipped tests" in line for line in shown(card, verbosity=1)) == 60


def test_what_hurts_comes_first() -> None:
    words = [line.split("  ")[0].strip() for line in shown(samples.NOT_READY)[:9]]
    assert words == [
        "FAIL",
        "FAIL",
        "NOT MEASURED",
        "RISK",
        "WAIVED",
        "pass",
        "pass",
        "pass",
        "n/a",
    ]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (replace(samples.BENCHMARK, effect=Effect.RISK), "(a risk, does not block)"),
        (
            replace(
                samples.BENCHMARK,
                effect=Effect.NONE,
                gate=replace(samples.BENCHMARK.gate, when_missing=Missing.SKIP),
            ),
            "(does not count: when-missing is skip)",
        ),
        (
            replace(
                samples.BENCHMARK,
                effect=Effect.NONE,
                reason=Reason.NO_BASELINE,
                gate=replace(
                    samples.BENCHMARK.gate,
                    when_missing=Missing.SKIP,
                    when_no_baseline=Missing.SKIP,
                ),
            ),
            "(does not count: when-no-baseline is skip)",
        ),
        (
            replace(samples.BENCHMARK, outcome=GateOutcome.ERROR, effect=Effect.RISK),
            "(a risk, does not block)",
        ),
        (
            replace(samples.DURATION, message="3 more not measured: the tests have no result"),
            "3 more not measured: the tests have no result",
        ),
        (replace(samples.PATCH, effect=Effect.NONE), " info  Patch coverage"),
        (
            replace(samples.PATCH, gate=replace(samples.PATCH.gate, component="payments")),
            "Patch coverage of payments",
        ),
        (
            replace(samples.BENCHMARK, gate=replace(samples.BENCHMARK.gate, statistic="p95")),
            "Benchmark time (p95)",
        ),
        (
            replace(
                samples.DURATION,
                outcome=GateOutcome.INCONCLUSIVE,
                broken=0,
                reading=Measurement(subject=RUN, value=1.92, low=1.8, high=2.1),
                message="5 more runs would settle it",
            ),
            "slowest 1.92 s (1.80 s to 2.10 s): 5 more runs would settle it",
        ),
        (
            replace(samples.FAILED, outcome=GateOutcome.FAILED, message="at least this"),
            "0 of 214 tests, needs 0  at least this",
        ),
        (
            samples.result("tests.run", ">= 100", reading=samples.count(100, 100)),
            "100 of 100 tests, needs 100",
        ),
        (
            samples.result("coverage.lines", ">= 80% and >= 85%", reading=samples.ratio(9, 10)),
            "90 %, needs 80 % and 85 %",
        ),
        (
            samples.result("coverage.lines", ">= 80% or >= baseline", reading=samples.ratio(9, 10)),
            "90 %, needs >= 80% or >= baseline",
        ),
        (
            replace(
                samples.LINES,
                outcome=GateOutcome.FAILED,
                effect=Effect.BLOCK,
                breakdown=tuple(
                    samples.ratio(part, 100, Subject(kind=SubjectKind.RUN, component=name))
                    for part, name in [(99, "cart"), (70, "payments"), (100, "core")]
                ),
            ),
            "by component: payments 70 %, cart 99 %, core 100 %",
        ),
        (
            GateResult(
                gate=replace(samples.FAILED.gate, name="plugin shop", metric=""),
                metric=None,
                outcome=GateOutcome.ERROR,
                effect=Effect.BLOCK,
                message="ValueError: no such table",
                remedy="mend it",
            ),
            " ERROR  plugin shop  ValueError: no such table\n\n plugin shop: mend it",
        ),
    ],
)
def test_words(result: GateResult, said: str) -> None:
    assert said in text(samples.scorecard(result), width=120)


def test_gates_on_one_metric_are_told_apart() -> None:
    first = replace(samples.DURATION, gate=replace(samples.DURATION.gate, select=("tests/e2e/**",)))
    second = replace(samples.DURATION, gate=replace(samples.DURATION.gate, name="test.duration#2"))
    third = replace(samples.DURATION, gate=replace(samples.DURATION.gate, name="quick tests"))
    said = text(samples.scorecard(first, second, third), width=120)
    assert "Test duration (tests/e2e/**)" in said
    assert "Test duration (quick tests)" in said


def test_many_lines_are_counted_when_they_do_not_fit() -> None:
    finding = Finding(subject=samples.file("src/a.py"), lines=line_sets.of(range(1, 400, 3)))
    said = text(samples.scorecard(replace(samples.PATCH, findings=(finding,))), width=80)
    (line,) = [line for line in said.splitlines() if "src/a.py:" in line]
    ranges, _, more = line.strip().removeprefix("src/a.py:").partition(" +")
    assert len(ranges.split(",")) + int(more) == len(range(1, 400, 3))


def test_a_hostile_id_gives_no_command() -> None:
    finding = Finding(subject=samples.test_subject("tests/a.py", "test[\x1b[0m; rm -rf]", 1))
    said = text(samples.scorecard(replace(samples.FLAKY, findings=(finding,), remedy="")))
    assert "pytest" not in said
    quoted = Finding(subject=samples.test_subject("tests/a.py", "test[; rm -rf $HOME]", 1))
    said = text(samples.scorecard(replace(samples.FLAKY, findings=(quoted,), remedy="")))
    assert "-> pytest 'tests/a.py::test[; rm -rf $HOME]'" in said


def test_partial_runs_say_so() -> None:
    selection = Selection(causes=("-k cart",))
    desk = replace(samples.NOT_READY, verdict=Verdict.NO_VERDICT, selection=selection, exit_code=0)
    said = text(desk)
    assert "Only a part of the suite ran: the gates are shown for information." in said
    assert "the verdict would be NOT READY" in text(desk, verbosity=1)
    pipeline = replace(samples.NOT_READY, selection=replace(selection, declared=True))
    said = text(pipeline, width=200)
    assert "-k cart" in said
    assert "--readiness-stage NAME" in said
    assert "--no-readiness" in said


def test_no_gates_at_all() -> None:
    assert shown(samples.scorecard(explanation="no gates")) == [" READY: no gates"]


@pytest.mark.parametrize("width", [40, 50, 60, 72, 80, 100, 132, 200])
@pytest.mark.parametrize("verbosity", [-1, 0, 1, 2])
@pytest.mark.parametrize("unicode", [True, False])
def test_the_sample_fits_every_width(width: int, verbosity: int, unicode: bool) -> None:
    for line in shown(samples.NOT_READY, width=width, verbosity=verbosity, unicode=unicode):
        assert cells.width(line) <= width or one_word(line) or verbosity < 0
        assert line == line.rstrip()


def test_the_one_line_keeps_its_reason_on_a_narrow_terminal() -> None:
    (line,) = shown(samples.NOT_READY, width=20, verbosity=-1)
    assert line == f"readiness: {terminal.last_line(samples.NOT_READY)}"


@examples(80, suppress_health_check=[HealthCheck.too_slow])
@given(
    scorecard=samples.scorecards,
    width=st.integers(40, 200),
    verbosity=st.integers(-2, 3),
    unicode=st.booleans(),
)
def test_any_scorecard_is_safe_and_fits(
    scorecard: Scorecard, width: int, verbosity: int, unicode: bool
) -> None:
    section = terminal.section(scorecard, verbosity=verbosity, width=width, unicode=unicode)
    assert section
    for line in section:
        said = terminal.plain(line)
        assert not RUDE & {unicodedata.category(char) for char in said}
        assert "##[" not in said
        assert not said.lstrip().startswith("::")
        assert unicode or said.isascii()
        assert said == said.rstrip()
        assert cells.width(said) <= width or one_word(said) or verbosity < 0
        assert all(set(span.markup) <= MARKUP for span in line)
    if verbosity < 0:
        assert len(section) == 1


@examples(40, suppress_health_check=[HealthCheck.too_slow])
@given(scorecard=samples.scorecards)
def test_every_gate_that_hurts_has_its_row(scorecard: Scorecard) -> None:
    said = [
        terminal.plain(line)
        for line in terminal.section(scorecard, verbosity=0, width=200, unicode=True)
    ]
    fails = sum(
        result.outcome is GateOutcome.FAILED and result.effect is Effect.BLOCK
        for result in scorecard.results
    )
    assert sum(line.startswith(" FAIL ") or line == " FAIL" for line in said) == fails


def test_the_short_of_a_limit_from_above_and_below() -> None:
    too_many = samples.result(
        "tests.skipped",
        "<= 5%",
        GateOutcome.FAILED,
        Effect.BLOCK,
        reading=samples.count(12, 214),
        short=Short(amount=2, unit="tests"),
    )
    assert "12 of 214 tests (5.7 %), at most 5 %  2 tests too many" in text(
        samples.scorecard(too_many)
    )
