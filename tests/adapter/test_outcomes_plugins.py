"""Attempts, repeats and subtests, with the plugins that make them."""

from __future__ import annotations

import pytest

from observing import Observed, observe
from pytest_readiness.model.evidence import Attempt, Outcome

P, F, E, S = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED
NTH = """
import pathlib, pytest

def nth(name):
    path = pathlib.Path(__file__).with_name(name + ".count")
    number = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(str(number))
    return number
"""


def told(seen: Observed, name: str) -> list[tuple[Outcome, bool]]:
    return [(attempt.outcome, attempt.superseded) for attempt in seen.attempts[name]]


def numbers(seen: Observed, name: str) -> list[int]:
    return sorted(
        fact.attempt
        for fact in seen.facts
        if isinstance(fact.data, Attempt) and fact.subject.endswith(f"::{name}")
    )


RERUNS = (
    NTH
    + """
def test_second():
    assert nth("second") == 2, "not yet"
def test_never(): assert 0
def test_fine(): pass
@pytest.fixture
def third():
    if nth("third") < 3: raise OSError("busy")
def test_setup(third): pass
@pytest.mark.xfail
def test_xfail(): assert 0
def test_skip(): pytest.skip("no")
"""
)


@pytest.mark.parametrize("args", [(), ("-n1",)])
def test_rerunfailures(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    pytester.makepyfile(RERUNS)
    seen = observe(pytester, "--reruns=2", *args, plugins=("rerunfailures", "xdist"))
    assert seen.counts() == seen.pytest_counts()
    reruns = sum(a.superseded for attempts in seen.attempts.values() for a in attempts)
    assert reruns == seen.result.parseoutcomes()["rerun"]
    assert told(seen, "test_second") == [(F, True), (P, False)]
    assert told(seen, "test_never") == [(F, True), (F, True), (F, False)]
    assert numbers(seen, "test_never") == [0, 1, 2]
    assert told(seen, "test_setup") == [(E, True), (E, True), (P, False)]
    assert told(seen, "test_fine") == [(P, False)]
    first, second = seen.attempts["test_second"]
    assert first.reason.startswith("AssertionError: not yet")
    assert first.signature.startswith("AssertionError at test_rerunfailures")
    assert (second.reason, second.signature) == ("", "")
    assert first.cpu is not None
    assert second.cpu is not None


def test_rerun_of_a_teardown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        NTH
        + """
@pytest.fixture
def breaks():
    yield
    assert nth("breaks") == 2
def test_teardown(breaks): pass
"""
    )
    seen = observe(pytester, "--reruns=2", plugins=("rerunfailures",))
    assert told(seen, "test_teardown") == [(E, True), (P, False)]
    # pytest's own last line counts the passed call of the first attempt as a passed test, too
    assert seen.result.parseoutcomes() == {"passed": 2, "rerun": 1}
    assert seen.counts() == {"passed": 1}


def test_rerunfailures_with_subtests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        NTH
        + """
def test_parent(subtests):
    second = nth("parent") == 2
    with subtests.test("one"): pass
    with subtests.test("two"): assert second
"""
    )
    seen = observe(pytester, "--reruns=2", plugins=("rerunfailures",))
    counts = [attempt.subtests for attempt in seen.attempts["test_parent"]]
    if pytest.version_tuple >= (9,):
        assert told(seen, "test_parent") == [(F, True), (P, False)]
        assert counts == [(1, 1, 0), (2, 0, 0)]
    else:  # a parent did not fail with its subtests, so that nothing was rerun
        assert told(seen, "test_parent") == [(F, False)]
        assert counts == [(1, 1, 0)]


def test_crash_and_rerun_on_another_worker(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        NTH
        + """
import os, time
def test_crash():
    if nth("crash") == 1:
        time.sleep(0.5)  # until pytest-rerunfailures' server has heard which test this is
        os._exit(1)
def test_fine(): pass
"""
    )
    seen = observe(pytester, "-n1", "--reruns=1", plugins=("rerunfailures", "xdist"))
    assert told(seen, "test_crash") == [(F, True), (P, False)]
    assert [attempt.crashed for attempt in seen.attempts["test_crash"]] == [True, False]
    assert numbers(seen, "test_crash") == [0, 1]
    workers = {fact.process for fact in seen.facts if fact.subject.endswith("::test_crash")}
    assert workers == {"gw0", "gw1"}


