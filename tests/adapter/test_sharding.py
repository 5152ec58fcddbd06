from __future__ import annotations

import pytest

from pytest_readiness.adapter.sharding import find_shard
from pytest_readiness.model.evidence import Shard


@pytest.mark.parametrize(
    ("text", "options", "shard"),
    [
        ("", {}, None),
        ("2/5", {}, (2, 5)),
        ("1/1", {}, (1, 1)),
        ("", {"splits": 3, "group": 1}, (1, 3)),
        ("", {"splits": None, "group": None}, None),
        ("", {"splits": 1, "group": 1}, None),
        ("", {"num_shards": 4, "shard_id": 0}, (1, 4)),
        ("", {"num_shards": 1, "shard_id": 0}, None),
        ("", {"test_group_count": 2, "test_group": 2}, (2, 2)),
        ("1/2", {"splits": 3, "group": 1}, (1, 2)),
    ],
)
def test_a_shard_is_told_by_us_or_by_a_plugin_that_splits(
    text: str, options: dict[str, object], shard: tuple[int, int] | None
) -> None:
    expected = None if shard is None else Shard(index=shard[0], total=shard[1])
    assert find_shard(text, options) == expected


@pytest.mark.parametrize("text", ["0/5", "6/5", "a/b", "1", "1/", "-1/2", "1/2/3", "1/0"])
def test_a_shard_that_cannot_be_is_a_usage_error(text: str) -> None:
    with pytest.raises(pytest.UsageError, match="expected I/N"):
        find_shard(text, {})
