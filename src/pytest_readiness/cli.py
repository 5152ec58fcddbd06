"""The command ``pytest-readiness``: judge evidence again, print schemas. It runs no test.

Exit statuses are pytest's: 0 ready, the policy's ``exit-code`` (1) not ready, 4 a mistake in the
arguments, the configuration or an evidence file. What pytest itself failed with stays.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TextIO

from pytest_readiness import pipeline
from pytest_readiness.config.discovery import find_config
from pytest_readiness.config.load import ConfigError, load_policy
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.evidence import Evidence, Record, Run
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.publish import schema
from pytest_readiness.publish.console import Console, abandon
from pytest_readiness.publish.destination import Destination, DestinationError, parse
from pytest_readiness.publish.evidence import EvidenceError, loads
from pytest_readiness.publish.files import write_text
from pytest_readiness.publish.journal import dead
from pytest_readiness.render import ansi
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.registry import RENDERERS
from pytest_readiness.render.terminal import headline, headline_markup, section

USAGE_ERROR = 4
NO_TESTS = 5


class UsageError(Exception):
    """What the user has to mend first, all of it."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(messages))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is returned, argparse's own exits aside."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except UsageError as error:
        _console(sys.stderr, options).say(f"pytest-readiness: error: {error}")
        return USAGE_ERROR
    except BrokenPipeError:
        abandon(sys.stdout)
        return 128 + 13  # as a shell tells it: killed by SIGPIPE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="pytest-readiness",
        description="Judge the evidence of pytest sessions again, without running a test.",
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    judge = commands.add_parser(
        "judge",
        help="merge evidence files and judge them under the configuration at hand",
        description="Merge evidence files and judge them under the configuration at hand.",
    )
    judge.set_defaults(run=_judge)
    judge.add_argument(
        "evidence",
        nargs="+",
        metavar="EVIDENCE",
        help="a file of --readiness-evidence, of a shard or of collect mode; a directory: all in it",
    )
    judge.add_argument("--config", metavar="PATH", help="read [tool.pytest-readiness] from here")
    judge.add_argument("--stage", metavar="NAME", default="", help="judge this stage's gates")
    judge.add_argument(
        "--gate",
        metavar="GATE",
        action="append",
        default=[],
        help='set one gate, as in "coverage.lines >= 80%%"; several times',
    )
    judge.add_argument(
        "--mode",
        choices=("auto", "strict"),
        default="auto",
        help="strict: judge runs of a part of the suite as they stand",
    )
    judge.add_argument(
        "--report",
        metavar="TYPE[:DEST]",
        action="append",
        default=[],
        help="write a report, as in json:report.json; DEST - is standard output; several times",
    )
    judge.add_argument("-v", "--verbose", action="count", default=0, help="twice: everything")
    judge.add_argument("-q", "--quiet", action="count", default=0, help="one line")
    judge.add_argument("--color", choices=("auto", "yes", "no"), default="auto")
    schemas = commands.add_parser(
        "schema",
        help="print the JSON schema of the configuration or of the JSON report",
        description="Print the JSON schema of [tool.pytest-readiness] or of the JSON report.",
    )
    schemas.set_defaults(run=_schema)
    schemas.add_argument("name", nargs="?", choices=schema.NAMES, default=schema.NAMES[0])
    return parser


class _Parser(argparse.ArgumentParser):
    """UsageError in the arguments end as all others do: argparse's status is 2, pytest's 4."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        super().exit(USAGE_ERROR if status == 2 else status, message)


def _version() -> str:
    from importlib.metadata import version

    return f"pytest-readiness {version('pytest-readiness')}"


def _schema(options: argparse.Namespace) -> int:
    sys.stdout.write(schema.text(options.name))
    return 0


def _judge(options: argparse.Namespace) -> int:
    """Every mistake is told before anything is judged."""
    here = Path.cwd()
    path = here / options.config if options.config else find_config(here, here)
    root = path.absolute().parent if path is not None else here
    problems: list[str] = []
    destinations = _destinations(options.report, problems)
    evidence = _evidence(options.evidence, problems)
    policy = _policy(path, options, problems)
    if problems or policy is None:
        raise UsageError(problems)
    if options.mode == "strict":
        evidence = declared(evidence)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    scorecard = pipeline.evaluate(evidence, policy, today=today)
    # a report on standard output has it for itself
    to_stdout = any(destination.stdout for destination in destinations)
    console = _console(sys.stderr if to_stdout else sys.stdout, options)
    status = own_status(evidence) or scorecard.exit_code
    if options.verbose >= options.quiet:
        console.write(_head(scorecard, evidence, console.writer, root))
    console.write(
        section(
            scorecard,
            verbosity=options.verbose - options.quiet,
            width=console.writer.width,
            unicode=console.writer.unicode,
            exit_status=status,
        )
    )
    console.flush()
    failed = _write_reports(scorecard, destinations, root, options)
    return status or (policy.exit_code if failed else 0)


def _policy(path: Path | None, options: argparse.Namespace, problems: list[str]) -> Policy | None:
    try:
        return load_policy(
            path, catalogue=CATALOGUE, stage=options.stage, overrides=tuple(options.gate)
        )
    except ConfigError as error:
        problems.append(str(error))
        return None


def _destinations(texts: Sequence[str], problems: list[str]) -> list[Destination]:
    found = [_destination(text, problems) for text in texts]
    destinations = [destination for destination in found if destination is not None]
    if sum(destination.stdout for destination in destinations) > 1:
        problems.append("--report: only one report can go to standard output")
    return destinations


def _destination(text: str, problems: list[str]) -> Destination | None:
    try:
        return parse(text, RENDERERS.keys())
    except DestinationError as error:
        problems.append(f"--report {error}")
        return None


def _evidence(names: Sequence[str], problems: list[str]) -> Evidence:
    """All files as one evidence."""
    return Evidence().merge(*(_read(path, problems) for path in _files(names, problems)))


def _read(path: Path, problems: list[str]) -> Evidence:
    try:
        return loads(path.read_bytes())
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror or error}")
    except EvidenceError as error:
        problems.append(f"{path}: {error}")
    return Evidence()


def _files(names: Sequence[str], problems: list[str]) -> list[Path]:
    files: list[Path] = []
    for name in names:
        path = Path(name)
        if not path.is_dir():
            files.append(path)
            continue
        found = sorted(path.glob("*.json"))
        if not found:
            problems.append(f"{path}: a directory without evidence files (*.json)")
        files += found
    return files


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


def own_status(evidence: Evidence) -> int:
    """What pytest itself failed with in these runs, the worst of them; 0 when it did in none.

    A part of the suite without tests is no failure when another part had some.
    """
    statuses = {run.exit_status for _, run in evidence.select(Run)}
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


def _write_reports(
    scorecard: Scorecard,
    destinations: Sequence[Destination],
    root: Path,
    options: argparse.Namespace,
) -> bool:
    """Whether one could not be written; the others are."""
    failed = False
    for destination in destinations:
        text = RENDERERS[destination.kind](scorecard)
        if destination.stdout:
            sys.stdout.write(text)
            continue
        base = root if destination.default else Path.cwd()
        try:
            write_text(base / destination.path, text)
        except (OSError, ValueError) as error:
            failed = True
            _console(sys.stderr, options).say(
                f"pytest-readiness: error: the {destination.kind} report could not be written "
                f"to {base / destination.path}: {error}"
            )
    return failed


def _console(stream: TextIO, options: argparse.Namespace) -> Console:
    return Console(stream, colour=getattr(options, "color", "auto"), environ=os.environ)


if __name__ == "__main__":
    sys.exit(main())
