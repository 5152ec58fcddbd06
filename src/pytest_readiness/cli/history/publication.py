"""``history baseline``: what the base branch publishes for forks, first days and lost caches."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness.cli.arguments import UsageError
from pytest_readiness.cli.history.opened import add_where, location, opened
from pytest_readiness.cli.output import console
from pytest_readiness.history import baseline_file
from pytest_readiness.history.published import published
from pytest_readiness.model.metric import Unit
from pytest_readiness.publish.files import replacing
from pytest_readiness.render import figures

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

USUAL = ".readiness/baseline.json"


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "baseline",
        help="write the baseline file that the base branch publishes",
        description="Write the small, read-only baseline file of the base branch's latest runs.",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help=f"else the configured baseline-file, else {USUAL}; packed where it ends in .gz",
    )
    add_where(parser)


def run(options: argparse.Namespace) -> int:
    at = location(options)
    usual = at.project / (at.policy.baseline_file or USUAL)
    path = Path(options.path) if options.path else usual
    with opened(options, at=at) as store:
        history = published(store)
    if not any(run.base for run in history.runs):
        raise UsageError(
            [
                f"{store.where} has no whole run of the base branch: nothing is published, "
                f"and {path} stays as it is"
            ]
        )
    content = baseline_file.dumps(history, packed=path.suffix == ".gz")
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise UsageError([f"{path} could not be written: {error.strerror or error}"]) from None
    number = len(history.runs)
    size = figures.number(len(content), Unit.BYTES, rounding=figures.Rounding.UP)
    console(sys.stdout, options).say(
        f"{path}: {figures.count(number)} {figures.noun('runs', number)} of the base branch, {size}"
    )
    return 0
