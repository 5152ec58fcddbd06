"""Units that figures are recorded in, and the base unit of each: seconds, bytes, ratios."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from pytest_readiness.model.evidence import Figure
from pytest_readiness.model.measurement import Number
from pytest_readiness.model.metric import Metric, Unit
from pytest_readiness.model.number import exact
from pytest_readiness.model.value import NamedTuple


class UnitError(ValueError):
    """A figure that cannot be told in its metric's unit; the text says why."""


class Scale(NamedTuple):
    unit: Unit
    factor: Fraction
    """What one of it is in the base unit."""


SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "%": Scale(Unit.RATIO, Fraction(1, 100)),
        "ns": Scale(Unit.SECONDS, Fraction(1, 10**9)),
        "us": Scale(Unit.SECONDS, Fraction(1, 10**6)),
        "µs": Scale(Unit.SECONDS, Fraction(1, 10**6)),
        "ms": Scale(Unit.SECONDS, Fraction(1, 1000)),
        "s": Scale(Unit.SECONDS, Fraction(1)),
        "min": Scale(Unit.SECONDS, Fraction(60)),
        "h": Scale(Unit.SECONDS, Fraction(3600)),
        "B": Scale(Unit.BYTES, Fraction(1)),
        "kB": Scale(Unit.BYTES, Fraction(1000)),
        "KiB": Scale(Unit.BYTES, Fraction(1024)),
        "MB": Scale(Unit.BYTES, Fraction(1000**2)),
        "MiB": Scale(Unit.BYTES, Fraction(1024**2)),
        "GB": Scale(Unit.BYTES, Fraction(1000**3)),
        "GiB": Scale(Unit.BYTES, Fraction(1024**3)),
        "TiB": Scale(Unit.BYTES, Fraction(1024**4)),
    }
)


def unit_of(figure: Figure) -> tuple[Unit, str]:
    """The unit that a figure speaks of, and the label of one that is no unit of ours."""
    if figure.total is not None:
        return Unit.RATIO, ""
    if figure.unit in SCALES:
        return SCALES[figure.unit].unit, ""
    if not figure.unit:
        return (Unit.COUNT if isinstance(figure.value, int) else Unit.NUMBER), ""
    return Unit.NUMBER, figure.unit


def number_of(figure: Figure, metric: Metric) -> Number:
    """The figure's value in the metric's base unit. Raises :class:`UnitError`."""
    try:
        value = exact(figure.value)
    except ValueError as error:
        raise UnitError(str(error)) from None
    if figure.total is not None:
        if metric.unit is not Unit.RATIO:
            raise UnitError(f"a ratio was recorded, and the metric's unit is {_shown(metric)}")
        if figure.total <= 0:
            raise UnitError(f"a ratio of {figure.total} has no value")
        return value / figure.total
    scale = SCALES.get(figure.unit)
    if scale and scale.unit is metric.unit:
        if metric.unit is Unit.RATIO:
            return value * scale.factor
        return figure.value if scale.factor == 1 else float(value * scale.factor)
    if scale or (figure.unit and figure.unit != metric.label):
        raise UnitError(f"recorded in {figure.unit}, and the metric's unit is {_shown(metric)}")
    if metric.unit is Unit.COUNT:
        if value.denominator != 1:
            raise UnitError(f"{figure.value} is no count")
        return int(value)
    return value if metric.unit is Unit.RATIO else figure.value


def _shown(metric: Metric) -> str:
    return metric.label or metric.unit.value
