"""The record of one test or one benchmark, as far as a history goes back."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.chronicle import (
    Benched,
    BenchmarkChronicle,
    BenchmarkPace,
    Judged,
    Pace,
    Standing,
    TestChronicle,
    Trial,
)
from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.measurement import Measurement, NotMeasured
from pytest_readiness.model.metric import SubjectKind, Unit
from pytest_readiness.render import figures
from pytest_readiness.render import history_words as words
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Markup, Span, Writer, finish
from pytest_readiness.render.sparkline import sparkline

_TRIALS = (
    Column("when (UTC)"),
    Column("run", rank=4),
    Column("branch", rank=5, elastic=True),
    Column("tree", rank=2),
    Column("environment", rank=6, elastic=True),
    Column("attempt", right=True, rank=3),
    Column("outcome"),
    Column("signature", elastic=True, rank=1, least=40),
)
_BENCHED = (
    Column("when (UTC)"),
    Column("run", rank=3),
    Column("branch", rank=4, elastic=True),
    Column("commit", rank=5),
    Column("median", right=True),
    Column("min", right=True, rank=1),
    Column("rounds", right=True, rank=6),
    Column("window", rank=2),
    Column("code", rank=7),
)
_RUNGS: dict[str, tuple[str, Markup]] = {
    "confirmed": ("flaky, confirmed", ("yellow", "bold")),
    "observed": ("flaky, observed once", ("yellow",)),
    "suspected": ("suspected of being flaky", ()),
    "steady": ("not flaky any more", ()),
}
_BAD: dict[Outcome, Markup] = {
    Outcome.FAILED: ("red",),
    Outcome.ERROR: ("red",),
    Outcome.XPASSED: ("yellow",),
}


def test(told: TestChronicle, writer: Writer, *, most: int) -> list[Line]:
    """At most ``most`` failures are listed, the newest first."""
    lines = writer.paragraph(told.test, ("bold",), indent=0, hard=False)
    said = f"ran in {_of(told.runs, told.looked)}, {_number(told.attempts, 'attempts')}"
    said += f", {_number(told.reruns, 'reruns')}" if told.reruns else ""
    lines += writer.paragraph(f"{said}; failed in {_number(told.bad, 'runs')}")
    for standing in told.standings:
        lines += _standing(standing, writer)
    for one in told.judged:
        lines += _judged(one, writer)
    for pace in told.paces:
        lines += _pace(pace, writer)
    return [*lines, *_trials(told.trials, writer, most)]


def benchmark(told: BenchmarkChronicle, writer: Writer, *, most: int) -> list[Line]:
    """At most ``most`` records a machine are listed, the newest first."""
    lines = writer.paragraph(told.benchmark, ("bold",), indent=0, hard=False)
    lines += writer.paragraph(f"measured in {_of(told.runs, told.looked)}")
    for one in told.judged:
        lines += _judged(one, writer)
    for pace in told.paces:
        lines += ((), *_benchmark_pace(pace, writer, most))
    return lines


def _standing(one: Standing, writer: Writer) -> list[Line]:
    """How flaky it is taken to be, and what would clear it."""
    said, markup = _RUNGS[one.rung]
    if one.ran:
        said += f": {figures.count(one.failed)} of {_number(one.ran, 'runs')} failed"
        said += f", its rate is {_share(one.low)} to {_share(one.high)} (90 % interval)"
    if one.missing:
        said += f"; needs {_number(one.missing, 'more clean runs')} to be cleared"
    return writer.paragraph(f"{said} ({one.kin})", markup)


def _share(rate: float) -> str:
    return figures.number(rate, Unit.RATIO, rounding=figures.Rounding.UP)


def _judged(one: Judged, writer: Writer) -> list[Line]:
    """A metric of the subject, as its latest run was measured."""
    metric, reading = one.metric, one.reading
    if isinstance(reading, Measurement):
        said = [] if metric.subject is SubjectKind.RUN else [figures.measurement(reading, metric)]
        interval = figures.interval(reading, metric)
        text = ", ".join([*said, *([interval] if interval else []), *_some(reading.detail)])
    else:
        remedy = reading.remedy if isinstance(reading, NotMeasured) else ""
        text = "; ".join([reading.message, *_some(remedy)])
    title = metric.title if text == "" else f"{metric.title}: {text}"
    place = f" ({one.run.kin})" if one.run.kin else ""
    return writer.paragraph(title + place, ("yellow",) if metric.counts else ())


def _pace(pace: Pace, writer: Writer) -> list[Line]:
    said = f"call {words.seconds(pace.wall)}" if pace.wall is not None else "call not timed"
    if pace.wall is not None and pace.before is not None:
        then = f"{words.seconds(pace.before)} before"
        moved = words.change(pace.wall, pace.before)
        said += f", {then}" + (f" ({moved})" if moved else "")
    if pace.cpu is not None:
        said += f", CPU {words.seconds(pace.cpu)}"
    head = writer.paragraph(f"{said}; median on {words.machine(pace.machine)}")
    line = sparkline([one.time.wall for one in pace.times], unicode=writer.unicode)
    return [*head, *_bars(line)]


def _trials(trials: Sequence[Trial], writer: Writer, most: int) -> list[Line]:
    if not trials:
        return []
    lines: list[Line] = [(), *grid(_TRIALS, [_trial(one) for one in trials[:most]], writer)]
    return lines + _more(len(trials) - most, "attempts", writer)


def _trial(one: Trial) -> list[Cell]:
    attempt, run = one.attempt, one.run
    outcome = attempt.outcome.value + (f" ({attempt.broken})" if attempt.broken else "")
    outcome += ", rerun" if attempt.superseded else ""
    return [
        Cell(words.when(run)),
        Cell(words.short(run)),
        Cell(run.branch),
        Cell((attempt.code or run.tree)[:8]),
        Cell(words.environment(run)),
        Cell(str(attempt.number + 1)),
        Cell(outcome, _BAD.get(attempt.outcome, ())),
        Cell(attempt.signature),
    ]


def _benchmark_pace(pace: BenchmarkPace, writer: Writer, most: int) -> list[Line]:
    said = f"on {words.machine(pace.machine)}"
    if pace.window is None:
        said += ": too few runs for a window"
    else:
        said += f": the window's median is {words.seconds(pace.window)}"
    medians = [one.benchmark.stats.get("median") for one in reversed(pace.records)]
    lines = [*writer.paragraph(said), *_bars(sparkline(medians, unicode=writer.unicode))]
    lines += grid(_BENCHED, [_benched(one) for one in pace.records[:most]], writer)
    return lines + _more(len(pace.records) - most, "runs", writer)


def _benched(one: Benched) -> list[Cell]:
    run, benchmark = one.run, one.benchmark
    return [
        Cell(words.when(run)),
        Cell(words.short(run)),
        Cell(run.branch),
        Cell(words.commit(run)),
        Cell(words.seconds(benchmark.stats.get("median"))),
        Cell(words.seconds(benchmark.stats.get("min"))),
        Cell(figures.count(benchmark.rounds)),
        Cell("window" if one.window else ""),
        Cell(benchmark.code[:8]),
    ]


def _bars(text: str) -> list[Line]:
    return [finish([Span(f" {text}", ("cyan",))])] if text.strip() else []


def _more(count: int, noun: str, writer: Writer) -> list[Line]:
    if count <= 0:
        return []
    said = f"and {figures.count(count)} more {figures.noun(noun, count)} (--last 0 shows all)"
    return writer.paragraph(said, ("light",))


def _of(part: int, whole: int) -> str:
    return f"{figures.count(part)} of {_number(whole, 'runs')}"


def _number(count: int, plural: str) -> str:
    return f"{figures.count(count)} {figures.noun(plural, count)}"


def _some(text: str) -> list[str]:
    return [text] if text else []
