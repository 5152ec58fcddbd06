"""``--owner`` and ``--by-owner`` of ``pytest-readiness judge``: what is shown of a scorecard, and how."""

from __future__ import annotations

import argparse

from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.render.line import Line, Writer


def add_options(parser: argparse.ArgumentParser) -> None:
    """``--owner`` serves the hotfix too: beside ``--waive`` it is who answers for that."""
    parser.add_argument(
        "--owner",
        metavar="NAME",
        default="",
        help="show only what NAME owns, the verdict stays the whole's; with --waive: who answers for it",
    )
    parser.add_argument(
        "--by-owner", action="store_true", help="list findings and requirements by their owner"
    )


def asked(options: argparse.Namespace) -> str:
    """Whose part is to be shown; empty: all is."""
    return "" if options.waive else str(options.owner)


def check(options: argparse.Namespace, problems: list[str]) -> None:
    name = asked(options)
    if name and not name.strip("@ \t"):
        problems.append("--owner: name somebody, as in --owner @payments")


def part(scorecard: Scorecard, options: argparse.Namespace, policy: Policy) -> Scorecard:
    """What ``--owner`` leaves of it."""
    name = asked(options)
    if not name:
        return scorecard
    from pytest_readiness.judge.owned import owned

    sizes = policy.scoring.hours if policy.scoring is not None else ()
    return owned(scorecard, name, sizes)


def grouped(
    lines: tuple[Line, ...], scorecard: Scorecard, options: argparse.Namespace, writer: Writer
) -> tuple[Line, ...]:
    """A section with what ``--by-owner`` lists, above the line that tells the verdict."""
    if not options.by_owner or options.quiet > options.verbose:
        return lines
    from pytest_readiness.render.by_owner import by_owner

    block = by_owner(scorecard, writer, most=None if options.verbose >= 2 else 5)
    empty = [place for place, line in enumerate(lines) if not line]
    end = empty[-1] if empty else 0
    return (*lines[:end], *block, *lines[end:])
