"""The score and the sign-off: ``[tool.pytest-readiness.score]`` and ``[tool.pytest-readiness.sign-off]``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

from pytest_readiness.config.names import KeyPath, nearest, quote
from pytest_readiness.config.parts import DAY, FLAG, TEXT, TEXTS, Schema, said, table, words
from pytest_readiness.config.table import Source, Table, kind
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.number import exact
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.requirement import (
    GRADES,
    UNSORTED,
    Approval,
    Requirement,
    Scoring,
    SignOff,
)

SCORE_KEYS = ("weights", "categories", "grades", "hours")
SIGN_OFF_KEYS = ("reviewer", "approvers", "required", "review", "approvals")
APPROVAL_KEYS = ("by", "date", "until", "version", "notes")
WEIGHTS = {"percent": True, "points": False}
SIZES = ("S", "M", "L")
_WHOLE = 100
_LARGEST = 1_000_000
Pairs = tuple[tuple[str, Fraction], ...]


def read_scoring(root: Table, known: Iterable[str] = ()) -> Scoring | None:
    """None where there is no such table.

    :param known: categories that gates and requirements of any stage have. One that is configured
        and has none of them is wrong where a name like it has: elsewhere it is a category of which
        nothing is measured yet, and it earns nothing.
    """
    score = root.table("score")
    if score is None:
        return None
    score.only(SCORE_KEYS)
    percent = score.choice("weights", WEIGHTS, True)
    weights = _weights(score, percent=percent)
    _check_names(score, weights, frozenset(known))
    return Scoring(
        weights=weights, percent=percent, grades=_grades(score), hours=_hours(score.table("hours"))
    )


def known_categories(
    gates: Iterable[Gate], metrics: Mapping[str, Metric], requirements: Iterable[Requirement]
) -> frozenset[str]:
    """What the score of these has; of a metric that is defined while the tests run it is not known."""
    found = {
        gate.category or metrics[gate.metric].category
        for gate in gates
        if gate.category or gate.metric in metrics
    }
    return frozenset(found | {one.category or UNSORTED for one in requirements})


def read_sign_off(root: Table) -> SignOff | None:
    """None where there is no such table."""
    table = root.table("sign-off")
    if table is None:
        return None
    table.only(SIGN_OFF_KEYS)
    approvers = table.texts("approvers")
    for index, name in enumerate(approvers):
        if name in approvers[:index]:
            path = (*table.path, "approvers", index)
            table.source.problem(path, f"{quote(name)} stands above already")
    required = table.flag("required", False)
    if required and not approvers and "approvers" not in table.data:
        table.problem("required", "nobody is named who has to approve", remedy="add approvers")
    found = (_approval(entry, approvers) for entry in table.tables("approvals"))
    return SignOff(
        reviewer=table.text("reviewer"),
        approvers=approvers,
        required=required,
        approvals=tuple(approval for approval in found if approval is not None),
        review=table.date("review"),
    )


def _weights(score: Table, *, percent: bool) -> Pairs:
    table = score.table("categories")
    if table is None:
        return ()
    if not table.data:
        score.problem("categories", "the table is empty", remedy="leave it out, or fill it")
    weights = []
    whole = True
    for name, value in table.data.items():
        weight = _number(table.source, (*table.path, name), value)
        whole = whole and weight is not None
        if not name.strip():
            table.problem(name, "a category without a name")
        elif weight is not None and weight <= 0:
            table.problem(name, "a weight is more than 0", remedy="leave the category out")
        elif weight is not None:
            weights.append((name, weight))
    total = sum((weight for _, weight in weights), Fraction(0))
    if percent and whole and len(weights) == len(table.data) and weights and total != _WHOLE:
        score.problem(
            "categories",
            f"the weights add up to {_text(total)} %, not to 100 %",
            remedy='change them, or say that they are maximum points: weights = "points"',
        )
    return tuple(weights)


def _check_names(score: Table, weights: Pairs, known: frozenset[str]) -> None:
    """A name that nothing has, and one like it that has no weight: one is a typing error."""
    named = [name for name, _ in weights]
    unweighted = sorted(known.difference(named))
    for name in named:
        near = nearest(name, unweighted) if name not in known else ""
        if near:
            score.source.problem(
                (*score.path, "categories", name),
                f"no gate and no requirement has the category {quote(name)}",
                allowed=sorted(known),
                nearest=near,
            )


def _grades(score: Table) -> Pairs:
    value = score.data.get("grades", True)
    if value is False:
        return ()
    if "grades" not in score.data:
        return GRADES
    if value is True:
        score.problem("grades", "true stands where a table or false is needed")
        return GRADES
    table = score.table("grades")
    if table is None:
        return GRADES
    grades: list[tuple[str, Fraction]] = []
    for name, bound in table.data.items():
        number = _number(table.source, (*table.path, name), bound)
        if number is None:
            continue
        if not name.strip():
            table.problem(name, "a grade without a name")
        elif not 0 <= number <= _WHOLE:
            table.problem(name, f"{_text(number)} is out of range", allowed=["0 to 100"])
        elif grades and number / _WHOLE >= grades[-1][1]:
            table.problem(
                name,
                f"{quote(name)} begins at {_text(number)} %, {quote(grades[-1][0])} above it"
                f" at {_text(grades[-1][1] * _WHOLE)} %",
                remedy="write the grades from the best down, each lower than the one above it",
            )
        else:
            grades.append((name, number / _WHOLE))
    if not table.data:
        score.problem("grades", "the table is empty", remedy="for no grades write false")
    elif len(grades) == len(table.data) and grades[-1][1] > 0:
        score.problem(
            "grades",
            f"there is no grade for less than {_text(grades[-1][1] * _WHOLE)} %",
            remedy="let the last one begin at 0: F = 0",
        )
    return tuple(grades)


def _hours(table: Table | None) -> Pairs:
    if table is None:
        return ()
    table.only(SIZES)
    found = []
    for size in SIZES:
        if size not in table.data:
            continue
        hours = _number(table.source, (*table.path, size), table.data[size])
        if hours is not None and hours <= 0:
            table.problem(size, "a size is more than 0 hours")
        elif hours is not None:
            found.append((size, hours))
    return tuple(found)


def _approval(table: Table, approvers: tuple[str, ...]) -> Approval | None:
    table.only(APPROVAL_KEYS)
    complete = table.need(("by", "date"), "an approval says by whom, and on which day")
    by, date, until = table.text("by"), table.date("date"), table.date("until")
    version, notes = table.text("version"), table.text("notes")
    if by and approvers and by not in approvers:
        table.problem(
            "by",
            f"{quote(by)} is none of the approvers",
            allowed=[quote(name) for name in approvers],
            nearest=quote(near) if (near := nearest(by, approvers)) else "",
        )
    if date and until and until < date:
        table.problem("until", f"it ends on {until}, before it begins on {date}")
    if not complete or not by or date is None:
        return None
    return Approval(
        by=by,
        date=date,
        until=until,
        version=version,
        notes=notes,
        origin=table.source.origin(table.path),
    )


def _number(source: Source, path: KeyPath, value: object) -> Fraction | None:
    """The number as written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        source.problem(path, f"{kind(value)} stands where a number is needed")
    elif (isinstance(value, float) and not math.isfinite(value)) or abs(value) > _LARGEST:
        source.problem(path, f"{kind(value)} is out of range", allowed=[f"at most {_LARGEST}"])
    else:
        return exact(value)
    return None


