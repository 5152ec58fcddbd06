"""``pytest-readiness history``: looking at what earlier runs left behind, and moving it about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_readiness.cli.history import (
    decided,
    exchange,
    publication,
    runs,
    subjects,
    trends,
    upkeep,
)

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

SUBCOMMANDS = (runs, subjects, trends, decided, exchange, publication, upkeep)
"""Modules whose ``add`` adds the parsers of one or more subcommands."""


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "history",
        help="look at recorded runs, tests, benchmarks and trends; export, merge, publish them",
        description="Look at recorded runs (without a subcommand: at the latest 20), and move them.",
    )
    runs.options(parser)
    subcommands = parser.add_subparsers(metavar="SUBCOMMAND", parser_class=type(parser))
    for module in SUBCOMMANDS:
        module.add(subcommands)
