"""The reports that were asked for on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_readiness.adapter.hooks import said
from pytest_readiness.adapter.offered import Renderer, offered_renderers
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.collect import Fact
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.publish.files import discard, write_text


class Report:
    """One of them: what renders it and where it goes."""

    def __init__(self, kind: str, path: Path | None, renderer: Renderer) -> None:
        self.kind = kind
        self.path = path
        """None: standard output."""
        self.text = ""
        """For standard output: what is to be printed below the section."""
        self._renderer = renderer

    @property
    def told(self) -> str:
        return f"{self.kind} report: {self.path}" if self.path is not None else ""

    def discard(self) -> None:
        """Remove what an earlier run wrote."""
        if self.path is not None:
            discard(self.path)

    def write(self, scorecard: Scorecard) -> str:
        """Render and write. Why not, or nothing; raises nothing but ``KeyboardInterrupt``."""
        try:
            text = self._renderer(scorecard)
            if not isinstance(text, str):
                return f"rendering it returned {text!r:.80} instead of text"
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return f"rendering it raised {said(error)}"
        if self.path is None:
            self.text = text
            return ""
        try:
            write_text(self.path, text)
        except (OSError, ValueError) as error:
            return f"it could not be written to {self.path}: {said(error)}"
        return ""


def requested_reports(config: pytest.Config, plan: Plan) -> tuple[tuple[Report, ...], list[Fact]]:
    """What ``--readiness-report`` asks for, and faults of plugins that offer types of reports.

    Raises ``pytest.UsageError``.
    """
    offered, faults = offered_renderers(config)
    wanted: list[str] = config.getoption("readiness_report")
    if not wanted:
        return (), faults
    from pytest_readiness.publish.destination import DestinationError, parse
    from pytest_readiness.render.registry import RENDERERS

    renderers = {**offered, **RENDERERS}
    reports = []
    problems = []
    for text in wanted:
        try:
            destination = parse(text, renderers.keys())
        except DestinationError as error:
            problems.append(f"--readiness-report {error}")
            continue
        base = plan.root if destination.default else config.invocation_params.dir
        path = None if destination.stdout else base / destination.path
        reports.append(Report(destination.kind, path, renderers[destination.kind]))
    if problems:
        raise pytest.UsageError("\n".join(problems))
    return tuple(reports), faults
