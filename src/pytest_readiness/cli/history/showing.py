"""Options of the subcommands that show something, and finding what they are to show."""

from __future__ import annotations

import argparse
from collections.abc import Collection

from pytest_readiness.cli.arguments import UsageError
from pytest_readiness.judge.selection import nearest
from pytest_readiness.model.glob import matches

EVERY = 10**6
"""Runs, where no number was said."""


def add_json(parser: argparse.ArgumentParser, *, below: bool = True) -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS if below else False,
        help="print JSON, for machines",
    )


def add_last(
    parser: argparse.ArgumentParser, number: int, what: str, *, below: bool = False
) -> None:
    """``below`` a command that has the option too, it does not undo what was said there."""
    parser.add_argument(
        "--last",
        metavar="N",
        type=counted,
        default=argparse.SUPPRESS if below else number,
        help=f"{what} (default {number or 'all'}; 0: all)",
    )


def named(pattern: str, known: Collection[str], kind: str, where: str) -> list[str]:
    """The one of that name, else all that the glob matches, else all with that in their name.

    Raises :class:`UsageError`.
    """
    if pattern in known:
        return [pattern]
    part = pattern.strip("*").casefold()
    found = sorted(name for name in known if _matches(pattern, name)) or sorted(
        name for name in known if part and part in name.casefold()
    )
    if found:
        return found
    if not known:
        raise UsageError([f"{where} has no {kind} yet"])
    like = nearest((pattern,), sorted(known))
    said = f"no {kind} in {where} is called {pattern}"
    raise UsageError([f"{said}; the nearest: {', '.join(like)}" if like else said])


def _matches(pattern: str, name: str) -> bool:
    """Where several environments were merged, their names stand behind those of the tests."""
    return matches(pattern, name) or (
        name.endswith("]") and " [" in name and matches(pattern, name.rpartition(" [")[0])
    )


def counted(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of them")
    return number
