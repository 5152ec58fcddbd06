"""pytest-readiness: the release verdict of a Python project.

What authors of metrics, renderers and conftest hooks need. Names are loaded when they are first
used: pytest imports this package in every run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_readiness.collect import Fact
    from pytest_readiness.model.evidence import (
        Attempt,
        Evidence,
        Figure,
        FileCoverage,
        Gap,
        Outcome,
        Reason,
        Record,
    )
    from pytest_readiness.model.measurement import (
        Measurement,
        NotApplicable,
        NotMeasured,
        Subject,
    )
    from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
    from pytest_readiness.model.scorecard import (
        Effect,
        Finding,
        GateOutcome,
        GateResult,
        Scorecard,
        Verdict,
    )
    from pytest_readiness.plugin import Recorder

__all__ = [
    "Attempt",
    "Direction",
    "Effect",
    "Evidence",
    "Fact",
    "Figure",
    "FileCoverage",
    "Finding",
    "Gap",
    "GateOutcome",
    "GateResult",
    "Measurement",
    "Metric",
    "NotApplicable",
    "NotMeasured",
    "Outcome",
    "Reason",
    "Record",
    "Recorder",
    "Scorecard",
    "Subject",
    "SubjectKind",
    "Unit",
    "Verdict",
]

_HOMES = {
    "collect": ("Fact",),
    "model.evidence": (
        "Attempt",
        "Evidence",
        "Figure",
        "FileCoverage",
        "Gap",
        "Outcome",
        "Reason",
        "Record",
    ),
    "model.measurement": ("Measurement", "NotApplicable", "NotMeasured", "Subject"),
    "model.metric": ("Direction", "Metric", "SubjectKind", "Unit"),
    "model.scorecard": (
        "Effect",
        "Finding",
        "GateOutcome",
        "GateResult",
        "Scorecard",
        "Verdict",
    ),
    "plugin": ("Recorder",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
