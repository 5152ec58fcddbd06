"""``pytest-readiness explain``: what a gate, a requirement or a finding means, and how to mend it."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_readiness.cli import configuration, evidence_files
from pytest_readiness.cli.arguments import UsageError, add_color, add_config
from pytest_readiness.cli.configuration import Place
from pytest_readiness.cli.output import console
from pytest_readiness.model.evidence import Evidence, Run
from pytest_readiness.model.explanation import Known
from pytest_readiness.model.policy import Policy

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands
    from pytest_readiness.history.interface import Store, Wanted
    from pytest_readiness.model.chronicle import Trend
    from pytest_readiness.model.history import History
    from pytest_readiness.model.metric import Metric

_RUNS = 100
"""Runs of the history whose values are looked at."""


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "explain",
        help="what a gate, a requirement or a finding means, and how to mend it",
        description="Explain a gate or metric, a requirement, or a finding as a scorecard shows it "
        "(a test, a file, a tool's finding): what it means, where its limit comes from, what it "
        "has in the evidence given or else in the latest recorded run, how to mend it.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("name", metavar="GATE|REQUIREMENT|FINDING")
    parser.add_argument(
        "evidence", nargs="*", metavar="EVIDENCE", help="evidence files, or a directory of them"
    )
    add_config(parser)
    parser.add_argument("--stage", metavar="NAME", default="", help="under this stage's gates")
    add_color(parser)


def run(options: argparse.Namespace) -> int:
    """It informs: 0, whatever the verdict; 4 where nothing is called so."""
    from pytest_readiness.judge.naming import meant
    from pytest_readiness.render.explain import lines

    place = configuration.place(options.config)
    problems: list[str] = []
    policy = configuration.policy(place.path, problems, stage=options.stage)
    evidence = evidence_files.merged(options.evidence, problems) if options.evidence else None
    if problems or policy is None:
        raise UsageError(problems)
    known = _known(policy, place, evidence, options)
    found = meant(options.name, known)
    if not found.is_known:
        said = f"nothing is called {options.name}: no gate, metric, requirement or finding"
        said += f"; the nearest: {', '.join(found.nearest)}" if found.nearest else ""
        raise UsageError([said, *(f"not looked at: {text}" for text in known.unseen)])
    shown = console(sys.stdout, options)
    shown.write(lines(found, known, shown.writer))
    return 0


def _known(
    policy: Policy, place: Place, evidence: Evidence | None, options: argparse.Namespace
) -> Known:
    """Policy, what was judged under it, and the values of earlier runs: as much as there is."""
    from pytest_readiness import pipeline
    from pytest_readiness.cli.past import Past
    from pytest_readiness.history.interface import HistoryError
    from pytest_readiness.history.store import open_store
    from pytest_readiness.measure.definitions import definitions
    from pytest_readiness.model.value import replace

    configured = {metric.name: metric for metric in policy.metrics}
    known = Known(policy=policy, metrics=definitions(Evidence(), configured))
    unseen: list[str] = []
    source = ", ".join(options.evidence)
    if policy.history is None:
        unseen.append("history: none is kept here")
    else:
        try:
            store = open_store(policy.history, place.root, create=False, read_only=True)
        except HistoryError as error:
            unseen.append(f"history: {error.message}")
        else:
            try:
                history = store.load(_values())
                if evidence is None:
                    evidence, source = _latest(store)
                metrics = definitions(evidence or Evidence(), configured)
                known = replace(known, trends=_trends(history, metrics, policy, options.name))
            except (HistoryError, ValueError) as error:
                unseen.append(f"history: {error}")
            finally:
                store.close()
    if evidence is None:
        unseen.append("values and findings: no evidence was given, and no run is recorded")
        return replace(known, unseen=tuple(unseen))
    past = Past(policy, place.root)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    card = pipeline.evaluate(evidence, policy, today=today, history=past.history(evidence))
    return replace(
        known,
        metrics=definitions(evidence, configured),
        scorecard=card,
        source=source,
        unseen=(*unseen, *past.notices),
    )


def _values() -> Wanted:
    from pytest_readiness.history.interface import Wanted
    from pytest_readiness.model.history import Part

    return Wanted(parts=frozenset({Part.VALUES}), limit=_RUNS)


def _latest(store: Store) -> tuple[Evidence | None, str]:
    """The evidence of the latest run, and which run that is; None: there is none."""
    from pytest_readiness.history.interface import Wanted
    from pytest_readiness.render.history_words import short

    runs = store.load(Wanted(parts=frozenset(), limit=1)).runs
    if not runs:
        return None, ""
    latest = runs[-1]
    evidence = store.evidence(latest.id)
    if not any(evidence.select(Run)):
        return None, ""
    return evidence, f"run {short(latest)} of {latest.started[:10]}, judged as of today"


def _trends(
    history: History, metrics: Mapping[str, Metric], policy: Policy, name: str
) -> tuple[tuple[str, Trend], ...]:
    """Values of earlier runs, of the gates of that name."""
    from pytest_readiness.measure.baseline import series_of
    from pytest_readiness.measure.chronicle import trends

    found: list[tuple[str, Trend]] = []
    for gate in policy.gates:
        metric = metrics.get(gate.metric)
        if metric is None or name not in (gate.name, gate.metric):
            continue
        wanted = series_of(metric, gate.statistic, gate.component, gate.select)
        told = trends(history, metrics, [metric.name])
        found += [(gate.name, trend) for trend in told if trend.series == wanted]
    return tuple(found)
