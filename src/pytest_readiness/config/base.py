"""The policy at the base, from the text that evidence holds of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pytest_readiness.config.load import HISTORY, policy_of
from pytest_readiness.config.problem import ConfigError, Problem
from pytest_readiness.config.table import Source, Table
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Policy

NAME = "the base's configuration"


def base_policy(text: str, policy: Policy, catalogue: Mapping[str, Metric]) -> Policy:
    """The policy that held at the base, for the stage of the present one.

    A stage that the base does not have yet is compared with what holds there without one.

    :param text: ``[tool.pytest-readiness]`` as JSON; empty: there was none, and nothing but the defaults.
    :param policy: the present one.
    :raises ConfigError: where this version cannot read it, as what an older one wrote.
    """
    data = _data(text)
    stages = data.get("stages")
    known = isinstance(stages, dict) and policy.stage in stages
    return policy_of(
        Table(source=Source(name=NAME), path=(), data=data),
        None,
        catalogue=catalogue,
        stage=policy.stage if known else "",
        history=HISTORY if text else None,
    )


def _data(text: str) -> dict[str, object]:
    if not text:
        return {}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:  # evidence is data, and may be anything
        raise _unreadable(f"it is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise _unreadable("it is no table")
    return data


def _unreadable(message: str) -> ConfigError:
    return ConfigError([Problem(key="", message=message, file=NAME)])
