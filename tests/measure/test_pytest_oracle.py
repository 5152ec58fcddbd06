"""Counts of tests against pytest's own summary, on a suite with something of everything."""

from __future__ import annotations

import pytest

from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    CollectionError,
    Evidence,
    Outcome,
    Record,
    Warned,
)
from pytest_readiness.model.measurement import Measurement, Request
from strategies import record, run

SUITE = """
import warnings
import pytest

@pytest.fixture
def broken_setup():
    raise OSError

@pytest.fixture
def broken_teardown():
    yield
    raise OSError

def test_passes(): pass
def test_fails(): assert False
def test_setup_breaks(broken_setup): pass
def test_teardown_breaks(broken_teardown): pass
def test_fails_and_teardown_breaks(broken_teardown): assert False
def test_both_break(broken_teardown, broken_setup): pass
def test_skips(): pytest.skip("no")
@pytest.mark.skip
def test_is_skipped(): pass
@pytest.mark.xfail
def test_xfails(): assert False
@pytest.mark.xfail
def test_xpasses(): pass
@pytest.mark.xfail(strict=True)
def test_xpasses_strictly(): pass
@pytest.mark.parametrize("n", range(3))
def test_warns(n): warnings.warn(f"number {n}")
def test_left_out(): pass
"""
PAIRS = (
    ("tests.failed", "failed"),
    ("tests.errors", "errors"),
    ("tests.skipped", "skipped"),
    ("tests.xfailed", "xfailed"),
    ("tests.xpassed", "xpassed"),
    ("tests.warnings", "warnings"),
    ("tests.deselected", "deselected"),
)


class Recorder:
    """The plainest translation of pytest's reports into evidence, for this test only."""

    def __init__(self) -> None:
        self.records: list[Record] = [record(run())]
        self.tests: tuple[str, ...] = ()
        self.left_out: tuple[str, ...] = ()
        self.phases: dict[str, dict[str, pytest.TestReport]] = {}
        self.warned: dict[tuple[str, str], int] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.tests = tuple(item.nodeid for item in session.items)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.left_out += tuple(item.nodeid for item in items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.records.append(record(CollectionError(message="broken"), report.nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.phases.setdefault(report.nodeid, {})[report.when or ""] = report

    def pytest_warning_recorded(self, warning_message: Warning, nodeid: str) -> None:
        key = (str(warning_message.message), nodeid)  # type: ignore[attr-defined]
        self.warned[key] = self.warned.get(key, 0) + 1

    def evidence(self) -> Evidence:
        collection = Collection(tests=self.tests, deselected=self.left_out)
        return Evidence.of(
            [
                *self.records,
                record(collection),
                *(record(_attempt(phases), id) for id, phases in self.phases.items()),
                *(
                    record(Warned(count=count, where=where), message)
                    for (message, where), count in self.warned.items()
                ),
            ]
        )


def _attempt(phases: dict[str, pytest.TestReport]) -> Attempt:
    broken = tuple(when for when in ("setup", "teardown") if when in phases and phases[when].failed)
    call = phases.get("call", phases["setup"])
    if call.when == "call" and call.failed:
        outcome = Outcome.FAILED
    elif broken:
        outcome = Outcome.ERROR
    elif call.skipped:
        outcome = Outcome.XFAILED if hasattr(call, "wasxfail") else Outcome.SKIPPED
    else:
        outcome = Outcome.XPASSED if hasattr(call, "wasxfail") else Outcome.PASSED
    return Attempt(outcome=outcome, errors=broken)


@pytest.mark.parametrize("broken_file", [False, True])
def test_counts_are_those_of_the_summary(pytester: pytest.Pytester, broken_file: bool) -> None:
    pytester.makepyfile(test_suite=SUITE)
    if broken_file:
        pytester.makepyfile(test_broken="import no_such_module_anywhere")
    recorder = Recorder()
    options = ("-p", "no:randomly", "-p", "no:cacheprovider", "--continue-on-collection-errors")
    result = pytester.runpytest_inprocess(
        *options, "--deselect=test_suite.py::test_left_out", plugins=[recorder]
    )
    summary = result.parseoutcomes()
    evidence = recorder.evidence()
    for metric, name in PAIRS:
        request = Request(metric=metric)
        (reading,) = measure(evidence, [request])[request]
        assert isinstance(reading, Measurement), reading
        assert reading.value == summary[name], metric
        assert summary[name] > 0
