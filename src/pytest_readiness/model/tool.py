"""A tool whose findings are gated: how it is run or where its report lies, and how that is read."""

from __future__ import annotations

from pytest_readiness.model.policy import Origin
from pytest_readiness.model.value import dataclass

FORMATS = (
    "sarif",
    "junit",
    "coverage",
    "coverage-xml",
    "coverage-json",
    "lcov",
    "pip-audit",
    "mypy",
    "pyright",
    "bandit",
    "lines",
    "exit-status",
    "figure",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """``[tool.pytest-readiness.tools.NAME]``, what is known of the tool by its name filled in."""

    name: str
    origin: Origin
    run: str = ""
    """The command; empty: ``report`` is read as it lies there."""
    report: str = ""
    """The file that holds the output, relative to the project's root; empty: standard output."""
    format: str = "exit-status"
    """One of :data:`FORMATS`."""
    shell: bool = False
    beside: bool = False
    """It runs while the tests run, not after them."""
    timeout: float = 300.0
    """Seconds."""
    max_age: float | None = 86_400.0
    """Seconds after which a report that was not made by ``run`` is STALE; None: never."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables that are set beside those of the session."""
    directory: str = ""
    """Working directory, relative to the project's root."""
    statuses: tuple[int, ...] = (0, 1)
    """Exit statuses with which its output is whole; another one is an error of the tool."""
    level: str = ""
    """Level of findings whose format tells none."""
    pattern: str = ""
    """Of the format ``lines``: a regular expression with groups ``path line level rule message``."""
    figure: str = ""
    """JSON pointer (RFC 6901) of a number in its output, or a regular expression's first group."""
    total: str = ""
    """The same of what the figure is a part of."""
    metric: str = ""
    """The metric under which the figure is known; empty: ``tool.figure``, the tool its subject."""
    unit: str = ""
    fix: str = ""
    """The command that mends what can be mended without thinking."""
    install: str = ""
    """How to get the tool, as told where it is missing."""
