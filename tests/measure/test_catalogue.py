from __future__ import annotations

from pathlib import Path

from pytest_readiness.measure.catalogue import CATALOGUE, CLOSED
from pytest_readiness.measure.entries_standing import STANDING
from pytest_readiness.measure.integrity import SECTIONS
from pytest_readiness.measure.reference import metrics_page
from pytest_readiness.model.metric import Unit

CATEGORIES = ("tests", "coverage", "speed", "benchmarks", "findings", "requirements", "policy")
DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_metrics_is_current() -> None:
    assert (DOCS / "metrics.md").read_text(encoding="utf-8") == metrics_page(), (
        "write metrics_page() of pytest_readiness.measure.reference to docs/metrics.md"
    )


def test_every_entry_is_complete() -> None:
    for name, metric in CATALOGUE.items():
        assert metric.name == name
        assert metric.title
        assert metric.description.endswith(".")
        assert metric.remedy
        assert metric.category in CATEGORIES
        assert metric.needs or metric in STANDING
        assert set(metric.needs) <= {*SECTIONS, "tools", "changes", "policy"}
        assert name.partition(".")[0] in CLOSED
        assert not metric.of or metric.unit is Unit.COUNT


def test_titles_tell_metrics_apart() -> None:
    titles = [metric.title for metric in CATALOGUE.values()]
    assert len(set(titles)) == len(titles)
