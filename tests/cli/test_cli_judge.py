"""Judging again, on evidence made by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from commanding import evidence, write
from pytest_readiness import cli
from pytest_readiness.model.evidence import Selection, Shard
from pytest_readiness.publish import schema
from pytest_readiness.publish.evidence import dumps

Capsys = pytest.CaptureFixture[str]


def test_ready(project: Path, capsys: Capsys) -> None:
    assert cli.main(["judge", "one.json"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].strip("=") == " readiness: READY "
    assert len(out.splitlines()[0]) == 100
    assert "judged again: 1 run (cpython3.12-linux)" in out
    assert out.splitlines()[-1].startswith(" READY: ")
    assert err == ""
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        (["--gate", "tests.run >= 9"], 1, "(exit status 1)"),
        (["--stage", "release"], 9, "(exit status 9)"),
        (["--stage", "release", "-q"], 9, "(exit status 9)"),
        (["-q"], 0, ""),
    ],
)
def test_what_if(
    project: Path, capsys: Capsys, arguments: list[str], status: int, last: str
) -> None:
    assert cli.main(["judge", "one.json", *arguments]) == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].endswith(last)
    assert (len(lines) == 1) is ("-q" in arguments)


def test_shards_become_one(project: Path, capsys: Capsys) -> None:
    everything = ("a", "b")
    for index, name in enumerate(everything, 1):
        shard = evidence(f"s{index}", tests=(name,), shard=Shard(index=index, total=2))
        write(project / f"shard-{index}.json", shard)
    assert cli.main(["judge", "shard-1.json", "shard-2.json"]) == 0
    assert cli.main(["judge", "shard-1.json"]) == 1
    assert "NOT MEASURED" in capsys.readouterr().out


def test_a_directory_is_all_of_its_files(project: Path, capsys: Capsys) -> None:
    (project / "evidence").mkdir()
    for index, name in enumerate(("a", "b"), 1):
        shard = evidence(f"s{index}", tests=(name,), shard=Shard(index=index, total=2))
        write(project / "evidence" / f"{index}.json", shard)
    assert cli.main(["judge", "evidence"]) == 0
    (project / "empty").mkdir()
    assert cli.main(["judge", "empty"]) == cli.USAGE_ERROR
    assert "without evidence files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [((0,), 0), ((1,), 1), ((0, 2), 2), ((5, 0), 0), ((5,), 5), ((3, 1), 3)],
)
def test_what_pytest_failed_with_stays(
    project: Path, capsys: Capsys, statuses: tuple[int, ...], expected: int
) -> None:
    names = []
    for index, status in enumerate(statuses):
        names.append(f"{index}.json")
        write(project / names[-1], evidence(f"r{index}", exit_status=status))
    assert cli.main(["judge", *names]) == expected
    if expected:
        assert f"pytest's own exit status {expected} stays" in capsys.readouterr().out


def test_a_part_of_the_suite_has_no_verdict_unless_declared(project: Path, capsys: Capsys) -> None:
    write(project / "part.json", evidence(selection=Selection(causes=("-k a",))))
    assert cli.main(["judge", "part.json", "--gate", "tests.run >= 9"]) == 0
    assert "NO VERDICT" in capsys.readouterr().out
    assert cli.main(["judge", "part.json", "--gate", "tests.run >= 9", "--mode=strict"]) == 1
    assert "NOT READY" in capsys.readouterr().out


def test_all_mistakes_are_told_together(project: Path, capsys: Capsys) -> None:
    (project / "not.json").write_text("{}")
    (project / "cut.json").write_text(dumps(evidence())[:200])
    newer = json.loads(dumps(evidence()))
    newer["version"] = 99
    (project / "newer.json").write_text(json.dumps(newer))
    (project / "bytes.json").write_bytes(b"\xff\xfe\x00\x80")
    names = ["gone.json", "not.json", "cut.json", "newer.json", "bytes.json"]
    status = cli.main(["judge", *names, "--gate", "coverage.line >= 1%", "--report", "jsn"])
    out, err = capsys.readouterr()
    assert status == cli.USAGE_ERROR
    assert out == ""
    for said in (*names, "schema version 99", "upgrade", "did you mean json?", "coverage.lines"):
        assert said in err
    assert "Traceback" not in err


def test_a_hostile_file_name_is_escaped(project: Path, capsys: Capsys) -> None:
    assert cli.main(["judge", "\x1b[31m::error::.json", "::error::x\n::error::y"]) == 4
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert not any(line.lstrip().startswith("::") for line in err.splitlines())


def test_nothing_to_judge(project: Path, capsys: Capsys) -> None:
    assert cli.main(["judge"]) == cli.USAGE_ERROR
    assert "give evidence files" in capsys.readouterr().err


def test_broken_configuration(project: Path, capsys: Capsys) -> None:
    (project / "pyproject.toml").write_text("[tool.pytest-readiness]\nprofil = 'library'\n")
    assert cli.main(["judge", "one.json"]) == cli.USAGE_ERROR
    assert "profile" in capsys.readouterr().err


def test_another_configuration(project: Path, capsys: Capsys) -> None:
    (project / "strict.toml").write_text('[tool.pytest-readiness.gates]\n"tests.run" = ">= 50"\n')
    assert cli.main(["judge", "one.json", "--config", "strict.toml", "-v"]) == 1
    assert "strict.toml" in capsys.readouterr().out
    assert cli.main(["judge", "one.json", "--config", "gone.toml"]) == cli.USAGE_ERROR


def test_no_configuration_is_the_starter_profile(project: Path, capsys: Capsys) -> None:
    (project / "pyproject.toml").unlink()
    assert cli.main(["judge", "one.json", "-v"]) == 0
    assert "profile starter" in capsys.readouterr().out


def test_reports(project: Path, capsys: Capsys) -> None:
    assert cli.main(["judge", "one.json", "--report", "json", "--report=json:out/r.json"]) == 0
    for path in (project / ".readiness" / "report.json", project / "out" / "r.json"):
        jsonschema.validate(json.loads(path.read_text()), json.loads(schema.text("report")))
    assert (project / ".readiness" / ".gitignore").exists()
    capsys.readouterr()
    assert cli.main(["judge", "one.json", "--report", "json:-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["verdict"] == "READY"
    assert "readiness: READY" in err


def test_a_report_that_cannot_be_written_loses_nothing(project: Path, capsys: Capsys) -> None:
    (project / "file").write_text("")
    arguments = ["judge", "one.json", "--report=json:file/r.json", "--report=json:ok.json"]
    assert cli.main(arguments) == 1
    out, err = capsys.readouterr()
    assert "READY" in out
    assert "could not be written" in err
    assert (project / "ok.json").exists()


def test_a_session_that_died_is_named(project: Path, capsys: Capsys) -> None:
    directory = project / ".readiness" / "journal"
    directory.mkdir(parents=True)
    # a process of its own: a lock does not keep its holder out
    code = (
        "import os, sys; from pathlib import Path\n"
        "from pytest_readiness.publish.journal import Journal\n"
        f"journal = Journal(Path({str(directory)!r}), run='r9', process='', started='today')\n"
        "journal.enter('tests/test_x.py::test_dies'); os._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert cli.main(["judge", "one.json"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "not in this evidence: the session started at today died in" in said
    assert "tests/test_x.py::test_dies" in said
    # its own evidence was never written: why is what somebody wants to know who misses it
    assert cli.main(["judge", "never.json"]) == 4
    said = capsys.readouterr().err
    assert "never.json: cannot be read" in said
    assert "not in this evidence: the session started at today died in tests/test_x.py" in said
    assert cli.main(["judge", "one.json", "--stage", "none"]) == 4
    assert "not in this evidence" not in capsys.readouterr().err
