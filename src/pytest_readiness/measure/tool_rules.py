"""How many findings each rule of each tool has: what a later run is put beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from pytest_readiness.measure.findings import united
from pytest_readiness.measure.tool_lines import tool_lines
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.history import Series
from pytest_readiness.model.outside import ToolFinding
from pytest_readiness.model.standing import RuleChange

BY_RULE = Series("tool.findings")
"""Under which counts are kept: ``ruff`` of the whole tool, ``ruff:I001`` of one rule; the run's own
value has no name."""
_UNNAMED = "-"
_BETWEEN = ":"


def rules(evidence: Evidence) -> Mapping[str, int]:
    """Counts by ``TOOL`` and ``TOOL:RULE``. Of a tool that was not measured there are none."""
    measured = [line.name for line in tool_lines(evidence) if not line.problem]
    counts = Counter(dict.fromkeys(measured, 0))
    for finding in united(one for _, one in evidence.select(ToolFinding)):
        if finding.tool in measured:
            counts[finding.tool] += finding.count
            counts[f"{finding.tool}{_BETWEEN}{finding.rule or _UNNAMED}"] += finding.count
    return counts


def changes(then: Mapping[str, int], now: Mapping[str, int]) -> Iterator[RuleChange]:
    """Rules that have more findings or fewer, by name, of tools that were measured both times."""
    for name in sorted({*then, *now}):
        tool, between, rule = name.partition(_BETWEEN)
        if between and tool in then and tool in now and then.get(name, 0) != now.get(name, 0):
            yield RuleChange(tool=tool, rule=rule, then=then.get(name, 0), now=now.get(name, 0))