def test_crash(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import os\ndef test_crash(): os._exit(1)\ndef test_fine(): pass")
    seen = observe(pytester, "-n1", plugins=("xdist",))
    assert seen.counts() == seen.pytest_counts() == {"failed": 1, "passed": 1}
    (attempt,) = seen.attempts["test_crash"]
    assert attempt.crashed
    assert "crashed" in attempt.reason
    # gw0 is gone, with what it would have told: the collection is known all the same
    assert seen.collection.tests == ("test_crash.py::test_crash", "test_crash.py::test_fine")


def test_each_worker_runs_every_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_one(): pass\ndef test_two(): assert 0")
    seen = observe(pytester, "--dist=each", "--tx=2*popen", plugins=("xdist",))
    assert seen.counts() == seen.pytest_counts() == {"passed": 2, "failed": 2}
    assert numbers(seen, "test_one") == [0, 0]
    assert len(seen.collection.tests) == 2


RETRY = (
    NTH
    + """
@pytest.mark.flaky(retries=3)
def test_third():
    assert nth("third") == 3
@pytest.mark.flaky(retries=2)
def test_never():
    raise ValueError(nth("never"))
def test_fine(): pass
def test_fails(): assert 0
"""
)


OLDER = """
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    session.config.option.__dict__.pop("retry_outcome", None)
"""
"""Without the option that pytest-retry 1.7 brought."""


@pytest.mark.parametrize("args", [(), ("-n1",), ("--retry-outcome=again",), ("-p", "older")])
def test_retry(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    pytester.syspathinsert()
    pytester.makepyfile(RETRY)
    pytester.makepyfile(older=OLDER)
    seen = observe(pytester, *args, plugins=("pytest-retry", "xdist"))
    assert seen.counts() == seen.pytest_counts() == {"passed": 2, "failed": 2}
    assert told(seen, "test_third") == [(F, True), (F, True), (P, False)]
    assert told(seen, "test_never") == [(F, True), (F, True), (F, False)]
    assert numbers(seen, "test_third") == [0, 1, 2]
    first, second, third = seen.attempts["test_third"]
    assert first.signature == second.signature != ""
    assert third.signature == third.reason == ""
    assert None not in {first.call, second.call, third.call, first.cpu, third.cpu}
    never = [attempt.reason for attempt in seen.attempts["test_never"]]
    assert never == ["ValueError: 1", "", "ValueError: 3"]


FLAKY = (
    NTH
    + """
from flaky import flaky
@flaky(max_runs=3)
def test_third():
    assert nth("third") == 3
@flaky(max_runs=2)
def test_never(): assert 0
@flaky(max_runs=3, min_passes=2)
def test_twice(): pass
@flaky(max_runs=3, min_passes=2)
def test_pass_fail_pass():
    assert nth("mixed") != 2
@pytest.fixture
def second():
    assert nth("second") == 2
@flaky
def test_setup(second): pass
def test_fine(): pass
def test_fails(): assert 0
@flaky
def test_skip(): pytest.skip("no")
@pytest.mark.xfail
@flaky
def test_xfail(): assert 0
"""
)


@pytest.mark.parametrize("args", [(), ("-n1",)])
def test_flaky(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    pytester.makepyfile(FLAKY)
    seen = observe(pytester, *args, plugins=("flaky", "xdist"))
    assert seen.counts() == seen.pytest_counts()
    assert told(seen, "test_third") == [(F, True), (F, True), (P, False)]
    assert told(seen, "test_never") == [(F, True), (F, False)]
    assert told(seen, "test_twice") == [(P, True), (P, False)]
    assert told(seen, "test_pass_fail_pass") == [(P, True), (F, True), (P, False)]
    assert told(seen, "test_setup") == [(E, True), (P, False)]
    assert told(seen, "test_fails") == [(F, False)]
    assert told(seen, "test_skip") == [(S, False)]
    assert numbers(seen, "test_third") == [0, 1, 2]
    first, *_, last = seen.attempts["test_third"]
    assert first.signature.startswith("AssertionError at test_flaky")
    assert last.signature == ""
    assert None not in {first.call, first.cpu, last.call, last.cpu}


def test_repeat(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        def test_plain(): pass
        @pytest.mark.parametrize("x", ["a", "1-3"])
        def test_param(x): pass
        @pytest.mark.repeat(2)
        def test_marked(): pass
        """
    )
    for args in ((), ("-n2",)):
        seen = observe(pytester, "--count=3", *args, plugins=("repeat", "xdist"))
        assert seen.counts() == seen.pytest_counts() == {"passed": 11}
        repeats = dict(seen.collection.repeats)
        assert repeats["test_repeat.py::test_plain[2-3]"] == "test_repeat.py::test_plain"
        assert repeats["test_repeat.py::test_param[1-3-2-3]"] == "test_repeat.py::test_param[1-3]"
        assert repeats["test_repeat.py::test_marked[2-2]"] == "test_repeat.py::test_marked"
        assert set(repeats) == set(seen.collection.tests)
    seen = observe(pytester, "-k", "not marked", plugins=("repeat",))
    assert seen.collection.repeats == ()


def test_flakefinder(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest, unittest
        def test_plain(): pass
        @pytest.mark.parametrize("x", ["a", "0"])
        def test_param(x): pass
        class Some(unittest.TestCase):
            def test_method(self): pass
        """
    )
    seen = observe(pytester, "--flake-finder", "--flake-runs=2", plugins=("flakefinder",))
    assert seen.counts() == seen.pytest_counts() == {"passed": 8}
    repeats = dict(seen.collection.repeats)
    assert set(repeats.values()) == {
        "test_flakefinder.py::test_plain",
        "test_flakefinder.py::test_param[a]",
        "test_flakefinder.py::test_param[0]",
    }
    assert told(seen, "test_method") == [(P, False), (P, False)]
    assert observe(pytester, plugins=("flakefinder",)).collection.repeats == ()


@pytest.mark.parametrize("args", [(), ("-n1",), ("-vv",)])
def test_subtests(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    pytester.makepyfile(
        """
        import pytest, unittest
        def test_parent(subtests):
            with subtests.test("one"): pass
            with subtests.test("two"): assert 0, "two is wrong"
            with subtests.test("three"): pytest.skip("later")
        def test_all_pass(subtests):
            for i in range(3):
                with subtests.test(i=i): pass
        def test_parent_fails_too(subtests):
            with subtests.test(): assert 0
            assert 1 == 3
        class Some(unittest.TestCase):
            def test_sub(self):
                for i in range(4):
                    with self.subTest(i=i): self.assertNotEqual(i, 2)
        """
    )
    seen = observe(pytester, *args, plugins=("xdist",))
    attempts = {name: attempt for name, (attempt,) in seen.attempts.items()}
    assert attempts["test_parent"].outcome is F
    assert attempts["test_parent"].subtests == (1, 1, 1)
    assert attempts["test_parent"].reason.startswith("AssertionError: two is wrong")
    assert attempts["test_parent"].signature.endswith(":4")
    assert attempts["test_all_pass"].outcome is P
    assert attempts["test_all_pass"].subtests == (3, 0, 0)
    assert attempts["test_parent_fails_too"].subtests == (0, 1, 0)
    assert attempts["test_parent_fails_too"].signature.endswith(":11")
    assert attempts["test_sub"].outcome is F
    # pytest turns a parent with a failed subtest into a failure, but not a unittest one;
    # pytest-subtests, before pytest 9, turned none
    unturned = 1 if pytest.version_tuple >= (9,) else 2
    assert seen.counts()["failed"] == seen.pytest_counts()["failed"] + unturned


TIMEOUTS = """
import pytest, time
def test_default(): pass
@pytest.mark.timeout(30)
def test_marked(): pass
@pytest.mark.timeout(method="thread", timeout=31)
def test_by_name(): pass
@pytest.mark.timeout(0)
def test_none(): pass
@pytest.mark.timeout(32, func_only=True)
def test_call_only(): pass
@pytest.mark.timeout(0.2)
def test_late(): time.sleep(2)
@pytest.mark.timeout(0.2)
def test_caught():
    try:
        time.sleep(2)
    except BaseException as error:
        raise RuntimeError("other") from error
@pytest.fixture
def slow(): time.sleep(2)
@pytest.mark.timeout(0.2)
def test_late_setup(slow): pass
@pytest.mark.timeout(5)
def test_fails(): assert 0
@pytest.mark.timeout(5)
def test_skips(): pytest.skip()
def test_after(): pass
"""


@pytest.mark.parametrize("args", [(), ("-n1",)])
def test_timeouts(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    pytester.makepyfile(TIMEOUTS)
    seen = observe(pytester, *args, plugins=("timeout", "xdist"))
    assert seen.counts() == seen.pytest_counts()
    attempts = {name: attempt for name, (attempt,) in seen.attempts.items()}
    in_force = {name: a.timeout for name, a in attempts.items() if a.timeout is not None}
    assert in_force == {
        "test_marked": 30,
        "test_by_name": 31,
        "test_call_only": 32,
        "test_late": 0.2,
        "test_caught": 0.2,
        "test_late_setup": 0.2,
        "test_fails": 5,
        "test_skips": 5,
    }
    assert {a.timeout_source for a in attempts.values() if a.timeout} == {"marker"}
    assert {name for name, a in attempts.items() if a.timed_out} == {
        "test_late",
        "test_caught",
        "test_late_setup",
    }


@pytest.mark.parametrize(
    ("args", "ini", "source"),
    [
        (("--timeout=9",), "", "command line"),
        (("--timeout", "9", "-n1"), "", "command line"),
        ((), "", "environment"),
        (("-n1",), "", "environment"),
        ((), "timeout = 9", "ini"),
        ((), "addopts = --timeout=9", "ini"),
    ],
)
def test_source_of_a_timeout(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...],
    ini: str,
    source: str,
) -> None:
    if source == "environment":
        monkeypatch.setenv("PYTEST_TIMEOUT", "9")
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile("def test_one(): pass")
    seen = observe(pytester, *args, plugins=("timeout", "xdist"))
    (attempt,) = seen.attempts["test_one"]
    assert (attempt.timeout, attempt.timeout_source) == (9, source)


def test_a_rerun_after_a_timeout_is_unprotected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        NTH
        + """
import time
def test_slow():
    time.sleep(1.5 if nth("slow") == 1 else 0)
"""
    )
    seen = observe(pytester, "--timeout=1", "--reruns=2", plugins=("timeout", "rerunfailures"))
    first, second = seen.attempts["test_slow"]
    assert (first.timed_out, first.timeout) == (True, 1)
    assert (second.timed_out, second.timeout) == (False, None)


@pytest.mark.parametrize(
    ("args", "plugin"), [(("--reruns=2",), "rerunfailures"), (("--retries=2",), "pytest-retry")]
)
def test_a_timer_around_the_call_alone_is_armed_for_each_attempt(
    pytester: pytest.Pytester, args: tuple[str, ...], plugin: str
) -> None:
    """The remedy that ``tests.unbounded`` names."""
    pytester.makeini("[pytest]\ntimeout = 60\ntimeout_func_only = true")
    pytester.makepyfile(NTH + "\ndef test_second():\n    assert nth('second') == 2")
    seen = observe(pytester, *args, plugins=("timeout", plugin))
    assert told(seen, "test_second") == [(F, True), (P, False)]
    assert [attempt.timeout for attempt in seen.attempts["test_second"]] == [60, 60]


def test_thread_method_under_xdist_is_a_crash(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import time\ndef test_slow(): time.sleep(5)")
    seen = observe(
        pytester, "--timeout=0.3", "--timeout-method=thread", "-n1", plugins=("timeout", "xdist")
    )
    (attempt,) = seen.attempts["test_slow"]
    assert attempt.crashed
    assert attempt.timeout == 0.3
    assert seen.counts() == seen.pytest_counts() == {"failed": 1}


def test_loadgroup_ids_are_those_of_a_serial_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.xdist_group("db")
        @pytest.mark.parametrize("x", ["a@b"])
        def test_one(x): pass
        def test_two(): pass
        """
    )
    serial = observe(pytester, plugins=("xdist",))
    grouped = observe(pytester, "-n1", "--dist=loadgroup", plugins=("xdist",))
    assert set(grouped.attempts) == set(serial.attempts)
    assert grouped.collection == serial.collection
