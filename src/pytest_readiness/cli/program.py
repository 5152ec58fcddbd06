"""``main``: the arguments are read, one command runs, its mistakes are told.

Exit statuses are pytest's: 0 ready, the policy's ``exit-code`` (1) not ready, 4 a mistake in the
arguments, the configuration or a file. What pytest itself failed with stays.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pytest_readiness.cli import explain, history, init, judge, ratchet, requirements, schema, waive
from pytest_readiness.cli.arguments import USAGE_ERROR, Parser, UsageError
from pytest_readiness.cli.output import console
from pytest_readiness.publish.console import abandon

COMMANDS = (judge, explain, history, init, requirements, ratchet, schema, waive)
"""Modules whose ``add`` adds a command's parser, with ``run`` for what it does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is returned, argparse's own exits aside."""
    options = parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except UsageError as error:
        console(sys.stderr, options).say(f"pytest-readiness: error: {error}")
        return USAGE_ERROR
    except BrokenPipeError:
        abandon(sys.stdout)
        return 128 + 13  # as a shell tells it: killed by SIGPIPE
    return status


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    whole = Parser(
        prog="pytest-readiness",
        description="Judge the evidence of pytest sessions again, without running a test.",
    )
    whole.add_argument("--version", action="version", version=_version())
    commands = whole.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        command.add(commands)
    return whole


def _version() -> str:
    from importlib.metadata import version

    return f"pytest-readiness {version('pytest-readiness')}"
