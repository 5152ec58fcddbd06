"""Hotfixes are kept in the history, in both databases, until they are too old."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import sqlite3
from pathlib import Path

import psycopg
import pytest

from judging import gate
from kept import numbered
from pytest_readiness.history import migrations
from pytest_readiness.history.decisions import Decided, standing
from pytest_readiness.history.interface import HistoryError, Store, Wanted
from pytest_readiness.history.store import open_store
from pytest_readiness.model.evidence import Decision
from pytest_readiness.model.policy import Policy

TODAY = datetime.date(2026, 11, 21)
HOSTILE = "a'b\"; DROP TABLE runs; --\0\ud800全\n::error::x"


def decided(gate: str = "tests.failed", **changes: str) -> Decided:
    fields = {
        "reason": "checkout is down",
        "owner": "@oncall",
        "expires": "2026-11-23",
        "decided": "2026-11-21T03:04:05.000+00:00",
        "value": "2",
        **changes,
    }
    runs = fields.pop("runs", "20261121T030000-aa 20261121T030001-bb")
    project = fields.pop("project", "shop")
    return Decided(runs=runs, gate=gate, project=project, decision=Decision(**fields))


def test_decisions_are_kept_as_they_were_made(store: Store) -> None:
    assert store.decisions() == ()
    first = decided()
    later = decided("coverage.lines", decided="2026-11-21T04:00:00.000+00:00", value="80 %")
    odd = decided(HOSTILE, reason=HOSTILE, owner=HOSTILE, value=HOSTILE, runs=HOSTILE)
    store.decide([later])
    store.decide([first, odd])
    store.decide([first])  # once more
    assert store.decisions() == (first, odd, later)


def test_decisions_go_by_their_age_and_not_with_runs(store: Store) -> None:
    old, new = decided(decided="2025-11-20T23:59:59.000+00:00"), decided()
    store.decide([old, new])
    store.append(numbered(1))
    store.prune(0, 1, TODAY)
    assert store.decisions() == (old, new)
    store.prune(365, 0, TODAY)
    assert store.decisions() == (new,)


def test_a_decision_is_shown_with_its_gate_until_its_day_is_over() -> None:
    made = decided()
    policy = Policy(gates=(gate("tests.failed", "== 0"),))
    for day, shown in [(22, 1), (23, 1), (24, 0)]:
        assert len(standing([made], policy, datetime.date(2026, 11, day))) == shown
    assert standing([made], policy, TODAY, "shop") == ((made.gate, made.decision),)
    assert standing([made], policy, TODAY, "other") == ()
    assert standing([made], Policy(gates=()), TODAY) == ()


@pytest.fixture
def older(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A history of the release before decisions, with a run in it."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "VERSION", 1)
        with contextlib.closing(open_store(where, tmp_path)) as store:
            store.append(numbered(1))
    return where


def test_an_older_history_is_read_as_it_stands_and_migrated_when_written_to(
    older: str, tmp_path: Path
) -> None:
    with contextlib.closing(open_store(older, tmp_path, create=False, read_only=True)) as store:
        assert store.decisions() == ()
        assert len(store.load(Wanted()).runs) == 1
        with pytest.raises(HistoryError, match="read"):
            store.decide([decided()])
    assert _version(older, tmp_path) == 1
    with contextlib.closing(open_store(older, tmp_path)) as store:
        store.decide([decided()])
    assert _version(older, tmp_path) == migrations.VERSION
    with contextlib.closing(open_store(older, tmp_path, create=False, read_only=True)) as store:
        assert store.decisions() == (decided(),)
        assert len(store.load(Wanted()).runs) == 1


def _version(where: str, root: Path) -> int:
    if "://" in where:
        with psycopg.connect(where) as connection:
            row = connection.execute("SELECT version FROM readiness.schema_version").fetchone()
    else:
        with contextlib.closing(sqlite3.connect(root / where)) as file:
            row = file.execute("PRAGMA user_version").fetchone()
    assert row is not None
    return int(row[0])


def test_another_projects_database_takes_no_decision(postgresql: str, tmp_path: Path) -> None:
    entry = numbered(1)
    entry = dataclasses.replace(entry, run=dataclasses.replace(entry.run, project="shop"))
    with contextlib.closing(open_store(postgresql, tmp_path)) as store:
        store.append(entry)
        store.decide([decided()])
        with pytest.raises(HistoryError, match="another project"):
            store.decide([decided(project="bank")])
