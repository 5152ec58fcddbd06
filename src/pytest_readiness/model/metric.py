"""Metrics: named quantities, as data. How one is measured stands in ``measure``."""

from __future__ import annotations

import enum

from pytest_readiness.model.value import dataclass

RESERVED = frozenset(
    {
        "tool",
        "tools",
        "policy",
        "requirement",
        "requirements",
        "readiness",
        "history",
        "waivers",
        "quarantine",
    }
)
"""Namespaces kept for metrics to come, so that nobody's own name collides with one of them."""


SCORE = "readiness.score"
"""A gate on the score is no part of it. In the history the scores of categories stand under this
name too, the category in the place of a component."""


class Unit(enum.Enum):
    """What a metric's values are made of. Exact counts and ratios, else floats."""

    COUNT = "count"
    RATIO = "%"
    SECONDS = "s"
    BYTES = "B"
    NUMBER = "number"
    """A float in the metric's own label (``req/s``), or bare."""


class Direction(enum.Enum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class SubjectKind(enum.Enum):
    """What a value of the metric is about."""

    RUN = "run"
    TEST = "test"
    FILE = "file"
    BENCHMARK = "benchmark"
    TOOL = "tool"
    REQUIREMENT = "requirement"
    NAMED = "named"
    """Whatever the author of a metric chose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One entry of the catalogue, from which code, scorecard and reference page are made."""

    name: str
    """``noun.quantity``."""
    title: str
    unit: Unit
    direction: Direction
    category: str
    """``tests``, ``coverage``, ``speed``, ``benchmarks``, or a plugin's own."""
    subject: SubjectKind = SubjectKind.RUN
    needs: tuple[str, ...] = ()
    """Sections of evidence without which it is not measured."""
    of: str = ""
    """For a count: the name of its denominator (``tests.collected``), so that ``<= 5%`` is meant too."""
    counts: str = ""
    """What a count, or a ratio's part, is made of, as a plural: ``tests``, ``changed lines``; empty: nobody said."""
    statistics: tuple[str, ...] = ()
    """Statistics a gate may select by ``statistic``; the first is the default."""
    label: str = ""
    """The unit of a NUMBER, as shown."""
    selects: bool = False
    """Of a metric of the run: a gate may count some of its members only, by ``select``."""
    bounded: bool = True
    """No value is negative, and no ratio above 100 %. False for a slowdown, a growth, a recorded figure."""
    aggregate: str = ""
    """For a recorded figure: how the values of the tests become one of the run; empty: each test is a subject."""
    description: str = ""
    """What it counts and what it leaves out: the text of the reference page."""
    remedy: str = ""
    """What to do when a gate on it fails: one line, a command where there is one."""

    @property
    def usual_statistic(self) -> str:
        """The one that is meant where none is named; empty: it has none."""
        return next(iter(self.statistics), "")
