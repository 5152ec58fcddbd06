"""Sessions inside of these tests run at a desk and alone, wherever the tests themselves run."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import pkgutil
import sys
from collections.abc import Iterable, Iterator

import pytest

import pytest_readiness
from pytest_readiness.collect.ci import GENERIC, TOX, VENDORS

# pytester forgets what a session in this process imported; a module that came late would then be
# there twice, with two sets of classes that are not each other's. numpy refuses a second time.
for _name in ("coverage.cmdline", "pytest_cov.engine", "scipy.stats"):
    importlib.import_module(_name)
for _module in pkgutil.walk_packages(pytest_readiness.__path__, "pytest_readiness."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

OUTER = (
    "PYTEST_ADDOPTS",
    "PYTEST_XDIST_WORKER",
    "PYTEST_XDIST_WORKER_COUNT",
    "PYTEST_XDIST_TESTRUNUID",
)
"""What the outer session says of itself, and plugins of an inner one would take for theirs."""


class Installed(importlib.metadata.PathDistribution):
    """A distribution whose files are read once: each session in this process asks all of them."""

    entry_points = functools.cached_property(importlib.metadata.PathDistribution.entry_points.fget)  # type: ignore
    files = functools.cached_property(importlib.metadata.PathDistribution.files.fget)  # type: ignore
    metadata = functools.cached_property(importlib.metadata.PathDistribution.metadata.fget)  # type: ignore


distributions = importlib.metadata.distributions


@functools.cache
def installed(path: tuple[str, ...]) -> tuple[importlib.metadata.Distribution, ...]:
    found = tuple(distributions(path=list(path)))
    for one in found:
        if type(one) is importlib.metadata.PathDistribution:
            one.__class__ = Installed
    return found


def known(**context: Iterable[str]) -> Iterator[importlib.metadata.Distribution]:
    return iter(distributions(**context) if context else installed(tuple(sys.path)))


importlib.metadata.distributions = known  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*(variable for variable, _ in VENDORS), *GENERIC, TOX, *OUTER):
        monkeypatch.delenv(name, raising=False)
    # its plugin imports all of hypothesis at the end of every session: half of what a small one costs
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest")
