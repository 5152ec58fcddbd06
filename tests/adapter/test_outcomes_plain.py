"""Outcomes of tests without any other plugin, against pytest's own last line."""

from __future__ import annotations

import pytest

from observing import Observed, observe
from pytest_readiness.model.evidence import (
    Attempt,
    CollectionError,
    FixtureCost,
    Memory,
    Outcome,
    Warned,
)

EVERYTHING = """
import pytest, warnings

@pytest.fixture
def broken():
    raise LookupError("no such thing")

@pytest.fixture
def breaks_after():
    yield
    raise OSError("cannot clean up")

@pytest.fixture
def skips():
    pytest.skip("not here")

def test_pass(): pass
def test_fail(): assert 1 == 2
def test_setup_error(broken): pass
def test_teardown_error(breaks_after): pass
def test_fail_and_teardown_error(breaks_after): assert 0
def test_skip_and_teardown_error(breaks_after): pytest.skip("late")
def test_skip(): pytest.skip("never")
def test_skip_in_setup(skips): pass
@pytest.mark.skip(reason="marked")
def test_skip_mark(): pass
@pytest.mark.xfail(reason="known")
def test_xfail(): assert 0
@pytest.mark.xfail(reason="known")
def test_xfail_in_setup(broken): pass
@pytest.mark.xfail
def test_xpass(): pass
@pytest.mark.xfail(strict=True, reason="must fail")
def test_strict(): pass
def test_imperative(): pytest.xfail("gave up")
def test_exit_like(): raise SystemExit(3)
def test_warns(): warnings.warn("careful")
def test_warns_too(): warnings.warn("careful")
class TestClass:
    def test_method(self): pass
    @pytest.mark.parametrize("x", ["a", "b::c", "[", "\\u2028"])
    def test_param(self, x): pass
"""


def test_every_outcome_is_counted_as_pytest_counts_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_all=EVERYTHING)
    seen = observe(pytester)
    assert seen.counts() == seen.pytest_counts()
    assert seen.pytest_counts()["xfailed"] == 3  # the oracle was read
    outcomes = {
        name: (attempt.outcome, attempt.errors) for name, (attempt,) in seen.attempts.items()
    }
    assert outcomes["test_setup_error"] == (Outcome.ERROR, ("setup",))
    assert outcomes["test_teardown_error"] == (Outcome.ERROR, ("teardown",))
    assert outcomes["test_fail_and_teardown_error"] == (Outcome.FAILED, ("teardown",))
    assert outcomes["test_skip_and_teardown_error"] == (Outcome.SKIPPED, ("teardown",))
    assert outcomes["test_strict"] == (Outcome.FAILED, ())
    assert outcomes["test_xfail_in_setup"] == (Outcome.XFAILED, ())


@pytest.mark.parametrize("distribution", [("-n0",), ("-n2",), ("-n2", "--dist=loadfile")])
def test_xdist_tells_the_same(pytester: pytest.Pytester, distribution: tuple[str, ...]) -> None:
    pytester.makepyfile(test_all=EVERYTHING, test_more="def test_one(): pass")
    serial = observe(pytester)
    spread = observe(pytester, *distribution, plugins=("xdist",))
    assert spread.counts() == serial.counts() == spread.pytest_counts()
    assert spread.collection == serial.collection

    def told(seen: Observed) -> dict[str, object]:
        return {
            name: [(a.outcome, a.errors, a.reason, a.signature, a.line) for a in attempts]
            for name, attempts in seen.attempts.items()
        }

    assert told(spread) == told(serial)
    # which worker's warning came first is chance
    assert _warning_counts(spread) == _warning_counts(serial)


def _warning_counts(seen: Observed) -> dict[str, int]:
    return {subject: warned.count for subject, warned in seen.of(Warned).items()}


