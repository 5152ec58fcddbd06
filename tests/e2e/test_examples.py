"""The example projects do what their files say."""

from __future__ import annotations

import json

from showcase import cloned, section
from showcase import pytest as run_pytest


def judged(directory, *arguments, **more):
    """Exit status and gate results by name, from the JSON report."""
    report = directory.parent / "report.json"
    done = run_pytest(
        directory, "--readiness", f"--readiness-report=json:{report}", *arguments, **more
    )
    card = json.loads(report.read_text("utf-8"))
    return done, card, {gate["name"]: gate for gate in card["gates"]}


def test_shop_has_a_gate_of_every_outcome_that_it_promises(tmp_path):
    done, card, gates = judged(cloned("shop", tmp_path))
    outcomes = {name: gate["outcome"] for name, gate in gates.items()}
    assert done.returncode == 1
    assert card["verdict"] == "NOT READY"
    assert outcomes["orders are tested well"] == "failed"
    assert outcomes["test.duration"] == "failed"
    assert outcomes["coverage.file"] == "waived"
    assert outcomes["tests.flaky"] == "failed"
    assert outcomes["coverage.patch"] == "not applicable"
    assert outcomes["warehouse.requests"] == "passed"
    assert outcomes["benchmark.time"] == "passed"
    assert outcomes["tests.unbounded"] == "passed"


def test_shop_under_xdist_does_not_measure_the_benchmark_and_says_how(tmp_path):
    done, _, gates = judged(cloned("shop", tmp_path), "-n", "1")
    assert gates["benchmark.time"]["outcome"] == "not measured"
    assert "-n0" in section(done.stdout) or "-n 0" in section(done.stdout)


def test_shop_stage_release_is_stricter(tmp_path):
    _, _, gates = judged(cloned("shop", tmp_path), "--readiness-stage", "release")
    assert gates["tests.skipped"]["outcome"] == "failed"


def test_hooks_add_metrics_figures_a_report_and_see_the_scorecard(tmp_path):
    directory = cloned("hooks", tmp_path)
    done, card, gates = judged(directory, "--readiness-report=line:verdict.txt")
    assert done.returncode == 0
    assert card["verdict"] == "READY"
    assert gates["api.documented"]["outcome"] == "passed"
    assert gates["module.duration"]["judged"] == 2
    assert (directory / "verdict.txt").read_text() == f"READY: {len(gates)} gates\n"


def test_hooks_are_the_same_under_xdist(tmp_path):
    _, card, gates = judged(cloned("hooks", tmp_path), "-n", "2")
    assert card["verdict"] == "READY"
    assert gates["module.duration"]["judged"] == 2


def test_hooks_leave_a_run_without_the_flag_alone(tmp_path):
    done = run_pytest(cloned("hooks", tmp_path))
    assert done.returncode == 0
    assert "readiness" not in done.stdout.partition("collected")[2]
