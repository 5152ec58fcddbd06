"""``judge --history``: stored runs, judged again under the configuration at hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pytest_readiness.cli import configuration
from pytest_readiness.cli.arguments import UsageError
from pytest_readiness.cli.output import console

LAST = 50
EVERY = 10**6


def add_options(parser: argparse.ArgumentParser) -> None:
    """To the command ``judge``."""
    parser.add_argument(
        "--history",
        metavar="WHERE",
        nargs="?",
        const="",
        default=None,
        help="what if: judge the stored runs instead of evidence files, each with the history "
        "before it; of the configured history, or of the one at WHERE",
    )
    parser.add_argument(
        "--last",
        metavar="N",
        type=int,
        default=LAST,
        help=f"with --history: the latest N runs (default {LAST}; 0: all)",
    )
    parser.add_argument(
        "--json", action="store_true", help="with --history: print JSON, for machines"
    )


def run(options: argparse.Namespace) -> int:
    """It informs: the exit status is 0, whatever would have been."""
    from pytest_readiness.cli.history.opened import told
    from pytest_readiness.history.replay import replay
    from pytest_readiness.history.store import open_store
    from pytest_readiness.judge.what_if import replayable, what_if
    from pytest_readiness.render.what_if import document, lines

    place = configuration.place(options.config)
    problems: list[str] = []
    policy = configuration.policy(place.path, problems, stage=options.stage, overrides=options.gate)
    if options.evidence:
        problems.append("--history judges stored runs: give no evidence files beside it")
    if options.report or options.record:
        problems.append("--history informs: it writes no report and records nothing")
    if options.last < 0:
        problems.append(f"--last {options.last}: give a number of runs, or 0 for all")
    where = options.history or (policy.history if policy else None)
    if policy is not None and not where:
        problems.append("no history is kept here: name one with --history WHERE")
    if problems or policy is None or not where:
        raise UsageError(problems)
    with told():
        root = Path.cwd() if options.history else place.root
        store = open_store(where, root, create=False, read_only=True)
        try:
            tried, left_out = replayable(policy)
            runs = tuple(replay(store, tried, options.last or EVERY))
            found = what_if(tried, runs, left_out)
        finally:
            store.close()
    source = str(place.path) if place.path is not None else "the default profile"
    if policy.stage:
        source += f", stage {policy.stage}"
    shown = console(sys.stdout, options)
    if options.json:
        shown.raw(document(found, source=source))
    else:
        verbosity = options.verbose - options.quiet
        shown.write(lines(found, shown.writer, source=source, verbosity=verbosity))
    shown.flush()
    return 0
