"""The quarantine: its tests run, cannot fail the session, and stay evidence of their flakiness."""

from __future__ import annotations

import datetime
import time

import pytest

from pytest_readiness.model.evidence import Attempt, Notice, Outcome, Quarantined
from pytest_readiness.model.held import unheld
from sessions import Seen, plain, project, run

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
DAY = datetime.timedelta(days=1)
GATES = '"tests.failed" = "== 0"\n"tests.xfailed" = "== 0"\n"tests.xpassed" = "== 0"'


def entry(test: str, expires: datetime.date = TODAY) -> str:
    return (
        f'[[tool.pytest-readiness.quarantine]]\ntest = "{test}"\nreason = "races with the clock"\n'
        f'owner = "@shop"\nexpires = {expires}\n'
    )


def attempts(seen: Seen) -> dict[str, Attempt]:
    return {record.subject: data for record, data in seen.evidence.select(Attempt)}


def held(seen: Seen) -> dict[str, str]:
    return {record.subject: data.entry for record, data in seen.evidence.select(Quarantined)}


SUITE = """
    import pytest, unittest

    def test_fails(): assert 1 == 2
    def test_passes(): pass
    @pytest.mark.xfail(strict=True)
    def test_strict(): pass
    @pytest.mark.xfail(run=False)
    def test_never(): import os; os._exit(3)
    @pytest.fixture
    def broken(): raise OSError("no port")
    def test_setup(broken): pass
    def test_own_word(): pytest.xfail("not today")
    def test_skips(): pytest.skip("no")
    class TestOld(unittest.TestCase):
        def test_old(self): self.fail("old")
    def test_free(): pass
"""
HELD = ("fails", "passes", "strict", "never", "setup", "own_word", "skips", "old")


# as pytest alone runs them, beside a plugin that retries, and in the processes of workers
@pytest.mark.parametrize("options", [("-p", "no:flaky.flaky_pytest_plugin"), (), ("-n", "1")])
def test_tests_in_quarantine_cannot_fail_the_session(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    quarantine = "".join(entry(f"test_a.py::test_{one}") for one in HELD[:-1])
    project(pytester, gates=GATES, policy=quarantine + entry("**::TestOld::*"), test_a=SUITE)
    seen = run(pytester, *options)
    assert seen.status == 0, seen.output
    assert set(seen.outcomes().values()) == {"passed"}
    tests = {f"test_a.py::test_{one}": f"test_a.py::test_{one}" for one in HELD[:-1]}
    assert held(seen) == {**tests, "test_a.py::TestOld::test_old": "**::TestOld::*"}
    found = {name.rpartition("test_")[2]: one for name, one in attempts(seen).items()}
    assert {name: one.outcome.value for name, one in found.items()} == {
        "fails": "xfailed",
        "passes": "xpassed",
        "strict": "xpassed",
        "never": "xfailed",
        "setup": "xfailed",
        "own_word": "xfailed",
        "skips": "skipped",
        "old": "xfailed",
        "free": "passed",
    }
    # what tells one failure from another is kept; what the test itself says is no failure
    assert found["fails"].signature == "AssertionError at test_a.py:3"
    assert found["setup"].signature.startswith("OSError at test_a.py:")
    assert found["old"].signature.startswith("AssertionError at ")
    assert found["own_word"].signature == found["never"].signature == ""
    assert found["fails"].reason == "quarantined: races with the clock"
    assert found["own_word"].reason == "not today"


def test_an_entry_holds_until_its_day_is_over_and_not_too_long(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        gates=GATES,
        policy=entry("**::test_past", TODAY - DAY) + entry("**::test_far", TODAY + 91 * DAY),
        test_a="def test_past(): assert 0\ndef test_far(): assert 0",
    )
    seen = run(pytester)
    assert (seen.status, held(seen)) == (1, {})
    assert "2 failed" in seen.output
    messages = [state.message for state in seen.scorecard.quarantine]
    assert messages[0].startswith("expired ")
    assert "is the last day allowed" in messages[1]


@pytest.mark.parametrize("zone", ["Etc/GMT-14", "Etc/GMT+12"])
def test_the_last_day_is_that_of_utc(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        project(
            pytester,
            policy=entry("**::test_today") + entry("**::test_past", TODAY - DAY),
            test_a="def test_today(): assert 0\ndef test_past(): assert 0",
        )
        assert held(run(pytester)) == {"test_a.py::test_today": "**::test_today"}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_teardown_is_covered_as_by_every_xfail(pytester: pytest.Pytester) -> None:
    suite = """
        import pytest
        @pytest.fixture
        def port():
            yield
            raise OSError("still open")
        def test_left(port): pass
    """
    project(pytester, gates=GATES, policy=entry("**::test_left"), test_a=suite)
    seen = run(pytester)
    assert seen.status == 0
    (attempt,) = attempts(seen).values()
    assert attempt.outcome is Outcome.XPASSED
    assert attempt.signature.startswith("OSError at test_a.py:")
    assert unheld(attempt) is Outcome.ERROR


def test_subtests_are_covered_too(pytester: pytest.Pytester) -> None:
    suite = """
        def test_parts(subtests):
            for part in range(3):
                with subtests.test(part=part):
                    assert part != 1
    """
    project(pytester, gates=GATES, policy=entry("**::test_parts"), test_a=suite)
    seen = run(pytester)
    assert seen.status == 0, seen.output
    (attempt,) = attempts(seen).values()
    assert (attempt.outcome, attempt.subtests) == (Outcome.XFAILED, (2, 0, 1))
    assert attempt.signature == "AssertionError at test_a.py:4"


def test_under_runxfail_nothing_is_in_quarantine_and_that_is_told(
    pytester: pytest.Pytester,
) -> None:
    project(pytester, gates=GATES, policy=entry("**::test_a"), test_a="def test_a(): assert 0")
    seen = run(pytester, "--runxfail")
    assert (seen.status, held(seen)) == (1, {})
    assert seen.gate("tests.failed").outcome.value == "failed"
    (notice,) = [
        one for record, one in seen.evidence.select(Notice) if record.subject == "quarantine"
    ]
    assert notice.text.startswith("it does not hold: under --runxfail")


def test_without_being_asked_the_quarantine_touches_nothing(pytester: pytest.Pytester) -> None:
    project(pytester, gates=GATES, policy=entry("**::test_a"), test_a="def test_a(): assert 0")
    assert plain(pytester).status == 1


def test_a_reason_is_printed_by_pytest_as_plain_text(pytester: pytest.Pytester) -> None:
    rude = entry("**").replace("races", r"\u001b[31mraces\n::error::")
    project(pytester, gates=GATES, policy=rude, test_a="def test_fails(): assert 0")
    seen = run(pytester, "-v", "-rx")
    assert r"quarantined: \x1b[31mraces \x3a:error::" in seen.output
    assert "\x1b" not in seen.output
