"""Parts of a history that are made test by test, when somebody asks for that test.

A million attempts are a few columns a run; as objects they would be hundreds of megabytes.
"""

from __future__ import annotations

import math
import operator
from array import array
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


class Columns(NamedTuple):
    """A run's columns, unpacked."""

    run: int
    shape: Sequence[int]
    cpu: Sequence[float | None]
    call: Sequence[float | None]
    setup: Sequence[float | None]
    teardown: Sequence[float | None]


class Sheet:
    """One run's columns, unpacked when first used."""

    def __init__(
        self, run: int, packed: Sequence[bytes], codes: Callable[[], Sequence[str]]
    ) -> None:
        """:param packed: shape, CPU, call, setup, teardown."""
        self.run = run
        self._shape, *self._times = packed
        self._codes = codes

    @cached_property
    def shape(self) -> Sequence[int]:
        return columns.from_small(columns.inflate(self._shape))

    @cached_property
    def columns(self) -> Columns:
        return Columns(self.run, self.shape, *map(_seconds, self._times))

    def code(self, place: int) -> str:
        codes = self._codes()
        if codes and place >= len(codes):
            raise columns.ColumnError("fingerprints do not fit the names of the tests")
        return codes[place] if codes else ""


def _seconds(packed: bytes) -> Sequence[float | None]:
    column = columns.from_floats(columns.inflate_times(packed))
    # NaN and infinities are rare, and a sum tells of them
    return column if math.isfinite(sum(column)) else list(map(columns.seconds, column))


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


class Group:
    """Runs whose suites had the same tests."""

    def __init__(self, names: Sequence[str], sheets: Sequence[Sheet]) -> None:
        self.names = names
        self.sheets = sheets
        self.places = array("i")
        """By a test's number, its place in the columns, -1: not there. One integer a test, where
        names or dictionaries would be tens of megabytes for a hundred groups."""


class Record:
    """The tests of all loaded runs."""

    def __init__(self, groups: Sequence[Group], rows: Sequence[Row], timed: frozenset[int]) -> None:
        """
        :param rows: by run, then as they were kept.
        :param timed: runs whose times are told.
        """
        self._groups = groups
        self._timed = timed
        self.names: dict[str, int] = {}
        """Numbers of all tests, by name, sorted."""
        self._among: list[int] = []
        """By a test's number, in which groups it is: bit *n* stands for group *n*."""
        self._number()
        self._rows: dict[str, list[Row]] = {}
        by_run = {sheet.run: group.names for group in groups for sheet in group.sheets}
        for row in rows:
            names = by_run.get(row.run, ())
            if not 0 <= row.test < len(names):
                raise columns.ColumnError("an attempt belongs to no test")
            self._rows.setdefault(names[row.test], []).append(row)
        self._shared: dict[int, Mapping[int, int]] = {}

    def _number(self) -> None:
        every = sorted({name for group in self._groups for name in group.names})
        self.names = {name: number for number, name in enumerate(every)}
        self._among = [0] * len(every)
        for index, group in enumerate(self._groups):
            bit = 1 << index
            group.places = array("i", [-1]) * len(every)
            numbers = [self.names[name] for name in group.names]
            for place, number in enumerate(numbers):
                group.places[number] = place
                self._among[number] |= bit
            group.names = [every[number] for number in numbers]  # one text a name, not one a group

    def check(self, *, times: bool) -> None:
        """Unpack what will be asked for: damage is to show now. Raises :class:`ColumnError`."""
        for group in self._groups:
            for sheet in group.sheets:
                lengths = {len(group.names), len(sheet.shape)}
                if times and sheet.run in self._timed:
                    lengths.update(map(len, sheet.columns[1:]))
                if self.unsteady and group.names:
                    sheet.code(len(group.names) - 1)
                if len(lengths) != 1:
                    raise columns.ColumnError("columns do not fit the names of the tests")

    @cached_property
    def unsteady(self) -> dict[str, None]:
        """Names of tests that did anything but pass, skip or xfail at the first attempt."""
        return dict.fromkeys(
            sorted(name for name, rows in self._rows.items() if any(row.unsteady for row in rows))
        )

    @cached_property
    def _odd(self) -> set[str]:
        """Tests that are not in the columns of each run of their groups."""
        odd = set(self._rows)
        for group in self._groups:
            for sheet in group.sheets:
                if sheet.shape.count(0):
                    pairs = zip(group.names, sheet.shape, strict=True)
                    odd.update([name for name, shape in pairs if not shape])
        return odd

    def exposure(self, name: str) -> Mapping[int, int]:
        """In which runs a test ran, and how many attempts it made; skipping is not running."""
        number = self.names[name]
        if name not in self._odd:
            among = self._among[number]
            if among not in self._shared:
                runs = [
                    sheet.run
                    for index, group in enumerate(self._groups)
                    if among >> index & 1
                    for sheet in group.sheets
                ]
                self._shared[among] = dict.fromkeys(sorted(runs), 1)
            return self._shared[among]
        counts = {sheet.run: 1 for sheet, place in self._places(number) if sheet.shape[place]}
        for row in self._rows.get(name, ()):
            if row.outcome is not Outcome.SKIPPED:
                counts[row.run] = counts.get(row.run, 0) + 1
        return dict(sorted(counts.items()))

    def attempts(self, name: str) -> list[PastAttempt]:
        """All attempts of a test, oldest first."""
        found: list[PastAttempt] = []
        codes: dict[int, str] = {}
        for sheet, place in self._places(self.names[name]):
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
        return sorted(found, key=_BY_RUN)

    def times(self, name: str) -> list[PastTime]:
        """What a test took where it passed, one time a run, oldest first."""
        number = self.names[name]
        make, kind = tuple.__new__, PastTime  # a million of them: half the cost of calling the type
        found = [
            make(kind, (run, cpu[place], call[place], setup[place], teardown[place]))
            for place, sheets in self._unpacked(number)
            for run, shape, cpu, call, setup, teardown in sheets
            if shape[place]
        ]
        if name in self._rows:
            there = {time.run for time in found}
            found += [
                PastTime(row.run, row.cpu, row.wall, row.setup, row.teardown)
                for row in self._rows[name]
                if row.run in self._timed
                and row.outcome is Outcome.PASSED
                and not (row.superseded or row.broken or row.run in there)
            ]
        found.sort(key=_FIRST)
        return list({time.run: time for time in found}.values()) if name in self._rows else found

    def _places(self, number: int) -> Iterator[tuple[Sheet, int]]:
        for group in self._groups:
            place = group.places[number]
            if place >= 0:
                for sheet in group.sheets:
                    yield sheet, place

    def _unpacked(self, number: int) -> Iterator[tuple[int, Sequence[Columns]]]:
        for group, sheets in self._columns:
            place = group.places[number]
            if place >= 0:
                yield place, sheets

    @cached_property
    def _columns(self) -> list[tuple[Group, list[Columns]]]:
        return [
            (group, [sheet.columns for sheet in group.sheets if sheet.run in self._timed])
            for group in self._groups
        ]


_FIRST = operator.itemgetter(0)
_BY_RUN = operator.itemgetter(0, 1)
