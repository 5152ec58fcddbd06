"""Which part of a suite that is split over sessions this one runs."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from pytest_readiness.model.evidence import Shard

SPLITTERS: tuple[tuple[str, str, int], ...] = (
    ("group", "splits", 0),  # pytest-split
    ("shard_id", "num_shards", 1),  # pytest-shard
    ("test_group", "test_group_count", 0),  # pytest-test-groups
)
"""Destinations of the index and the total, and what makes the index count from 1."""


def find_shard(text: str, options: Mapping[str, object]) -> Shard | None:
    """From ``--readiness-shard I/N``, else from the options of plugins that split suites.

    Raises ``pytest.UsageError``.
    """
    if text:
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise pytest.UsageError(
                f"--readiness-shard {text!r}: expected I/N with I from 1 to N, as in 2/5"
            )
        return Shard(index=int(match[1]), total=int(match[2]))
    for index_name, total_name, offset in SPLITTERS:
        index, total = options.get(index_name), options.get(total_name)
        if isinstance(index, int) and isinstance(total, int) and 1 <= index + offset <= total:
            if total == 1:
                continue
            return Shard(index=index + offset, total=total)
    return None
