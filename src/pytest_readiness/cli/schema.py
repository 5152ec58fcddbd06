"""``pytest-readiness schema``: the JSON schema of the configuration or of a report."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pytest_readiness.publish import schema

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "schema",
        help="print the JSON schema of the configuration or of the JSON report",
        description="Print the JSON schema of [tool.pytest-readiness] or of the JSON report.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("name", nargs="?", choices=schema.NAMES, default=schema.NAMES[0])


def run(options: argparse.Namespace) -> int:
    sys.stdout.write(schema.text(options.name))
    return 0
