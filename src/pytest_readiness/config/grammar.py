"""The grammar of conditions.

.. code-block:: text

    condition := all-of ("or" all-of)*
    all-of    := term ("and" term)*
    term      := (">=" | "<=" | ">" | "<" | "==") value
    value     := number | "baseline" [("+" | "-") number | "*" number]
    number    := digits with "." and "_", then a unit: % ns us ms s min h B KiB MiB GiB TiB, "pp" beside a
                 baseline, or a recorded figure's own
"""

from __future__ import annotations

import re
from fractions import Fraction

from pytest_readiness.config.names import nearest, quote
from pytest_readiness.config.units import MISTAKEN, POINTS, UNITS, unit_names
from pytest_readiness.model.condition import (
    Baseline,
    Condition,
    Dimension,
    Literal,
    Operator,
    Shift,
    Term,
    check_condition,
)
from pytest_readiness.model.metric import Direction, Metric, Unit
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.value import dataclass

OPERATORS = tuple(operator.value for operator in Operator)
_OPERATOR = pattern(r"[<>=!≤≥~]+")
_NUMBER = pattern(r"[+-]?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?", re.ASCII)
_UNIT = pattern(r"[^\s<>=!≤≥()&|,;0-9*+\-][^\s<>=!≤≥()&|,;]*")
_BASELINE = pattern(r"baseline(?![^\s+*-])")
_SIGN = pattern(r"[-+*]")
_WORD = pattern(r"[^\s<>=!≤≥()]+|.")
_SPACE = pattern(r"\s*")
_MEANT = {
    "=": "==",
    "===": "==",
    "=>": ">=",
    "=<": "<=",
    "≥": ">=",
    "≤": "<=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    ",": "and",
    ";": "and",
    "AND": "and",
    "OR": "or",
}
_LONGEST = 60
"""Characters of a number, and _POWER of ten: a limit is a figure, not a way to fill the memory."""
_POWER = 30


class ConditionError(ValueError):
    """A condition that cannot be read, has a wrong unit, or that nothing can meet; the message says what to do."""


class MisfitError(ConditionError):
    """A condition that can be read, and does not suit its metric."""


def parse_condition(text: str, metric: Metric | None) -> Condition:
    """Read a condition for a metric; None: not known yet, so that any unit parses.

    :raises ConditionError: at the first problem of this condition.
    """
    condition = _Parser(text=text, metric=metric).condition()
    if metric is not None and (wrong := check_condition(condition, metric)):
        raise MisfitError(wrong)
    return condition


