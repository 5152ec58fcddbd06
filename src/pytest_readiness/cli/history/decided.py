"""``history decisions``: the hotfixes that were decided while saved evidence was judged."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import TYPE_CHECKING

from pytest_readiness.cli.history.opened import add_where, opened
from pytest_readiness.cli.history.showing import add_json, add_last
from pytest_readiness.cli.output import console
from pytest_readiness.render import history_decisions, history_json

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

LAST = 20


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "decisions",
        help="hotfixes that were decided by `judge --waive`",
        description="The hotfixes that were decided by `judge --waive`, the newest last.",
    )
    parser.set_defaults(run=run)
    add_where(parser)
    add_json(parser)
    add_last(parser, LAST, "show the latest N decisions")


def run(options: argparse.Namespace) -> int:
    with opened(options) as store:
        every, where = store.decisions(), store.where
    kept = every[-options.last :] if options.last else every
    rows = [(one.gate, one.runs, one.decision) for one in kept]
    shown = console(sys.stdout, options)
    if options.json:
        shown.raw(history_json.decisions(rows))
    else:
        today = datetime.datetime.now(datetime.timezone.utc).date()
        shown.write(history_decisions.decisions(rows, where, shown.writer, today=today))
    return 0
