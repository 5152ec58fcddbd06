from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pytest_readiness.publish.files import replacing, state_directory, write_text


def test_a_file_is_written_whole_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "report.json"
    write_text(path, "first\n")
    write_text(path, "second ü\n")
    assert path.read_bytes() == "second ü\n".encode()
    assert os.listdir(path.parent) == ["report.json"]


def test_what_utf8_does_not_hold_is_escaped(tmp_path: Path) -> None:
    write_text(tmp_path / "x", "a\udc80b")
    assert (tmp_path / "x").read_text() == "a\\udc80b"


def test_the_mode_is_that_of_any_other_file(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_text("")
    write_text(ours, "")
    assert stat.S_IMODE(ours.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    ours.chmod(0o640)
    write_text(ours, "again")
    assert stat.S_IMODE(ours.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    write_text(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.json"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    write_text(Path(os.devnull), "gone")
    assert not Path(os.devnull).is_file()
    with pytest.raises(OSError, match="No space left"):
        write_text(Path("/dev/full"), "x" * 100)


def test_a_directory_in_the_way_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        write_text(tmp_path, "text")


def test_git_does_not_see_the_state_directory(tmp_path: Path) -> None:
    path = state_directory(tmp_path, "journal")
    assert path == tmp_path / ".readiness" / "journal"
    assert (tmp_path / ".readiness" / ".gitignore").read_text() == "*\n"
    write_text(tmp_path / "other" / ".readiness" / "evidence" / "r.json", "{}")
    assert (tmp_path / "other" / ".readiness" / ".gitignore").exists()


def test_what_fails_while_it_is_written_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    path.write_bytes(b"old")

    def broken() -> None:
        with replacing(path) as file:
            file.write(b"new, and not yet")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["runs.jsonl"]
    with replacing(path) as file:
        file.write(b"\xff\x00")
    assert path.read_bytes() == b"\xff\x00"
