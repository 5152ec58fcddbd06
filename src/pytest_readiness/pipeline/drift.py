"""The policy beside that at the base: what changed, and which waivers stand in both."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.config.base import base_policy
from pytest_readiness.config.problem import ConfigError
from pytest_readiness.judge.base_waivers import standing
from pytest_readiness.judge.binding import bound
from pytest_readiness.judge.drift import compare
from pytest_readiness.measure import base_policy as told
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.evidence import BasePolicy, Evidence
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import WaiverState
from pytest_readiness.model.standing import Drift
from pytest_readiness.model.value import NamedTuple, replace


class Based(NamedTuple):
    """The policy as far as it counts, and how it differs from the base's."""

    policy: Policy
    drift: Drift | None
    dropped: tuple[WaiverState, ...]
    """Waivers that do not count, where only those of the base do."""


def against_base(evidence: Evidence, policy: Policy, metrics: Mapping[str, Metric]) -> Based:
    """Compare with what evidence tells of the base; nothing is read from anywhere else."""
    found = told.base_policy(evidence)
    before, drift = None, None
    if isinstance(found, BasePolicy):
        try:
            before = base_policy(found.text, policy, CATALOGUE)
        except ConfigError as error:
            first = str(error.problems[0]).splitlines()[0]
            message = f"the configuration at {found.base or 'the base'} cannot be read: {first}"
            drift = Drift(base=found.base, commit=found.commit, message=message)
        else:
            changes = compare(before, policy, metrics)
            drift = Drift(base=found.base, commit=found.commit, changes=changes)
            policy = bound(policy, before, metrics, where=f"{found.base}@{found.commit[:10]}")
    elif found is not None:
        drift = Drift(message=found.message, remedy=found.remedy)
    if policy.waivers_from != "base":
        return Based(policy, drift, ())
    kept, dropped = standing(policy.waivers, None if before is None else before.waivers)
    return Based(replace(policy, waivers=kept), drift, dropped)
