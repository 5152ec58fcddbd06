"""Reading typed values out of a TOML table; what is wrong is noted with its place, never raised."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pytest_readiness.config.names import KeyPath, dotted, nearest, quote
from pytest_readiness.config.problem import Problem
from pytest_readiness.config.toml import nearest_line
from pytest_readiness.model.policy import Origin
from pytest_readiness.model.value import dataclass, field

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where values come from, and the problems that were found in it so far."""

    name: str
    """As shown in messages: ``pyproject.toml``."""
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    """Of keys below ``[tool.pytest-readiness]``; the table itself is ``()``."""
    problems: list[Problem] = field(default_factory=list)

    def problem(
        self,
        path: KeyPath,
        message: str,
        *,
        allowed: Iterable[str] = (),
        nearest: str = "",
        remedy: str = "",
    ) -> None:
        self.problems.append(
            Problem(
                key=dotted(path),
                message=message,
                file=self.name,
                line=nearest_line(self.lines, path),
                allowed=tuple(allowed),
                nearest=nearest,
                remedy=remedy,
            )
        )

    def origin(self, path: KeyPath) -> Origin:
        return Origin(source=self.name, key=dotted(path), line=nearest_line(self.lines, path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table, at its path."""

    source: Source
    path: KeyPath
    data: Mapping[str, Any]

    def problem(self, key: str, message: str, **more: Any) -> None:
        self.source.problem((*self.path, key), message, **more)

    def only(self, keys: Iterable[str]) -> None:
        """Note every key that is none of these."""
        known = tuple(keys)
        for key in self.data:
            if key not in known:
                self.problem(
                    key, "there is no such key", allowed=known, nearest=nearest(key, known)
                )

    def need(self, keys: Iterable[str], remedy: str = "") -> bool:
        """Note which of these are missing; whether all are there."""
        missing = [key for key in keys if key not in self.data]
        if missing:
            names = " and ".join(missing)
            self.source.problem(
                self.path, f"{names} {'is' if len(missing) == 1 else 'are'} missing", remedy=remedy
            )
        return not missing

    def text(self, key: str, default: str = "") -> str:
        """A string that is not empty."""
        value = self.data.get(key, default)
        if key not in self.data:
            return default
        if not isinstance(value, str):
            self.problem(key, f"{kind(value)} stands where a string is needed")
        elif not value.strip():
            self.problem(key, "the string is empty")
        else:
            return value
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of at least one string, none of them empty."""
        if key not in self.data:
            return ()
        value = self.data[key]
        if isinstance(value, str):
            self.problem(
                key,
                "a string stands where an array of strings is needed",
                remedy=f"write [{quote(value)}]",
            )
            return ()
        if not isinstance(value, list):
            self.problem(key, f"{kind(value)} stands where an array of strings is needed")
            return ()
        if not value:
            self.problem(key, "the array is empty", remedy="leave the key out, or fill it")
        good = []
        for index, entry in enumerate(value):
            if isinstance(entry, str) and entry.strip():
                good.append(entry)
            else:
                wrong = "an empty string" if isinstance(entry, str) else kind(entry)
                self.source.problem(
                    (*self.path, key, index), f"{wrong} stands where a string is needed"
                )
        return tuple(good)

    def choice(self, key: str, options: Mapping[str, T], default: T) -> T:
        """One of a few words, and what it stands for."""
        if key not in self.data:
            return default
        value = self.data[key]
        if isinstance(value, str) and value in options:
            return options[value]
        shown = quote(value) if isinstance(value, str) else kind(value)
        self.problem(
            key,
            f"{shown} is not one of the values allowed",
            allowed=[quote(option) for option in options],
            nearest=quote(near)
            if isinstance(value, str) and (near := nearest(value, options))
            else "",
        )
        return default

    def flag(self, key: str, default: bool) -> bool:
        value = self.data.get(key, default)
        if isinstance(value, bool):
            return value
        self.problem(key, f"{kind(value)} stands where true or false is needed")
        return default

    def integer(self, key: str, allowed: Sequence[range], shown: str) -> int | None:
        """An integer in one of the ranges; None when the key is absent or wrong."""
        if key not in self.data:
            return None
        value = self.data[key]
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(key, f"{kind(value)} stands where an integer is needed", allowed=[shown])
        elif not any(value in span for span in allowed):
            self.problem(key, f"{value} is out of range", allowed=[shown])
        else:
            return value
        return None

    def date(self, key: str) -> datetime.date | None:
        """A date, or a string that is one; None when it is absent or wrong."""
        if key not in self.data:
            return None
        value = self.data[key]
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        shown = quote(value) if isinstance(value, str) else kind(value)
        if isinstance(value, str) and len(value) == len("2027-01-31"):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                shown = quote(value)
        self.problem(
            key,
            f"{shown} is no date",
            remedy=f"write a day without quotes and without a time: {key} = 2027-01-31",
        )
        return None

    def table(self, key: str) -> Table | None:
        """A table below; None when it is absent or something else."""
        if key not in self.data:
            return None
        return as_table(self.source, (*self.path, key), self.data[key])

    def tables(self, key: str) -> tuple[Table, ...]:
        """An array of tables below."""
        value = self.data.get(key, [])
        path = (*self.path, key)
        if not isinstance(value, list):
            self.problem(
                key,
                f"{kind(value)} stands where an array of tables is needed",
                remedy=f"write [[tool.pytest-readiness.{dotted(path)}]], with two brackets"
                if isinstance(value, dict)
                else "",
            )
            return ()
        entries = (as_table(self.source, (*path, n), entry) for n, entry in enumerate(value))
        return tuple(entry for entry in entries if entry is not None)


def as_table(source: Source, path: KeyPath, value: object) -> Table | None:
    if isinstance(value, dict):
        return Table(source=source, path=path, data=value)
    source.problem(path, f"{kind(value)} stands where a table is needed")
    return None


def kind(value: object) -> str:
    """What TOML calls it, with its article; short values are shown."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the string {quote(value, 30)}"
    if isinstance(value, (int, float)):
        return f"the number {str(value)[:30]}"
    return _KINDS.get(type(value), "a time")


_KINDS = {
    list: "an array",
    dict: "a table",
    datetime.datetime: "a date with a time",
    datetime.date: "a date",
}
