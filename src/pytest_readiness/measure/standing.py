"""How flaky tests are taken to be, as their history stands: for people who look."""

from __future__ import annotations

from pytest_readiness.measure.flakiness import Case, Flakiness
from pytest_readiness.measure.flaky_history import Timeline
from pytest_readiness.model.chronicle import Standing
from pytest_readiness.model.history import History


class Standings:
    """Of all tests of a history; what one environment needs is worked out once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[str, Flakiness] = {}

    def of(self, test: str) -> tuple[Standing, ...]:
        """In every environment where an attempt of the test failed outside of incidents."""
        runs = self._history.runs
        kins = dict.fromkeys(runs[index].kin for index in self._history.exposure.get(test, ()))
        found = ((kin, self._flakiness(kin)) for kin in kins)
        return tuple(self._standing(kin, one, test) for kin, one in found if test in one.cases)

    def _flakiness(self, kin: str) -> Flakiness:
        if kin not in self._known:
            self._known[kin] = Flakiness(Timeline(self._history, kin))
        return self._known[kin]

    @staticmethod
    def _standing(kin: str, flakiness: Flakiness, test: str) -> Standing:
        case: Case = flakiness.cases[test]
        rate = flakiness.posterior(test)
        return Standing(
            kin=kin,
            rung=case.rung.name.lower(),
            failed=case.failed,
            ran=case.ran,
            low=rate.low,
            high=rate.high,
            missing=case.missing,
        )
