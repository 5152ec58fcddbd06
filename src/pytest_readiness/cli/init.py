"""``pytest-readiness init``: a first configuration from one measured run."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness import pipeline
from pytest_readiness.cli import evidence_files
from pytest_readiness.cli.arguments import UsageError, add_color
from pytest_readiness.cli.output import console
from pytest_readiness.config.discovery import NAME, TABLE
from pytest_readiness.config.first import FirstGate, asked, first_gates, first_table
from pytest_readiness.config.load import load_policy
from pytest_readiness.config.toml import TomlError, parse
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.evidence import Evidence, Run
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import GateOutcome, Verdict
from pytest_readiness.publish.files import write_text
from pytest_readiness.render import figures

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

MEASURE = (
    "pytest --readiness --readiness-evidence=.readiness/first.json"
    ' --readiness-gate "coverage.lines >= 0%"'
)
"""The run to begin with: it measures what a first configuration can hold."""


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "init",
        help="write a first [tool.pytest-readiness] from one measured run",
        description="Write a first [tool.pytest-readiness] from one measured run, such that it"
        f" passes today and tightens later. Measure one with: {MEASURE}".replace("%", "%%"),
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "evidence",
        nargs="*",
        default=[".readiness/first.json"],
        metavar="EVIDENCE",
        help="evidence of the run (default: .readiness/first.json)",
    )
    parser.add_argument(
        "--write", action="store_true", help=f"append it to ./{NAME} instead of printing it"
    )
    add_color(parser)


def run(options: argparse.Namespace) -> int:
    path = Path.cwd() / NAME
    problems: list[str] = []
    before = _before(path, problems)
    unread: list[str] = []
    evidence = evidence_files.merged(options.evidence, unread)
    if unread:
        problems += (*unread, f"measure a run first: {MEASURE}")
    if problems:
        raise UsageError(problems)
    text, remark = _written(evidence)
    shown = console(sys.stdout, options)
    if options.write:
        gap = "\n" if before and not before.endswith("\n\n") else ""
        ending = "" if not before or before.endswith("\n") else "\n"
        write_text(path, before + ending + gap + text)
        shown.say(f"{NAME}: [tool.{TABLE}] written")
    else:
        sys.stdout.write(text)
    if remark:
        console(sys.stderr, options).say(remark)
    return 0


def _before(path: Path, problems: list[str]) -> str:
    """The file as it stands; empty when there is none."""
    try:
        text = path.read_bytes().decode()
        tables = parse(text).get("tool", {})
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError, TomlError) as error:
        problems.append(f"{path}: {error}")
        return ""
    if isinstance(tables, dict) and TABLE in tables:
        problems.append(
            f"{path} has a [tool.{TABLE}] already: `pytest-readiness ratchet` raises it"
        )
    return text


def _written(evidence: Evidence) -> tuple[str, str]:
    """The table, and what has to be said beside it.

    It is judged before it is given away: a gate that the run would not pass, whatever the reason,
    is left out.
    """
    today = datetime.datetime.now(datetime.timezone.utc).date()
    learnt = load_policy(None, catalogue=CATALOGUE, overrides=asked())
    gates = first_gates(pipeline.evaluate(evidence, learnt, today=today))
    heading = _heading(evidence)
    text = first_table([(gate, _comment(gate)) for gate in gates], heading)
    scorecard = pipeline.evaluate(evidence, _policy(text), today=today)
    failed = {
        result.gate.metric
        for result in scorecard.results
        if result.outcome in (GateOutcome.FAILED, GateOutcome.ERROR)
    }
    text = first_table(
        [(gate, _comment(gate)) for gate in gates if gate.metric not in failed], heading
    )
    scorecard = pipeline.evaluate(evidence, _policy(text), today=today)
    remark = ""
    if scorecard.would_be is Verdict.NOT_READY:
        remark = f"It does not pass today: {scorecard.explanation}. No gate can make that pass."
    return text, remark


def _policy(text: str) -> Policy:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / NAME
        path.write_text(text, encoding="utf-8")
        return load_policy(path, catalogue=CATALOGUE)


def _comment(gate: FirstGate) -> str:
    if gate.reached is None:
        return "of the lines that a change touches"
    metric = CATALOGUE[gate.metric]
    return f"{figures.measurement(gate.reached, metric)} today"


def _heading(evidence: Evidence) -> str:
    runs = [run for _, run in evidence.select(Run)]
    where = ", ".join(dict.fromkeys(run.environment.key for run in runs))
    day = max((run.started[:10] for run in runs), default="")
    return (
        f"Written from one run of {day} ({where}): what it reached is what is asked for.\n"
        "`pytest-readiness ratchet` raises it to what is reached later."
    )
