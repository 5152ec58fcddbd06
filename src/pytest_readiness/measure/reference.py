"""The reference page of metrics, made from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_readiness.measure.catalogue import CATALOGUE, CLOSED
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit

_UNITS = {
    Unit.COUNT: "a whole number",
    Unit.RATIO: "a share in `%`",
    Unit.SECONDS: "a time: `ms`, `s`, `min`, `h`",
    Unit.BYTES: "a size: `KiB`, `MiB`, `GiB`",
    Unit.NUMBER: "a number",
}
_BETTER = {
    Direction.HIGHER: "more is better",
    Direction.LOWER: "less is better",
    Direction.NEITHER: "neither more nor less is better",
}
_SUBJECTS = {
    SubjectKind.RUN: "one value for the run, and one for each component",
    SubjectKind.TEST: "a value for each test",
    SubjectKind.FILE: "a value for each file",
    SubjectKind.BENCHMARK: "a value for each benchmark",
    SubjectKind.TOOL: "a value for each tool",
    SubjectKind.REQUIREMENT: "a value for each requirement",
    SubjectKind.NAMED: "a value for each name",
}
_NEEDS = {
    "tests": "",
    "coverage": "coverage, which `--readiness` turns on",
    "patch": "coverage of the changed files, which `--readiness` turns on, and git",
    "benchmark": "pytest-benchmark, run serially",
    "timeout": "pytest-timeout",
    "memory": "",
    "tools": "tools that are configured",
    "changes": "git",
    "policy": "git",
}


def metrics_page() -> str:
    """``docs/metrics.md``, whole."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Metrics"
    yield ""
    yield "<!-- Made from the catalogue by pytest_readiness.measure.reference: do not edit. -->"
    yield ""
    yield "A metric is a named quantity that a gate puts a limit on. Everything is exact: counts and"
    yield "shares are integers and quotients of integers, and nothing is rounded before it is judged."
    yield ""
    yield "What could not be measured has no value. It is *not measured*, with a reason and a remedy,"
    yield "and never passes. What was looked at and holds nothing to measure is *not applicable*."
    yield ""
    yield "| metric | what it is | unit | better |"
    yield "|---|---|---|---|"
    for metric in CATALOGUE.values():
        yield f"| [`{metric.name}`](#{_anchor(metric)}) | {metric.title} | {_unit(metric)} | {metric.direction.value} |"
    for metric in CATALOGUE.values():
        yield ""
        yield from _entry(metric)
    yield ""
    yield from _CUSTOM
    yield ""
    yield f"The namespaces {_listed(sorted(CLOSED))} are closed: a name in them that is not on this"
    yield "page is a configuration error."


def _entry(metric: Metric) -> Iterator[str]:
    yield f"## {metric.name}"
    yield ""
    yield f"**{metric.title}.** {metric.description}"
    yield ""
    yield f"* {_SUBJECTS[metric.subject]}; {_unit_at_length(metric)}; {_BETTER[metric.direction]}"
    needs = [text for text in (_NEEDS[section] for section in metric.needs) if text]
    if needs:
        yield f"* needs {', '.join(needs)}"
    if metric.statistics:
        default, *others = (f"`{name}`" for name in metric.statistics)
        yield f"* `statistic`: {default} (default), {', '.join(others)}"
    if metric.selects:
        yield "* `select`: only what these patterns name is counted"
    if metric.remedy:
        yield f"* when a gate on it fails: {metric.remedy}"


def _unit(metric: Metric) -> str:
    return {Unit.COUNT: "count", Unit.BYTES: "bytes", Unit.SECONDS: "time"}.get(
        metric.unit, metric.unit.value
    )


def _unit_at_length(metric: Metric) -> str:
    text = _UNITS[metric.unit]
    return f"{text}, or `%` of `{metric.of}`" if metric.of else text


def _anchor(metric: Metric) -> str:
    return metric.name.replace(".", "")


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


_CUSTOM = [
    "## Your own metrics",
    "",
    "A test records a figure with the `readiness` fixture, and a gate may ask for it by its name:",
    "",
    "```python",
    "def test_checkout(readiness):",
    "    ...",
    '    readiness.record("checkout.p95", 0.31, unit="s")',
    "```",
    "",
    "* Each test that records it is a subject; the last attempt counts, and only if it passed.",
    "* Units `ns us ms s min h`, `B kB KiB MB MiB GB GiB TiB` and `%` are understood; any other is a label,",
    "  which limits are then written in as well.",
    '* `[tool.pytest-readiness.metrics."checkout.p95"]` may add a `title`, a `unit`, a `direction`, and an',
    "  `aggregate` (`sum`, `max`, `min`, `mean`, `median`) that makes one value of the run out of those of",
    "  the tests.",
    "* Where several runs tell different values of one subject, the worse one counts. Without a",
    "  `direction` it is not known which that is, and the gate is in error.",
    "* A figure in another kind of unit than its metric's, or one that is not a finite number, is an",
    "  error, never a value.",
]
