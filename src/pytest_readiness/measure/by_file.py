"""How many tests each file has: ``tests.file``."""

from __future__ import annotations

from collections import Counter

from pytest_readiness.measure.holes import not_measured
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.suite import Suite, covered
from pytest_readiness.model.measurement import Measurement, Reading, Subject
from pytest_readiness.model.metric import SubjectKind


def measure_by_file(suite: Suite, scope: Scope) -> tuple[Reading, ...]:
    """One reading a file of tests, of all tests that were collected in it."""
    found: Counter[tuple[str, str]] = Counter()
    for environment, id in covered(suite.results.collected, scope):
        found[id.partition("::")[0], environment] += 1
    readings: list[Reading] = [
        Measurement(
            subject=Subject(kind=SubjectKind.FILE, id=path, path=path, environment=environment),
            value=count,
        )
        for (path, environment), count in sorted(found.items())
    ]
    holes = suite.common
    return (not_measured(scope.subject, holes), *readings) if holes else tuple(readings)
