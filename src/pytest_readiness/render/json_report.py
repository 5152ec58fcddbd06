"""The scorecard as JSON, for machines. Its schema is ``report.schema.json`` beside this module.

Every number is exact where it can be: counts and the two integers of a ratio. ``value`` is the
nearest float on the failing side, so that comparing it with a limit never gives a better result than
the gate's. Text is what it was, lone surrogates aside; whoever shows it has to escape it.
"""

from __future__ import annotations

import json
from typing import Any

from pytest_readiness.model.scorecard import GateOutcome, Scorecard
from pytest_readiness.render import escape
from pytest_readiness.render.json_gates import gate_result, score
from pytest_readiness.render.json_standing import standing
from pytest_readiness.render.json_summary import summary
from pytest_readiness.render.json_values import Json, subject, waiver

NAME = "pytest-readiness/report"
VERSION = 1


def render(scorecard: Scorecard) -> str:
    """JSON text, pure ASCII, ending in a newline."""
    return json.dumps(_clean(report(scorecard)), indent=2, allow_nan=False) + "\n"


def report(scorecard: Scorecard) -> Json:
    """The document before it is text."""
    results = scorecard.results
    counts = dict.fromkeys(GateOutcome, 0)
    for result in results:
        counts[result.outcome] += 1
    return {
        "schema": NAME,
        "version": VERSION,
        "verdict": scorecard.verdict.value,
        "would_be": scorecard.would_be.value,
        "explanation": scorecard.explanation,
        "exit_code": scorecard.exit_code,
        "stage": scorecard.stage,
        "profile": scorecard.profile,
        "source": scorecard.source,
        "selection": {
            "whole": scorecard.selection.whole,
            "causes": list(scorecard.selection.causes),
            "declared": scorecard.selection.declared,
        },
        "outcomes": {outcome.value: number for outcome, number in counts.items()},
        "score": score(scorecard.score),
        "gates": [gate_result(result) for result in results],
        "elsewhere": [{"metric": metric, "stage": stage} for metric, stage in scorecard.elsewhere],
        "idle_waivers": [
            {**waiver(state.waiver), "message": state.message} for state in scorecard.waivers_idle
        ],
        "gaps": [
            {
                "section": section,
                "reason": gap.reason.value,
                "message": gap.message,
                "remedy": gap.remedy,
            }
            for section, gap in scorecard.gaps
        ],
        "diagnoses": [
            {
                "subject": subject(one.subject),
                "kind": one.kind.value,
                "because": one.because,
                "polluter": one.polluter,
            }
            for one in scorecard.diagnoses
        ],
        "notices": [{"tool": tool, "text": text} for tool, text in scorecard.notices],
        **standing(scorecard),
        "summary": summary(scorecard.summary),
        "fingerprints": [
            {"of": what, "fingerprint": text} for what, text in scorecard.fingerprints
        ],
    }


def _clean(value: Any) -> Any:
    """JSON readers refuse lone surrogates."""
    if isinstance(value, str):
        return escape.well_formed(value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value
