"""Facts from beyond the tests: what other tools found, what files hold, what decisions stand where."""

from __future__ import annotations

from typing import ClassVar

from pytest_readiness.model.value import dataclass

LEVELS = ("critical", "high", "error", "medium", "warning", "low", "note")
"""Of findings, the gravest first. Scanners tell severities, linters and type checkers the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRun:
    """A tool that ran, or a report of one that was read; the subject is its name.

    A tool that could not be measured is a Gap of the section ``tools:NAME`` instead.
    """

    kind: ClassVar[str] = "tool"
    command: str
    """As configured; of a report its path."""
    format: str
    """How its output was read: ``sarif``, ``exit-status`` ..."""
    levels: tuple[str, ...]
    """All levels that its findings can have: of each it is known how many there are."""
    exit_status: int | None = None
    """As a shell tells it (139: killed by signal 11); None: a report that was read."""
    duration: float = 0.0
    """Wall seconds."""
    written: str = ""
    """When a report was written: UTC, ISO 8601."""
    version: str = ""
    """The tool's own, where its output tells it."""
    tail: str = ""
    """Last lines of what it said, where its exit status is what was asked for."""
    fix: str = ""
    """The command that mends what can be mended without thinking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFinding:
    """All findings of one tool, level, rule and path; the subject is :attr:`id`."""

    kind: ClassVar[str] = "tool-finding"
    tool: str
    level: str
    """One of :data:`LEVELS`."""
    rule: str = ""
    path: str = ""
    """Relative to the project's root, ``/`` between parts; empty: of no file."""
    places: tuple[tuple[int, str], ...] = ()
    """Line (0: none was told) and message of each, sorted; two that are alike stand twice."""
    more: int = 0
    """How many there are beyond ``places``, where there are very many."""
    fixable: int = 0
    """How many of them the tool can mend by itself."""
    url: str = ""

    @property
    def count(self) -> int:
        return len(self.places) + self.more

    @property
    def id(self) -> str:
        """``bandit:high:B324:src/shop/hash.py``: what selectors and waivers match."""
        # an empty part would make `::`, behind which globs take the rest for a test's name
        return ":".join((self.tool, self.level, self.rule or "-", self.path)).rstrip(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at files found; the subject is the key of what was asked (``LookFor.key``)."""

    kind: ClassVar[str] = "look"
    holds: bool
    detail: str = ""
    """What was seen, for people: ``docs/ops.md:12``, ``SECRET_KEY is in no line of .env.example``."""
    paths: tuple[str, ...] = ()
    """The files that were looked at, or, where it does not hold, those at fault; at most 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Requirements that a test is marked to prove; the subject is the test's id."""

    kind: ClassVar[str] = "marked"
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A test that ran under quarantine; the subject is the test's id."""

    kind: ClassVar[str] = "quarantined"
    entry: str
    """The entry's ``test`` as configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePolicy:
    """The configuration as it stands at the merge base; the subject is empty."""

    kind: ClassVar[str] = "base-policy"
    base: str
    """The ref as configured or found."""
    commit: str
    text: str
    """``[tool.pytest-readiness]`` as JSON, dates as ISO 8601; empty: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A hotfix: a gate waived when saved evidence was judged; the subject is the gate's name.

    Evidence of what was decided, kept and shown; it waives nothing by itself.
    """

    kind: ClassVar[str] = "decision"
    reason: str
    owner: str
    expires: str
    """ISO 8601 day, the last on which it holds."""
    decided: str
    """UTC, ISO 8601."""
    value: str = ""
    """What the gate had, as shown."""
