"""The names that a configuration may use: metrics, statistics, components."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.config.names import KeyPath, nearest, quote
from pytest_readiness.config.table import Source
from pytest_readiness.model.metric import RESERVED, Metric
from pytest_readiness.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    metrics: Mapping[str, Metric]
    """The catalogue, and what the configuration defines."""
    vague: frozenset[str] = frozenset()
    """Metrics that the configuration defines without a unit: it is known when one is recorded."""
    closed: frozenset[str] = RESERVED
    """Namespaces in which no other name is allowed."""
    components: tuple[str, ...] = ()

    def unit_of(self, name: str) -> Metric | None:
        """The metric, where its unit is known by now."""
        return None if name in self.vague else self.metrics.get(name)

    def is_closed(self, name: str) -> bool:
        return name.partition(".")[0] in self.closed

    def check_metric(self, source: Source, path: KeyPath, name: str) -> bool:
        """Whether a gate may be on this metric; notes it if not."""
        if name in self.metrics:
            return True
        namespace = name.partition(".")[0]
        if not self.is_closed(name):
            if name.strip() and name.isprintable():
                return True
            source.problem(path, f"{quote(name)} is no name of a metric")
            return False
        near = nearest(name, self.metrics)
        siblings = [known for known in self.metrics if known.startswith(f"{namespace}.")]
        if siblings:
            source.problem(
                path, f"there is no metric {quote(name)}", allowed=siblings, nearest=near
            )
        else:
            source.problem(
                path,
                f"there is no metric {quote(name)}",
                nearest=near,
                remedy=f"the names {namespace}.* are kept for metrics to come",
            )
        return False