def test_reasons_signatures_and_lines(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_all=EVERYTHING)
    attempts = {name: attempt for name, (attempt,) in observe(pytester).attempts.items()}
    fail = attempts["test_fail"]
    assert (fail.reason, fail.signature, fail.line) == (
        "assert 1 == 2",
        "AssertionError at test_all.py:17",
        17,
    )
    assert attempts["test_setup_error"].signature == "LookupError at test_all.py:5"
    assert attempts["test_setup_error"].reason == "LookupError: no such thing"
    assert attempts["test_teardown_error"].signature == "OSError at test_all.py:10"
    assert attempts["test_skip"].reason == "never"
    assert attempts["test_skip_mark"].reason == "marked"
    assert attempts["test_xfail"].reason == "known"
    assert attempts["test_imperative"].reason == "gave up"
    assert attempts["test_strict"].reason == "[XPASS(strict)] must fail"
    assert attempts["test_exit_like"].signature == "SystemExit at test_all.py:35"
    assert attempts["test_pass"].reason == attempts["test_pass"].signature == ""


def test_a_broken_call_and_a_broken_teardown_keep_the_call_s_reason(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_all=EVERYTHING)
    (attempt,) = observe(pytester).attempts["test_fail_and_teardown_error"]
    assert attempt.signature == "AssertionError at test_all.py:20"
    assert attempt.reason.startswith("assert 0")


def test_times(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import time, pytest

        @pytest.fixture
        def slow():
            time.sleep(0.05)
            yield
            time.sleep(0.07)

        def test_sleeps(slow):
            time.sleep(0.2)

        def test_computes():
            end = time.process_time() + 0.1
            while time.process_time() < end:
                pass
        """
    )
    seen = observe(pytester)
    (sleeps,) = seen.attempts["test_sleeps"]
    assert 0.05 <= sleeps.setup < 0.15
    assert 0.2 <= sleeps.call < 0.3
    assert 0.07 <= sleeps.teardown < 0.17
    assert sleeps.cpu < 0.1
    (computes,) = seen.attempts["test_computes"]
    assert 0.1 <= computes.cpu < 0.2


def test_wide_fixtures_are_charged_to_themselves(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import time, pytest

        @pytest.fixture(scope="session")
        def database():
            time.sleep(0.2)

        @pytest.fixture(scope="module")
        def schema(request):
            request.getfixturevalue("database")
            time.sleep(0.1)

        @pytest.fixture(scope="class", params=[1, 2])
        def table(schema):
            pass

        @pytest.fixture
        def row(table):
            time.sleep(0.05)

        def test_first(row): pass
        def test_second(row): pass
        def test_late(request):
            request.getfixturevalue("late")
        @pytest.fixture(scope="module")
        def late():
            time.sleep(0.1)
        """
    )
    seen = observe(pytester, prefix="pkg/")
    costs = seen.of(FixtureCost)
    name = "pkg/test_wide_fixtures_are_charged_to_themselves.py"
    assert {key: cost.count for key, cost in costs.items()} == {
        f"{name}::database": 1,
        f"{name}::schema": 1,
        f"{name}::table": 4,  # a function is a class of its own
        f"{name}::late": 1,
    } | {key: cost.count for key, cost in costs.items() if "::" not in key}
    assert 0.2 <= costs[f"{name}::database"].seconds < 0.29
    assert 0.1 <= costs[f"{name}::schema"].seconds < 0.19
    first, *_ = seen.attempts["test_first[1]"]
    assert 0.05 <= first.setup < 0.1
    (late,) = seen.attempts["test_late"]
    assert late.call < 0.05


