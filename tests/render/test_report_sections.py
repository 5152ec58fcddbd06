"""What stands beside the gates in the terminal: requirements, decisions, score, next steps."""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

import reports as made
import scorecards as samples
from pytest_readiness.model.scorecard import Effect, Scorecard
from pytest_readiness.model.standing import Drift, Hours, Matrix, RequirementResult, Summary
from pytest_readiness.render import cells, escape, figures, terminal
from pytest_readiness.render.line import Writer, plain
from pytest_readiness.render.report import effort, matrix, requirements
from strategies import examples

RUDE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(
    scorecard: Scorecard, *, verbosity: int = 0, width: int = 100, unicode: bool = True
) -> list[str]:
    lines = terminal.section(scorecard, verbosity=verbosity, width=width, unicode=unicode)
    return [terminal.plain(line) for line in lines]


def text(scorecard: Scorecard, **options: int) -> str:
    return "\n".join(shown(scorecard, **options))


def summary(**changes: object) -> Summary:
    return replace(made.SUMMARY, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "expected",
    [
        " Requirements  2 of 8 passed, 2 failed, 1 not verified, 1 deferred, 1 waived, 1 n/a",
        " FAILED        SEC-2 No weak hashes           bandit:high: 1 finding, @security",
        " DEFERRED      OPS-2 Smoke tests pass         waits for OPS-1, which failed (a risk), @ops",
        " WAIVED        DOC-1 Rollback is described    to 2026-11-30, @docs\n",
        " condition: OVERDUE: The kill switch is tested (@ops): overdue since 2026-11-01",
        " condition: Somebody watches day and night in week one (@ops): due in 7 days",
        " quarantine: tests/test_stock.py::test_reserve (@orders, to 2026-12-31): races with the cl",
        "(@web, to 2026-11-01), 2 tests: expired 2026-11-01: its tests count again",
        " waiver ends soon: DOC-1 (@docs): ends in 9 days, on 2026-11-30",
        "weaker than main@1a2b3c4d5e: gate coverage.lines loosened: >= 95% is now >= 90% (line 12)",
        " score: 57.25 %, grade F (+7.25 pp)\n",
        " score if the blockers were closed: 92.25 %, grade A-\n",
        " Next steps  6 items, 1 by a command alone",
        "   1. SEC-2 No weak hashes (@security, 2-3h, due 2026-11-30): replace md5 by argon2",
        "   3. Findings of tools (@shop-team): ruff check --fix src",
        "   and 3 more (-v shows all)",
        " sign-off: @ada approved 2026-11-20; @bob missing; next review 2026-11-30",
    ],
)
def test_what_the_short_report_tells(expected: str) -> None:
    assert expected in text(made.REPORT)


def test_approvals_that_are_required_are_told_as_such() -> None:
    assert made.REPORT.summary is not None
    card = replace(made.REPORT, summary=replace(made.REPORT.summary, required=True))
    assert " sign-off (required): @ada approved 2026-11-20; @bob missing;" in text(card)
    assert " Sign-off  not approved, required\n" in text(card, verbosity=1)


@pytest.mark.parametrize("width", [40, 60])
def test_no_figure_is_lost_on_a_narrow_terminal(width: int) -> None:
    """Days, counts by level, names of what blocks: wrapped, where they do not fit."""
    scanner = replace(
        made.REPORT.tools[0],
        levels=(("critical", 0), ("high", 12), ("error", 3), ("medium", 0), ("low", 7)),
    )
    card = replace(made.REPORT, tools=(scanner,))
    for verbosity in (0, 1):
        lines = shown(card, verbosity=verbosity, width=width)
        said = " ".join(" ".join(lines).split())
        assert "waiver ends soon: DOC-1 (@docs): ends in 9 days, on 2026-11-30" in said
        assert "The kill switch is tested (@ops): overdue since 2026-11-01" in said
        assert "@bob" in said
        assert "due 2026-11-30" in said
        assert "next review" in said.replace("next review:", "next review")
    beside = [line.split("bandit")[-1].strip() for line in lines]
    start = next(place for place, line in enumerate(lines) if line.startswith("   bandit"))
    words = " ".join(beside[start : start + 4])
    for level, count in scanner.levels:
        assert f"{level} {count}" in words
    for item in made.ITEMS:
        assert set(item.title.split()) <= set(said.split())


