"""Serial runs note what happens in a stream; it must tell what careful hooks would have told."""

from __future__ import annotations

import sys
import textwrap
from typing import Any

import pytest

from observing import observe
from pytest_readiness.adapter.stream import Stream
from pytest_readiness.model.attempt import Attempt, Outcome
from pytest_readiness.publish.journal import dead
from sessions import apart

SUITE = """
import time, unittest, pytest

@pytest.fixture(scope="module")
def wide():
    time.sleep(0.4)

@pytest.fixture
def broken_after():
    yield
    raise OSError("late")

@pytest.fixture
def broken_before():
    raise OSError("early")

def test_passes(): pass
def test_uses(wide): pass
def test_fails(): assert 1 == 2
def test_setup(broken_before): pass
def test_teardown(broken_after): pass
def test_both(broken_after): raise KeyError("x")
def test_skips(): pytest.skip("no")
@pytest.mark.skip(reason="never")
def test_skipped(): pass
@pytest.mark.xfail(reason="known")
def test_xfails(): assert 0
@pytest.mark.xfail
def test_xpasses(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass
@pytest.mark.xfail(raises=KeyError)
def test_wrong(): assert 0
def test_late(request): request.getfixturevalue("late")
@pytest.fixture(scope="class")
def late():
    time.sleep(0.4)
class TestCase(unittest.TestCase):
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)
    def test_plain(self): pass
def test_last(): pass
"""
TIMES = ("setup", "call", "teardown", "cpu")


def untimed(attempt: Attempt) -> dict[str, Any]:
    told = attempt._asdict()
    return told | {name: told[name] is None for name in TIMES}


@pytest.mark.parametrize("many", [1, 6, 128])
def test_it_tells_what_careful_hooks_tell(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("pytest_readiness.adapter.stream._MANY", many)
    pytester.makepyfile(test_suite=SUITE, other="def pytest_runtest_protocol(item): return None")
    stream = observe(pytester).attempts
    # a protocol of somebody else: who knows what it does
    careful = observe(pytester, "-p", "other").attempts
    assert stream.keys() == careful.keys()
    for name, attempts in careful.items():
        assert list(map(untimed, stream[name])) == list(map(untimed, attempts)), name
    for name in ("test_uses", "test_late"):
        for told in (stream, careful):
            (attempt,) = told[name]
            assert attempt.setup is not None
            assert attempt.call is not None
            assert max(attempt.setup, attempt.call) < 0.4, "the wide fixture was charged to it"


def test_attributes_of_other_plugins_do_no_harm(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "def test_a(): pass",
        other="""
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport():
            report = yield
            report.extras = []
            return report
        """,
    )
    ((attempt,),) = observe(pytester, "-p", "other").attempts.values()
    assert attempt.outcome is Outcome.PASSED
    assert attempt.cpu is not None
    assert attempt.line == 1


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_the_journal_of_a_killed_run_names_test_and_phase(
    pytester: pytest.Pytester, phase: str
) -> None:
    pytester.makepyfile(
        f"""
        import os, signal, pytest

        def die(phase):
            if phase == {phase!r}:
                os.kill(os.getpid(), signal.{"SIGKILL" if sys.platform != "win32" else "SIGTERM"})

        @pytest.fixture
        def around():
            die("setup")
            yield
            die("teardown")

        def test_before(): pass
        def test_dies(around): die("call")
        def test_after(): pass
        """
    )
    apart(pytester, "--readiness")
    (death,) = dead(pytester.path)
    assert death.test.endswith("::test_dies")
    assert (death.phase, death.finished) == (phase, 1)


@pytest.mark.parametrize(
    "loop",
    [
        pytest.param(
            """
            @pytest.hookimpl(tryfirst=True)
            def pytest_runtestloop(session):
                for item in reversed(session.items):
                    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
                return True
            """,
            id="a loop of its own",
        ),
        pytest.param(
            """
            @pytest.hookimpl(wrapper=True)
            def pytest_runtestloop(session):
                session.items.reverse()
                return (yield)
            """,
            id="another order",
        ),
    ],
)
@pytest.mark.parametrize("last", [95, 20])
def test_the_journal_names_the_test_in_whatever_order_they_run(
    pytester: pytest.Pytester, loop: str, last: int
) -> None:
    """Where they do not run in the order in which they were collected."""
    pytester.makeconftest("import pytest\n" + textwrap.dedent(loop))
    pytester.makepyfile(
        """
        import os, pytest

        @pytest.mark.parametrize("number", range(100))
        def test(number):
            if number == LAST:
                os._exit(1)
        """.replace("LAST", str(last))
    )
    apart(pytester, "--readiness")
    (death,) = dead(pytester.path)
    assert death.test.endswith(f"::test[{last}]")
    assert (death.phase, death.finished) == ("call", 99 - last)


def test_nothing_else_is_noted_of_a_test_that_just_passes(pytester: pytest.Pytester) -> None:
    """What makes it cheap: all of these tests are read in one go."""
    pytester.makepyfile("def test_a(): pass\ndef test_b(): pass")
    seen: list[pytest.TestReport] = []
    streams: list[Stream] = []

    class Plugin:
        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(self, session: pytest.Session) -> None:
            streams.append(Stream(session.config, None))
            session.config.pluginmanager.register(streams[0])

    pytester.inline_run("-p", "no:readiness", plugins=[Plugin()])
    passed = streams[0].take(seen.append)
    assert sorted(nodeid.partition("::")[2] for nodeid in passed.ids) == ["test_a", "test_b"]
    assert not seen
    assert not streams[0].take(seen.append).ids


@pytest.mark.parametrize("many", [1, 6, 128])
def test_tests_that_run_again_keep_the_order_of_their_attempts(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("pytest_readiness.adapter.stream._MANY", many)
    pytester.makepyfile(
        test_suite="""
        ran = []
        def test_a(): ran.append(1); assert len(ran) != 2
        def test_b(): pass
        """,
        again="""
        def pytest_collection_modifyitems(items):
            items[:] = [items[0], items[1], items[0], items[1], items[0]]
        """,
    )
    told = observe(pytester, "-p", "again").attempts
    outcomes = {name: [one.outcome.value for one in told[name]] for name in told}
    assert outcomes == {"test_a": ["passed", "failed", "passed"], "test_b": ["passed", "passed"]}


def test_the_journal_is_right_again_where_the_order_changes_under_way(
    pytester: pytest.Pytester,
) -> None:
    """It is looked at every 32 tests."""
    pytester.makeconftest(
        """
        def pytest_runtest_setup(item):
            if item.name == "test[3]":
                item.session.items[4:] = reversed(item.session.items[4:])
        """
    )
    pytester.makepyfile(
        """
        import os, pytest

        @pytest.mark.parametrize("number", range(100))
        def test(number):
            if number == 20:
                os._exit(1)
        """
    )
    apart(pytester, "--readiness")
    (death,) = dead(pytester.path)
    assert death.test.endswith("::test[20]")
    assert (death.phase, death.finished) == ("call", 83)
