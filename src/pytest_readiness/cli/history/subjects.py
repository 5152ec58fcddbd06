"""``history test`` and ``history benchmark``: the record of one, a table of several."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_readiness.cli.history.judged import Judging
from pytest_readiness.cli.history.opened import Read, add_where, read
from pytest_readiness.cli.history.showing import add_json, add_last, named
from pytest_readiness.cli.output import console
from pytest_readiness.history.interface import Wanted
from pytest_readiness.measure import chronicle
from pytest_readiness.measure.standing import Standings
from pytest_readiness.model.chronicle import BenchmarkChronicle, TestChronicle
from pytest_readiness.model.history import History, Part
from pytest_readiness.render import history_json, history_subject, history_subjects

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

LAST = 10
_TESTS = frozenset({Part.ATTEMPTS, Part.TIMES})
_BENCHMARKS = frozenset({Part.BENCHMARKS})


def add(commands: Commands) -> None:
    for kind, run in (("test", run_test), ("benchmark", run_benchmark)):
        parser = commands.add_parser(
            kind,
            help=f"the record of one {kind}, or a table of several",
            description=f"The record of one {kind}; of several that a glob matches, a table.",
        )
        parser.set_defaults(run=run)
        parser.add_argument("name", metavar="ID", help="an id, a file, or a glob")
        add_where(parser)
        add_json(parser)
        add_last(parser, LAST, "list the latest N of its record")


def run_test(options: argparse.Namespace) -> int:
    with read(options, Wanted(parts=_TESTS)) as found:
        history = found.history
        names = named(options.name, chronicle.tests(history), "test", found.where)
        standings = Standings(history)
        told = [
            replace(chronicle.of_test(history, name), standings=standings.of(name))
            for name in names
        ]
        if len(told) == 1:
            told = [_judged_test(told[0], found)]
    shown = console(sys.stdout, options)
    if options.json:
        shown.raw(history_json.tests(told))
    elif len(told) == 1:
        shown.write(history_subject.test(told[0], shown.writer, most=options.last))
    else:
        shown.write(history_subjects.tests(told, shown.writer))
    return 0


def run_benchmark(options: argparse.Namespace) -> int:
    with read(options, Wanted(parts=_BENCHMARKS)) as found:
        history = found.history
        names = named(options.name, chronicle.benchmarks(history), "benchmark", found.where)
        told = [chronicle.of_benchmark(history, name) for name in names]
        if found.store is not None:
            judging = Judging(found.store, "benchmark.slowdown")
            told = [_judged_benchmark(one, history, judging) for one in told]
    shown = console(sys.stdout, options)
    if options.json:
        shown.raw(history_json.benchmarks(told))
    elif len(told) == 1:
        shown.write(history_subject.benchmark(told[0], shown.writer, most=options.last))
    else:
        shown.write(history_subjects.benchmarks(told, shown.writer))
    return 0


def _judged_test(told: TestChronicle, found: Read) -> TestChronicle:
    times = found.history.times.get(told.test, ())
    if found.store is None or not times:
        return told
    run = found.history.runs[times[-1].run]
    return replace(told, judged=Judging(found.store, "test.slowdown").of(told.test, run))


def _judged_benchmark(
    told: BenchmarkChronicle, history: History, judging: Judging
) -> BenchmarkChronicle:
    run = history.runs[history.benchmarks[told.benchmark][-1].run]
    return replace(told, judged=judging.of(told.benchmark, run))