def test_what_the_short_report_leaves_out() -> None:
    said = text(made.REPORT)
    for absent in ("Limits are at 10 %", "SEC-1", "requirement SEC-1 added", "Tools", "Blockers"):
        assert absent not in said
    assert "score: 43.7 %" not in said  # that of the gates alone


@pytest.mark.parametrize(
    "expected",
    [
        " shop 2.4.0, reviewed by @ada, 2026-11-21",
        " fingerprints: evidence 5f2a5f2a5f2a5f2a, policy 09bc09bc09bc09bc",
        " NOT READY: 1 gate failed, 2 requirements failed, 1 not verified, 1 condition overdue\n",
        " Conditions of the approval  1 of 3 done",
        "   done: Limits are at 10 % (@risk): done 2026-11-19",
        " Blockers  5 items, 18 to 19 h for 2 of them (sizes: M 1)",
        "   critical  SEC-2 No weak hashes           failed                    @security   2-3h",
        " Risks  1 item",
        " Waived  2\n   Coverage by file for src/shop/legacy.py: to 2027-01-31, @payments: replaced",
        "   DOC-1 Rollback is described: to 2026-11-30, @docs: rewritten in 3.0",
        "   OPS-3 Alerts reach a pager: not verified: no test that is marked with it ran",
        " Security: 1 of 3 passed, 1 failed, 1 n/a",
        "critical, effort 2-3h, due 2026-11-30, for week 1, pyproject.toml:40 requirements",
        "risk: passwords can be read from a stolen database",
        "there is no web server",
        "4 of 5 points",
        "+ ports and adapters\n",
        "- a global cache\n",
        "seen in docs/review.md",
        "tests/test_login.py:12 test_limit: passed",
        "depends on OPS-1",
        "waived to 2026-11-30, @docs: rewritten in 3.0",
        "   bandit  high 1, medium 0, low 0              1  2.30 s  1.8.0",
        "   mypy: NOT MEASURED: not installed -> pip install mypy",
        "   -> ruff check --fix src mends 2 of ruff",
        "   @ops               -     2       2    -      4",
        "   total              1     3       2    0      6",
        "   week 1: 1 item, 2 to 3 h",
        "   no milestone: 5 items, 16 h (2 days) for 1 of them",
        " Coverage by file  2 files, needs 60 %\n",
        "   src/shop/cart.py    100 %  50 of 50 lines\n",
        "   src/shop/legacy.py   41 %  41 of 100 lines  3-5,9\n",
        " Before and after  2026-11-18, main@1a2b3c4",
        "   Line coverage        90 %  93.4 %  better",
        "   rules fixed: ruff I001 (24), ruff UP015 (3)\n"
        "   fewer findings: bandit B324 from 2 to 1\n   rules new: ruff F401 (2)\n",
        " Quarantine  2 entries",
        "expired 2026-11-01: its tests count again; slow",
        " Policy drift from main@1a2b3c4d5e  2 changes, 1 weaker",
        "   requirement SEC-1 added (line 40)",
        " Sign-off  not approved\n   @ada: approved 2026-11-20\n   @bob: missing",
    ],
)
def test_what_the_whole_report_tells(expected: str) -> None:
    assert expected in text(made.REPORT, verbosity=1)


