"""The history that a command is to work on: which one, opened, with its mistakes told."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_readiness.cli import configuration
from pytest_readiness.cli.arguments import UsageError, add_color, add_config
from pytest_readiness.cli.output import console
from pytest_readiness.history import baseline_file
from pytest_readiness.history.interface import HistoryError, Store, Wanted
from pytest_readiness.history.store import open_store
from pytest_readiness.model.history import History
from pytest_readiness.model.policy import Policy

_FILES = (".json", ".json.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a history is, and the policy of the project that it is of."""

    where: str
    root: Path
    """What ``where`` is relative to."""
    policy: Policy
    project: Path
    """The project's root."""

    @property
    def is_file(self) -> bool:
        """A baseline file: it can be looked at, and no more."""
        return "://" not in self.where and self.where.endswith(_FILES)


def add_where(parser: argparse.ArgumentParser, *, below: bool = True) -> None:
    """Options that every subcommand has; ``below`` the command they do not undo what was said before."""
    default = argparse.SUPPRESS if below else None
    parser.add_argument(
        "--history",
        metavar="WHERE",
        default=default,
        help="a path, a postgresql:// URL or a baseline file, instead of the configured one",
    )
    add_config(parser, below=below)
    add_color(parser, below=below)


def location(options: argparse.Namespace) -> Location:
    """As configured, or as told by ``--history``. Raises :class:`UsageError`."""
    place = configuration.place(options.config)
    problems: list[str] = []
    policy = configuration.policy(place.path, problems)
    if policy is None:
        raise UsageError(problems)
    if options.history:
        return Location(where=options.history, root=Path.cwd(), policy=policy, project=place.root)
    if policy.history is None:
        raise UsageError(
            [
                "no history is kept here: configure [tool.pytest-readiness] and leave `history` on, "
                "or name one with --history"
            ]
        )
    return Location(where=policy.history, root=place.root, policy=policy, project=place.root)


@contextlib.contextmanager
def opened(
    options: argparse.Namespace, *, write: bool = False, at: Location | None = None
) -> Iterator[Store]:
    """The history, open; what fails within is told with its remedy."""
    at = at or location(options)
    if at.is_file:
        raise UsageError([f"{at.where} is a baseline file: it can be looked at, and no more"])
    with told():
        store = open_store(at.where, at.root, create=write, read_only=not write)
        try:
            for note in store.notes:
                console(sys.stderr, options).say(f"pytest-readiness: {note}")
            yield store
        finally:
            store.close()


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Errors of a history as errors of the command line."""
    try:
        yield
    except HistoryError as error:
        said = f"{error.message}: {error.remedy}" if error.remedy else error.message
        raise UsageError([said]) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of a history."""

    history: History
    where: str
    """What it is called."""
    policy: Policy
    store: Store | None
    """None: a baseline file."""


@contextlib.contextmanager
def read(options: argparse.Namespace, wanted: Wanted) -> Iterator[Read]:
    """What is wanted of the history at hand; a baseline file serves too."""
    at = location(options)
    if at.is_file:
        with told():
            history = baseline_file.read(at.root / at.where)
            yield Read(history=history, where=at.where, policy=at.policy, store=None)
    else:
        with opened(options, at=at) as store:
            history = store.load(wanted)
            yield Read(history=history, where=store.where, policy=at.policy, store=store)
