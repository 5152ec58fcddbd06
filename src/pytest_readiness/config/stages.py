"""Stages: what holds for a verdict asked for at one place, by name; ``""`` is the policy itself."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.config.gates import names_written, read_gates
from pytest_readiness.config.names import KeyPath, nearest, quote
from pytest_readiness.config.overlay import Layer, overlay
from pytest_readiness.config.problem import Problem
from pytest_readiness.config.profiles import DEFAULT, PROFILES, Profile, profile_named
from pytest_readiness.config.table import Source, Table, as_table
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.policy import Gate, Level, Overlay
from pytest_readiness.model.value import dataclass, replace

STAGE_KEYS = ("profile", "inherit", "base", "fail-on", "exit-code", "gates")
FAIL_ON = {"blocking": Level.BLOCK, "risk": Level.RISK}
EXIT_CODES = (range(1, 2), range(8, 126))
NO_STAGE = "default"
"""What the gates of no stage are called where they are not judged."""

Gates = Mapping[str, tuple[Gate, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a policy and each of its stages may set."""

    profile: Profile
    base: str
    fail_on: Level
    exit_code: int
    gates: Gates


Stages = Mapping[str, Settings]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Below:
    """What stages lie over."""

    layer: Layer
    settings: Settings
    vocabulary: Vocabulary


def read_stages(root: Table, vocabulary: Vocabulary) -> tuple[Stages, Mapping[str, str]]:
    """All stages by name, and the metric of all that is written as a gate, right or wrong, by name."""
    gates = root.table("gates")
    layer = read_gates(gates, vocabulary)
    below = _Below(layer=layer, settings=_settings(root, layer, vocabulary), vocabulary=vocabulary)
    stages = {"": below.settings}
    names = names_written(gates, vocabulary)
    overlays = root.table("stages")
    for name, value in overlays.data.items() if overlays else ():
        stage = _overlay(root, name, value, below)
        if stage is not None:
            stages[name] = stage
            own = value.get("gates")
            if isinstance(own, dict):
                table = Table(source=root.source, path=("stages", name, "gates"), data=own)
                names |= names_written(table, vocabulary)
    for settings in stages.values():
        _check_names(settings.gates, root.source)
    return stages, names


def _settings(
    table: Table, layer: Layer, vocabulary: Vocabulary, below: Settings | None = None
) -> Settings:
    """:param below: what holds where the table says nothing: for a stage, the policy itself."""
    profile = _profile(table, below.profile if below else PROFILES[DEFAULT])
    gates = profile.gates(vocabulary.metrics)
    if below is None:
        gates = overlay(gates, layer, table.source)
    elif table.flag("inherit", True):
        gates = overlay(gates, layer, table.source, strict=False)
    base = table.text("base", below.base if below else "auto")
    if table.data.get("base") == base:
        check_ref(base, (*table.path, "base"), table.source)
    return Settings(
        profile=profile,
        base=base,
        fail_on=table.choice("fail-on", FAIL_ON, below.fail_on if below else Level.BLOCK),
        exit_code=table.integer("exit-code", EXIT_CODES, "1, or 8 to 125 (2 to 7 are pytest's)")
        or (below.exit_code if below else 1),
        gates=gates,
    )


def _overlay(root: Table, name: str, value: object, below: _Below) -> Settings | None:
    path: KeyPath = ("stages", name)
    stage = as_table(root.source, path, value)
    if stage is None:
        return None
    if not name.strip() or not name.isprintable() or name == NO_STAGE:
        root.source.problem(path, f"{quote(name)} cannot be the name of a stage")
    stage.only(STAGE_KEYS)
    settings = _settings(stage, below.layer, below.vocabulary, below.settings)
    own = read_gates(stage.table("gates"), below.vocabulary)
    return replace(settings, gates=overlay(settings.gates, own, root.source))


def _profile(table: Table, default: Profile) -> Profile:
    name = table.text("profile")
    if not name:
        return default
    profile = profile_named(name)
    if profile is None:
        names = tuple(PROFILES)
        plain = tuple(known.partition("@")[0] for known in names)
        near = nearest(name, names) or nearest(name.partition("@")[0], plain)
        table.problem(
            "profile",
            f"there is no profile {quote(name)}",
            allowed=[quote(known) for known in names],
            nearest=quote(near) if near else "",
        )
        return default
    return profile


def gates_of(stages: Stages) -> list[Gate]:
    """Every gate of any stage."""
    return [gate for stage in stages.values() for group in stage.gates.values() for gate in group]


def gate_names(stages: Stages) -> dict[str, str]:
    """The metric of every gate of any stage, by name and by metric."""
    gates = gates_of(stages)
    return {gate.metric: gate.metric for gate in gates} | {gate.name: gate.metric for gate in gates}


def elsewhere(stages: Stages, here: str) -> tuple[tuple[str, str], ...]:
    """``(metric, stage)`` of all metrics that are gated in another stage and not in this one."""
    return tuple(
        (metric, name or NO_STAGE)
        for name, settings in stages.items()
        if name != here
        for metric in settings.gates
        if metric not in stages[here].gates
    )


def overlays(stages: Stages, here: str) -> tuple[Overlay, ...]:
    """All other stages, the policy without a stage among them."""
    return tuple(
        Overlay(
            stage=name,
            gates=tuple(gate for group in settings.gates.values() for gate in group),
            profile=settings.profile.name,
            fail_on=settings.fail_on,
            exit_code=settings.exit_code,
        )
        for name, settings in stages.items()
        if name != here
    )


def check_ref(ref: str, path: KeyPath, source: Source) -> None:
    """A ref is handed to git: it must not be taken for an option, nor cut by a newline."""
    if ref.startswith("-") or not ref.isprintable() or ref != ref.strip() or " " in ref or not ref:
        source.problem(
            path,
            f"{quote(ref)} is no ref of git",
            remedy='write "auto", a branch, a tag or a commit',
        )


def _check_names(gates: Gates, source: Source) -> None:
    """Waivers and reports call a gate by its name: each belongs to one gate."""
    seen: dict[str, Gate] = {}
    for gate in (gate for group in gates.values() for gate in group):
        first = seen.setdefault(gate.name, gate)
        if first is not gate:
            source.problems.append(
                Problem(
                    key=gate.origin.key,
                    message=f"the name {quote(gate.name)} is taken by {first.origin}",
                    file=source.name,
                    line=gate.origin.line,
                )
            )
