"""Types of reports: a name, what renders it, where it is written unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pytest_readiness.model.scorecard import Scorecard

Renderer = Callable[[Scorecard], str]


def _json(scorecard: Scorecard) -> str:
    from pytest_readiness.render import json_report

    return json_report.render(scorecard)


RENDERERS: Mapping[str, Renderer] = {"json": _json}
"""Those of this package; other plugins add theirs by the hook ``pytest_readiness_renderers``."""


def default_path(kind: str) -> str:
    """Where a report of this type goes without a destination, relative to the project's root."""
    return f".readiness/report.{kind}"
