"""``history runs``, and ``history`` alone: the recorded runs as a table."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pytest_readiness.cli.history.opened import add_where, read
from pytest_readiness.cli.history.showing import EVERY, add_json, add_last
from pytest_readiness.cli.output import console
from pytest_readiness.history.interface import Wanted
from pytest_readiness.render import history_json, history_runs

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

LAST = 20


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "runs",
        help="the recorded runs",
        description="The recorded runs, the newest last.",
    )
    options(parser, below=True)


def options(parser: argparse.ArgumentParser, *, below: bool = False) -> None:
    """Also those of ``history`` without a subcommand."""
    parser.set_defaults(run=run)
    add_where(parser, below=below)
    add_json(parser, below=below)
    add_last(parser, LAST, "show the latest N runs", below=below)


def run(options: argparse.Namespace) -> int:
    wanted = Wanted(parts=frozenset(), limit=options.last or EVERY)
    with read(options, wanted) as found:
        every = found.history.runs
    runs = every[-options.last :] if options.last else every
    shown = console(sys.stdout, options)
    if options.json:
        shown.raw(history_json.runs(runs))
    else:
        shown.write(history_runs.runs(runs, found.where, shown.writer))
    return 0
