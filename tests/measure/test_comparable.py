"""Which runs may move a baseline, and what a machine is."""

from __future__ import annotations

import pytest

import strategies as made
from pytest_readiness.measure.comparable import base_of, machine_of
from pytest_readiness.model.evidence import Selection, Shard
from pytest_readiness.model.value import replace

MAIN = {"commit": "c1", "branch": "main", "target": "main", "dirty": False}
NARROW = Selection(causes=("tests/unit",))


@pytest.mark.parametrize(
    ("fields", "moves"),
    [
        (MAIN, True),
        ({}, True),  # no repository: nothing tells branches apart
        ({**MAIN, "branch": "topic"}, False),
        ({**MAIN, "branch": ""}, False),
        ({**MAIN, "dirty": True}, False),
        ({**MAIN, "proposal": "pull request"}, False),
        ({**MAIN, "proposal": "fork"}, False),
        ({**MAIN, "shard": Shard(index=1, total=2)}, False),
        ({**MAIN, "selection": NARROW}, False),
        ({**MAIN, "selection": Selection(causes=NARROW.causes, declared=True)}, True),
    ],
)
def test_what_moves_a_baseline(fields: dict[str, object], moves: bool) -> None:
    assert base_of(made.run(**fields)) is moves


def test_the_machine_is_finer_than_its_fleet() -> None:
    run = made.run()
    other = replace(run, environment=replace(run.environment, cpu="another CPU", cpus=64))
    assert machine_of(run).fleet == machine_of(other).fleet
    assert machine_of(run).machine != machine_of(other).machine


@pytest.mark.parametrize(("one", "two", "same"), [(0, 0, True), (0, 2, False), (3, 4, True)])
def test_workers_count_by_class(one: int, two: int, same: bool) -> None:
    runs = [made.run(workers=tuple(f"gw{index}" for index in range(count))) for count in (one, two)]
    assert (machine_of(runs[0]) == machine_of(runs[1])) is same


def test_the_label_is_part_of_the_fleet_and_not_of_the_kin() -> None:
    run = made.run()
    labelled = replace(run, environment=replace(run.environment, label="large"))
    assert machine_of(run).fleet != machine_of(labelled).fleet
    assert run.environment.kin == labelled.environment.kin