def test_the_table_by_category_adds_up() -> None:
    said = shown(made.REPORT, verbosity=1)
    start = said.index(" By category  57.25 %, grade F")
    assert said[start : start + 7] == [
        " By category  57.25 %, grade F",
        "   category      earned  of    share  weight  weighted     since  grade  open",
        "   Security         3.0   4  75.00 %    50 %     37.50    +25 pp  C         1",
        "   Operations       0.5   4  12.50 %    30 %      3.75  -12.5 pp  F         4",
        "   Architecture     4.0   5  80.00 %    20 %     16.00            B",
        "   total                     57.25 %   100 %     57.25  +7.25 pp  F         5",
        "   if the blockers were closed: 92.25 %, grade A-",
    ]


def test_points_in_the_place_of_per_cent() -> None:
    lines = tuple(
        replace(line, weight=Fraction(5), before=None, grade="") for line in made.TABLE.lines
    )
    table = replace(
        made.TABLE,
        lines=lines,
        percent=False,
        total=sum((line.weighted for line in lines), Fraction(0)),
        maximum=Fraction(15),
        closed=Fraction(12),
        grade="",
        closed_grade="",
        before=None,
    )
    card = replace(made.REPORT, summary=summary(table=table))
    said = text(card, verbosity=1)
    assert " By category  8.375 of 15 points (55.83 %)" in said
    assert "   Architecture  4.000    5" in said
    assert "   total         8.375   15" in said
    assert "if the blockers were closed: 12 of 15 points (80 %)" in said


def test_a_hotfix_stands_before_all_else() -> None:
    for verbosity in (0, 1, 2):
        lines = shown(made.HOTFIXED, verbosity=verbosity)
        assert lines[0] == (
            " HOTFIX: coverage.patch is waived until 2026-11-23 by @ada: "
            "incident 4711: the shop is down"
        )
        assert lines[1].startswith(" hotfix of an earlier day: @bob waived coverage.lines")


def test_earlier_hotfixes_are_told_once_and_counted() -> None:
    made_again = replace(made.DECISION, decided=f"{made.DECISION.decided[:10]}T23:59:59+00:00")
    others = (replace(made.DECISION, reason=f"incident {number}") for number in range(9))
    decisions = (made.DECISION, made_again, *others)
    card = replace(made.HOTFIXED, decisions=[("coverage.lines", one) for one in decisions])
    short, whole = text(card), text(card, verbosity=1)
    assert short.count("hotfix of an earlier day: ") == 4
    assert "and 6 more (-v shows all)" in short
    assert short.count(made.DECISION.reason) == 1  # the latest first
    assert whole.count("hotfix of an earlier day: ") == 10


def test_a_condition_that_is_to_be_done_one_day_is_not_done() -> None:
    open_one = next(one for one in made.REPORT.conditions if one.effect is Effect.BLOCK)
    day = datetime.date(2099, 1, 1)
    ahead = replace(open_one, condition=replace(open_one.condition, done=day))
    card = replace(made.REPORT, conditions=(ahead,))
    assert f"condition: OVERDUE: {ahead.condition.text}" in text(card)
    assert " Conditions of the approval  0 of 1 done" in text(card, verbosity=1)


def test_fingerprints_are_whole_where_all_is_asked_for() -> None:
    assert "5f2a" * 16 in text(made.REPORT, verbosity=2, width=200)


def test_many_requirements_are_counted_and_unfolded() -> None:
    many = tuple(
        replace(made.PAGER, requirement=replace(made.PAGER.requirement, id=f"OPS-{number}"))
        for number in range(40)
    )
    card = replace(made.REPORT, requirements=many)
    short = text(card)
    assert "NOT VERIFIED  OPS-5 Alerts reach a pager" in short
    assert " and more: OPS-6, OPS-7, OPS-8," in short
    assert all(f"OPS-{number}" in short for number in range(40))
    assert len(short.splitlines()) < 50
    assert all(f"OPS-{number} " in text(card, verbosity=1) for number in range(40))


