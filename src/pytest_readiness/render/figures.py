"""The one place where numbers become text.

What is shown is rounded towards the failing side, and takes as many digits as it needs to stand on
the same side of every limit as the exact value: 94.96 % against 95 % is shown as ``94.9 %``, and
94.953 % that met 94.95 % as ``94.95 %``. Text made here never feeds a decision.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from fractions import Fraction

from pytest_readiness.model.condition import Condition, Literal, Operator, Term
from pytest_readiness.model.measurement import Measurement, Number
from pytest_readiness.model.metric import Direction, Metric, Unit
from pytest_readiness.model.number import compare, exact
from pytest_readiness.model.pattern import pattern

_MOST_DECIMALS = 15
_LITERAL = pattern(r"([\d.])\s*([^\d\s.,_]+)$")


class Rounding(enum.Enum):
    DOWN = "down"
    UP = "up"


Keep = tuple[Operator, Fraction]
"""A comparison, in base units, whose truth the shown number must share with the exact one."""


def measurement(measured: Measurement, metric: Metric, condition: Condition | None = None) -> str:
    """The value with its unit; for a count under a limit in per cent its share as well."""
    shown = _number(measured.value, metric, condition, measured.baseline)
    shares = [
        (term, term.limit)
        for term in _terms(condition)
        if isinstance(term.limit, Literal) and term.limit.is_share(metric)
    ]
    if shares and measured.total and isinstance(measured.value, int):
        share = Fraction(measured.value, measured.total)
        keeps = [(term.operator, limit.value) for term, limit in shares]
        rounding = _rounding(metric, [term for term, _ in shares])
        shown += f" ({number(share, Unit.RATIO, rounding=rounding, keeps=keeps)})"
    return shown


def interval(measured: Measurement, metric: Metric) -> str:
    """``1.8 s to 2.1 s``; empty when the measurement has no interval."""
    if measured.low is None or measured.high is None:
        return ""
    low = number(measured.low, metric.unit, label=metric.label, rounding=Rounding.DOWN)
    high = number(measured.high, metric.unit, label=metric.label, rounding=Rounding.UP)
    return f"{low} to {high}"


def baseline(measured: Measurement, metric: Metric) -> str:
    """The baseline with its unit, rounded as the value is; empty when there is none."""
    if measured.baseline is None:
        return ""
    return number(
        measured.baseline, metric.unit, label=metric.label, rounding=_rounding(metric, ())
    )


def limit(term: Term) -> str:
    """The limit of a term as its author wrote it, with a blank before the unit: ``95 %``."""
    written = term.text.strip().removeprefix(term.operator.value).strip()
    return _LITERAL.sub(r"\1 \2", written)


def amount(value: Number, unit: str) -> str:
    """By how much a limit is missed, rounded up: ``4 lines``, ``0.5 pp``, ``1.41 s``."""
    if unit == "s":
        return number(value, Unit.SECONDS, rounding=Rounding.UP)
    if unit == "B":
        return number(value, Unit.BYTES, rounding=Rounding.UP)
    shown = number(value, Unit.COUNT if _whole(value) else Unit.NUMBER, rounding=Rounding.UP)
    return f"{shown} {noun(unit, value)}" if unit else shown


def noun(plural: str, count: Number) -> str:
    """``tests`` or ``test``, as the count asks for; words that are no plural stay."""
    if count != 1 or not plural.endswith("s") or plural in ("s", "ms", "µs", "us", "ns"):
        return plural
    if " and " in plural:
        return " or ".join(noun(part, 1) for part in plural.split(" and "))
    if plural.endswith(("ches", "shes", "sses", "xes")):
        return plural[:-2]
    return plural[:-1] if plural.replace(" ", "").isalpha() else plural


def count(value: int) -> str:
    """``1,482``."""
    return f"{value:,}"


def percent(share: Fraction) -> str:
    """A share that nobody gates, rounded down: a score."""
    return number(share, Unit.RATIO, rounding=Rounding.DOWN)


def points(values: Sequence[Fraction]) -> tuple[str, ...]:
    """A column of points, all with the decimals at which each is exact; rounded down where none are."""
    exactly = (at for at in range(4) if all((value * 10**at).denominator == 1 for value in values))
    decimals = next(exactly, 2)
    return tuple(_places(value, decimals) for value in values)


def hours(low: Fraction, high: Fraction) -> str:
    """``14 to 19 h``, rounded up; of whole half days in days too: ``72 h (9 days)``, of 8 hours each."""
    said = f"{_between(low, high)} h"
    days = (low / 8, high / 8)
    if low >= 8 and all((day * 2).denominator == 1 for day in days):
        said += f" ({_between(*days)} {noun('days', high / 8)})"
    return said


def _between(low: Fraction, high: Fraction) -> str:
    ends = dict.fromkeys(_trimmed(value) for value in (low, high))
    return " to ".join(ends)


def _trimmed(value: Fraction) -> str:
    text = _round(value, 2, Rounding.UP)[1]
    return text.rstrip("0").rstrip(".") if "." in text else text


def _places(value: Fraction, decimals: int) -> str:
    """With exactly that many decimals, rounded down."""
    scale = 10**decimals
    units = math.floor(value * scale)
    whole, rest = divmod(abs(units), scale)
    digits = f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return ("-" if units < 0 else "") + digits


def number(
    value: Number,
    unit: Unit,
    *,
    label: str = "",
    rounding: Rounding,
    keeps: Sequence[Keep] = (),
) -> str:
    """A number with its unit. Zero and, of ratios, 100 % are shown only when they are exact."""
    if isinstance(value, float) and not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("-" if value < 0 else "") + "infinite"
    value_exactly = exact(value)
    given = keeps
    bounds = [bound for _, bound in given]
    keeps = [*keeps, (Operator.EQUAL, Fraction(0))]
    if unit is Unit.RATIO:
        keeps.append((Operator.EQUAL, Fraction(1)))

    def sides(of: Fraction) -> list[bool]:
        return [compare(of, bound) in operator.signs for operator, bound in keeps]

    wanted = sides(value_exactly)

    for extra in range(_MOST_DECIMALS):
        shown, text = _text(value_exactly, unit, label, rounding, extra)
        if sides(shown) == wanted and (extra > 1 or _near(shown, value_exactly, bounds)):
            return text
    if value_exactly in bounds:  # of endless digits: shown as the limit itself would be
        keeps = [keep for keep in given if keep[1] != value_exactly]
        return number(value, unit, label=label, rounding=rounding, keeps=keeps)
    return _beside(value_exactly, unit, label, [bound for _, bound in keeps])


def _near(shown: Fraction, value: Fraction, bounds: Sequence[Fraction]) -> bool:
    """The distance to no limit looks much larger than it is."""
    return all(abs(shown - bound) <= 2 * abs(value - bound) for bound in bounds)


def _beside(value: Fraction, unit: Unit, label: str, bounds: Sequence[Fraction]) -> str:
    """Too near a limit for any digits to tell: say on which side."""
    nearest = min(bounds, key=lambda bound: abs(bound - value))
    shown, text = _text(nearest, unit, label, Rounding.DOWN, 0)
    for extra in range(1, _MOST_DECIMALS):
        if shown == nearest:
            break
        shown, text = _text(nearest, unit, label, Rounding.DOWN, extra)
    return f"{'over' if value > nearest else 'under'} {text}"


def _text(
    value: Fraction, unit: Unit, label: str, rounding: Rounding, extra: int
) -> tuple[Fraction, str]:
    """The value as shown, in base units, and its text, with ``extra`` decimals beyond the usual."""
    if unit is Unit.RATIO:
        shown, text = _round(value * 100, 1 + extra, rounding)
        return shown / 100, f"{text} %"
    if unit is Unit.SECONDS:
        return _seconds(value, rounding, extra)
    if unit is Unit.BYTES:
        return _bytes(value, rounding, extra)
    if unit is Unit.COUNT:
        shown, text = _round(value, extra, rounding)
    else:
        shown, text = _scientific(value, rounding, extra)
    return shown, f"{text} {label}" if label else text


def _round(value: Fraction, decimals: int, rounding: Rounding) -> tuple[Fraction, str]:
    if value.denominator == 1:
        return value, f"{value.numerator:,}"
    scale = 10**decimals
    scaled = value * scale
    units = math.floor(scaled) if rounding is Rounding.DOWN else math.ceil(scaled)
    whole, rest = divmod(abs(units), scale)
    digits = f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return Fraction(units, scale), ("-" if units < 0 else "") + digits


def _significant(value: Fraction, rounding: Rounding, extra: int) -> tuple[Fraction, str]:
    """Three digits that mean something."""
    magnitude = abs(value)
    decimals = 0 if magnitude >= 100 else 1 if magnitude >= 10 else 2
    return _round(value, decimals + extra, rounding)


def _scientific(value: Fraction, rounding: Rounding, extra: int) -> tuple[Fraction, str]:
    """A bare number: very small ones, and large ones that need few digits, with an exponent."""
    if value == 0 or (abs(value) >= Fraction(1, 100) and (extra > 3 or abs(value) < 10**12)):
        return _significant(value, rounding, extra)
    exponent = _exponent(abs(value))
    shown, text = _round(value / Fraction(10) ** exponent, 2 + extra, rounding)
    return shown * Fraction(10) ** exponent, f"{text}e{exponent:+03d}"


def _exponent(magnitude: Fraction) -> int:
    """Decimal exponent of a positive number."""
    guess = len(str(magnitude.numerator)) - len(str(magnitude.denominator))
    return guess if Fraction(10) ** guess <= magnitude else guess - 1


def _seconds(value: Fraction, rounding: Rounding, extra: int) -> tuple[Fraction, str]:
    if abs(value) >= 120:
        return _clock(value, rounding, extra)
    if value == 0:
        return value, "0 s"
    scales = ((10**9, "ns"), (10**6, "us"), (10**3, "ms"), (1, "s"))
    for scale, name in scales:
        shown, text = _significant(value * scale, rounding, extra)
        if abs(shown) < 1000:
            return shown / scale, f"{text} {name}"
    raise AssertionError("under 120 s")


def _clock(value: Fraction, rounding: Rounding, extra: int) -> tuple[Fraction, str]:
    """``3 min 25 s``, ``1 h 2 min 3 s``."""
    shown, _ = _round(value, extra, rounding)
    hours, rest = divmod(abs(shown), 3600)
    minutes, seconds = divmod(rest, 60)
    _, text = _round(seconds, extra, Rounding.DOWN)
    parts = [f"{int(hours):,} h"] if hours else []
    parts += [f"{int(minutes)} min", f"{text} s"]
    return shown, ("-" if shown < 0 else "") + " ".join(parts)


def _bytes(value: Fraction, rounding: Rounding, extra: int) -> tuple[Fraction, str]:
    """Where many digits are needed, plain bytes: they have the fewest."""
    for power, name in enumerate(("B", "KiB", "MiB", "GiB", "TiB")):
        scale = 1024**power
        shown, text = _round(value / scale, (1 if power else 0) + extra, rounding)
        if abs(shown) < 1024 or name == "TiB" or extra > 3:
            break
    return shown * scale, f"{text} {name}"


def _number(
    value: Number, metric: Metric, condition: Condition | None, reference: Number | None
) -> str:
    terms = _terms(condition)
    keeps = []
    for term in terms:
        bound = _bound(term, metric, reference)
        if bound is not None:
            keeps.append((term.operator, bound))
    rounding = _rounding(metric, terms)
    return number(value, metric.unit, label=metric.label, rounding=rounding, keeps=keeps)


def _bound(term: Term, metric: Metric, reference: Number | None) -> Fraction | None:
    """The term's limit in base units; None where it cannot be told or is a share of a count."""
    if isinstance(term.limit, Literal):
        return None if term.limit.is_share(metric) else term.limit.value
    if reference is None or not math.isfinite(reference):
        return None
    return term.limit.beside(exact(reference))


def _terms(condition: Condition | None) -> tuple[Term, ...]:
    return condition.terms if condition is not None else ()


def _rounding(metric: Metric, terms: Sequence[Term]) -> Rounding:
    """Towards the failing side: of the condition where it has one, else of the metric."""
    operators = {term.operator for term in terms}
    if operators and operators <= {Operator.AT_LEAST, Operator.ABOVE}:
        return Rounding.DOWN
    if operators and operators <= {Operator.AT_MOST, Operator.BELOW}:
        return Rounding.UP
    return Rounding.UP if metric.direction is Direction.LOWER else Rounding.DOWN


def _whole(value: Number) -> bool:
    return not isinstance(value, float) and Fraction(value).denominator == 1
