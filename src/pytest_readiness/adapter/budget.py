"""The option ``--readiness-probe[=BUDGET]``: how it is spelled, and how much time it allows."""

from __future__ import annotations

import argparse
import copy
import math
import re
from collections.abc import Iterable, Sequence
from typing import cast

import pytest

from pytest_readiness.model.pattern import pattern

FLAG = "--readiness-probe"
DEFAULT = 60.0
"""Seconds, where no budget is given."""
_FACTORS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_TEXT = pattern(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)", re.ASCII)


def seconds(text: str) -> float:
    """``60s``, ``1.5min`` in seconds. Raises ``argparse.ArgumentTypeError``."""
    found = _TEXT.fullmatch(text.strip())
    value = float(found[1]) * _FACTORS[found[2]] if found else 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time budget; give one as in {FLAG}=60s, {FLAG}=5min"
        )
    return value


def spelled_out(arguments: Iterable[object]) -> list[str]:
    """The arguments, a bare flag now with its budget: else it would swallow a path that follows it."""
    found: list[str] = []
    options = True
    for argument in map(str, arguments):
        options = options and argument != "--"
        found.append(f"{FLAG}={DEFAULT:g}s" if options and argument == FLAG else argument)
    return found


def spell_out(config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """Do that to the arguments of this session, and read them again.

    To be called first in ``pytest_load_initial_conftests``; ``args`` is changed in place, since
    pytest reads it once more when the conftest files are loaded.
    """
    if (spelled := spelled_out(args)) == args:
        return
    args[:] = spelled
    known = config.known_args_namespace
    again = parser.parse_known_args(cast("Sequence[str]", args), namespace=copy.copy(config.option))
    again.confcutdir = known.confcutdir
    config.known_args_namespace = again
