"""Problems of a configuration: found all, told together."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.config.names import escape
from pytest_readiness.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, and all that helps to mend it."""

    key: str
    """Key path, ``gates."coverage.lines".level``; empty for the whole file."""
    message: str
    file: str = ""
    line: int | None = None
    allowed: tuple[str, ...] = ()
    nearest: str = ""
    """The allowed name that was probably meant."""
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file and self.line else self.file
        first = escape(": ".join(part for part in (where, self.key, self.message) if part))
        more = []
        if self.nearest:
            more.append(f"did you mean {escape(self.nearest)}?")
        if self.allowed:
            more.append(f"allowed: {', '.join(map(escape, self.allowed))}")
        if self.remedy:
            more.append(escape(self.remedy))
        return "\n".join([first, *(f"    {line}" for line in more)])


class ConfigError(Exception):
    """A configuration that cannot be used; holds every problem that was found."""

    def __init__(self, problems: Sequence[Problem], *, source: str = "") -> None:
        files = list(dict.fromkeys(problem.file for problem in problems))
        self.problems = tuple(
            sorted(
                dict.fromkeys(problems),
                key=lambda problem: (files.index(problem.file), problem.line or 0),
            )
        )
        self.source = source
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.problems)
        where = f" in {escape(self.source)}" if self.source else ""
        head = f"{count} problem{'' if count == 1 else 's'} with [tool.pytest-readiness]{where}"
        return "\n".join([head, *(str(problem) for problem in self.problems)])
