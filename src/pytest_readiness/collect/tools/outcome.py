"""What a tool's end comes to as facts: its run and what was read of it, or the gap that it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import time as now

from pytest_readiness.collect import Fact
from pytest_readiness.collect.tools import formats
from pytest_readiness.collect.tools.formats.exit_status import words
from pytest_readiness.collect.tools.reports import Mark, Written, found, made
from pytest_readiness.collect.tools.running import Ended
from pytest_readiness.collect.tools.surroundings import without_secrets
from pytest_readiness.model.evidence import Gap, Reason, ToolRun
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.tool import Tool

SECTION = "tools"
_ESCAPE = pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_LINES, _SAID = 20, 2000
"""At most so many last lines and characters are told of a tool that is judged by its exit status ..."""
_FEW, _BRIEF = 5, 400
"""... and of one that failed."""
_COUNTED = frozenset({"sarif", "junit", "pip-audit", "mypy", "pyright", "bandit", "lines"})
"""Formats of findings."""


def facts_of_run(
    tool: Tool, root: Path, ended: Ended, before: Mark | None, environ: Mapping[str, str]
) -> tuple[Fact, ...]:
    """Of a tool that was run; ``before``: its report as it lay there when it was started."""
    gap = _hindrance(tool, ended)
    if gap is not None:
        return lost(tool, gap)
    text, written = ended.output, None
    if tool.report:
        report = made(root, tool, before)
        if isinstance(report, Gap):
            return lost(tool, _with_tail(report, ended.tail))
        text, written = _clean(tool, report.text, environ), report
    return _facts(tool, root, text, ended, written)


def facts_of_report(
    tool: Tool, root: Path, today: float, environ: Mapping[str, str]
) -> tuple[Fact, ...]:
    """Of a report that an earlier step wrote; ``today``: now, in seconds since the epoch."""
    report = found(root, tool, today)
    if isinstance(report, Gap):
        return lost(tool, report)
    return _facts(tool, root, _clean(tool, report.text, environ), None, report)


def lost(tool: Tool, gap: Gap) -> tuple[Fact, ...]:
    """It could not be measured."""
    facts = [Fact(f"{SECTION}:{tool.name}", gap)]
    if tool.format in formats.COVERAGE:  # the lines that it ran are missing
        whose = Gap(reason=gap.reason, message=f"{tool.name}: {gap.message}", remedy=gap.remedy)
        facts.append(Fact(f"coverage:{tool.name}", whose, process=f"tool:{tool.name}"))
    return tuple(facts)


def no_data(message: str, remedy: str = "") -> Gap:
    return Gap(reason=Reason.NO_DATA, message=message, remedy=remedy)


def last_lines(said: bytes, lines: int, characters: int, between: str = "\n") -> str:
    """The end of what a tool said, without what would colour it."""
    text = _ESCAPE.sub("", said.decode("utf-8", "replace"))
    kept = [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]
    told = between.join(kept)
    return told if len(told) <= characters else "..." + told[3 - characters :]


def _clean(tool: Tool, text: bytes, environ: Mapping[str, str]) -> bytes:
    if tool.format == "coverage":  # a database
        return text
    return without_secrets(text, {**environ, **dict(tool.environment)})


def _hindrance(tool: Tool, ended: Ended) -> Gap | None:
    """Why what it printed says nothing; None: it does."""
    status = ended.status
    if status is None:
        remedy = ended.remedy or _again(tool)
        if ended.missing:
            remedy = tool.install or f"install it, or correct `run` ({tool.origin})"
        return _with_tail(no_data(f"it {ended.problem}", remedy), ended.tail)
    if tool.format == "exit-status" or status in tool.statuses:
        return None
    usual = " or ".join(map(str, tool.statuses))
    return _with_tail(
        no_data(f"it ended with {words(status)}, and not with {usual}", _again(tool)), ended.tail
    )


def _facts(
    tool: Tool, root: Path, text: bytes, ended: Ended | None, written: Written | None
) -> tuple[Fact, ...]:
    status = None if ended is None else ended.status
    moment = now() if written is None else written.time
    try:
        read = formats.read(tool, text, status, root, written=moment)
    except formats.UnreadableError as error:
        gap = no_data(str(error), _again(tool))
        return lost(tool, _with_tail(gap, ended.tail) if ended is not None else gap)
    if status and tool.format in _COUNTED and not read.findings:
        gap = no_data(
            f"it ended with {words(status)}, and no finding could be read: it may have crashed",
            _again(tool),
        )
        return lost(tool, _with_tail(gap, ended.tail if ended is not None else b""))
    run = ToolRun(
        command=tool.run or tool.report,
        format=tool.format,
        levels=read.levels,
        exit_status=status,
        duration=0.0 if ended is None else ended.seconds,
        written="" if written is None else written.day,
        version=read.version,
        tail=last_lines(ended.tail, _LINES, _SAID)
        if ended is not None and tool.format == "exit-status"
        else "",
        fix=tool.fix,
    )
    return (
        Fact(tool.name, run),
        *(Fact(finding.id, finding) for finding in read.findings),
        *(Fact(subject, figure) for subject, figure in read.figures),
        # beside what the session itself knows of the same file
        *(fact._replace(process=f"tool:{tool.name}") for fact in read.coverage),
    )


def _again(tool: Tool) -> str:
    """How to see for oneself."""
    if not tool.run:
        return f"look into {tool.report}"
    where = f"cd {tool.directory} && " if tool.directory else ""
    return f"see what it says: {where}{tool.run}"


def _with_tail(gap: Gap, said: bytes) -> Gap:
    tail = last_lines(said, _FEW, _BRIEF, " | ")
    if not tail or tail in gap.message:
        return gap
    return Gap(reason=gap.reason, message=f"{gap.message}: {tail}", remedy=gap.remedy)
