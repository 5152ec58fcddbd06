"""``history trends``: values over the runs of the base branch."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pytest_readiness.cli.arguments import UsageError
from pytest_readiness.cli.history.opened import add_where, read
from pytest_readiness.cli.history.showing import add_json, add_last, named
from pytest_readiness.cli.output import console
from pytest_readiness.history.interface import Wanted
from pytest_readiness.measure import chronicle
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.history import Part
from pytest_readiness.render import history_json, history_trends

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

LAST = 20
_LISTED = 20
"""Subjects of which all values are listed."""


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "trends",
        help="values of metrics over the runs of the base branch",
        description="Values of metrics over the runs of the base branch: a line for each metric of"
        " the run, or all values of the metrics named.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("metrics", nargs="*", metavar="METRIC", help="as in coverage.lines")
    add_where(parser)
    add_json(parser)
    add_last(parser, LAST, "list the latest N values of each metric named")


def run(options: argparse.Namespace) -> int:
    with read(options, Wanted(parts=frozenset({Part.VALUES}))) as found:
        history, where = found.history, found.where
        known = chronicle.recorded(history)
        wanted = [
            name for given in options.metrics for name in named(given, known, "metric", where)
        ]
        configured = {metric.name: metric for metric in found.policy.metrics}
        told = chronicle.trends(history, {**configured, **CATALOGUE}, wanted)
    if not told:
        raise UsageError([f"{where} has no value of a run of the base branch yet"])
    shown = console(sys.stdout, options)
    if options.json:
        shown.raw(history_json.trends(told))
    elif wanted and len(told) <= _LISTED:
        for number, trend in enumerate(told):
            shown.write([()] if number else [])
            shown.write(history_trends.values(trend, shown.writer, most=options.last))
    else:
        shown.write(history_trends.summary(told, shown.writer))
    return 0
