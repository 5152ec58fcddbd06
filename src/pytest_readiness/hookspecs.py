"""Hooks that conftest files and other plugins may implement.

They are called only where ``--readiness`` was asked for, in the main process (under pytest-xdist
the controller, which loads no conftest file below the rootdir's and those of the arguments). An
implementation that raises, or returns something else than is described here, becomes a gate
error that names it; the others count all the same. Hook wrappers are not supported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_readiness.collect import Fact
    from pytest_readiness.model.evidence import Evidence
    from pytest_readiness.model.metric import Metric
    from pytest_readiness.model.scorecard import Scorecard


@pytest.hookspec
def pytest_readiness_metrics(config: pytest.Config) -> Iterable[Metric]:
    """Define metrics: title, unit, direction of figures that come from outside the catalogue.

    Called once, before the verdict. The definitions are written into the evidence.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_readiness_evidence(config: pytest.Config) -> Iterable[Fact]:
    """Add facts: ``Fact(subject="", data=Figure(metric="docs.pages", value=12))``.

    Called once, after all tests ran. A ``Gap`` says that something could not be measured and why.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_readiness_measurements(config: pytest.Config, evidence: Evidence) -> Iterable[Fact]:
    """Add figures that follow from the evidence gathered so far (that of the previous hook included)."""
    raise NotImplementedError


@pytest.hookspec
def pytest_readiness_renderers(
    config: pytest.Config,
) -> Mapping[str, Callable[[Scorecard], str]]:
    """Add types of reports for ``--readiness-report=TYPE[:DEST]``: a name and what renders it.

    Called once, when pytest is configured.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_readiness_scorecard(config: pytest.Config, scorecard: Scorecard) -> None:
    """See the scorecard, before it is printed. It cannot be changed. Not called for recording runs."""
    raise NotImplementedError
