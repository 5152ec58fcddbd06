"""Both stores, for tests that run on each of them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from databases import VARIABLE, binaries, started
from pytest_readiness.history.interface import Store
from pytest_readiness.history.store import open_store

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a database whose role may create others."""
    given = os.environ.get(VARIABLE)
    programs = binaries()
    if given:
        yield given
    elif programs is not None:
        with started(programs) as url:
            yield url
    elif IN_CI:
        pytest.fail(f"no PostgreSQL here: install it, or set {VARIABLE} to a URL")
    else:
        pytest.skip(f"no PostgreSQL here: install it, or set {VARIABLE} to a URL")


@pytest.fixture(scope="session")
def database(server: str) -> Iterator[str]:
    """URL of a database of this process's own."""
    name = f"readiness_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    present = str(conninfo_to_dict(server).get("dbname", "postgres"))
    head, _, tail = server.rpartition(f"/{present}")
    yield f"{head}/{name}{tail}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql(database: str) -> str:
    """URL of a database in which no history was begun."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS readiness CASCADE")
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a history may be kept, as the configuration says it; none is there yet."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql"))
    return str(tmp_path / ".readiness" / "history.db")


@pytest.fixture
def store(where: str, tmp_path: Path) -> Iterator[Store]:
    with contextlib.closing(open_store(where, tmp_path)) as opened:
        yield opened
