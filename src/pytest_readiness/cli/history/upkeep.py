"""``history prune``: old runs are forgotten."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import TYPE_CHECKING

from pytest_readiness.cli.history.opened import add_where, location, opened
from pytest_readiness.cli.history.showing import EVERY, counted
from pytest_readiness.cli.output import console
from pytest_readiness.history.interface import Wanted
from pytest_readiness.render import figures

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "prune",
        help="forget old runs",
        description="Forget old runs and those beyond a number, as configured unless told here.",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "--days", metavar="N", type=counted, help="older than N days (0: of any age are kept)"
    )
    parser.add_argument(
        "--runs", metavar="N", type=counted, help="all but the latest N (0: any number is kept)"
    )
    add_where(parser)


def run(options: argparse.Namespace) -> int:
    at = location(options)
    days = at.policy.history_days if options.days is None else options.days
    runs = at.policy.history_runs if options.runs is None else options.runs
    today = datetime.datetime.now(datetime.timezone.utc).date()
    with opened(options, write=True, at=at) as store:
        gone = store.prune(days, runs, today)
        left = len(store.load(Wanted(parts=frozenset(), limit=EVERY)).runs)
    said = f"{figures.count(gone)} {figures.noun('runs', gone)} forgotten"
    console(sys.stdout, options).say(f"{said}, {figures.count(left)} kept")
    return 0