def forms(metric: Metric | None) -> str:
    """What a value may look like, for messages and the reference."""
    units = unit_names(metric)
    if metric is not None and metric.unit is Unit.RATIO:
        return "90%, baseline, baseline - 0.5pp, baseline * 0.98"
    if metric is not None and metric.unit is Unit.COUNT:
        share = "12 or 5%" if units else "12"
        return f"{share}, baseline, baseline + 3, baseline - 2%"
    if metric is None:
        return "a number with its unit, baseline, baseline + 10%"
    if not units:
        return "2.5, baseline, baseline + 10%, baseline + 2.5"
    some = "2" + (units[-1] if metric.unit is Unit.NUMBER else units[len(units) // 2])
    several = f" (units: {' '.join(units)})" if len(units) > 1 else ""
    return f"{some}, baseline, baseline + 10%, baseline + {some}{several}"


@dataclass(slots=True, kw_only=True)
class _Parser:
    text: str
    metric: Metric | None
    position: int = 0

    def condition(self) -> Condition:
        if not self.text.strip():
            raise ConditionError(f"the condition is empty: write {self._example()}")
        alternatives: list[tuple[Term, ...]] = []
        all_of = [self._term()]
        while (word := self._take(_WORD)) is not None:
            if word == "or":
                alternatives.append(tuple(all_of))
                all_of = []
            elif word != "and":
                raise self._unexpected(word, "and", "or")
            all_of.append(self._term())
        alternatives.append(tuple(all_of))
        return Condition(alternatives=tuple(alternatives), text=" ".join(self.text.split()))

    def _term(self) -> Term:
        self._space()
        start = self.position
        found = self._take(_OPERATOR)
        if found is None:
            raise self._no_operator()
        if found not in OPERATORS:
            raise self._unexpected(found, *OPERATORS)
        limit = self._limit(found)
        text = " ".join(self.text[start : self.position].split())
        return Term(operator=Operator(found), limit=limit, text=text)

    def _limit(self, operator: str) -> Literal | Baseline:
        number = self._number()
        if number is None:
            if self._take(_BASELINE):
                return self._baseline()
            word = self._take(_UNIT)
            if word is not None and nearest(word, ["baseline"]):
                raise ConditionError(f"{quote(word)} is not known here: did you mean baseline?")
            shown = f", not {quote(word)}" if word else ""
            raise ConditionError(f"after {operator} comes a value{shown}: {forms(self.metric)}")
        unit = self._unit()
        if unit == POINTS:
            raise ConditionError(
                "pp (percentage points) goes with a baseline: write % for a share,"
                " or baseline - 0.5pp"
            )
        dimension, factor, label = self._dimension(unit)
        return Literal(value=number * factor, dimension=dimension, label=label)

    def _baseline(self) -> Baseline:
        sign = self._take(_SIGN)
        if sign is None:
            return Baseline()
        number = self._number(signed=False)
        if number is None:
            raise ConditionError(
                f"after baseline {sign} comes a number without a sign: {forms(self.metric)}"
            )
        unit = self._unit()
        if sign == "*":
            if unit not in ("", "%"):
                raise ConditionError("baseline * takes a bare number, such as baseline * 0.98")
            return Baseline(offset=number * UNITS[unit][1] - 1, shift=Shift.RELATIVE)
        amount = -number if sign == "-" else number
        if unit == POINTS:
            return Baseline(offset=amount / 100, dimension=Dimension.PERCENT)
        dimension, factor, label = self._dimension(unit)
        shift = Shift.RELATIVE if dimension is Dimension.PERCENT else Shift.ABSOLUTE
        return Baseline(offset=amount * factor, shift=shift, dimension=dimension, label=label)

    def _number(self, *, signed: bool = True) -> Fraction | None:
        self._space()
        found = _NUMBER.match(self.text, self.position)
        if found is None or (found.group()[0] in "+-" and not signed):
            return None
        digits = found.group()
        power = re.split("[eE]", digits)[1:]
        if len(digits) > _LONGEST or (power and abs(int(power[0])) > _POWER):
            raise ConditionError(
                f"{quote(digits[:_LONGEST])} is no sensible limit: write a smaller number"
            )
        self.position = found.end()
        after = self.text[self.position : self.position + 2]
        if after[:1] in (",", ".") and after[1:].isdigit():
            raise ConditionError(
                f"{digits}{after}: a number has no comma; write a point before decimals, and _"
                " (or nothing) between thousands"
            )
        return Fraction(digits.replace("_", ""))

    def _unit(self) -> str:
        self._space()
        found = _UNIT.match(self.text, self.position)
        if found is None or found.group() in ("and", "or"):
            return ""
        self.position = found.end()
        return found.group()

    def _dimension(self, unit: str) -> tuple[Dimension, Fraction, str]:
        metric = self.metric
        if metric is not None and metric.unit is Unit.NUMBER and unit and unit == metric.label:
            return Dimension.LABEL, Fraction(1), unit
        if unit in UNITS:
            dimension, factor = UNITS[unit]
            return dimension, factor, ""
        if metric is None and unit not in MISTAKEN:
            return Dimension.LABEL, Fraction(1), unit
        names = unit_names(metric)
        meant = MISTAKEN.get(unit) or nearest(unit, [*names, POINTS])
        hint = f"; did you mean {meant}?" if meant else ""
        allowed = f" (allowed: {' '.join(names)})" if names else ""
        raise ConditionError(f"{quote(unit)} is not a unit here{allowed}{hint}")

    def _no_operator(self) -> ConditionError:
        rest = self.text[self.position :].strip()
        if not rest:
            return ConditionError(
                f"{quote(self.text.strip())} stops too early: write {self._example()}"
            )
        if rest.startswith("("):
            return ConditionError(
                "parentheses are not part of a condition: and binds tighter than or"
            )
        word = _WORD.match(rest)
        found = word.group() if word else rest
        if found in _MEANT:
            return self._unexpected(found, *OPERATORS)
        direction = self.metric.direction if self.metric else Direction.NEITHER
        likely = {Direction.HIGHER: f">= {rest}", Direction.LOWER: f"<= {rest}"}.get(direction)
        hint = f"; did you mean {quote(likely)}?" if likely and _NUMBER.match(rest) else ""
        return ConditionError(
            f"{quote(found)} stands where an operator is needed (allowed: {' '.join(OPERATORS)}){hint}"
        )

    def _unexpected(self, found: str, *allowed: str) -> ConditionError:
        if found in "()":
            return ConditionError(
                "parentheses are not part of a condition: and binds tighter than or"
            )
        meant = _MEANT.get(found) or nearest(found, allowed)
        hint = f"; did you mean {meant}?" if meant else ""
        return ConditionError(
            f"{quote(found)} is not known here (allowed: {' '.join(allowed)}){hint}"
        )

    def _example(self) -> str:
        metric, amount = self.metric, "0"
        if metric is not None and metric.unit is not Unit.COUNT:
            amount = (
                "90%" if metric.unit is Unit.RATIO else "2" + "".join(unit_names(metric)[-2:-1])
            )
        lower = metric is not None and metric.direction is Direction.LOWER
        return f"{'<=' if lower else '>='} {amount}, for example"

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        self._space()
        found = pattern.match(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found.group()

    def _space(self) -> None:
        found = _SPACE.match(self.text, self.position)
        self.position = found.end() if found else self.position
