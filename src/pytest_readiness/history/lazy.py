"""Parts of a history that are made test by test, when somebody asks for that test.

A million attempts are a few columns a run; as objects they would be hundreds of megabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from pytest_readiness.history import columns
from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import PastAttempt, PastTime

T = TypeVar("T")
_HARMLESS = frozenset({Outcome.PASSED, Outcome.SKIPPED, Outcome.XFAILED})


class Row(NamedTuple):
    """An attempt that is not in the columns."""

    run: int
    """Index into the history's runs."""
    test: int
    number: int
    outcome: Outcome
    superseded: bool
    signature: str
    broken: str
    cpu: float | None
    wall: float | None
    setup: float | None
    teardown: float | None

    @property
    def unsteady(self) -> bool:
        return bool(self.number or self.superseded or self.broken or self.outcome not in _HARMLESS)


class Roster:
    """Names of tests, shared by the runs that had the same."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @cached_property
    def names(self) -> list[str]:
        return list(columns.from_text(columns.inflate(self._packed)))

    @cached_property
    def places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}


class Sheet:
    """One run's columns, unpacked when first used."""

    def __init__(self, run: int, packed: Sequence[bytes], codes: Callable[[], list[str]]) -> None:
        self.run = run
        self._shape, self._cpu, self._call, self._setup, self._teardown = packed
        self._codes = codes

    @cached_property
    def shape(self) -> Sequence[int]:
        return columns.from_small(columns.inflate(self._shape))

    @cached_property
    def times(self) -> tuple[Sequence[float], ...]:
        """CPU, call, setup, teardown."""
        packed = (self._cpu, self._call, self._setup, self._teardown)
        return tuple(columns.from_floats(columns.inflate(data)) for data in packed)

    def code(self, place: int) -> str:
        codes = self._codes()
        return codes[place] if codes else ""


class Lazy(Mapping[str, T]):
    """A mapping whose values are made at each look."""

    def __init__(self, keys: Callable[[], Mapping[str, object]], make: Callable[[str], T]) -> None:
        self._get_keys = keys
        self._make = make

    @cached_property
    def _keys(self) -> Mapping[str, object]:
        return self._get_keys()

    def __getitem__(self, key: str) -> T:
        if key not in self._keys:
            raise KeyError(key)
        return self._make(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys


class Record:
    """The tests of all loaded runs."""

    def __init__(
        self, groups: Sequence[tuple[Roster, Sequence[Sheet]]], rows: Sequence[Row]
    ) -> None:
        """:param rows: by run, then as they were kept."""
        self._groups = groups
        self._rows: dict[str, list[Row]] = {}
        rosters = {sheet.run: roster for roster, sheets in groups for sheet in sheets}
        for row in rows:
            names = rosters[row.run].names
            self._rows.setdefault(names[row.test], []).append(row)
        self._shared: dict[tuple[int, ...], Mapping[int, int]] = {}

    @cached_property
    def names(self) -> dict[str, None]:
        """Of all tests, sorted."""
        return dict.fromkeys(sorted({name for roster, _ in self._groups for name in roster.names}))

    @cached_property
    def unsteady(self) -> dict[str, None]:
        """Names of tests that did anything but pass, skip or xfail at the first attempt."""
        return dict.fromkeys(
            sorted(name for name, rows in self._rows.items() if any(row.unsteady for row in rows))
        )

    @cached_property
    def _odd(self) -> set[str]:
        """Tests that are not in the columns of each run whose roster has them."""
        odd = set(self._rows)
        for roster, sheets in self._groups:
            for sheet in sheets:
                shape = sheet.shape
                if shape.count(0):
                    odd.update(
                        name for name, one in zip(roster.names, shape, strict=True) if not one
                    )
        return odd

    def exposure(self, name: str) -> Mapping[int, int]:
        """In which runs a test ran, and how many attempts it made; skipping is not running."""
        places = tuple(roster.places.get(name, -1) for roster, _ in self._groups)
        if name not in self._odd:
            key = tuple(number for number, place in enumerate(places) if place >= 0)
            if key not in self._shared:
                self._shared[key] = dict.fromkeys(
                    sorted(sheet.run for number in key for sheet in self._groups[number][1]), 1
                )
            return self._shared[key]
        counts: dict[int, int] = {
            sheet.run: 1
            for place, (_, sheets) in zip(places, self._groups, strict=True)
            if place >= 0
            for sheet in sheets
            if sheet.shape[place]
        }
        for row in self._rows.get(name, ()):
            if row.outcome is not Outcome.SKIPPED:
                counts[row.run] = counts.get(row.run, 0) + 1
        return dict(sorted(counts.items()))

    def attempts(self, name: str) -> list[PastAttempt]:
        """All attempts of a test, oldest first."""
        found: list[PastAttempt] = []
        codes: dict[int, str] = {}
        for roster, sheets in self._groups:
            place = roster.places.get(name)
            if place is not None:
                for sheet in sheets:
                    codes[sheet.run] = code = sheet.code(place)
                    if sheet.shape[place]:
                        found.append(PastAttempt(sheet.run, 0, Outcome.PASSED, code=code))
        found += (
            PastAttempt(
                run=row.run,
                number=row.number,
                outcome=row.outcome,
                superseded=row.superseded,
                signature=row.signature,
                broken=row.broken,
                code=codes.get(row.run, ""),
            )
            for row in self._rows.get(name, ())
        )
        return sorted(found, key=lambda attempt: (attempt.run, attempt.number))

    def times(self, name: str) -> list[PastTime]:
        """What a test took where it passed, one time a run, oldest first."""
        found: dict[int, PastTime] = {}
        for row in self._rows.get(name, ()):
            if row.outcome is Outcome.PASSED and not row.superseded and not row.broken:
                found[row.run] = PastTime(row.run, row.cpu, row.wall, row.setup, row.teardown)
        seconds = columns.seconds
        for roster, sheets in self._groups:
            place = roster.places.get(name)
            if place is not None:
                for sheet in sheets:
                    if sheet.shape[place]:
                        cpu, call, setup, teardown = [seconds(one[place]) for one in sheet.times]
                        found[sheet.run] = PastTime(sheet.run, cpu, call, setup, teardown)
        return [found[run] for run in sorted(found)]
