"""``[tool.pytest-readiness]`` to a policy; every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_readiness.config.document import read_document
from pytest_readiness.config.names import dotted, nearest, quote
from pytest_readiness.config.problem import ConfigError, Problem
from pytest_readiness.config.stages import check_ref, elsewhere, gate_names, read_stages
from pytest_readiness.config.table import Source, Table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.measurement import Component
from pytest_readiness.model.metric import RESERVED, Metric
from pytest_readiness.model.policy import Policy, Waiver

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
    "metrics",
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
    source = root.source
    command_line = Source(name="command line")
    if path is not None and source.problems and not root.data:
        raise ConfigError(source.problems, source=str(path))

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
    waivers = _waivers(root, gate_names(stages), written, vocabulary)
    history = _history(root, HISTORY if path is not None else None)
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
        base=here.base if base is None else base,
        history=history,
        history_days=days or usual.history_days,
        history_runs=runs or usual.history_runs,
        baseline_file=baseline_file,
        remeasure=remeasure,
        fail_on=here.fail_on,
        exit_code=here.exit_code,
        source="" if path is None else str(path),
        coverage_source=coverage_source,
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
    root: Table, gates: Mapping[str, str], written: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[Waiver, ...]:
    if "waivers" not in root.data:
        return ()
    from pytest_readiness.config.waivers import read_waivers

    return read_waivers(root, gates, written, vocabulary)


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
