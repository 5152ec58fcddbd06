"""``history export``, ``import`` and ``merge``: runs and hotfixes from one history into another."""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from pytest_readiness.cli.arguments import UsageError
from pytest_readiness.cli.history.foreign import ForeignError, add_options, reader
from pytest_readiness.cli.history.opened import add_where, opened
from pytest_readiness.cli.history.showing import add_last
from pytest_readiness.cli.output import console
from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.decisions import Decided
from pytest_readiness.history.entry import Entry
from pytest_readiness.history.interface import HistoryError, Store
from pytest_readiness.history.line import decision_line, from_line, to_line
from pytest_readiness.history.store import open_store
from pytest_readiness.history.url import shown as without_password
from pytest_readiness.publish.files import replacing
from pytest_readiness.render import figures

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

STANDARD = "-"
_PACKED = b"\x1f\x8b"
Kept = Entry | Decided


class SourceError(Exception):
    """A file or history that runs cannot be taken from; the text says where and why."""


def add(commands: Commands) -> None:
    export = commands.add_parser(
        "export",
        help="runs as lines of JSON",
        description="Write recorded runs as lines of JSON, the oldest first, and the hotfixes behind them.",
    )
    export.set_defaults(run=run_export)
    export.add_argument(
        "path",
        nargs="?",
        default=STANDARD,
        metavar="PATH",
        help="else standard output; packed where the name ends in .gz",
    )
    add_where(export)
    add_last(export, 0, "the latest N runs")
    imported = commands.add_parser(
        "import",
        help="take over exported runs, or those of other tools",
        description="Take over runs of files that `history export`, pytest-benchmark or "
        "github-action-benchmark wrote; what is there stays.",
    )
    imported.set_defaults(run=run_import)
    imported.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, packed or not, or a .benchmarks directory; - is standard input",
    )
    add_options(imported)
    add_where(imported)
    merge = commands.add_parser(
        "merge",
        help="take over the runs of other histories",
        description="Take over the runs of other histories, which diverged; what is there stays.",
    )
    merge.set_defaults(run=run_merge)
    merge.add_argument("others", nargs="+", metavar="DB", help="a file, or a postgresql:// URL")
    add_where(merge)


def run_export(options: argparse.Namespace) -> int:
    with opened(options) as store:
        lines = _Lines(store, options.last or None)
        if options.path == STANDARD:
            shown = console(sys.stdout, options)
            for line in lines:
                shown.raw(line + "\n")
            return 0
        path = Path(options.path)
        try:
            with replacing(path) as file:
                _write(file, lines, packed=path.suffix == ".gz")
        except OSError as error:
            raise UsageError([f"{path} could not be written: {error.strerror or error}"]) from None
    told = _counted(lines.runs, "runs") + _more(lines.decisions)
    console(sys.stdout, options).say(f"{told} written to {path}")
    return 0


def run_import(options: argparse.Namespace) -> int:
    if any("://" in path for path in options.paths):
        raise UsageError(["import reads files; the runs of a database come by `history merge`"])
    return _take_over(options, options.paths, reader(options, _imported))


def run_merge(options: argparse.Namespace) -> int:
    return _take_over(options, options.others, _merged)


def _take_over(
    options: argparse.Namespace, names: Iterable[str], read: Callable[[str], Iterator[Kept]]
) -> int:
    """Of every source as much as can be read; then what could not."""
    problems: list[str] = []
    with opened(options, write=True) as store:
        shown = console(sys.stdout, options)
        for name in names:
            seen = new = 0
            decided: list[Decided] = []
            try:
                for one in read(name):
                    if isinstance(one, Decided):
                        decided.append(one)
                        continue
                    seen += 1
                    new += store.append(one)
            except (SourceError, ForeignError) as error:
                problems.append(str(error))
            told = f"{_called(name)}: {_counted(seen, 'runs')}, {figures.count(new)} new"
            if decided:
                before = len(store.decisions())
                store.decide(decided)
                fresh = len(store.decisions()) - before
                told += f"; {_counted(len(decided), 'decisions')}, {figures.count(fresh)} new"
            shown.say(told)
        shown.flush()
    if problems:
        raise UsageError(problems)
    return 0


def _imported(name: str) -> Iterator[Kept]:
    """What an export holds, line by line."""
    try:
        with _reader(name) as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    yield from_line(line)
                except ColumnError as error:
                    raise SourceError(f"{name}:{number}: {error}") from None
    except (OSError, EOFError) as error:
        said = getattr(error, "strerror", None) or error
        raise SourceError(f"{name}: cannot be read: {said}") from None


def _merged(name: str) -> Iterator[Kept]:
    """The runs and hotfixes of another history."""
    try:
        other = open_store(name, Path.cwd(), create=False, read_only=True)
        try:
            yield from other.entries()
            yield from other.decisions()
        finally:
            other.close()
    except HistoryError as error:
        raise SourceError(f"{error.message}: {error.remedy}".removesuffix(": ")) from None


def _reader(name: str) -> BinaryIO:
    if name == STANDARD:
        return sys.stdin.buffer
    with open(name, "rb") as file:
        packed = file.read(2) == _PACKED
    return cast("BinaryIO", gzip.open(name) if packed else open(name, "rb"))


class _Lines:
    """The lines of an export; once they are read, how many there are of each kind."""

    def __init__(self, store: Store, last: int | None) -> None:
        self._store = store
        self._last = last
        self.runs = self.decisions = 0

    def __iter__(self) -> Iterator[str]:
        since = ""
        for entry in self._store.entries(last=self._last):
            self.runs += 1
            since = since or entry.run.started
            yield to_line(entry)
        for decided in self._store.decisions():
            if self._last is None or decided.decision.decided >= since:
                self.decisions += 1
                yield decision_line(decided)


def _write(file: BinaryIO, lines: Iterable[str], *, packed: bool) -> None:
    stream = gzip.GzipFile(fileobj=file, mode="wb", mtime=0) if packed else file
    for line in lines:
        stream.write(line.encode("ascii") + b"\n")
    if packed:
        stream.close()


def _called(name: str) -> str:
    """As it was given, but for a password."""
    return without_password(name) if "://" in name else name


def _counted(number: int, noun: str) -> str:
    return f"{figures.count(number)} {figures.noun(noun, number)}"


def _more(decisions: int) -> str:
    return f" and {_counted(decisions, 'decisions')}" if decisions else ""
