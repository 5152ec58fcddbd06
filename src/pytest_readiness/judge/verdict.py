"""The verdict: what the gates' effects add up to, and why, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_readiness.judge.effect import worst
from pytest_readiness.model.policy import Level
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult, Verdict
from pytest_readiness.model.value import NamedTuple

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


class Beside(NamedTuple):
    """Something that is judged beside the gates: a requirement, a condition, an entry in quarantine."""

    noun: str
    """``requirement``; the plural has an ``s`` more."""
    word: str
    """What it came to: ``failed``, ``overdue``."""
    effect: Effect
    shown: bool = False
    """A verdict can rest on it."""


def verdict(results: Sequence[GateResult], beside: Sequence[Beside] = ()) -> Verdict:
    """What the results say of a whole run, and all that was judged beside the gates.

    Ready, with or without risks, takes at least one subject that was measured for a gate that could
    have said otherwise; where there is none, nothing was shown, and there is no verdict. What was
    measured does not depend on the condition: if it did, a stricter one, which turns an unknown into
    a failure at level risk, would make a verdict where there was none.
    """
    effect = _worst(results, beside)
    if effect is Effect.BLOCK:
        return Verdict.NOT_READY
    if not any(map(_shows_something, results)) and not any(one.shown for one in beside):
        return Verdict.NO_VERDICT
    return Verdict.READY_WITH_RISKS if effect is Effect.RISK else Verdict.READY


def fails(results: Sequence[GateResult], fail_on: Level, beside: Sequence[Beside] = ()) -> bool:
    """Whether a judged session is to fail; also one in which nothing could be measured can."""
    effect = _worst(results, beside)
    return effect is Effect.BLOCK or (effect is Effect.RISK and fail_on is Level.RISK)


def explain(results: Sequence[GateResult], decided: Verdict, beside: Sequence[Beside] = ()) -> str:
    """``2 gates failed, 1 not measured, 1 requirement failed``: what made it this verdict."""
    if decided is Verdict.NOT_READY:
        blocking = (result for result in results if result.effect is Effect.BLOCK)
        return _listed(
            _count(blocking), _tally(one for one in beside if one.effect is Effect.BLOCK)
        )
    if decided is Verdict.READY_WITH_RISKS:
        risks = _count(result for result in results if result.effect is Effect.RISK)
        return _listed(
            risks.replace(_FAILED, f"{_FAILED} at level risk"),
            _tally(one for one in beside if one.effect is Effect.RISK),
        )
    if decided is Verdict.NO_VERDICT:
        return _nothing_shown(results, beside)
    return _listed(_kept(results), _tally(beside))


def _kept(results: Sequence[GateResult]) -> str:
    if not results:
        return ""
    passed = sum(result.outcome is GateOutcome.PASSED for result in results)
    if passed == len(results):
        return f"{passed} gate passed" if passed == 1 else f"all {passed} gates passed"
    rest = [result for result in results if result.outcome is not GateOutcome.PASSED]
    return f"{passed} of {len(results)} gates passed, {_count(rest, noun='')}"


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _worst(results: Iterable[GateResult], beside: Iterable[Beside]) -> Effect:
    effects = [result.effect for result in results]
    return worst([*effects, *(one.effect for one in beside)])


def _shows_something(result: GateResult) -> bool:
    return result.shown > 0 and result.gate.level is not Level.INFO


def _nothing_shown(results: Sequence[GateResult], beside: Sequence[Beside]) -> str:
    if not results:
        return _listed("no gate is configured", _tally(beside))
    deciding = [result for result in results if result.gate.level is not Level.INFO]
    if not deciding:
        return _listed("gates that only inform make no verdict", _tally(beside))
    # a count that is known in part can break its gate: that it is ready takes more
    whole = " whole" if any(result.outcome is GateOutcome.FAILED for result in deciding) else ""
    return _listed(f"nothing was measured{whole}: {_count(deciding)}", _tally(beside))


def _count(results: Iterable[GateResult], noun: str = "gate") -> str:
    """``2 gates failed, 1 not measured``; the noun stands with the first number only."""
    counts = Counter(result.outcome for result in results)
    parts = [(counts[outcome], word) for outcome, word in _WORDS.items() if counts[outcome]]
    return ", ".join(
        f"{number} {word}" if index or not noun else f"{number} {noun}{'s' * (number != 1)} {word}"
        for index, (number, word) in enumerate(parts)
    )


def _tally(beside: Iterable[Beside]) -> str:
    """``1 requirement failed, 2 not verified, 1 condition overdue``: in the order in which they come."""
    parts = []
    before = ""
    for (noun, word), number in Counter((one.noun, one.word) for one in beside).items():
        named = "" if noun == before else f"{noun}{'s' * (number != 1)} "
        parts.append(f"{number} {named}{word}")
        before = noun
    return ", ".join(parts)
