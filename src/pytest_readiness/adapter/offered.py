"""What other plugins and conftest files offer by hooks, checked before it becomes evidence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from pytest_readiness.adapter.hooks import Answer, call, expect
from pytest_readiness.collect import Fact
from pytest_readiness.measure.catalogue import CLOSED
from pytest_readiness.model.evidence import Definition, Evidence, Figure, Run
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.scorecard import Scorecard

Renderer = Callable[[Scorecard], str]


def offered_metrics(config: pytest.Config) -> Iterator[Fact]:
    for answer in call(config, "pytest_readiness_metrics", config=config):
        for value in _each(answer):
            if isinstance(value, Fact):
                yield value
            elif not isinstance(value, Metric):
                yield expect(answer, f"returned {value!r:.80} instead of a Metric")
            else:
                definition = Fact(value.name, Definition(metric=value))
                yield _sound(answer, definition) or definition


def offered_facts(config: pytest.Config) -> Iterator[Fact]:
    for answer in call(config, "pytest_readiness_evidence", config=config):
        for value in _each(answer):
            if not isinstance(value, Fact) or isinstance(value.data, Run):
                yield expect(answer, f"returned {value!r:.80} instead of a Fact")
            else:
                yield _sound(answer, value) or value


def offered_figures(config: pytest.Config, evidence: Callable[[], Evidence]) -> Iterator[Fact]:
    """``evidence`` is put together only where somebody wants to see it."""
    name = "pytest_readiness_measurements"
    if not getattr(config.hook, name).get_hookimpls():
        return
    for answer in call(config, name, config=config, evidence=evidence()):
        for value in _each(answer):
            if isinstance(value, Fact) and value is answer.fault:
                yield value
            elif not isinstance(value, Fact) or not isinstance(value.data, Figure):
                yield expect(answer, f"returned {value!r:.80} instead of a Fact with a Figure")
            else:
                yield _sound(answer, value) or value


def offered_renderers(config: pytest.Config) -> tuple[dict[str, Renderer], list[Fact]]:
    """By type of report, and the faults of those that offered something else."""
    renderers: dict[str, Renderer] = {}
    faults: list[Fact] = []
    for answer in call(config, "pytest_readiness_renderers", config=config):
        if answer.fault is not None:
            faults.append(answer.fault)
        elif isinstance(answer.value, Mapping) and all(
            isinstance(name, str) and callable(renderer) for name, renderer in answer.value.items()
        ):
            renderers.update(answer.value)
        elif answer.value is not None:
            faults.append(
                expect(answer, f"returned {answer.value!r:.80} instead of names and renderers")
            )
    return renderers, faults


def show_scorecard(config: pytest.Config, scorecard: Scorecard) -> list[Fact]:
    """Let everybody see it; the faults of those that raised."""
    answers = call(config, "pytest_readiness_scorecard", config=config, scorecard=scorecard)
    return [answer.fault for answer in answers if answer.fault is not None]


def _each(answer: Answer) -> Iterator[Any]:
    """The values of an answer; a fault stands for itself."""
    if answer.fault is not None:
        yield answer.fault
    elif answer.value is None:
        return
    elif isinstance(answer.value, list | tuple | set | frozenset):
        yield from answer.value
    else:
        yield expect(answer, f"returned {answer.value!r:.80} instead of a list")


def _sound(answer: Answer, fact: Fact) -> Fact | None:
    """None, or the fault of a fact that no evidence file could hold, or that is not theirs to tell."""
    if fact is answer.fault:
        return None
    data = fact.data
    name = data.metric if isinstance(data, Figure) else fact.subject
    if isinstance(data, Figure | Definition) and name.partition(".")[0] in CLOSED:
        return expect(answer, f"tells {name}: names in that namespace are the catalogue's own")
    from pytest_readiness.model.codec import CodecError, decode, encode

    try:
        if not isinstance(fact.subject, str) or not isinstance(fact.process, str):
            raise CodecError("subject and process are texts")
        if type(fact.attempt) is not int or fact.attempt < 0:
            raise CodecError("the attempt is a count")
        decode(data.kind, json.loads(json.dumps(encode(data), allow_nan=False)))
    except Exception as error:
        return expect(answer, f"returned {fact!r:.120}, which is no evidence: {error}")
    return None
