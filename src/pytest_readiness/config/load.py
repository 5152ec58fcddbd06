"""``[tool.pytest-readiness]`` to a policy; every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness.config.document import read_document
from pytest_readiness.config.names import dotted, nearest, quote
from pytest_readiness.config.problem import ConfigError, Problem
from pytest_readiness.config.stages import (
    Stages,
    check_ref,
    elsewhere,
    gate_names,
    gates_of,
    overlays,
    read_stages,
)
from pytest_readiness.config.table import Source, Table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.measurement import Component
from pytest_readiness.model.metric import RESERVED, Metric
from pytest_readiness.model.policy import Level, Policy, Waiver

if TYPE_CHECKING:
    from pytest_readiness.model.requirement import (
        OwnerRule,
        Requirement,
        Scoring,
        Severity,
        SignOff,
    )
    from pytest_readiness.model.tool import Tool

__all__ = ["ConfigError", "Problem", "load_policy"]

HISTORY = ".readiness/history.db"
"""Where a project that is configured keeps its history, unless it says something else."""
SCHEMES = ("postgresql", "postgres")
KEYS = (
    "profile",
    "base",
    "history",
    "history-days",
    "history-runs",
    "baseline-file",
    "remeasure",
    "fail-on",
    "exit-code",
    "source",
    "gates",
    "stages",
    "components",
    "waivers",
    "waiver-days",
    "waivers-from",
    "metrics",
    "tools",
    "requirements",
    "severities",
    "quarantine",
    "conditions",
    "score",
    "sign-off",
    "codeowners",
)


def load_policy(
    path: Path | None,
    *,
    catalogue: Mapping[str, Metric],
    stage: str = "",
    overrides: Sequence[str] = (),
    base: str | None = None,
) -> Policy:
    """The policy for a stage; None as path: the default policy.

    :param overrides: gates from the command line, ``coverage.lines >= 80%``; of several for one gate the last holds.
    :param base: replaces what the file says.
    :raises ConfigError: with every problem of the file (of its other stages too) and of the arguments.
    """
    root = read_document(path)
    if path is not None and root.source.problems and not root.data:
        raise ConfigError(root.source.problems, source=str(path))
    return policy_of(root, path, catalogue=catalogue, stage=stage, overrides=overrides, base=base)


def policy_of(
    root: Table,
    path: Path | None,
    *,
    catalogue: Mapping[str, Metric],
    stage: str = "",
    overrides: Sequence[str] = (),
    base: str | None = None,
    history: str | None = None,
) -> Policy:
    """The same of a table that was read already.

    :param path: the file that it stands in, beside which CODEOWNERS is looked for; None: none.
    :param history: where a history is kept unless the table says something else; None: as usual.
    """
    source = root.source
    command_line = Source(name="command line")
    root.only(KEYS)
    components = _components(root)
    vocabulary = Vocabulary(
        metrics=catalogue,
        closed=RESERVED | {name.partition(".")[0] for name in catalogue},
        components=tuple(component.name for component in components),
    )
    metrics, vague = _metrics(root, vocabulary)
    vocabulary = Vocabulary(
        metrics={**catalogue, **{metric.name: metric for metric in metrics}},
        vague=vague,
        closed=vocabulary.closed,
        components=vocabulary.components,
    )
    stages, written = read_stages(root, vocabulary)
    tools = _tools(root, vocabulary)
    requirements, commands, severities = _requirements(root, vocabulary, tools)
    waivers = _waivers(root, gate_names(stages), written, vocabulary, requirements)
    decided = _decided(root)
    scoring, sign_off = _report(root, stages, vocabulary, requirements)
    owners = _owners(root, path)
    history = _history(root, HISTORY if path is not None else history)
    days = root.integer("history-days", (range(1, 36_501),), "1 to 36500")
    runs = root.integer("history-runs", (range(1, 1_000_001),), "1 to 1000000")
    baseline_file = root.text("baseline-file")
    remeasure = root.flag("remeasure", False)
    coverage_source = root.texts("source")

    here = stages.get(stage)
    if here is None:
        _unknown_stage(stage, tuple(name for name in stages if name), command_line)
        here = stages[""]
    gates = tuple(gate for group in here.gates.values() for gate in group)
    for text in overrides:
        from pytest_readiness.config.overrides import override

        gates = override(gates, text, vocabulary, command_line)
    if base is not None:
        check_ref(base, ("--readiness-base",), command_line)
    problems = source.problems + command_line.problems
    if problems:
        raise ConfigError(problems, source="" if path is None else str(path))
    usual = Policy(gates=())
    return Policy(
        gates=gates,
        metrics=metrics,
        components=components,
        waivers=waivers,
        profile=here.profile.name,
        stage=stage,
        elsewhere=elsewhere(stages, stage),
        overlays=overlays(stages, stage),
        base=here.base if base is None else base,
        base_given=base is not None,
        history=history,
        history_days=days or usual.history_days,
        history_runs=runs or usual.history_runs,
        baseline_file=baseline_file,
        remeasure=remeasure,
        fail_on=here.fail_on,
        exit_code=here.exit_code,
        source="" if path is None else str(path),
        coverage_source=coverage_source,
        tools=(*tools, *commands),
        requirements=requirements,
        severities=severities,
        quarantine=decided.quarantine,
        conditions=decided.conditions,
        waiver_days=decided.waiver_days,
        waivers_from=decided.waivers_from,
        owners=owners,
        scoring=scoring,
        sign_off=sign_off,
    )


# what most configurations do not hold is not read, and what reads it is not imported


def _components(root: Table) -> tuple[Component, ...]:
    if "components" not in root.data:
        return ()
    from pytest_readiness.config.components import read_components

    return read_components(root)


def _metrics(root: Table, vocabulary: Vocabulary) -> tuple[tuple[Metric, ...], frozenset[str]]:
    if "metrics" not in root.data:
        return (), frozenset()
    from pytest_readiness.config.metrics import read_metrics

    return read_metrics(root.table("metrics"), vocabulary)


def _waivers(
    root: Table,
    gates: Mapping[str, str],
    written: Mapping[str, str],
    vocabulary: Vocabulary,
    requirements: Sequence[Requirement],
) -> tuple[Waiver, ...]:
    if "waivers" not in root.data:
        return ()
    from pytest_readiness.config.waivers import read_waivers

    return read_waivers(root, gates, written, vocabulary, [one.id for one in requirements])


def _tools(root: Table, vocabulary: Vocabulary) -> tuple[Tool, ...]:
    if "tools" not in root.data:
        return ()
    from pytest_readiness.config.tools import read_tools

    return read_tools(root, vocabulary.closed)


def _requirements(
    root: Table, vocabulary: Vocabulary, tools: Sequence[Tool]
) -> tuple[tuple[Requirement, ...], tuple[Tool, ...], tuple[tuple[Severity, Level], ...]]:
    """Requirements, the commands that prove some of them, and what severities do."""
    if "requirements" not in root.data and "severities" not in root.data:
        return (), (), ()
    from pytest_readiness.config.requirements import read_requirements, read_severities

    return *read_requirements(root, vocabulary, tools), read_severities(root)


def _decided(root: Table) -> Policy:
    """Quarantine, conditions of an approval, and what waivers are subject to."""
    if not {"quarantine", "conditions", "waiver-days", "waivers-from"} & root.data.keys():
        return Policy(gates=())
    from pytest_readiness.config.decided import read_decided

    return read_decided(root)


def _report(
    root: Table, stages: Stages, vocabulary: Vocabulary, requirements: Sequence[Requirement]
) -> tuple[Scoring | None, SignOff | None]:
    if "score" not in root.data and "sign-off" not in root.data:
        return None, None
    from pytest_readiness.config.scoring import known_categories, read_scoring, read_sign_off

    known = known_categories(gates_of(stages), vocabulary.metrics, requirements)
    return read_scoring(root, known), read_sign_off(root)


def _owners(root: Table, path: Path | None) -> tuple[OwnerRule, ...]:
    """Of the CODEOWNERS that a forge would read; only where something is configured."""
    if path is None or root.data.get("codeowners") is False:
        return ()
    from pytest_readiness.config.codeowners import read_owners

    return read_owners(root, path.parent)


def _history(root: Table, default: str | None) -> str | None:
    value = root.data.get("history", default)
    if value is None or value is False:
        return None
    if not isinstance(value, str):
        root.problem(
            "history",
            f"{kind(value)} stands where a path or a URL is needed",
            remedy=f'write history = "{HISTORY}", or false for none',
        )
        return None
    if "history" in root.data and not root.text("history"):
        return None
    scheme, mark, _ = value.partition("://")
    if mark and scheme not in SCHEMES:
        root.problem(
            "history",
            f"{quote(scheme + mark)} is no database that a history can be kept in",
            allowed=[f"{known}://..." for known in SCHEMES],
            remedy="for a file write its path",
        )
    return value


def _unknown_stage(stage: str, known: Sequence[str], source: Source) -> None:
    source.problem(
        ("--readiness-stage",),
        f"there is no stage {quote(stage)}",
        allowed=known,
        nearest=nearest(stage, known),
        remedy="" if known else f"add a table [tool.pytest-readiness.{dotted(('stages', stage))}]",
    )
