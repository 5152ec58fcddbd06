"""Tests as proof of a requirement: at least one ran, and all passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pytest_readiness.model.proof import Trial, Trialled
from pytest_readiness.model.requirement import State
from pytest_readiness.model.standing import ProofResult, Trace

_BROKEN = frozenset({Trialled.FAILED, Trialled.BROKEN})
_PASSED = frozenset({Trialled.PASSED, Trialled.FLAKY, Trialled.UNEXPECTED})
_ELSEWHERE = frozenset({Trialled.SKIPPED, Trialled.DESELECTED})
"""What is no gap in one environment if the test passed in another."""
_WORST = (
    Trialled.FAILED,
    Trialled.BROKEN,
    Trialled.LOST,
    Trialled.QUARANTINED,
    Trialled.EXPECTED,
    Trialled.SKIPPED,
    Trialled.DESELECTED,
)


def judge_trials(trials: tuple[Trial, ...], untold: str) -> ProofResult:
    """At least one ran and all passed; one that fails decides, whatever is not known."""
    passed = {trial.subject.id for trial in trials if trial.result in _PASSED}
    counted = [
        trial
        for trial in trials
        if trial.result not in _ELSEWHERE or trial.subject.id not in passed
    ]
    counts = Counter(trial.result for trial in counted)
    text = _counted(counts) or "no test is marked with it"
    if _BROKEN & counts.keys():
        state = State.FAILED
    elif untold:
        state, text = State.NOT_VERIFIED, f"{text}; {untold}"
    else:
        proved = bool(counts) and counts.keys() <= _PASSED
        state = State.PASSED if proved else State.NOT_VERIFIED
    return ProofResult(
        what="tests",
        state=state,
        text=text,
        traces=tuple(
            Trace(subject=trial.subject, outcome=trial.result.value, detail=trial.detail)
            for trial in sorted(trials, key=lambda trial: trial.result in _PASSED)
        ),
        risk=state is State.PASSED and counts.keys() != {Trialled.PASSED},
    )


def _counted(counts: Mapping[Trialled, int]) -> str:
    """``3 tests failed, 1 skipped``, the worst first."""
    order = (*_WORST, *(result for result in Trialled if result not in _WORST))
    parts = [(counts[result], result.value) for result in order if counts.get(result)]
    return ", ".join(
        f"{number} {word}" if index else f"{number} {'test' if number == 1 else 'tests'} {word}"
        for index, (number, word) in enumerate(parts)
    )
