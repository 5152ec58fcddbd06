"""What the ratchet found, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from pytest_readiness.model.measurement import RUN, Measurement
from pytest_readiness.model.metric import Metric, Unit
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.ratchet import Change, Headroom, Ratchet
from pytest_readiness.render import figures
from pytest_readiness.render.line import Line, Span, Writer, finish


def ratchet_lines(
    found: Ratchet, writer: Writer, *, runs: int, applied: Callable[[Gate], bool]
) -> Iterator[Line]:
    """``applied`` says which gates the change of the file covers; the others are to do by hand."""
    told = "1 run" if runs == 1 else f"the worst of {runs} runs"
    if found.changes:
        yield from writer.paragraph(f"Gates that can be raised, by {told}:", ("bold",), indent=0)
    else:
        yield from writer.paragraph(f"No gate can be raised, by {told}.", ("bold",), indent=0)
    for change in found.changes:
        yield from _change(change, writer, applied=applied(change.gate))
    if found.headroom:
        yield ()
        yield from writer.paragraph(
            "Headroom in which a fall would pass unseen:", ("bold",), indent=0
        )
    for room in found.headroom:
        yield from _headroom(room, writer)
    if found.skipped:
        yield ()
        yield from writer.paragraph("Left as they are:", ("bold",), indent=0)
    for name, why in found.skipped:
        yield from writer.paragraph(f"{name}: {why}", indent=2)
    if found.changes:
        yield ()


def _change(change: Change, writer: Writer, *, applied: bool) -> Iterator[Line]:
    yield finish(
        [
            Span("  "),
            Span(writer.text(change.gate.name), ("bold",)),
            Span(writer.text(f"  {change.old} -> ")),
            Span(writer.text(change.new), ("green",)),
        ]
    )
    reached = f"reached {_value(change.reached, change.metric, share=change.share)}"
    where = "" if applied else f"; from {change.gate.origin}: not in the change below"
    yield from writer.paragraph(reached + where, ("light",), indent=4)


def _headroom(room: Headroom, writer: Writer) -> Iterator[Line]:
    at = _value(room.reached, room.metric, share=room.share)
    of = _value(room.room, room.metric, share=room.share)
    if room.metric.unit is Unit.RATIO or room.share:
        of = of.replace("%", "percentage points")
    text = f"{room.gate.name} {room.limit}: it is at {at}, {of} away"
    yield from writer.paragraph(text, indent=2)
    yield from writer.paragraph(
        'raise it, or write "and" with a baseline behind it', ("light",), indent=4
    )


def _value(value: Fraction, metric: Metric, *, share: bool) -> str:
    if share:
        return figures.percent(value)
    plain = value if metric.unit is Unit.RATIO else _plain(value)
    return figures.measurement(Measurement(subject=RUN, value=plain), metric)


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
