"""What the parsers of all commands share, and the error that ends a command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

USAGE_ERROR = 4


class UsageError(Exception):
    """What the user has to mend first, all of it."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(messages))


class Parser(argparse.ArgumentParser):
    """Mistakes in the arguments end as all others do: argparse's status is 2, pytest's 4."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        super().exit(USAGE_ERROR if status == 2 else status, message)


def add_config(parser: argparse.ArgumentParser, *, below: bool = False) -> None:
    """``below`` a command that has the option too, its absence does not undo what was said there."""
    parser.add_argument(
        "--config",
        metavar="PATH",
        default=argparse.SUPPRESS if below else None,
        help="read [tool.pytest-readiness] from here",
    )


def add_color(parser: argparse.ArgumentParser, *, below: bool = False) -> None:
    """``below`` as for :func:`add_config`."""
    parser.add_argument(
        "--color",
        choices=("auto", "yes", "no"),
        default=argparse.SUPPRESS if below else "auto",
    )