def _text(number: Fraction) -> str:
    """In full: what was written has few decimals, and so has their sum."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.10f}".rstrip("0")


def schema() -> Schema:
    """Of both tables, for editors."""
    above: Schema = {"type": "number", "exclusiveMinimum": 0}
    share: Schema = {"type": "number", "minimum": 0, "maximum": 100}
    score = table(
        {
            "weights": said(words(WEIGHTS), "What the categories' numbers are; default per cent."),
            "categories": said(
                {"type": "object", "additionalProperties": above, "minProperties": 1},
                "Weight of each category: per cent, adding up to 100, or its maximum points.",
            ),
            "grades": said(
                {
                    "anyOf": [
                        {"const": False},
                        {"type": "object", "additionalProperties": share, "minProperties": 1},
                    ]
                },
                "Each grade and the per cent from which it is given, the best first; false: none.",
            ),
            "hours": said(table(dict.fromkeys(SIZES, above)), "Hours of the sizes of effort."),
        }
    )
    approval = table(
        {
            "by": TEXT,
            "date": DAY,
            "until": said(DAY, "The last day on which it holds."),
            "version": said(TEXT, "Of this version of the project only."),
            "notes": TEXT,
        },
        "by",
        "date",
    )
    sign_off = table(
        {
            "reviewer": TEXT,
            "approvers": said(TEXTS, "Who has to approve what is READY WITH RISKS."),
            "required": said(FLAG, "true: without their approval that is NOT READY."),
            "review": said(
                DAY, "The next review; default: the earliest day on which something ends."
            ),
            "approvals": {"type": "array", "items": approval},
        }
    )
    return {"score": score, "sign-off": sign_off}
