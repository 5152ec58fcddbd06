"""One gate's result, whatever the gate is about."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from pytest_readiness.judge.absence import accept_absence, not_applicable, not_measured
from pytest_readiness.judge.bench import Bench, Judged
from pytest_readiness.judge.condition import Rule
from pytest_readiness.judge.owners import Owners
from pytest_readiness.judge.requests import breakdown_of, request_of
from pytest_readiness.judge.run_gate import judge_run
from pytest_readiness.judge.selection import Found, Portion
from pytest_readiness.judge.waivers import for_gate
from pytest_readiness.model.condition import check_condition
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import Measurements, Reading
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Policy, Waiver
from pytest_readiness.model.scorecard import GateResult


def judge_gate(
    gate: Gate,
    policy: Policy,
    metrics: Mapping[str, Metric],
    measurements: Measurements,
    *,
    portion: Portion | None,
    waivers: tuple[Waiver, ...],
    owners: Owners,
) -> Judged:
    """``portion`` is what the gate judges of a metric with subjects, None for one of the run.

    ``waivers`` are those in force, of all gates.
    """
    own = for_gate(waivers, gate)
    judged = _judged(gate, policy, metrics, measurements, portion, own, owners)
    if judged.result.reading is None:
        judged = accept_absence(judged, own)
    if any(waiver.hotfix for waiver in waivers):
        from pytest_readiness.judge.hotfix import accept

        judged = accept(judged, waivers)
    return judged


def _judged(
    gate: Gate,
    policy: Policy,
    metrics: Mapping[str, Metric],
    measurements: Measurements,
    portion: Portion | None,
    waivers: tuple[Waiver, ...],
    owners: Owners,
) -> Judged:
    metric = metrics.get(gate.metric)
    if metric is None:
        return Judged(result=_unknown(gate, policy, metrics))
    if misfit := check_condition(gate.condition, metric):
        return Judged(result=not_measured(gate, metric, Reason.ERROR, misfit))
    bench = Bench(
        gate=gate,
        rule=Rule.of(gate.condition, metric),
        waivers=waivers,
        owners=owners,
    )
    if portion is None:
        breakdown = tuple(
            reading
            for request in breakdown_of(gate, policy, metrics)
            for reading in measurements.get(request, ())
        )
        return _of_run(bench, measurements.get(request_of(gate, metric), ()), breakdown)
    if portion.found is Found.SOME:
        from pytest_readiness.judge.subject_gate import judge_subjects

        return judge_subjects(bench, portion.readings)
    return Judged(result=_without_subjects(gate, metric, portion))


def _of_run(bench: Bench, readings: tuple[Reading, ...], breakdown: tuple[Reading, ...]) -> Judged:
    if bench.gate.select and not bench.metric.selects:
        message = f"{bench.metric.name} is one value of the run: there is nothing to select from"
        remedy = "gate a component of the project instead of a selection"
    elif not readings:
        message, remedy = "there is no value of it", ""
    else:
        return judge_run(bench, readings[0], breakdown)
    return Judged(result=not_measured(bench.gate, bench.metric, Reason.NO_DATA, message, remedy))


def _unknown(gate: Gate, policy: Policy, metrics: Mapping[str, Metric]) -> GateResult:
    """Names outside the catalogue's namespaces may come up while the session runs, or never."""
    tool = next((tool for tool in policy.tools if tool.metric == gate.metric), None)
    if tool is not None:
        message = f"the tool {tool.name} told no {gate.metric}"
        remedy = f"see what it says: {tool.run or tool.report}"
        return not_measured(gate, None, Reason.NO_DATA, message, remedy)
    near = difflib.get_close_matches(gate.metric, sorted(metrics), n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ""
    return not_measured(
        gate,
        None,
        Reason.NO_DATA,
        f"nothing in this run recorded or defined {gate.metric}{hint}",
        f"record it in a test: readiness.record({gate.metric!r}, value)",
    )


def _without_subjects(gate: Gate, metric: Metric, portion: Portion) -> GateResult:
    if portion.found is Found.ALL_TAKEN:
        return not_applicable(gate, metric, "entries above it judge all that it selects")
    what = f"{metric.subject.value}s" if metric.subject.value != "named" else "subjects"
    if "patch" in metric.needs:
        # its subjects are what the change touches: that it touches none of these is no gap
        return not_applicable(gate, metric, f"the change touches no {what} that it selects")
    if portion.found is Found.NOTHING_MEASURED:
        return not_measured(gate, metric, Reason.NO_DATA, f"there are no {what} to judge")
    near = f"; the nearest: {', '.join(portion.nearest)}" if portion.nearest else ""
    return not_measured(
        gate,
        metric,
        Reason.NO_DATA,
        f"{' '.join(gate.select)} selects none of the {what}{near}",
        f"correct `select` of the gate {gate.name}",
    )
