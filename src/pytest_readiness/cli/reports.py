"""``--report TYPE[:DEST]`` of the command line: where reports go, and writing them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_readiness.cli.output import console
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.publish.destination import Destination, DestinationError, parse
from pytest_readiness.publish.files import write_text
from pytest_readiness.render.registry import RENDERERS


def destinations(texts: Sequence[str], problems: list[str]) -> list[Destination]:
    """Of every ``--report``; what is wrong goes to ``problems``."""
    parsed = [_destination(text, problems) for text in texts]
    found = [destination for destination in parsed if destination is not None]
    if sum(destination.stdout for destination in found) > 1:
        problems.append("--report: only one report can go to standard output")
    return found


def write(
    scorecard: Scorecard, wanted: Sequence[Destination], root: Path, options: argparse.Namespace
) -> bool:
    """Whether all could be written; one that could not keeps none of the others back."""
    whole = True
    for destination in wanted:
        text = RENDERERS[destination.kind](scorecard)
        if destination.stdout:
            sys.stdout.write(text)
            continue
        base = root if destination.default else Path.cwd()
        try:
            write_text(base / destination.path, text)
        except (OSError, ValueError) as error:
            whole = False
            console(sys.stderr, options).say(
                f"pytest-readiness: error: the {destination.kind} report could not be written "
                f"to {base / destination.path}: {error}"
            )
    return whole


def _destination(text: str, problems: list[str]) -> Destination | None:
    try:
        return parse(text, RENDERERS.keys())
    except DestinationError as error:
        problems.append(f"--report {error}")
        return None
