"""Runs of a history in a few characters: when, which one, on what, how it ended."""

from __future__ import annotations

import re

from pytest_readiness.model.history import PastRun
from pytest_readiness.model.measurement import Number
from pytest_readiness.model.metric import Unit
from pytest_readiness.model.scorecard import Verdict
from pytest_readiness.render import figures, words
from pytest_readiness.render.grid import Cell

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")
_MOST_ID = 8
_MOST_COMMIT = 10
_VERDICTS = {verdict.value: words.VERDICT[verdict] for verdict in Verdict}


def when(run: PastRun) -> str:
    """``2026-11-20 14:03``, in UTC."""
    found = _MOMENT.match(run.started)
    return f"{found[1]} {found[2]}" if found else run.started[:16]


def short(run: PastRun) -> str:
    """The end of a session's id, which is random; the beginning of a digest."""
    return run.id.rpartition("-")[2][:_MOST_ID]


def commit(run: PastRun) -> str:
    return run.commit[:_MOST_COMMIT]


def tree(run: PastRun) -> str:
    return run.tree[:_MOST_ID]


def environment(run: PastRun) -> str:
    return run.kin


def verdict(run: PastRun) -> Cell:
    """As judged then; what pytest itself failed with stands beside it."""
    said = run.verdict or "not judged"
    if run.exit_status:
        said += f" ({run.exit_status})"
    markup = () if run.verdict == "" else _VERDICTS.get(run.verdict, ())
    return Cell(said, tuple(name for name in markup if name != "bold"))


def base(run: PastRun) -> str:
    return "base" if run.base else ""


def machine(key: str) -> str:
    """``cpython3.12-linux|x86_64|serial||Xeon|4`` in words."""
    *where, cpus = key.split("|")
    if cpus.isdecimal():
        cpus = f"{cpus} CPUs" if int(cpus) else ""
    return ", ".join(part for part in (*where, cpus) if part)


def seconds(value: Number | None) -> str:
    return (
        "" if value is None else figures.number(value, Unit.SECONDS, rounding=figures.Rounding.UP)
    )


def change(now: float, then: float) -> str:
    """``+12 %``; empty where nothing can be divided."""
    return f"{(now / then - 1) * 100:+.0f} %" if then > 0 else ""
