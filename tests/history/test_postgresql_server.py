"""A history in PostgreSQL that cannot be used, and what is told of it: never a password."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from kept import numbered
from pytest_readiness.history import migrations
from pytest_readiness.history import postgresql as postgresql_module
from pytest_readiness.history.entry import Entry
from pytest_readiness.history.interface import HistoryError, Wanted
from pytest_readiness.history.store import open_store
from pytest_readiness.history.url import shown

SECRET = "s3cr3t/p@ss:w?rd"
ROOT = Path("/")


def fails(url: str, **options: bool) -> HistoryError:
    with pytest.raises(HistoryError) as caught:
        open_store(url, ROOT, **options)
    told = (
        f"{caught.value} {caught.value.message} {caught.value.remedy} {caught.value.__context__!r}"
    )
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert SECRET not in told.partition("None")[0]
    return caught.value


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("postgresql://me:secret@host:5432/db?x=y", "postgresql://me@host:5432/db?x=y"),
        ("postgresql://me:a@b/c?d@host/db", "postgresql://me@host/db"),
        ("postgresql://host/db?password=secret&x=y", "postgresql://host/db?password=***&x=y"),
        ("postgresql://host/db?sslpassword=secret", "postgresql://host/db?sslpassword=***"),
        ("postgresql://?service=x", "postgresql://?service=x"),
    ],
)
def test_urls_are_shown_without_passwords(url: str, expected: str) -> None:
    assert shown(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}@127.0.0.1:1/db",
        f"postgresql://me:{SECRET}@127.0.0.1:port/db",
        f"postgresql://me:{SECRET}@[::1/db",
        f"postgresql://me@127.0.0.1:1/db?password={SECRET}",
        f"postgresql://me@127.0.0.1:1/db?nothing=x&password={SECRET}",
        "postgresql://me:s3cr3t%2Fp%40ss%3Aw%3Frd@127.0.0.1:1/db",
        "postgresql://me:s3cr3t%ZZ@127.0.0.1:1/db",
    ],
)
def test_no_message_tells_a_password(url: str) -> None:
    error = fails(url)
    for text in (error.message, error.remedy):
        for piece in ("s3cr3t", "p@ss", "w?rd", "p%40ss"):
            assert piece not in text


def test_no_server() -> None:
    error = fails("postgresql://me@127.0.0.1:1/db")
    assert error.message.startswith("postgresql://me@127.0.0.1:1/db: connection")
    assert "see that the server runs" in error.remedy


def test_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    error = fails("postgresql://me@127.0.0.1:1/db")
    assert "needs psycopg" in error.message
    assert error.remedy == "pip install 'pytest-readiness[postgresql]'"


def test_no_such_database(postgresql: str) -> None:
    name = str(conninfo_to_dict(postgresql)["dbname"])
    error = fails(postgresql.replace(f"/{name}", "/nowhere"))
    assert 'database "nowhere" does not exist' in error.message


@pytest.fixture
def asked(postgresql: str) -> Iterator[str]:
    """A role that may connect with a password, and no more."""
    role = f"asked_{conninfo_to_dict(postgresql)['dbname']}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        with contextlib.suppress(psycopg.errors.DuplicateObject):
            connection.execute("CREATE ROLE readiness_asked")
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{SECRET}' IN ROLE readiness_asked")
        yield role
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")


def url_of(postgresql: str, role: str) -> str:
    """The same database as another role, without a password."""
    given = conninfo_to_dict(postgresql)
    place = f"postgresql://{role}@/{given['dbname']}?host={given['host']}"
    return f"{place}&port={given['port']}" if "port" in given else place


def test_passwords_come_from_the_environment_or_a_file(
    postgresql: str, asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = url_of(postgresql, asked)
    with psycopg.connect(postgresql, autocommit=True) as connection:
        name = conninfo_to_dict(postgresql)["dbname"]
        connection.execute(f"GRANT CREATE ON DATABASE {name} TO {asked}")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    assert "password" in fails(url).message
    monkeypatch.setenv("PGPASSWORD", "wrong")
    wrong = fails(url)
    assert "password authentication failed" in wrong.message
    assert "PGPASSWORD" in wrong.remedy
    monkeypatch.setenv("PGPASSWORD", SECRET)
    open_store(url, ROOT).close()
    monkeypatch.delenv("PGPASSWORD")
    escaped = SECRET.replace(":", r"\:")
    (tmp_path / "pass").write_text(f"*:*:*:{asked}:{escaped}\n")
    (tmp_path / "pass").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pass"))
    open_store(url, ROOT).close()
    given = {**conninfo_to_dict(postgresql), "user": asked, "password": SECRET}
    lines = "".join(f"{key}={value}\n" for key, value in given.items())
    (tmp_path / "services").write_text(f"[shop]\n{lines}")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.delenv("PGPASSFILE")
    with contextlib.closing(open_store("postgresql://?service=shop", ROOT)) as store:
        assert store.where == "postgresql://?service=shop"
        assert store.append(numbered(1))


def test_a_role_that_only_reads(
    postgresql: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)
    url = url_of(postgresql, asked)
    error = fails(url)
    assert "permission denied" in error.message
    assert "docs/history.md" in error.remedy
    assert "no history of this release" in fails(url, read_only=True).message
    with contextlib.closing(open_store(postgresql, ROOT)) as store:
        store.append(numbered(1))
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"GRANT USAGE ON SCHEMA readiness TO {asked}")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA readiness TO {asked}")
    for read_only in (False, True):
        with contextlib.closing(open_store(url, ROOT, read_only=read_only)) as store:
            assert [run.id for run in store.load(Wanted()).runs] == ["run-001"]
            with pytest.raises(HistoryError, match=r"permission denied|reading only"):
                store.append(numbered(2))


def test_a_role_that_reads_and_adds(
    postgresql: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grants that docs/history.md lists are enough."""
    monkeypatch.setenv("PGPASSWORD", SECRET)
    open_store(postgresql, ROOT).close()
    text = (Path(__file__).parents[2] / "docs" / "history.md").read_text("utf-8")
    grants = [line for line in text.splitlines() if line.startswith("GRANT ") and "runner" in line]
    assert grants
    with psycopg.connect(postgresql, autocommit=True) as connection:
        for grant in grants:
            name = conninfo_to_dict(postgresql)["dbname"]
            connection.execute(grant.replace("ci_runner", asked).replace("ci_history", str(name)))
    with contextlib.closing(open_store(url_of(postgresql, asked), ROOT)) as store:
        assert store.append(numbered(1))
        assert list(store.entries()) == [numbered(1)]


