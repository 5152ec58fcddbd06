"""The start of a session: configuration, what to measure, which plugins of ours to register."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_readiness.adapter.figures import Figures
from pytest_readiness.adapter.hooks import rescued
from pytest_readiness.adapter.plan import COVERAGE, READING, Plan
from pytest_readiness.adapter.selection import typed_causes
from pytest_readiness.adapter.session import Session
from pytest_readiness.adapter.sharding import find_shard
from pytest_readiness.collect import Fact
from pytest_readiness.collect.ci import ci_name
from pytest_readiness.config.discovery import find_config, misplaced
from pytest_readiness.config.load import ConfigError, load_policy
from pytest_readiness.config.needs import needs
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.value import replace

if TYPE_CHECKING:
    from pytest_readiness.adapter.worker import Worker

NO_TESTS: tuple[tuple[str, str], ...] = (
    ("collectonly", "--collect-only"),
    ("showfixtures", "--fixtures"),
    ("show_fixtures_per_test", "--fixtures-per-test"),
    ("markers", "--markers"),
    ("cacheshow", "--cache-show"),
    ("setuponly", "--setup-only"),
    ("setupplan", "--setup-plan"),
)
"""Options with which pytest does not run the tests, or not the whole of each."""


def start(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> Plan:
    """Decide what this session does, and turn on what it needs. Raises ``pytest.UsageError``."""
    options = early_config.known_args_namespace
    unjudged = next((flag for name, flag in NO_TESTS if getattr(options, name, None)), "")
    ci = ci_name(os.environ)
    faults: list[Fact] = []
    path, policy = _policy(early_config, options, faults)
    root = _project_root(early_config, path, explicit=bool(options.readiness_config))
    shard = find_shard(options.readiness_shard, vars(options))
    began = datetime.datetime.now(datetime.timezone.utc)
    metrics = {**CATALOGUE, **{metric.name: metric for metric in policy.metrics}}
    plan = Plan(
        run=f"{began:%Y%m%dT%H%M%S}-{os.urandom(4).hex()}",
        started=began.isoformat(timespec="milliseconds"),
        root=root,
        prefix=below(early_config.rootpath, root),
        inner=below(root, early_config.rootpath),
        environ=dict(os.environ),
        policy=policy,
        sections=rescued("pytest-readiness", lambda: needs(policy, metrics), frozenset(), faults),
        mode=options.readiness_mode,
        ci=ci,
        shard=shard,
        unjudged=unjudged,
        header=(),
        faults=(),
        parser=parser,
        figures=Figures(),
        probe=_probe(options),
        path=tuple(sys.path),
    )
    turned_on = ""
    # a worker is told by the controller, whatever its own gates need
    if "PYTEST_XDIST_WORKER" in os.environ or not COVERAGE.isdisjoint(plan.sections):
        from pytest_readiness.adapter import coverage

        narrowed = rescued(
            "pytest-readiness", lambda: bool(typed_causes(early_config, parser)), False, faults
        )
        wanted = not unjudged and (plan.recording or plan.declared or not narrowed)
        turned_on = rescued(
            "coverage",
            lambda: coverage.activate(
                early_config,
                parser,
                args,
                policy=policy,
                sections=plan.sections,
                root=root,
                wanted=wanted,
            ),
            "",
            faults,
        )
    header = _header(plan, path, early_config.invocation_params.dir)
    lines = (header, f"readiness: {turned_on}") if turned_on else (header,)
    return replace(plan, header=lines, faults=tuple(faults))


def _probe(options: argparse.Namespace) -> float | None:
    if options.readiness_probe is None:
        return None
    from pytest_readiness.adapter.budget import seconds

    try:
        return seconds(options.readiness_probe)
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(str(error)) from None


def configure(config: pytest.Config, plan: Plan) -> None:
    """Register the plugins that do the work."""
    if plan.unjudged:
        return
    plugins = config.pluginmanager
    worker = hasattr(config, "workerinput")
    faults: list[Fact] = []
    made = rescued("pytest-readiness", lambda: _made(config, plan, worker=worker), None, faults)
    if made is not None:
        plugins.register(made, "readiness-worker" if worker else "readiness-session")
    elif not worker:
        from pytest_readiness.adapter.broken import Broken

        plugins.register(Broken(plan.policy.exit_code, faults), "readiness-broken")


def _made(config: pytest.Config, plan: Plan, *, worker: bool) -> Session | Worker:
    if not worker:
        return Session(config, plan)
    from pytest_readiness.adapter.worker import Worker

    return Worker(config, plan)


def _policy(
    config: pytest.Config, options: argparse.Namespace, faults: list[Fact]
) -> tuple[Path | None, Policy]:
    here = config.invocation_params.dir

    def read() -> tuple[Path | None, Policy]:
        path = (
            here / options.readiness_config
            if options.readiness_config
            else find_config(config.rootpath, here)
        )
        if path is None and (header := misplaced(config.inipath)):
            raise pytest.UsageError(
                f"{config.inipath}: [{header}] is not read here: it belongs into pyproject.toml"
            )
        try:
            return path, load_policy(
                path,
                catalogue=CATALOGUE,
                stage=options.readiness_stage,
                overrides=tuple(options.readiness_gate),
                base=options.readiness_base,
            )
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from None

    # a mistake of ours: the tests run as ever, and the verdict says what happened
    nothing: tuple[Path | None, Policy] = (None, Policy(gates=()))
    return rescued(READING, read, nothing, faults)


def _project_root(config: pytest.Config, path: Path | None, *, explicit: bool) -> Path:
    """The directory of the file in use, unless it was named and has nothing to do with the tests."""
    rootdir = config.rootpath
    if path is None:
        return rootdir
    directory = Path(os.path.abspath(path)).parent
    if explicit and not rootdir.is_relative_to(directory):
        return rootdir
    return directory


def below(path: Path, top: Path) -> str:
    """``path`` relative to ``top`` with a slash at its end; empty where it does not lie below."""
    if path == top or not path.is_relative_to(top):
        return ""
    return path.relative_to(top).as_posix() + "/"


def _header(plan: Plan, path: Path | None, here: Path) -> str:
    """Which file, stage and mode: what a reader needs to explain a verdict."""
    parts = [
        f"{os.path.relpath(path, here)}"
        if path is not None
        else "no [tool.pytest-readiness] found",
        plan.policy.profile,
    ]
    if plan.policy.stage:
        parts.append(f"stage {plan.policy.stage}")
    if plan.shard is not None:
        parts.append(f"shard {plan.shard.index} of {plan.shard.total}, records evidence")
    elif plan.mode == "collect":
        parts.append("records evidence")
    elif plan.mode == "strict":
        parts.append("strict")
    if plan.ci:
        parts.append(plan.ci)
    if plan.unjudged:
        parts.append(f"nothing is judged with {plan.unjudged}")
    return f"readiness: {', '.join(parts)}"