def test_traces_are_unfolded_where_all_is_asked_for() -> None:
    proof = made.LOGIN.proofs[0]
    traces = tuple(
        replace(proof.traces[0], subject=made.test_of(f"test_{number}", number + 1))
        for number in range(9)
    )
    result = replace(made.LOGIN, proofs=(replace(proof, traces=traces),))
    card = replace(made.REPORT, requirements=(result,))
    assert "and 6 more (-vv shows all)" in text(card, verbosity=1)
    assert "test_8: passed" in text(card, verbosity=2)


def test_about_a_screen_is_enough() -> None:
    many = replace(
        made.REPORT,
        results=made.REPORT.results * 4,
        requirements=made.REPORT.requirements * 20,
        conditions=made.CONDITIONS * 20,
        quarantine=made.QUARANTINE * 20,
        drift=replace(made.DRIFT, changes=made.DRIFT.changes * 20),
        waivers_ending=made.REPORT.waivers_ending * 20,
        summary=summary(items=made.ITEMS * 20),
    )
    assert len(shown(made.REPORT, width=120)) <= 45
    assert len(shown(many, width=120)) <= 80


def test_what_cannot_be_compared_is_said_where_more_is_asked_for() -> None:
    card = replace(
        made.REPORT, drift=Drift(base="main", message="main is not known here", remedy="git fetch")
    )
    assert "main is not known here" not in text(card)
    assert "not compared: main is not known here -> git fetch" in text(card, verbosity=1)


def test_the_first_policy_is_told_once() -> None:
    drift = Drift(base="main", message="main has none yet", first=True)
    for card in (replace(made.REPORT, drift=drift), replace(samples.READY, drift=drift)):
        assert shown(card).count(" policy: main has none yet") == 1
        assert "weaker" not in text(card)
        asks = replace(
            card.results[0], gate=replace(card.results[0].gate, metric="policy.weakened")
        )
        assert "main has none yet" not in text(replace(card, results=(asks,)))
    assert "not compared: main has none yet" in text(card, verbosity=1)


@pytest.mark.parametrize("verbosity", [-1, 0, 1, 2])
@pytest.mark.parametrize(
    "fields", [{"drift": Drift(base="main")}, {"fingerprints": (("policy", "ab"),)}]
)
def test_plain_projects_see_what_they_saw(fields: dict[str, object], verbosity: int) -> None:
    card = replace(samples.NOT_READY, **fields)  # type: ignore[arg-type]
    assert shown(card, verbosity=verbosity) == shown(samples.NOT_READY, verbosity=verbosity)


def test_quiet_is_one_line() -> None:
    assert len(shown(made.HOTFIXED, verbosity=-1)) == 1


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("verbosity", [0, 1, 2])
@pytest.mark.parametrize("unicode", [True, False])
def test_the_sample_fits_every_width(width: int, verbosity: int, unicode: bool) -> None:
    for line in shown(made.HOTFIXED, width=width, verbosity=verbosity, unicode=unicode):
        assert cells.width(line) <= width or len(line.split()) <= 3, line
        assert unicode is False or line == line.rstrip()


@examples(
    50,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a whole report takes minutes
)
@given(
    made.reports,
    st.sampled_from([40, 80, 120, 200]),
    st.integers(0, 2),
    st.booleans(),
)
def test_no_text_breaks_out(report: Scorecard, width: int, verbosity: int, unicode: bool) -> None:
    for line in terminal.section(report, verbosity=verbosity, width=width, unicode=unicode):
        said = plain(line)
        assert not {unicodedata.category(char) for char in said} & RUDE
        assert unicode or said.isascii()
        assert escape.start_of_line(said) == said
        assert "##[" not in said
        assert "##vso[" not in said
        assert cells.width(said) <= width or len(said.split()) <= 4 or "'" in said, said