def test_broken_wide_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        @pytest.fixture(scope="module")
        def broken(): raise OSError
        def test_one(broken): pass
        def test_two(broken): pass
        """
    )
    seen = observe(pytester)
    assert seen.counts() == seen.pytest_counts() == {"error": 2}
    (cost,) = seen.of(FixtureCost).values()
    assert (cost.scope, cost.count) == ("module", 1)


def test_collection_errors_and_skipped_modules(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_broken="import no_such_module_at_all",
        test_syntax="def test_x(:",
        test_absent="import pytest; pytest.importorskip('no_such_module_at_all')",
        test_left="import pytest; pytest.skip('not on this planet', allow_module_level=True)",
        test_fine="def test_fine(): pass",
    )
    serial = observe(pytester, "--continue-on-collection-errors")
    spread = observe(pytester, "--continue-on-collection-errors", "-n2", plugins=("xdist",))
    for seen in (serial, spread):
        errors = seen.of(CollectionError)
        assert set(errors) == {"test_broken.py", "test_syntax.py"}
        assert "no_such_module_at_all" in errors["test_broken.py"].message
        assert "SyntaxError" in errors["test_syntax.py"].message
        assert seen.attempts["test_left.py"][0].reason == "not on this planet"
        assert seen.collection.tests == ("test_fine.py::test_fine",)
    counts = {**serial.counts()}
    counts["error"] = counts.get("error", 0) + len(serial.of(CollectionError))
    assert counts == serial.pytest_counts()
    assert spread.counts() == serial.counts()


def test_deselected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_a(): pass\ndef test_b(): pass\ndef test_c(): pass")
    for args in ((), ("-n2",)):
        seen = observe(pytester, "-k", "not b", *args, plugins=("xdist",))
        assert seen.collection.tests == ("test_deselected.py::test_a", "test_deselected.py::test_c")
        assert seen.collection.deselected == ("test_deselected.py::test_b",)


def test_warnings_are_counted_as_pytest_counts_them(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import warnings, pytest
        warnings.warn("at import")
        @pytest.mark.parametrize("n", range(3))
        def test_one(n): warnings.warn(DeprecationWarning("old"))
        def test_two(): warnings.warn("x" * n if (n := 3) else "")
        class TestInit:
            def __init__(self): pass
        """
    )
    seen = observe(pytester)
    warned = seen.of(Warned)
    assert sum(one.count for one in warned.values()) == seen.result.parseoutcomes()["warnings"]
    assert warned["DeprecationWarning: old"] == Warned(
        count=3, where="test_warnings_are_counted_as_pytest_counts_them.py::test_one[0]"
    )
    spread = observe(pytester, "-n2", plugins=("xdist",))
    assert _warning_counts(spread) == _warning_counts(seen)


def test_prefix_and_odd_ids(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_all=EVERYTHING)
    seen = observe(pytester, prefix="packages/a/")
    ids = {fact.subject for fact in seen.facts if isinstance(fact.data, Attempt)}
    assert ids == set(seen.collection.tests)
    assert "packages/a/test_all.py::TestClass::test_param[b::c]" in ids


@pytest.mark.parametrize("args", [("-x",), ("--maxfail=2",)])
def test_a_run_that_stops_tells_what_it_ran(
    pytester: pytest.Pytester, args: tuple[str, ...]
) -> None:
    pytester.makepyfile(test_all=EVERYTHING)
    seen = observe(pytester, *args)
    assert seen.counts() == seen.pytest_counts()
    assert len(seen.attempts) < len(seen.collection.tests)


def test_a_session_that_exits_in_the_middle(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        @pytest.fixture
        def exits():
            yield
            pytest.exit("enough")
        def test_one(): pass
        def test_two(exits): pass
        def test_three(): pass
        """
    )
    seen = observe(pytester)
    assert seen.counts() == seen.pytest_counts() == {"passed": 2}
    (two,) = seen.attempts["test_two"]
    assert two.teardown is None


def test_interrupted_test_has_no_result(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_one(): pass\ndef test_two(): raise KeyboardInterrupt")
    seen = observe(pytester)
    assert seen.counts() == seen.pytest_counts() == {"passed": 1}
    assert "test_two" not in seen.attempts


def test_memory_of_every_process(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "def test_one(): pass\ndef test_big(): bytearray(200_000_000)[::4096] = b'x' * 48829"
    )
    seen = observe(pytester, "-n2", plugins=("xdist",))
    peaks = {fact.process: fact.data.peak for fact in seen.facts if isinstance(fact.data, Memory)}
    assert set(peaks) == {"gw0", "gw1"}
    assert max(peaks.values()) > 200_000_000 > min(peaks.values()) > 5_000_000


def test_keep_duplicates(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(test_dup="def test_one(): pass")
    seen = observe(pytester, "--keep-duplicates", str(path), str(path))
    assert seen.counts() == seen.pytest_counts()


def test_unittest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        class Some(unittest.TestCase):
            def test_pass(self): pass
            def test_fail(self): self.fail("no")
            def test_skip(self): self.skipTest("later")
            @unittest.expectedFailure
            def test_expected(self): self.fail()
            @unittest.expectedFailure
            def test_unexpected(self): pass
        """
    )
    seen = observe(pytester)
    assert seen.counts() == seen.pytest_counts()
