"""The verdict: what the gates' effects add up to, and why, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_readiness.judge.effect import worst
from pytest_readiness.model.policy import Level
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult, Verdict

_FAILED = "failed"
_WORDS = {
    GateOutcome.PASSED: "passed",
    GateOutcome.FAILED: _FAILED,
    GateOutcome.ERROR: "in error",
    GateOutcome.NOT_MEASURED: "not measured",
    GateOutcome.INCONCLUSIVE: "inconclusive",
    GateOutcome.WAIVED: "waived",
    GateOutcome.NOT_APPLICABLE: "not applicable",
}


def verdict(results: Sequence[GateResult]) -> Verdict:
    """What the results say of a whole run.

    Ready, with or without risks, takes at least one subject that was measured for a gate that could
    have said otherwise; where there is none, nothing was shown, and there is no verdict. What was
    measured does not depend on the condition: if it did, a stricter one, which turns an unknown into
    a failure at level risk, would make a verdict where there was none.
    """
    effect = worst(result.effect for result in results)
    if effect is Effect.BLOCK:
        return Verdict.NOT_READY
    if not any(_shows_something(result) for result in results):
        return Verdict.NO_VERDICT
    return Verdict.READY_WITH_RISKS if effect is Effect.RISK else Verdict.READY


def fails(results: Sequence[GateResult], fail_on: Level) -> bool:
    """Whether a judged session is to fail; also one in which nothing could be measured can."""
    effect = worst(result.effect for result in results)
    return effect is Effect.BLOCK or (effect is Effect.RISK and fail_on is Level.RISK)


def explain(results: Sequence[GateResult], decided: Verdict) -> str:
    """``2 gates failed, 1 not measured``: what made it this verdict."""
    if decided is Verdict.NOT_READY:
        return _count(result for result in results if result.effect is Effect.BLOCK)
    if decided is Verdict.READY_WITH_RISKS:
        risks = [result for result in results if result.effect is Effect.RISK]
        return _count(risks).replace(_FAILED, f"{_FAILED} at level risk")
    if decided is Verdict.NO_VERDICT:
        return _nothing_shown(results)
    passed = sum(result.outcome is GateOutcome.PASSED for result in results)
    if passed == len(results):
        return f"{passed} gate passed" if passed == 1 else f"all {passed} gates passed"
    rest = [result for result in results if result.outcome is not GateOutcome.PASSED]
    return f"{passed} of {len(results)} gates passed, {_count(rest, noun='')}"


def _shows_something(result: GateResult) -> bool:
    return result.shown > 0 and result.gate.level is not Level.INFO


def _nothing_shown(results: Sequence[GateResult]) -> str:
    if not results:
        return "no gate is configured"
    deciding = [result for result in results if result.gate.level is not Level.INFO]
    if not deciding:
        return "gates that only inform make no verdict"
    # a count that is known in part can break its gate: that it is ready takes more
    whole = " whole" if any(result.outcome is GateOutcome.FAILED for result in deciding) else ""
    return f"nothing was measured{whole}: {_count(deciding)}"


def _count(results: Iterable[GateResult], noun: str = "gate") -> str:
    """``2 gates failed, 1 not measured``; the noun stands with the first number only."""
    counts = Counter(result.outcome for result in results)
    parts = [(counts[outcome], word) for outcome, word in _WORDS.items() if counts[outcome]]
    return ", ".join(
        f"{number} {word}" if index or not noun else f"{number} {noun}{'s' * (number != 1)} {word}"
        for index, (number, word) in enumerate(parts)
    )