@examples(50)
@given(made.matrices(), st.sampled_from([40, 80, 200]))
def test_every_count_of_a_matrix_is_shown_and_adds_up(table: Matrix, width: int) -> None:
    assert sum(table.sums) == table.total
    card = samples.scorecard(summary=summary(risks=table, owners=table, efforts=table))
    for lines in matrix.matrices(card, Writer(width, True)):
        last = plain(lines[-1]).replace(",", "").replace(":", "").split()
        assert last[0] == "total"
        assert int(last[-1]) == table.total
        if len(last) > 2:  # a grid, upright or turned
            assert sum(map(int, last[1:-1])) == table.total


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (made.hours(14, 19, 3), "3 items, 14 to 19 h"),
        (made.hours(72, 72, 5), "5 items, 72 h (9 days)"),
        (made.hours(8, 8, 1), "1 item, 8 h (1 day)"),
        (made.hours(8, 12, 2), "2 items, 8 to 12 h (1 to 1.5 days)"),
        (made.hours(0, 0, 2, 2), "2 items"),
        (made.hours(1, 2, 3, 2), "3 items, 1 to 2 h for 1 of them"),
        (Hours(low=Fraction(1, 3), high=Fraction(1, 3), items=1, unknown=0), "1 item, 0.34 h"),
    ],
)
def test_hours_in_words(hours: Hours, said: str) -> None:
    assert effort.added(hours) == said


@examples(100)
@given(st.lists(st.fractions(-1000, 1000, max_denominator=1000), min_size=1, max_size=6))
def test_points_are_never_better_than_they_are(values: list[Fraction]) -> None:
    shown = [Fraction(text.replace(",", "")) for text in figures.points(values)]
    for value, text in zip(values, shown, strict=True):
        assert text <= value < text + Fraction(1, 100) or text == value
    if shown == values:
        assert sum(shown) == sum(values)


def test_effects_are_told_in_words() -> None:
    for effect, said in [(Effect.RISK, "(a risk)"), (Effect.NONE, "(does not count)")]:
        result = replace(made.SCAN, effect=effect)
        assert requirements.why(result) == f"bandit:high: 1 finding {said}"
    assert requirements.why(made.SCAN) == "bandit:high: 1 finding"
    assert requirements.why(replace(made.LOGIN, risk=True)) == "2 tests passed (a risk)"


def test_what_it_counts_for_is_never_cut_off() -> None:
    result = replace(made.SCAN, effect=Effect.RISK, message="because " * 40)
    card = replace(made.REPORT, requirements=(result,))
    for width in (60, 80, 120):
        said = " ".join(line.strip() for line in shown(card, width=width))
        assert "because…" in said.replace("because …", "because…")
        assert "(a risk)" in " ".join(said.split())


def test_what_waits_for_others_and_what_does_not_count_are_named() -> None:
    """By their ids: what blocks is never left out, what decides nothing takes no line of its own."""

    def one(result: RequirementResult, identifier: str, **fields: object) -> RequirementResult:
        requirement = replace(result.requirement, id=identifier)
        return replace(result, requirement=requirement, **fields)  # type: ignore[arg-type]

    waiting = {"effect": Effect.BLOCK, "because": ("OPS-1",), "message": "waits for OPS-1"}
    card = replace(
        made.REPORT,
        requirements=(
            *(one(made.SMOKE, f"SMOKE-{number}", **waiting) for number in range(3)),
            one(made.SMOKE, "LATER-1", because=("OPS-1", "GONE")),
            one(made.SMOKE, "LATER-2", because=()),
            *(one(made.PAGER, f"NICE-{number}", effect=Effect.NONE) for number in range(2)),
            made.COMMAND,
        ),
    )
    said = shown(card)
    assert " DEFERRED: SMOKE-0, SMOKE-1, SMOKE-2: wait for OPS-1 (failed)" in said
    assert " DEFERRED: LATER-1, LATER-2: wait for OPS-1 (failed), GONE (a risk)" in said
    assert " does not count: NICE-0, NICE-1" in said
    assert sum("FAILED" in line and "OPS-1" in line for line in said) == 1
