"""Under pytest-xdist the verdict is that of a serial run."""

from __future__ import annotations

import collections
import json
import time

import pytest

from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    FixtureCost,
    Memory,
    Run,
)
from pytest_readiness.publish.journal import dead
from sessions import Seen, apart, project, run

SUITE = """
import pytest, lib
@pytest.fixture(scope="module")
def wide(): return lib.twice(2)
@pytest.mark.parametrize("i", range(6))
def test_a(i, wide): assert wide == 4
def test_skip(): pytest.skip("no")
@pytest.mark.xfail
def test_xfail(): assert 0
def test_fail(): assert lib.half(4) == 3
@pytest.mark.filterwarnings("always")
def test_warns():
    import warnings
    warnings.warn("careful")
"""
LIB = """
def twice(x):
    return 2 * x
def half(x):
    return x / 2
def never(x):
    return x
"""
GATES = """
"tests.failed" = "== 0"
"tests.skipped" = "== 0"
"tests.xfailed" = "<= 1"
"tests.warnings" = "== 0"
"tests.collected" = "== 10"
"coverage.lines" = ">= 90%"
"test.duration" = "<= 10s"
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    project(
        pytester,
        gates=GATES,
        policy='source = ["lib"]',
        test_a=SUITE,
        lib=LIB,
    )
    pytester.syspathinsert()
    return pytester


def outcomes(seen: Seen) -> collections.Counter[tuple[str, str]]:
    return collections.Counter(
        (record.subject, attempt.outcome.value) for record, attempt in seen.evidence.select(Attempt)
    )


def test_gates_do_not_depend_on_workers(suite: pytest.Pytester) -> None:
    serial = suite_in_a_process(suite)
    assert '"outcome": "failed"' in serial
    for distribution in ("load", "loadfile", "worksteal", "loadgroup"):
        shared = suite_in_a_process(suite, "-n2", f"--dist={distribution}")
        assert shared == serial, distribution


def suite_in_a_process(pytester: pytest.Pytester, *args: str) -> str:
    """The gates of the JSON report: coverage in this process would be that of our own measuring."""
    path = pytester.path / "r.json"
    path.unlink(missing_ok=True)
    apart(
        pytester, "--readiness", "--readiness-report=json:r.json", *args, plugins="pytest_cov xdist"
    )
    report = json.loads(path.read_text())
    gates = [
        {
            key: value
            for key, value in gate.items()
            if key in ("name", "outcome", "effect", "broken", "judged")
        }
        for gate in report["gates"]
    ]
    return json.dumps([report["verdict"], gates])


def test_facts_of_workers_arrive_once(suite: pytest.Pytester) -> None:
    seen = run(suite, "-n2")
    evidence = seen.evidence
    ((_, manifest),) = evidence.select(Run)
    assert manifest.workers == ("gw0", "gw1")
    ((record, collection),) = evidence.select(Collection)
    assert record.process == ""
    assert len(collection.tests) == 10
    assert {record.process for record, _ in evidence.select(Memory)} == {"", "gw0", "gw1"}
    assert {record.process for record, _ in evidence.select(FixtureCost)} <= {"gw0", "gw1"}
    assert sum(outcomes(seen).values()) == 10
    assert evidence.conflicts() == ()
    assert dead(suite.path) == ()
    assert not list((suite.path / ".readiness" / "journal").iterdir())


def test_each_worker_runs_each_test(pytester: pytest.Pytester) -> None:
    project(pytester, gates='"tests.run" = "== 1"', test_a="def test_a(): pass")
    seen = run(pytester, "--tx", "2*popen", "--dist=each")
    assert [record.process for record, _ in seen.evidence.select(Attempt)] == ["gw0", "gw1"]
    assert seen.verdict == "READY"


@pytest.mark.parametrize("dist", ["load", "loadscope", "loadgroup", "each"])
def test_dist_alone_distributes_nothing(pytester: pytest.Pytester, dist: str) -> None:
    """As in ``addopts``, for those who add ``-n`` when they want it: a serial run without it."""
    content = "import pytest\n@pytest.mark.parametrize('x', ['one@two'])\ndef test_a(x): pass"
    project(pytester, gates='"tests.collected" = "== 1"', test_a=content)
    seen = run(pytester, f"--dist={dist}")
    assert seen.verdict == "READY"
    assert [record.subject for record, _ in seen.evidence.select(Attempt)] == [
        "test_a.py::test_a[one@two]"
    ]
    assert run(pytester, f"--dist={dist}", "-n1").verdict == "READY"


@pytest.mark.parametrize(("args", "processes"), [((), [""]), (("-n2",), ["", "gw0", "gw1"])])
def test_peak_memory_is_of_the_main_process_and_all_workers(
    pytester: pytest.Pytester, args: tuple[str, ...], processes: list[str]
) -> None:
    project(pytester, gates='"suite.memory" = "<= 10 GiB"', test_a="def test_a(): pass")
    seen = run(pytester, *args)
    assert sorted(record.process for record, _ in seen.evidence.select(Memory)) == processes
    assert seen.outcomes()["suite.memory"] == "passed"


def test_a_crashed_worker_is_told(pytester: pytest.Pytester) -> None:
    content = "import os\ndef test_a(): os._exit(1)\ndef test_b(): pass\ndef test_c(): pass"
    project(pytester, gates='"suite.memory" = "<= 10 GiB"', test_a=content)
    seen = run(pytester, "-n1")
    assert seen.status == 1
    assert seen.gate("tests.failed").outcome.value == "failed"
    assert "worker gw0 did not end properly" in seen.gate("suite.memory").message
    assert "error" not in seen.outcomes().values()  # nothing of ours is to blame
    crashed = [record.subject for record, one in seen.evidence.select(Attempt) if one.crashed]
    assert crashed == ["test_a.py::test_a"]
    assert dead(pytester.path) == ()


@pytest.mark.parametrize(
    ("args", "process", "told"),
    [
        ((), "", "coverage could not write its data: database or disk is full"),
        (("-n2",), "gw1", "coverage of gw1 could not be written: database or disk is full"),
    ],
)
def test_a_full_disk_is_no_internal_error(
    pytester: pytest.Pytester, args: tuple[str, ...], process: str, told: str
) -> None:
    """As long as it was us who turned coverage on."""
    test = "import lib, pytest\n@pytest.mark.parametrize('i', range(4))\ndef test_a(i): lib.one()"
    project(pytester, gates='"coverage.lines" = ">= 1%"', test_a=test)
    (pytester.mkpydir("lib") / "__init__.py").write_text("def one(): return 1\n")
    pytester.makepyfile(
        full=f"""
        import coverage, os
        def save(self):
            raise coverage.exceptions.DataError("database or disk is full")
        if os.environ.get("PYTEST_XDIST_WORKER", "") == "{process}":
            coverage.Coverage.save = save
        """,
    )
    done = apart(pytester, "--readiness", "-p", "full", *args, plugins="pytest_cov xdist")
    output = done.stdout.str() + done.stderr.str()
    assert "INTERNALERROR" not in output
    assert done.ret == 1
    assert told in " ".join(output.split())
    assert "set COVERAGE_FILE" in output
    assert "4 passed" in output


def test_every_worker_may_crash(pytester: pytest.Pytester) -> None:
    project(pytester, test_a="import os\ndef test_a(): os._exit(1)")
    seen = run(pytester, "-n1", "--max-worker-restart=0")
    assert seen.status != 0
    assert seen.verdict in ("NOT READY", "NO VERDICT")
    ((_, collection),) = seen.evidence.select(Collection)
    assert collection.tests == ("test_a.py::test_a",)


def test_hostile_ids_cross(pytester: pytest.Pytester) -> None:
    content = """
        import pytest
        @pytest.mark.parametrize("x", [0], ids=["\\n::error::\\x1b[0m<b>\\u202e"])
        def test_a(x, readiness): readiness.record("a.b", 1)
        """
    project(pytester, gates='"a.b" = "== 1"', test_a=content)
    assert run(pytester, "-n1").verdict == "READY"
    assert run(pytester).verdict == "READY"


def test_a_stopped_run_is_a_part(pytester: pytest.Pytester) -> None:
    content = "import pytest\n@pytest.mark.parametrize('i', range(50))\ndef test_a(i): assert i"
    project(pytester, test_a=content)
    seen = run(pytester, "-n2", "-x")
    assert seen.status == 2
    assert seen.verdict == "NO VERDICT"
    assert seen.scorecard.selection.causes == ("-x stopped the run",)


@pytest.mark.parametrize("args", [(), ("-n1",)])
def test_a_death_is_told_by_the_next_run(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    # with a worker, the controller first; the test's own process may be a worker of another session
    victims = ["os.getppid()", "os.getpid()"] if args else ["os.getpid()"]
    kills = "; ".join(f"os.kill({victim}, signal.SIGKILL)" for victim in victims)
    content = f"""
        import os, signal
        def test_a(): pass
        def test_b():
            if not os.path.exists("died"):
                open("died", "w").close()
                {kills}
        """
    project(pytester, test_a=content)
    apart(pytester, "--readiness", *args, plugins="xdist")
    for _ in range(100):  # the worker dies after its controller
        if dead(pytester.path):
            break
        time.sleep(0.1)
    (death,) = dead(pytester.path)
    assert (death.test, death.phase, death.finished) == ("test_a.py::test_b", "call", 1)
    seen = run(pytester, *args)
    assert seen.verdict == "READY"
    said = " ".join(seen.output.split())
    assert "died in test_a.py::test_b (call)" in said
    assert any(tool == "journal" for tool, _ in seen.scorecard.notices)
    assert "died in" not in run(pytester, *args).output
