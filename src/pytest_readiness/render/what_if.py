"""What the present configuration would have said of earlier runs: for people, and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from typing import Any

from pytest_readiness.model.history import PastRun
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.scorecard import GateResult
from pytest_readiness.model.what_if import GateRecord, Stopped, WhatIf
from pytest_readiness.render import escape, figures, words
from pytest_readiness.render.history_words import commit, short, when
from pytest_readiness.render.line import Line, Writer

NAME = "pytest-readiness/what-if"
VERSION = 1
Json = dict[str, Any]
_MOST = 10
"""Runs that are listed below a gate, the latest of them; all with ``-v``."""


def lines(told: WhatIf, writer: Writer, *, source: str, verbosity: int = 0) -> list[Line]:
    """A block for every gate that would have said something, and what it all adds up to."""
    total = len(told.judged)
    if not total:
        return writer.paragraph(
            "no run is kept that has a verdict: there is nothing to judge again"
        )
    days = " to ".join(dict.fromkeys(one.run.started[:10] for one in _ends(told)))
    title = f"what if: {_runs(total)} of {days}, judged by {source}"
    block = writer.paragraph(title, ("bold",))
    calm: list[GateRecord] = []
    for record in told.gates:
        if not (record.blocked or record.risks or record.unknown):
            calm.append(record)
            continue
        block += [(), *_gate(record, total, writer, verbosity)]
    if calm:
        names = ", ".join(_named(record) for record in calm)
        block += [(), *writer.paragraph(names, ("green",), first="always kept: ")]
    for gate in told.left_out:
        said = f"not tried: {_name(gate)}: it compares a change with its base"
        block += [(), *writer.paragraph(said, ("light",))]
    return [*block, (), *_sum(told, total, writer)]


def document(told: WhatIf, *, source: str) -> str:
    """JSON text, ending in a newline."""
    whole = {
        "schema": NAME,
        "version": VERSION,
        "source": source,
        "judged": len(told.judged),
        "blocked": [run.id for run in told.blocked],
        "risky": [run.id for run in told.risky],
        "unknown": [run.id for run in told.unknown],
        "partial": told.partial,
        "unreadable": [
            {"run": one.run.id, "problem": escape.well_formed(one.problem)}
            for one in told.unreadable
        ],
        "gates": [_gate_json(record) for record in told.gates],
        "left_out": [gate.name for gate in told.left_out],
        "runs": [
            {
                **_run_json(one.run),
                "verdict_then": one.run.verdict,
                "verdict": one.scorecard.verdict.value if one.scorecard else None,
                "explanation": escape.well_formed(one.scorecard.explanation)
                if one.scorecard
                else "",
            }
            for one in told.judged
        ],
    }
    return json.dumps(whole, indent=2, allow_nan=False) + "\n"


def _gate(record: GateRecord, total: int, writer: Writer, verbosity: int) -> list[Line]:
    said = []
    if record.blocked:
        said.append(f"would have blocked {len(record.blocked)} of {_runs(total)}")
    if record.risks:
        said.append(f"a risk in {len(record.risks)}")
    if record.unknown:
        said.append(f"not measured in {record.unknown}")
    markup = ("red",) if record.blocked else ("yellow",)
    found = writer.paragraph(f"{_named(record)}: {', '.join(said)}", markup)
    found += _listed(record.blocked, writer, verbosity)
    if verbosity > 0 or not record.blocked:
        found += _listed(record.risks, writer, verbosity)
    return found


def _listed(stopped: Sequence[Stopped], writer: Writer, verbosity: int) -> list[Line]:
    shown = stopped if verbosity > 0 else stopped[-_MOST:]
    found: list[Line] = []
    left = len(stopped) - len(shown)
    if left:
        found += writer.paragraph(
            f"and {figures.count(left)} before these (-v shows all)", ("light",), indent=3
        )
    for one in shown:
        found += writer.paragraph(f"{_place(one.run)}: {_why(one.result)}", indent=3, hard=False)
    return found


def _sum(told: WhatIf, total: int, writer: Writer) -> list[Line]:
    green = {run.id for run in told.blocked if run.verdict.startswith("READY")}
    said = f"{len(told.blocked)} of {_runs(total)} would have been blocked"
    if green:
        said += f", {len(green)} of which {'was' if len(green) == 1 else 'were'} ready then"
    if told.risky:
        said += f"; {len(told.risky)} would have been READY WITH RISKS"
    if told.unknown:
        said += f"; of {len(told.unknown)} it cannot be told, something was not measured then"
    found = writer.paragraph(said, ("bold", "red") if told.blocked else ("bold",))
    if told.partial:
        partial = f"{_runs(told.partial)} of a part of the suite left out: they have no verdict"
        found += writer.paragraph(partial, ("light",))
    for one in told.unreadable:
        found += writer.paragraph(f"{_place(one.run)} cannot be judged again: {one.problem}")
    return found


def _ends(told: WhatIf) -> tuple[Any, Any]:
    return told.judged[0], told.judged[-1]


def _runs(number: int) -> str:
    return f"{figures.count(number)} {figures.noun('runs', number)}"


def _named(record: GateRecord) -> str:
    return _name(record.gate)


def _name(gate: Gate) -> str:
    name = gate.name if gate.name == gate.metric else f"{gate.name} ({gate.metric})"
    return f"{name} {gate.condition.text}"


def _place(run: PastRun) -> str:
    """``2026-11-18 14:03 3f2a9c01 fix-cart@1a2b3c4``."""
    where = f"{run.branch}@{commit(run)}" if run.branch and run.commit else run.branch + commit(run)
    return " ".join(part for part in (when(run), short(run), where) if part)


def _why(result: GateResult) -> str:
    """``75 %, needs baseline - 0.5 pp (baseline 100 %)``; of a gate with subjects the worst of them."""
    reading, metric = result.reading, result.metric
    if not isinstance(reading, Measurement) or metric is None:
        return result.message or result.outcome.value
    said = words.value(reading, metric, result.gate.condition)
    if reading.subject.name:
        said = f"{reading.subject.name} {said}"
        if result.broken > 1:
            said += f" and {result.broken - 1} more"
    said += f", {words.needs(result.gate.condition)}"
    if reference := figures.baseline(reading, metric):
        said += f" (baseline {reference})"
    word = words.outcome(result)[0]
    return f"{said}, {word}" if result.message and not result.broken else said


def _gate_json(record: GateRecord) -> Json:
    return {
        "name": record.gate.name,
        "metric": record.gate.metric,
        "condition": record.gate.condition.text,
        "level": record.gate.level.value,
        "passed": record.passed,
        "unknown": record.unknown,
        "blocked": list(_stopped_json(record.blocked)),
        "risks": list(_stopped_json(record.risks)),
    }


def _stopped_json(stopped: Sequence[Stopped]) -> Iterable[Json]:
    for one in stopped:
        yield {
            **_run_json(one.run),
            "outcome": one.result.outcome.value,
            "why": escape.well_formed(_why(one.result)),
        }


def _run_json(run: PastRun) -> Json:
    kept = ("id", "started", "branch", "commit", "kin", "base")
    told = dataclasses.asdict(run)
    return {
        key: escape.well_formed(told[key]) if isinstance(told[key], str) else told[key]
        for key in kept
    }
