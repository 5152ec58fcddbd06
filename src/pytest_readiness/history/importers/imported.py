"""A run of another tool, and what the user says of where it took place."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_readiness.history.entry import Entry, entry_of
from pytest_readiness.history.interface import HistoryError
from pytest_readiness.model.evidence import (
    Benchmark,
    Environment,
    Evidence,
    Notice,
    Record,
    Run,
)

UNKNOWN = "unknown"
_KIN = re.compile(r"(?P<implementation>[a-z]+)(?P<python>\d+\.\d+)-(?P<system>[a-z]+)")
_KEYS = ("implementation", "python", "system", "machine", "cpu", "cpus", "label")
_MAIN = ("main", "master")


class ImportingError(HistoryError):
    """A file that cannot be imported; the message names it and the place in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the user says of imported runs."""

    said: Mapping[str, str] = field(default_factory=dict)
    """Fields of the environment, over what the file tells."""
    here: Environment | None = None
    """Take them for runs of this environment altogether."""
    branch: str = ""
    """Name of the base branch; empty: ``main`` or ``master``, and runs that tell no branch."""

    @staticmethod
    def parse(text: str) -> Mapping[str, str]:
        """``cpython3.12-linux``, or ``python=3.12,system=linux,cpus=4``, or both. Raises
        :class:`ImportingError`."""
        found: dict[str, str] = {}
        for part in filter(None, map(str.strip, text.split(","))):
            key, equals, value = (each.strip() for each in part.partition("="))
            kin = _KIN.fullmatch(part)
            if kin:
                found.update(kin.groupdict())
            elif equals and key in _KEYS and (key != "cpus" or value.isdecimal()):
                found[key] = value
            else:
                raise ImportingError(
                    f"--environment: {part!r} is not understood",
                    f"cpython3.12-linux, or any of {', '.join(_KEYS)} with `=` and a value",
                )
        return found

    def of(self, told: Environment) -> Environment:
        """Where a run took place, by what its file tells and what the user says."""
        if self.here is not None:
            return self.here
        said: dict[str, Any] = dict(self.said)
        if "cpus" in said:
            said["cpus"] = int(said["cpus"])
        return dataclasses.replace(told, **said)


NOWHERE = Environment(implementation=UNKNOWN, python="", system=UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """One run as a file tells it."""

    id: str
    source: str
    """Format and file."""
    started: str
    """UTC, ISO 8601."""
    benchmarks: Mapping[str, Benchmark]
    environment: Environment = NOWHERE
    commit: str = ""
    branch: str = ""
    dirty: bool | None = None
    project: str = ""


def entry_of_foreign(run: Foreign, origin: Origin) -> Entry:
    """Ready to be kept; the same run gives the same id, so importing it twice keeps it once.

    Raises :class:`ImportingError` where nobody says in which environment it took place: it would be
    kept, and comparable with nothing.
    """
    environment = origin.of(run.environment)
    if environment.implementation == UNKNOWN or not environment.python:
        raise ImportingError(
            f"{run.source} does not tell where it was measured",
            "--environment cpython3.12-linux,machine=x86_64, or --as-this-machine",
        )
    base = origin.branch or (run.branch if run.branch in _MAIN else _MAIN[0])
    manifest = Run(
        started=run.started,
        duration=0.0,
        exit_status=0,
        environment=environment,
        sections=("benchmark",),
        commit=run.commit,
        branch=run.branch or base,
        target=base,
        dirty=run.dirty,
        project=run.project,
    )
    records = [
        Record(run.id, "", "", 0, manifest),
        Record(run.id, "", "import", 0, Notice(text=f"imported from {run.source}")),
    ]
    records += (Record(run.id, "", name, 0, data) for name, data in run.benchmarks.items())
    return entry_of(Evidence.of(records).sealed(), None, {})


def identity(format: str, *parts: object) -> str:
    """An id that depends on the content alone."""
    text = "\n".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return f"{format}-{hashlib.sha256(text).hexdigest()[:24]}"


def mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ImportingError(f"{where}: an object is missing")
    return value


def listed(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ImportingError(f"{where}: a list is missing")
    return value


def text_of(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise ImportingError(f"{where}: a text is missing")
    return value


def seconds(value: object, where: str) -> float:
    """A finite number that is not negative."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= float(value) < math.inf:  # type: ignore[arg-type]
        raise ImportingError(f"{where}: {value!r} is no time in seconds")
    return float(value)  # type: ignore[arg-type]


def count(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ImportingError(f"{where}: {value!r} is no count")
    return value
