"""SARIF 2.1.0: results of all runs. What is suppressed, passed or gone since a baseline is no finding.

A run without ``results`` tells of no scan, and one that says of itself that it failed proves
nothing: both are errors, never "no findings". What the tool says it could not look at (a file that
does not parse) is a finding of level error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_readiness.collect.tools.formats.levels import PLAIN, SEVERITIES, ordered
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.sarif_run import SarifRun, items, text_of
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.outside import LEVELS

VERSION = "2.1.0"
_KINDS = {"fail": "", "open": "warning", "review": "warning", "informational": "note"}
"""Of results, and the level of those that have none; ``pass`` and ``notApplicable`` are no finding."""
_PLAIN = {"error": "error", "warning": "warning", "note": "note", "none": "note"}
_GRADED = {"bandit": (*SEVERITIES, "error"), "ruff": PLAIN}
"""Levels of tools whose empty report does not tell them; bandit's error: a file that does not parse."""


def read(source: Source) -> Read:
    log = source.json("SARIF")
    if not isinstance(log, dict) or "runs" not in log:
        raise UnreadableError(f"its output is no SARIF: it has no `runs`: {shown(source.text)}")
    version = log.get("version")
    if not isinstance(version, str) or not version.startswith(VERSION):
        raise UnreadableError(f"it is SARIF of version {version!r}, and {VERSION} is what is read")
    runs = log["runs"]
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        raise UnreadableError("`runs` is no list of objects")
    if not runs:
        raise UnreadableError("`runs` is empty: it tells of no scan")
    found: list[Found] = []
    levels: set[str] = set()
    versions = []
    for place, data in enumerate(runs):
        run = SarifRun(data, source, f"runs[{place}]")
        here = list(_results(run))
        found += here
        levels |= _levels(run, here)
        versions.append(run.version)
    version = next(filter(None, versions), "")
    return Read(findings=gather(source.tool.name, found), levels=ordered(levels), version=version)


def _results(run: SarifRun) -> Iterator[Found]:
    _succeeded(run)
    results = run.data.get("results")
    if results is None:
        raise UnreadableError(f"`{run.where}` ({run.name}) has no `results`: it tells of no scan")
    if not isinstance(results, list):
        raise UnreadableError(f"`{run.where}.results` is no list")
    for place, result in enumerate(results):
        where = f"{run.where}.results[{place}]"
        if not isinstance(result, dict):
            raise UnreadableError(f"`{where}` is no object")
        found = _finding(run, result, where)
        if found is not None:
            yield found
    for invocation in items(run.data, "invocations"):
        for name in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            for notice in items(invocation, name):
                if notice.get("level") == "error":
                    path, line = run.place(notice)
                    descriptor = notice.get("descriptor")
                    rule = descriptor.get("id") if isinstance(descriptor, dict) else None
                    yield Found(
                        "error",
                        text_of(notice.get("message")) or "the tool reports an error",
                        rule=rule if isinstance(rule, str) and rule else "not-analysed",
                        path=path,
                        line=line,
                    )


def _succeeded(run: SarifRun) -> None:
    for invocation in items(run.data, "invocations"):
        if invocation.get("executionSuccessful") is False:
            said = [
                text_of(notice.get("message"))
                for name in ("toolExecutionNotifications", "toolConfigurationNotifications")
                for notice in items(invocation, name)
            ]
            said.append(str(invocation.get("exitCodeDescription") or ""))
            why = next((f": {one[:200]}" for one in said if one), "")
            raise UnreadableError(f"{run.name} says that its run was not successful{why}")


def _finding(run: SarifRun, result: dict[str, Any], where: str) -> Found | None:
    kind = result.get("kind", "fail")
    if not isinstance(kind, str) or kind not in _KINDS:
        if kind in ("pass", "notApplicable"):
            return None
        raise UnreadableError(f"`{where}.kind` is {kind!r}")
    if result.get("baselineState") == "absent" or _suppressed(result):
        return None
    rule, name = run.rule(result)
    level = _level(run, result, rule, name, kind, where)
    path, line = run.place(result)
    message = run.message(result, rule)
    url = rule.get("helpUri")
    return Found(
        level=level,
        message=message,
        rule=name,
        path=path,
        line=line,
        fixable=bool(items(result, "fixes")),
        url=url if isinstance(url, str) else "",
    )


def _level(
    run: SarifRun, result: dict[str, Any], rule: dict[str, Any], name: str, kind: str, where: str
) -> str:
    severity = run.severity(result, rule)
    if severity:
        return severity
    level = result.get("level")
    if level is None and kind != "fail":
        return _KINDS[kind]
    if level is None:
        level = run.configured(result, rule, name).get("level")
    if level is None:
        return run.source.tool.level or "warning"
    if not isinstance(level, str) or level not in _PLAIN:
        raise UnreadableError(f"`{where}.level` is {level!r}, none of {', '.join(_PLAIN)}")
    return (_KINDS[kind] or "note") if level == "none" else _PLAIN[level]


def _suppressed(result: dict[str, Any]) -> bool:
    """In the source, or outside of it and accepted; not while that is under review or rejected."""
    found = items(result, "suppressions")
    return bool(found) and all(one.get("status", "accepted") == "accepted" for one in found)


def _levels(run: SarifRun, found: list[Found]) -> set[str]:
    here = {one.level for one in found}
    known = _GRADED.get(run.name.lower())
    if known:
        return {*known, *here}
    if not run.rules and not found:
        return set(LEVELS)  # of whatever level it could have been: there is none
    return {*PLAIN, *(SEVERITIES if run.scored or here & set(SEVERITIES) else ()), *here}
