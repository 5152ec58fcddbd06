"""Tools of the evidence: which there are, what they found in all runs together, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from pytest_readiness.measure.findings import Finding, united
from pytest_readiness.measure.holes import Holes, never
from pytest_readiness.measure.integrity import REMERGE, Hole
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Figure, Gap, Reason, ToolFinding, ToolRun

SECTION = "tools"
_WHAT = "findings of tools"


class Tools:
    """Of one view."""

    def __init__(self, view: View, holes: Holes) -> None:
        self._view = view
        self._holes = holes

    def lost(self, section: str) -> tuple[Hole, ...]:
        return self._holes.lost(section)

    @cached_property
    def levels(self) -> dict[str, frozenset[str]]:
        """Tools that were measured, and the levels that they tell."""
        found: dict[str, frozenset[str]] = {}
        for record, run in self._view.select(ToolRun):
            found[record.subject] = found.get(record.subject, frozenset()) | {*run.levels}
        return found

    @cached_property
    def _gaps(self) -> dict[str, list[tuple[str, Gap]]]:
        """By tool, with the run that tells of it; empty: of no tool in particular.

        Also of runs that had no test to run: their tools ran, or should have.
        """
        found: dict[str, list[tuple[str, Gap]]] = {}
        for record, gap in self._view.select(Gap):
            section, _, name = record.subject.partition(":")
            if section == SECTION:
                found.setdefault(name, []).append((record.run, gap))
        return found

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All that any run speaks of, measured or not."""
        return tuple(sorted({*self.levels, *self._gaps} - {""}))

    def holes(self, chosen: Iterable[str]) -> list[Hole]:
        """What stands between the evidence and all that the chosen tools find."""
        view = self._view
        found = [*self.lost(SECTION)]
        for name in ("", *chosen):
            for run, gap in self._gaps.get(name, ()):
                if not self._filled(name, run, gap):
                    reason = gap.reason
                    if reason is Reason.NO_DATA and name in self.levels:
                        reason = Reason.PARTIAL
                    said = f"{name}: {gap.message}" if name else gap.message
                    found.append(Hole(reason, view.title(run) + said, gap.remedy))
        tellers = view.tellers(ToolRun)
        telling = tellers | {run for gaps in self._gaps.values() for run, _ in gaps}
        found += (
            Hole(Reason.PARTIAL, f"{view.title(run)}evidence of {_WHAT} is missing", REMERGE)
            for run in sorted(self._holes.wanted(SECTION) - telling)
        )
        if not telling and not found:
            found.append(never(_WHAT))
        return found

    def _filled(self, name: str, run: str, gap: Gap) -> bool:
        """Another run, in such an environment, has what this one has not: one shard is enough."""
        runs = self._view.runs
        return gap.reason is Reason.NO_DATA and any(
            record.subject == name
            and record.run in runs
            and run in runs
            and runs[record.run].environment.key == runs[run].environment.key
            for record in self._view.records(ToolRun)
        )

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Each place once, whatever the number of runs that tell of it; by id."""
        fixes = {record.subject: run.fix for record, run in self._view.select(ToolRun) if run.fix}
        return united((one for _, one in self._view.select(ToolFinding)), fixes)

    def figures(self, metric: str) -> dict[str, list[Figure]]:
        """By tool. What a test recorded under the tool's name is no figure of the tool."""
        runs = {(record.run, record.subject) for record in self._view.records(ToolRun)}
        found: dict[str, list[Figure]] = {}
        for record, figure in self._view.select(Figure):
            if figure.metric == metric and (record.run, record.subject) in runs:
                found.setdefault(record.subject, []).append(figure)
        return found
