"""Evidence of several runs, judged without running a test."""

from __future__ import annotations

import pytest
from showcase import environment, section
from showcase import pytest as run_pytest

import warm


@pytest.fixture
def project(pytester):
    pytester.makefile(
        ".toml",
        pyproject="""
            [tool.pytest-readiness]
            source = ["wares"]
            [tool.pytest-readiness.gates]
            "coverage.lines" = ">= 80%"
            "tests.skipped" = "== 0"
        """,
    )
    pytester.makepyfile(
        wares="def one():\n    return 1\n\n\ndef two():\n    return 2\n",
        test_one="from wares import one\n\n\ndef test_one():\n    assert one() == 1\n",
        test_two="from wares import two\n\n\ndef test_two():\n    assert two() == 2\n",
    )
    return pytester.path


def judge(directory, *arguments):
    """The command, as a person runs it."""
    return warm.run(
        "pytest_readiness.cli", "judge", *arguments, cwd=directory, environ=environment()
    )


def shard(directory, index):
    name = f"shard-{index}.json"
    done = run_pytest(
        directory, "--splits=2", f"--group={index}", "--readiness", f"--readiness-evidence={name}"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return name


def test_two_shards_are_judged_as_one_run(project):
    names = [shard(project, 1), shard(project, 2)]
    both = judge(project, *names)
    assert both.returncode == 0, both.stdout + both.stderr
    assert "100" in next(line for line in both.stdout.splitlines() if "Line coverage" in line)
    for name in names:
        alone = judge(project, name)
        assert alone.returncode == 1
        assert "NOT READY" in alone.stdout


@pytest.mark.parametrize("split", [True, False], ids=["pytest-split", "told"])
def test_shards_of_chosen_paths_have_a_verdict_at_a_desk_too(project, split):
    names = []
    for index, module in enumerate(("test_one.py", "test_two.py"), start=1):
        names.append(f"shard-{index}.json")
        part = ("--splits=2", f"--group={index}", "test_one.py", "test_two.py")
        told = (f"--readiness-shard={index}/2", module)
        recorded = ("--readiness", f"--readiness-evidence={names[-1]}")
        run_pytest(project, *(part if split else told), *recorded)
    both = judge(project, *names)
    assert both.returncode == 0, both.stdout + both.stderr
    assert "NO VERDICT" not in both.stdout
    assert "as this pipeline declared it: test_" in both.stdout
    assert judge(project, names[0]).returncode == 1


def test_another_limit_needs_no_other_run(project):
    run_pytest(project, "--readiness", "--readiness-evidence=evidence.json")
    for test in project.glob("test_*.py"):
        test.unlink()
    assert judge(project, "evidence.json").returncode == 0
    stricter = judge(project, "--gate", "tests.run >= 3", "evidence.json")
    assert stricter.returncode == 1
    assert "NOT READY" in stricter.stdout


def test_a_dead_process_names_its_test(project):
    (project / "test_two.py").write_text("import os\n\n\ndef test_dies():\n    os._exit(3)\n")
    run_pytest(project, "--readiness", "--readiness-evidence=evidence.json", "test_one.py")
    died = run_pytest(project, "--readiness")
    assert "readiness:" not in died.stdout.partition("test_one.py")[2]
    told = judge(project, "-v", "evidence.json")
    assert "test_two.py::test_dies" in told.stdout + told.stderr
    died = run_pytest(project, "--readiness")
    (project / "test_two.py").unlink()
    assert "test_two.py::test_dies" in run_pytest(project, "--readiness").stdout
    assert section(died.stdout + "\n=== readiness") == "=== readiness"
