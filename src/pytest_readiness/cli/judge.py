"""``pytest-readiness judge``: evidence of finished sessions, under the configuration at hand."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness import pipeline
from pytest_readiness.cli import configuration, evidence_files, hotfix, owners, reports, what_if
from pytest_readiness.cli.arguments import UsageError, add_color, add_config
from pytest_readiness.cli.output import console
from pytest_readiness.cli.past import Past
from pytest_readiness.model.evidence import Evidence, Record, Run
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.publish.fingerprint import fingerprints
from pytest_readiness.publish.journal import dead
from pytest_readiness.render import ansi
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.terminal import headline, headline_markup, section

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

TESTS_FAILED = 1
NO_TESTS = 5


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "judge",
        help="merge evidence files and judge them under the configuration at hand",
        description="Merge evidence files and judge them under the configuration at hand.",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "evidence",
        nargs="*",
        metavar="EVIDENCE",
        help="a file of --readiness-evidence, of a shard or of collect mode; a directory: all in it",
    )
    add_config(parser)
    parser.add_argument("--stage", metavar="NAME", default="", help="judge this stage's gates")
    parser.add_argument(
        "--gate",
        metavar="GATE",
        action="append",
        default=[],
        help='set one gate, as in "coverage.lines >= 80%%"; several times',
    )
    parser.add_argument(
        "--mode",
        choices=("auto", "strict"),
        default="auto",
        help="strict: judge runs of a part of the suite as they stand",
    )
    parser.add_argument(
        "--report",
        metavar="TYPE[:DEST]",
        action="append",
        default=[],
        help="write a report, as in json:report.json; DEST - is standard output; several times",
    )
    parser.add_argument(
        "--record", action="store_true", help="keep the merged evidence in the history as one run"
    )
    owners.add_options(parser)
    what_if.add_options(parser)
    hotfix.add_options(parser)
    parser.add_argument("-v", "--verbose", action="count", default=0, help="twice: everything")
    parser.add_argument("-q", "--quiet", action="count", default=0, help="one line")
    add_color(parser)


def run(options: argparse.Namespace) -> int:
    """Every mistake is told before anything is judged."""
    if options.history is not None:
        if options.waive:
            raise UsageError(["--waive: name the evidence that it is decided on, not the history"])
        if options.owner or options.by_owner:
            raise UsageError(["--owner and --by-owner: name the evidence that is shown"])
        return what_if.run(options)
    if not options.evidence:
        raise UsageError(["give evidence files, or --history to judge stored runs"])
    place = configuration.place(options.config)
    problems: list[str] = []
    owners.check(options, problems)
    destinations = reports.destinations(options.report, problems)
    evidence, content = _evidence(options.evidence, place.root, problems)
    policy = configuration.policy(place.path, problems, stage=options.stage, overrides=options.gate)
    if options.record and policy is not None and policy.history is None:
        problems.append("--record: no history is kept here (see `history` in the configuration)")
    now = datetime.datetime.now(datetime.timezone.utc)
    if policy is not None and not problems:
        fixes = hotfix.waivers(options, policy, evidence, now, problems)
        policy = dataclasses.replace(policy, waivers=(*policy.waivers, *fixes))
    if problems or policy is None:
        raise UsageError(problems)
    if options.mode == "strict":
        evidence = declared(evidence)
    today = now.date()
    past = Past(policy, place.root)
    history = past.history(evidence)
    scorecard = pipeline.evaluate(evidence, policy, today=today, history=history)
    earlier = past.decisions(evidence, today)
    unkept = past.record(evidence, scorecard, today) if options.record else ""
    undecided = past.decide(hotfix.decided(scorecard, evidence, now))
    told = tuple(("history", text) for text in past.notices)
    scorecard = dataclasses.replace(
        scorecard,
        notices=(*scorecard.notices, *told),
        decisions=(*scorecard.decisions, *earlier),
        fingerprints=fingerprints(content, policy),
    )
    # a report on standard output has it for itself
    to_stdout = any(destination.stdout for destination in destinations)
    shown = console(sys.stderr if to_stdout else sys.stdout, options)
    accepted = (TESTS_FAILED,) if hotfix.accepts_failures(scorecard) else ()
    status = own_status(evidence, but=accepted) or scorecard.exit_code
    scorecard = owners.part(scorecard, options, policy)
    if options.verbose >= options.quiet:
        shown.write(_head(scorecard, evidence, shown.writer, place.root))
    lines = section(
        scorecard,
        verbosity=options.verbose - options.quiet,
        width=shown.writer.width,
        unicode=shown.writer.unicode,
        exit_status=status,
    )
    shown.write(owners.grouped(lines, scorecard, options, shown.writer))
    shown.flush()
    written = reports.write(scorecard, destinations, place.root, options)
    if unkept:
        console(sys.stderr, options).say(f"pytest-readiness: error: not recorded: {unkept}")
    if undecided:
        console(sys.stderr, options).say(
            f"pytest-readiness: error: the hotfix was not kept, so it does not hold: {undecided}"
        )
    return status or (0 if written and not (unkept or undecided) else policy.exit_code)


def _evidence(names: list[str], root: Path, problems: list[str]) -> tuple[Evidence, bytes]:
    """All of it, and its text; where some is missing, also which sessions died instead of writing it."""
    unread: list[str] = []
    found = evidence_files.fingerprinted(names, unread)
    if unread:
        unread += (f"not in this evidence: {death}" for death in dead(root))
    problems += unread
    return found


def declared(evidence: Evidence) -> Evidence:
    """The same, as if every run had declared the selection that it was given to be what is judged."""
    return Evidence.of(
        Record(
            record.run,
            record.process,
            record.subject,
            record.attempt,
            dataclasses.replace(
                record.data, selection=dataclasses.replace(record.data.selection, declared=True)
            ),
        )
        if isinstance(record.data, Run)
        else record
        for record in evidence.records
    )


def own_status(evidence: Evidence, *, but: Collection[int] = ()) -> int:
    """What pytest itself failed with in these runs, the worst of them; 0 when it did in none.

    A part of the suite without tests is no failure when another part had some.

    :param but: statuses that are accepted.
    """
    statuses = {run.exit_status for _, run in evidence.select(Run)}.difference(but)
    if statuses == {NO_TESTS}:
        return NO_TESTS
    return max(statuses - {NO_TESTS}, default=0)


def _head(scorecard: Scorecard, evidence: Evidence, writer: Writer, root: Path) -> list[Line]:
    """The title, what was judged, and which sessions left a journal instead of evidence."""
    lines = [ansi.rule(headline(scorecard), headline_markup(scorecard), writer.width)]
    lines += writer.paragraph(_about(evidence), ("light",))
    for death in dead(root):
        lines += writer.paragraph(f"not in this evidence: {death}", ("yellow",))
    return lines


def _about(evidence: Evidence) -> str:
    """``2 runs of shop 2.4.0 at 1a2b3c4 (cpython3.12-linux)``."""
    runs = [run for _, run in evidence.select(Run)]
    projects = dict.fromkeys(f"{run.project} {run.version}".strip() for run in runs)
    commits = dict.fromkeys(run.commit[:10] for run in runs)
    environments = dict.fromkeys(run.environment.key for run in runs)
    said = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
    if any(projects):
        said += f" of {', '.join(filter(None, projects))}"
    if any(commits):
        said += f" at {', '.join(filter(None, commits))}"
    return f"judged again: {said}" + (f" ({', '.join(environments)})" if environments else "")
