"""What the README says of other tools: each test shows theirs, then ours, on the same project."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from showcase import pytest as run_pytest
from showcase import section


@pytest.fixture
def half(pytester):
    """A project of which a third is covered."""
    pytester.makepyfile(
        half="def one():\n    return 1\n\n\ndef two():\n    if one():\n        return 2\n    return 3\n",
        test_half="from half import one\n\n\ndef test_one():\n    assert one() == 1\n",
    )
    return pytester


def test_threshold_of_pytest_cov_passes_without_coverage_and_ours_does_not(half):
    theirs = ("--cov=half", "--cov-fail-under=95")
    assert run_pytest(half.path, *theirs).returncode == 1
    assert run_pytest(half.path, *theirs, "--no-cov").returncode == 0
    ours = ("--readiness", "--readiness-gate", "coverage.lines >= 95%")
    assert run_pytest(half.path, *ours).returncode == 1
    done = run_pytest(half.path, *ours, "--no-cov")
    assert done.returncode == 1
    assert "NOT MEASURED" in section(done.stdout)
    assert "--no-cov" in section(done.stdout)


def test_comparison_of_pytest_benchmark_passes_under_xdist_and_ours_does_not(pytester):
    slow = "import time\n\n\ndef test_speed(benchmark):\n    benchmark.pedantic(time.sleep, ({},), rounds=5)\n"
    pytester.makepyfile(test_speed=slow.format(0.0001))
    assert run_pytest(pytester.path, "--benchmark-save=before").returncode == 0
    pytester.makepyfile(test_speed=slow.format(0.02))
    theirs = ("--benchmark-compare", "--benchmark-compare-fail=min:20%")
    assert run_pytest(pytester.path, *theirs).returncode == 1
    assert run_pytest(pytester.path, *theirs, "-n", "1").returncode == 0
    ours = ("--readiness", "--readiness-gate", "benchmark.time <= 10ms")
    assert run_pytest(pytester.path, *ours).returncode == 1
    done = run_pytest(pytester.path, *ours, "-n", "1")
    assert done.returncode == 1
    assert "NOT MEASURED" in section(done.stdout)


def test_a_rerun_is_a_pass_in_junit_and_flaky_in_ours(pytester):
    pytester.makepyfile(
        test_it="runs = []\n\n\ndef test_flaky():\n    runs.append(1)\n    assert len(runs) == 2\n"
    )
    done = run_pytest(
        pytester.path,
        "--reruns=1",
        "--junitxml=junit.xml",
        "--readiness",
        "--readiness-gate",
        "tests.flaky == 0",
    )
    cases = ET.parse(pytester.path / "junit.xml").findall(".//testcase")
    assert {case.get("name") for case in cases} == {"test_flaky"}
    assert [child.tag for case in cases for child in case] == []
    assert done.returncode == 1
    assert "test_it.py::test_flaky" in section(done.stdout)
