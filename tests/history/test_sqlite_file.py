"""An SQLite history that cannot be used: said in one sentence, or set aside; never replaced in silence."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kept import entry, numbered
from pytest_readiness.history import migrations, sqlite
from pytest_readiness.history.interface import HistoryError, Store, Wanted
from pytest_readiness.history.set_aside import APPLICATION
from pytest_readiness.history.sqlite import SqliteFile
from pytest_readiness.history.store import open_store
from pytest_readiness.history.tables import TableStore
from pytest_readiness.model.evidence import Benchmark, Outcome
from pytest_readiness.model.history import Series
from strategies import record

PATH = ".readiness/history.db"
HEADER = 100


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A history of three runs."""
    with opened(tmp_path) as store:
        for number in range(3):
            store.append(numbered(number))
    return tmp_path / PATH


@contextlib.contextmanager
def opened(root: Path, where: str = PATH) -> Iterator[Store]:
    with contextlib.closing(open_store(where, root)) as store:
        yield store


def ids(root: Path, where: str = PATH) -> list[str]:
    with opened(root, where) as store:
        return [run.id for run in store.load(Wanted()).runs]


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without_its_end(content: bytes) -> bytes:
    return content[:-5000]  # more than the last page, which may hold nothing


def garbage(content: bytes) -> bytes:
    return bytes(range(256)) * 40


def a_text(content: bytes) -> bytes:
    return b"version https://git-lfs.github.com/spec/v1\n"


def half_overwritten(content: bytes) -> bytes:
    return content[:5000] + b"\xff" * (len(content) - 5000)


def only_a_header(content: bytes) -> bytes:
    return content[:HEADER]


DAMAGE = (truncated, without_its_end, garbage, a_text, half_overwritten, only_a_header)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_set_aside(file: Path, tmp_path: Path, damage: object) -> None:
    content = damage(file.read_bytes())  # type: ignore[operator]
    file.write_bytes(content)
    with opened(tmp_path) as store:
        (note,) = store.notes
        assert "was damaged" in note
        assert "set aside as history.db.corrupt-1, and a new history begun" in note
        assert store.load(Wanted()).runs == ()
        store.append(numbered(7))
    assert (file.parent / "history.db.corrupt-1").read_bytes() == content
    assert ids(tmp_path) == ["run-007"]


def test_a_second_damaged_file_does_not_replace_the_first(file: Path, tmp_path: Path) -> None:
    for _ in range(2):
        file.write_bytes(garbage(b""))
        ids(tmp_path)
    assert sorted(path.name for path in file.parent.glob("*corrupt*")) == [
        "history.db.corrupt-1",
        "history.db.corrupt-2",
    ]


def test_what_belongs_to_it_goes_with_it(file: Path, tmp_path: Path) -> None:
    file.write_bytes(garbage(b""))
    Path(f"{file}-wal").write_bytes(b"log")
    ids(tmp_path)
    assert Path(f"{file}.corrupt-1-wal").read_bytes() == b"log"
    assert not Path(f"{file}-wal").exists()


def test_an_empty_file_is_a_new_history(tmp_path: Path) -> None:
    (tmp_path / "h.db").touch()
    assert ids(tmp_path, "h.db") == []


