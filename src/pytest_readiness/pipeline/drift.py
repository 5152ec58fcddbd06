"""The policy beside that at the base: what changed, and which waivers stand in both."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.measure.base_policy import base_policy
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
    found = base_policy(evidence)
    before, drift = None, None
    if isinstance(found, BasePolicy):
        policy, before, drift = _compared(found, policy, metrics)
    elif found is not None:
        drift = Drift(message=found.message, remedy=found.remedy)
    if policy.waivers_from != "base":
        return Based(policy, drift, ())
    from pytest_readiness.judge.base_waivers import standing

    kept, dropped = standing(policy.waivers, None if before is None else before.waivers)
    return Based(replace(policy, waivers=kept), drift, dropped)


def _compared(
    base: BasePolicy, policy: Policy, metrics: Mapping[str, Metric]
) -> tuple[Policy, Policy | None, Drift]:
    """The policy as far as the base binds it, the base's own, and how they differ."""
    from pytest_readiness.config.base import base_policy as read
    from pytest_readiness.config.problem import ConfigError
    from pytest_readiness.judge.binding import bound
    from pytest_readiness.judge.drift import compare

    try:
        before = read(base.text, policy, CATALOGUE)
    except ConfigError as error:
        first = str(error.problems[0]).splitlines()[0]
        message = f"the configuration at {base.base or 'the base'} cannot be read: {first}"
        return policy, None, Drift(base=base.base, commit=base.commit, message=message)
    if not base.text:
        message = f"{base.base or 'the base'} has no [tool.pytest-readiness] yet: there is nothing to compare with"
        drift = Drift(base=base.base, commit=base.commit, message=message, first=True)
        return policy, before, drift
    drift = Drift(base=base.base, commit=base.commit, changes=compare(before, policy, metrics))
    where = f"{base.base}@{base.commit[:10]}"
    return bound(policy, before, metrics, where=where), before, drift
