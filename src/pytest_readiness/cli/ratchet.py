"""``pytest-readiness ratchet``: gates raised to what is reached, one way only."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness import pipeline
from pytest_readiness.cli import configuration, evidence_files
from pytest_readiness.cli.arguments import UsageError, add_color, add_config
from pytest_readiness.cli.edit import Edit
from pytest_readiness.cli.output import console
from pytest_readiness.config.ratchet import Rules, ratchet, without_baselines
from pytest_readiness.config.rewrite import RewriteError, rewrite
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.ratchet import Ratchet
from pytest_readiness.render.ratchet import ratchet_lines

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

LAST = 5
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:pp|%)?")


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "ratchet",
        help="raise gates to what is reached",
        description="Print the change to pyproject.toml that raises gates to what the latest runs"
        " of the base branch reached, or apply it. Limits only ever become tighter.",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "evidence",
        nargs="*",
        metavar="EVIDENCE",
        help="evidence files to go by, each one a run, instead of the history",
    )
    add_config(parser)
    parser.add_argument(
        "--last",
        type=int,
        default=LAST,
        metavar="N",
        help=f"go by the latest N runs of the base branch that qualify (default {LAST})",
    )
    parser.add_argument(
        "--margin",
        type=_points,
        default=Rules().margin,
        metavar="PP",
        help="percentage points that ratios stay away from what is reached (default 0.5)",
    )
    parser.add_argument(
        "--step",
        type=_points,
        default=Rules().step,
        metavar="PP",
        help="ratios are multiples of it (default 1)",
    )
    parser.add_argument(
        "--slack",
        type=_points,
        default=Rules().slack,
        metavar="PERCENT",
        help="per cent that times and sizes stay above what is reached (default 20)",
    )
    parser.add_argument(
        "--all", action="store_true", help="gates of the profile too: as gates of the file"
    )
    parser.add_argument("--write", action="store_true", help="apply the change")
    add_color(parser)


def _points(text: str) -> Fraction:
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of per cent, such as 0.5")
    return Fraction(match[1]) / 100


def run(options: argparse.Namespace) -> int:
    if options.last < 1 or options.step == 0:
        raise UsageError(["--last and --step: a number above 0 is needed"])
    place = configuration.place(options.config)
    problems: list[str] = []
    policy = configuration.policy(place.path, problems)
    runs = _runs(options, policy, place.root, problems) if policy is not None else []
    if place.path is None:
        problems.append("there is no [tool.pytest-readiness] to raise: `pytest-readiness init`")
    if problems or policy is None or place.path is None:
        raise UsageError(problems)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    fixed = without_baselines(policy)
    scorecards = [pipeline.evaluate(evidence, fixed, today=today) for evidence in runs]
    rules = Rules(margin=options.margin, step=options.step, slack=options.slack)
    found = ratchet(policy, scorecards, rules)
    shown = console(sys.stdout, options)
    before, conditions, added = _edits(place.path, found, everything=options.all)
    shown.write(
        ratchet_lines(
            found,
            shown.writer,
            runs=len(runs),
            applied=lambda gate: gate.origin.key in conditions or gate.metric in added,
        )
    )
    try:
        after = rewrite(before, conditions, added) if conditions or added else before
    except RewriteError as error:
        raise UsageError([str(error)]) from error
    if before == after:
        return 0
    edit = Edit(place.path, before, after)
    if options.write:
        edit.write()
        shown.say(f"{place.path.name} written")
    else:
        shown.flush()
        edit.show()
    return 0


def _runs(
    options: argparse.Namespace, policy: Policy, root: Path, problems: list[str]
) -> Sequence[Evidence]:
    """The evidence to go by: of the files named, else of the base branch's latest runs."""
    if options.evidence:
        return [evidence_files.merged([name], problems) for name in options.evidence]
    from pytest_readiness.history.interface import HistoryError, Wanted
    from pytest_readiness.history.store import open_store

    if policy.history is None:
        problems.append("no history is kept: name evidence files, or set `history`")
        return []
    try:
        store = open_store(policy.history, root, create=False, read_only=True)
        try:
            runs = store.load(Wanted(parts=frozenset())).runs
            whole = [run for run in runs if run.base and not run.selection]
            ids = [run.id for run in whole if not run.exit_status]
            found = [store.evidence(one) for one in ids[-options.last :]]
        finally:
            store.close()
    except HistoryError as error:
        problems.append(f"{error.message} {error.remedy}".strip())
        return []
    if not found:
        problems.append(f"{policy.history} holds no whole run of the base branch that passed")
    return found


def _edits(
    path: Path, found: Ratchet, *, everything: bool
) -> tuple[str, dict[str, str], dict[str, str]]:
    """The file as it is, its conditions that change by their keys, and gates to add by metric."""
    conditions: dict[str, str] = {}
    added: dict[str, str] = {}
    for change in found.changes:
        origin = change.gate.origin
        if origin.source == path.name or origin.source == str(path):
            conditions[origin.key] = change.new
        elif everything and not origin.key:  # not one of the profile's that the file amends
            added[change.gate.metric] = change.new
    return path.read_bytes().decode(), conditions, added
