"""Holes: what evidence should hold and does not, section by section.

Nothing may look better because a record is absent. So whatever a manifest names (a shard, a worker,
a section, a number of records) and the evidence lacks is a hole, and a metric over a hole is not
measured. Gaps that collectors told are holes as well, unless another run fills them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from pytest_readiness.measure.integrity import REMERGE, Hole, lost, unreadable
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Gap, Reason
from pytest_readiness.model.measurement import Measurement, NotMeasured, Subject

TOOL = "tool:"
"""How the process begins of what a tool told."""
_GRAVITY = (Reason.ERROR, Reason.STALE, Reason.PARTIAL, Reason.NO_BASELINE, Reason.NO_DATA)


def not_measured(
    subject: Subject, holes: Iterable[Hole], known: Measurement | None = None
) -> NotMeasured:
    """One reading out of at least one hole, the gravest first."""
    ordered = sorted(dict.fromkeys(holes), key=lambda hole: _GRAVITY.index(hole.reason))
    shown = "; ".join(dict.fromkeys(hole.message for hole in ordered[:3]))
    more = f"; and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return NotMeasured(
        subject=subject,
        reason=ordered[0].reason,
        message=shown + more,
        remedy=next((hole.remedy for hole in ordered if hole.remedy), ""),
        known=None if ordered[0].reason is Reason.ERROR else known,
    )


class Holes:
    """The holes of a view, found once."""

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def general(self) -> tuple[Hole, ...]:
        """Those that leave nothing measured: manifests, trees and shards."""
        return tuple(unreadable(self._view))

    @cached_property
    def _lost(self) -> dict[str, tuple[Hole, ...]]:
        """Records lost or told twice, by what reads them."""
        found: dict[str, list[Hole]] = {}
        for sections, hole in lost(self._view):
            for section in sections:
                found.setdefault(section, []).append(hole)
        return {section: tuple(holes) for section, holes in found.items()}

    def lost(self, section: str) -> tuple[Hole, ...]:
        """General holes, and lost or contradictory records that the section's metrics read."""
        return self.general + self._lost.get(section, ())

    def gaps(self, section: str) -> Iterator[tuple[str, Gap]]:
        """Run and gap of a section, told by runs that had something to measure, or by their tools."""
        idle = self._view.idle if section != "tests" else frozenset()
        for record, gap in self._view.select(Gap):
            if Gap.section(record.subject) == section and (
                record.run not in idle or record.process.startswith(TOOL)
            ):
                yield record.run, gap

    def told(self, section: str, measured: frozenset[str]) -> tuple[Hole, ...]:
        """The section's gaps as holes, ``measured`` being the runs that do have facts of it."""
        return tuple(
            Hole(
                Reason.PARTIAL if measured and gap.reason is Reason.NO_DATA else gap.reason,
                self._view.title(run) + gap.message,
                gap.remedy,
            )
            for run, gap in self.gaps(section)
        )

    def wanted(self, section: str) -> frozenset[str]:
        """Runs whose manifest names the section."""
        return frozenset(
            run for run, manifest in self._view.runs.items() if section in manifest.sections
        )

    def section(self, section: str, measured: frozenset[str], what: str) -> tuple[Hole, ...]:
        """Holes of a section that every run with tests must tell, or say why not.

        ``measured`` are the runs with facts of it, ``what`` names it in messages.
        """
        view = self._view
        told = self.told(section, measured)
        silent = self.wanted(section) - measured - {run for run, _ in self.gaps(section)}
        holes = [*self.lost(section), *told]
        holes += (
            Hole(Reason.PARTIAL, f"{view.title(run)}evidence of {what} is missing", REMERGE)
            for run in sorted(silent - view.idle)
        )
        if not measured and not told and not silent - view.idle:
            holes.append(_idle(what) if self.wanted(section) else never(what))
        return tuple(holes)

    def unwanted_shards(
        self, section: str, measured: frozenset[str], what: str
    ) -> tuple[Hole, ...]:
        """Shards that did not measure what other runs did: parts of one suite must agree."""
        view = self._view
        told = {run for run, _ in self.gaps(section)} | self.wanted(section)
        return tuple(
            Hole(Reason.PARTIAL, f"{view.title(run)}{what} was not measured in this shard")
            for run, manifest in sorted(view.runs.items(), key=lambda item: item[0])
            if manifest.shard and measured and run not in measured | told | view.idle
        )


def _idle(what: str) -> Hole:
    """It was to be measured, and nothing ran that it could have been measured of."""
    return Hole(Reason.NO_DATA, f"{what} was not measured: no test ran", "run some tests")


def never(what: str) -> Hole:
    """Nobody measured it, and nobody says why."""
    return Hole(
        Reason.NO_DATA,
        f"{what} was not measured",
        "run the tests with `--readiness` and a gate that needs it",
    )