@pytest.mark.parametrize("content", [b"[project]\n", garbage(b"")])
def test_a_file_that_is_not_ours_stays_where_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(content)
    with pytest.raises(HistoryError, match="no history that can be read") as caught:
        ids(tmp_path, path.name)
    assert "a path of its own" in caught.value.remedy
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_damage_anywhere_else_is_set_aside_if_the_header_says_that_it_is_a_history(
    file: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "runs.sqlite"
    elsewhere.write_bytes(half_overwritten(file.read_bytes()))
    assert ids(tmp_path, elsewhere.name) == []
    assert (tmp_path / "runs.sqlite.corrupt-1").exists()


def test_a_database_of_another_program_stays_as_it_is(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE orders (id)")
    before = (tmp_path / "shop.db").read_bytes()
    with pytest.raises(HistoryError, match="is a database of another program"):
        ids(tmp_path, "shop.db")
    assert (tmp_path / "shop.db").read_bytes() == before


def test_a_newer_history_is_left_alone(file: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    before = file.read_bytes()
    with pytest.raises(HistoryError, match=f"schema version {migrations.VERSION + 1}") as caught:
        ids(tmp_path)
    assert "upgrade" in caught.value.remedy
    assert file.read_bytes() == before


def test_a_migration_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = f"{migrations.STEPS[0]}; CREATE TABLE runs (twice)"
    monkeypatch.setattr(migrations, "STEPS", (broken,))
    with pytest.raises(HistoryError, match="already exists"):
        ids(tmp_path)
    monkeypatch.undo()
    assert ids(tmp_path) == []


def test_a_later_schema_is_reached_step_by_step(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (
        *migrations.STEPS,
        "ALTER TABLE runs ADD COLUMN mood TEXT; CREATE TABLE moods (id {key})",
    )
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(migrations, "VERSION", len(steps))
    assert len(ids(tmp_path)) == 3
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(steps),)
        assert connection.execute("SELECT count(*) FROM moods").fetchone() == (0,)


def test_a_locked_history(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with contextlib.closing(TableStore(SqliteFile(file, busy=0.05))) as store:
            assert len(store.load(Wanted()).runs) == 3
            with pytest.raises(HistoryError, match=r"history\.db: database is locked") as caught:
                store.append(numbered(4))
            assert "another process has written to it for more than 0.05 s" in caught.value.remedy
            other.execute("ROLLBACK")
            assert store.append(numbered(4))


def test_a_full_disk(file: Path) -> None:
    backend = SqliteFile(file)
    with contextlib.closing(TableStore(backend)) as store:
        assert backend._connection is not None
        backend._connection.execute("PRAGMA max_page_count = 1")  # fails as a full disk does
        with pytest.raises(HistoryError, match="full") as caught:
            store.append(numbered(9, tests=5000))
        assert "make room" in caught.value.remedy
        assert "run-001" in [run.id for run in store.load(Wanted()).runs]


def test_no_directory_for_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HistoryError, match="no directory for the history"):
        ids(tmp_path, "file/history.db")


def test_its_directory_is_hidden_from_git(file: Path) -> None:
    assert (file.parent / ".gitignore").read_text() == "*\n"


def test_no_other_scheme(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="'mysql' is not known"):
        open_store("mysql://me:secret@host/x", tmp_path)


def as_nobody(work: Callable[[], None]) -> int:
    """Do it in a child whom files of others are closed to, as root is never; its exit status."""
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1]


@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_history_that_can_only_be_read(what: str) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        root = Path(name)
        root.chmod(0o755)
        path = root / "history.db"
        with opened(root, path.name) as store:
            store.append(numbered(1))
        path.chmod(0o444)
        root.chmod(0o555 if what == "directory" else 0o777)

        def work() -> None:
            with opened(root, path.name) as store:
                assert len(store.load(Wanted()).runs) == 1
                with pytest.raises(
                    HistoryError, match="is read-only, nothing is recorded"
                ) as caught:
                    store.append(numbered(2))
                assert str(path) in caught.value.message
                assert "let it and its directory be written to" in caught.value.remedy

        assert as_nobody(work) == 0
        root.chmod(0o755)
        assert len(ids(root, path.name)) == 1


def test_no_history_where_nobody_may_write() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        root = Path(name)
        root.chmod(0o555)

        def work() -> None:
            for where in ("history.db", PATH):
                with pytest.raises(HistoryError) as caught:
                    ids(root, where)
                assert "to" in caught.value.remedy

        assert as_nobody(work) == 0


def test_a_clean_end_leaves_one_file(file: Path) -> None:
    """A CI's cache that saves the file has all of it."""
    assert [one.name for one in file.parent.glob("history.db*")] == ["history.db"]


def test_the_header_names_the_program(file: Path) -> None:
    assert file.read_bytes()[68:72] == APPLICATION.to_bytes(4, "big")


def test_large_files_are_checked_only_where_a_writer_died(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(asked.append)
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", traced)
    monkeypatch.setattr(sqlite, "_SMALL", 1000)
    ids(tmp_path)
    assert not any("quick_check" in sql for sql in asked)
    first = open_store(PATH, tmp_path)
    first.append(numbered(5))
    ids(tmp_path)  # the first has not closed: as if it had died
    first.close()
    assert any("quick_check" in sql for sql in asked)


def test_damage_found_while_reading(file: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE suites SET cpu = x'00', shape = x'00'")
        connection.execute("UPDATE evidence SET data = x'789c00'")
        connection.commit()
    with opened(tmp_path) as store:
        with pytest.raises(HistoryError, match="packed data is"):
            list(store.entries())
        with pytest.raises(HistoryError, match="packed data is"):
            store.evidence("run-001")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE suites SET cpu = x'00'",
        "UPDATE suites SET shape = x'00'",
        "UPDATE suites SET setup_wall = (SELECT shape FROM suites)",
        "UPDATE suites SET shape = (SELECT data FROM contents ORDER BY length(data) DESC)",
        "UPDATE contents SET data = x'789c'",
        "UPDATE attempts SET test = 99",
        "UPDATE attempts SET outcome = 'fine'",
        "UPDATE runs SET selection = 'none'",
        "UPDATE runs SET duration = 'long'",
        "DELETE FROM contents",
        "UPDATE readings SET numbers = x'00'",
        "UPDATE benchmarks SET record = '{'",
    ],
)
def test_damage_shows_when_a_history_is_loaded(tmp_path: Path, damage: str) -> None:
    """Not later, when it is measured: then nobody expects it."""
    speed = Benchmark(stats=(("median", 1.0),), rounds=5, iterations=1)
    with opened(tmp_path) as store:
        tests = {"a": Outcome.PASSED, "b": Outcome.FAILED}
        values = {Series("coverage.lines"): {"": (1, True)}}
        store.append(entry("r", tests, record(speed, "c", run="r"), values=values))
    with contextlib.closing(sqlite3.connect(tmp_path / PATH)) as connection:
        assert connection.execute(damage).rowcount > 0
        connection.commit()
    with opened(tmp_path) as store, pytest.raises(HistoryError, match=r"history\.db: "):
        store.load(Wanted())