def test_a_newer_history_is_left_alone(postgresql: str) -> None:
    open_store(postgresql, ROOT).close()
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("UPDATE readiness.schema_version SET version = 99")
    error = fails(postgresql)
    assert "schema version 99" in error.message
    assert "upgrade" in error.remedy


def test_tables_locked_by_another(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_module, "BUSY", 0.05)
    with contextlib.closing(open_store(postgresql, ROOT)) as store:
        store.append(numbered(1))
        with psycopg.connect(postgresql) as other:
            other.execute("LOCK TABLE readiness.runs IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(HistoryError, match="lock timeout") as caught:
                store.append(numbered(2))
            assert "another transaction has held it" in caught.value.remedy
            other.rollback()
        assert store.append(numbered(2))


def test_a_server_that_goes_away(postgresql: str) -> None:
    with contextlib.closing(open_store(postgresql, ROOT)) as store:
        with psycopg.connect(postgresql, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'pytest-readiness' AND datname = current_database()"
            )
        with pytest.raises(HistoryError, match="terminat"):
            store.append(numbered(1))
    with contextlib.closing(open_store(postgresql, ROOT)) as store:
        assert store.append(numbered(1))


def test_a_later_schema_is_reached_step_by_step(
    postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(open_store(postgresql, ROOT)) as store:
        store.append(numbered(1))
    steps = (
        *migrations.STEPS,
        "ALTER TABLE runs ADD COLUMN mood TEXT; CREATE TABLE moods (id {key})",
    )
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(migrations, "VERSION", len(steps))
    with contextlib.closing(open_store(postgresql, ROOT)) as store:
        assert len(store.load(Wanted()).runs) == 1
    with psycopg.connect(postgresql, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM readiness.moods").fetchone() == (0,)


def test_options_of_the_url_are_kept(postgresql: str) -> None:
    sign = "&" if "?" in postgresql else "?"
    url = f"{postgresql}{sign}application_name=mine&connect_timeout=3"
    with (
        contextlib.closing(open_store(url, ROOT)),
        psycopg.connect(postgresql, autocommit=True) as other,
    ):
        rows = other.execute("SELECT 1 FROM pg_stat_activity WHERE application_name = 'mine'")
        assert rows.fetchall() == [(1,)]


def of_project(index: int, project: str) -> Entry:
    entry = numbered(index)
    return dataclasses.replace(entry, run=dataclasses.replace(entry.run, project=project))


def test_projects_in_one_database_do_not_mix(postgresql: str) -> None:
    other = f"{postgresql}{'&' if '?' in postgresql else '?'}schema=other_{os.getpid()}"
    with contextlib.closing(open_store(postgresql, ROOT)) as store:
        store.append(of_project(1, "shop"))
        assert [run.id for run in store.load(Wanted(project="shop")).runs] == ["run-001"]
        for refused in (
            lambda: store.append(of_project(2, "bank")),
            lambda: store.load(Wanted(project="bank")),
        ):
            with pytest.raises(HistoryError, match="another project: 'shop'") as caught:
                refused()
            assert "?schema=NAME" in caught.value.remedy
        assert len(store.load(Wanted()).runs) == 1
    with contextlib.closing(open_store(other, ROOT)) as store:
        assert store.append(of_project(2, "bank"))
        assert [run.id for run in store.load(Wanted(project="bank")).runs] == ["run-002"]


@pytest.mark.parametrize("name", ["", "Shop", "1st", "a-b", "x;DROP TABLE runs", "a" * 64])
def test_a_schema_has_a_plain_name(name: str) -> None:
    assert "name of a schema" in fails(f"postgresql://nobody@localhost/x?schema={name}").message
