"""The score and the sign-off as they are configured, and every mistake in them."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pytest_readiness.config.load import load_policy
from pytest_readiness.config.problem import ConfigError, Problem
from pytest_readiness.config.scoring import read_scoring, schema
from pytest_readiness.config.table import Source, Table
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import GRADES, Approval, Scoring, SignOff
from strategies import law

SCORE = "[tool.pytest-readiness.score]\n"
SIGN_OFF = "[tool.pytest-readiness.sign-off]\n"
APPROVAL = f'{SIGN_OFF}approvers = ["@ada"]\n[[tool.pytest-readiness.sign-off.approvals]]\n'


def load(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path, catalogue=CATALOGUE)


def problems(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    return caught.value.problems


def test_without_the_tables_there_is_neither(tmp_path: Path) -> None:
    policy = load(tmp_path, "[tool.pytest-readiness]\n")
    assert (policy.scoring, policy.sign_off, policy.summarised) == (None, None, False)


def test_a_score_as_it_is_written(tmp_path: Path) -> None:
    policy = load(
        tmp_path,
        SCORE
        + 'grades = { "A+" = 97.5, A = 90, F = 0 }\nhours = { M = 16, S = 4.5 }\n'
        + "[tool.pytest-readiness.score.categories]\nSecurity = 0.1\ntests = 99.9\n",
    )
    assert policy.scoring == Scoring(
        weights=(("Security", Fraction(1, 10)), ("tests", Fraction(999, 10))),
        percent=True,
        grades=(("A+", Fraction(39, 40)), ("A", Fraction(9, 10)), ("F", Fraction(0))),
        hours=(("S", Fraction(9, 2)), ("M", Fraction(16))),
    )
    assert policy.summarised


def test_what_a_score_says_nothing_of_is_as_ever(tmp_path: Path) -> None:
    assert load(tmp_path, SCORE).scoring == Scoring(grades=GRADES)
    none = load(tmp_path, SCORE + 'grades = false\nweights = "points"\n').scoring
    assert none == Scoring(percent=False, grades=())


def test_points_need_not_add_up_to_anything(tmp_path: Path) -> None:
    text = 'weights = "points"\ncategories = { A = 5, B = 5.5 }\n'
    scoring = load(tmp_path, SCORE + text).scoring
    assert scoring is not None
    assert scoring.weights == (("A", 5), ("B", Fraction(11, 2)))


def test_required_approvals_are_somebodys(tmp_path: Path) -> None:
    policy = load(tmp_path, SIGN_OFF + 'approvers = ["@ada"]\nrequired = true\n')
    assert policy.sign_off == SignOff(approvers=("@ada",), required=True)
    with pytest.raises(ConfigError, match="nobody is named who has to approve"):
        load(tmp_path, SIGN_OFF + "required = true\n")


def test_a_sign_off_as_it_is_written(tmp_path: Path) -> None:
    policy = load(
        tmp_path,
        SIGN_OFF
        + 'reviewer = "@eve"\napprovers = ["@ada", "@bob"]\nreview = 2027-01-31\n'
        + "[[tool.pytest-readiness.sign-off.approvals]]\n"
        + 'by = "@ada"\ndate = 2026-11-20\nuntil = 2026-12-20\nversion = "2.4"\nnotes = "go"\n',
    )
    assert policy.sign_off is not None
    (approval,) = policy.sign_off.approvals
    assert policy.sign_off == SignOff(
        reviewer="@eve",
        approvers=("@ada", "@bob"),
        review=datetime.date(2027, 1, 31),
        approvals=(
            Approval(
                by="@ada",
                date=datetime.date(2026, 11, 20),
                until=datetime.date(2026, 12, 20),
                version="2.4",
                notes="go",
                origin=approval.origin,
            ),
        ),
    )
    assert str(approval.origin) == "pyproject.toml:5 sign-off.approvals#1"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("score = 3", "2: score", "the number 3 stands where a table is needed"),
        ("score.weight = 1", "2: score.weight", "no such key.*did you mean weights"),
        ('score.weights = "pct"', "2: score.weights", '"pct" is not one of.*"percent", "points"'),
        ("score.categories = {}", "2: score.categories", "table is empty"),
        ("score.categories = []", "2: score.categories", "an array stands where a table"),
        ("score.categories = { A = 60, B = 39.9 }", "2: score.categories", r"add up to 99\.9 %, not to 100 %.*weights = .points"),
        ("score.categories = { A = 60, B = 60 }", "2: score.categories", "add up to 120 %"),
        ("score.categories = { A = 100, B = 0 }", "2: score.categories.B", "weight is more than 0.*leave the category out"),
        ("score.categories = { A = 110, B = -10 }", "2: score.categories.B", "more than 0"),
        ('score.categories = { A = "5%" }', "2: score.categories.A", 'string "5%" stands where a number'),
        ("score.categories = { A = true }", "2: score.categories.A", "true stands where a number"),
        ("score.categories = { A = inf }", "2: score.categories.A", "inf is out of range"),
        ("score.categories = { A = nan }", "2: score.categories.A", "nan is out of range"),
        ("score.categories = { A = 1e99 }", "2: score.categories.A", "out of range"),
        ('score.categories = { " " = 100 }', '2: score.categories." "', "without a name"),
        ("score.grades = true", "2: score.grades", "true stands where a table or false"),
        ("score.grades = 3", "2: score.grades", "the number 3 stands where a table"),
        ("score.grades = {}", "2: score.grades", "empty.*write false"),
        ("score.grades = { A = 90, B = 95, F = 0 }", "2: score.grades.B", '"B" begins at 95 %, "A" above it at 90 %.*from the best down'),
        ("score.grades = { A = 90, B = 90, F = 0 }", "2: score.grades.B", "begins at 90 %"),
        ("score.grades = { A = 101, F = 0 }", "2: score.grades.A", "101 is out of range.*0 to 100"),
        ("score.grades = { A = 90, F = -1 }", "2: score.grades.F", "-1 is out of range"),
        ('score.grades = { A = "90" }', "2: score.grades.A", "where a number is needed"),
        ("score.grades = { A = 90, B = 80.5 }", "2: score.grades", r"no grade for less than 80\.5 %.*F = 0"),
        ('score.grades = { " " = 0 }', '2: score.grades." "', "a grade without a name"),
        ("score.hours = { XL = 80 }", "2: score.hours.XL", "no such key.*allowed: S, M, L"),
        ("score.hours = { S = 0 }", "2: score.hours.S", "more than 0 hours"),
        ('score.hours = { S = "4h" }', "2: score.hours.S", "where a number is needed"),
        ("score.hours = 8", "2: score.hours", "where a table is needed"),
        ("sign-off = 3", "2: sign-off", "where a table is needed"),
        ('sign-off.approver = ["@a"]', "2: sign-off.approver", "did you mean approvers"),
        ('sign-off.approvers = "@a"', "2: sign-off.approvers", "an array of strings"),
        ('sign-off.approvers = ["@a", "@b", "@a"]', "2: sign-off.approvers#3", '"@a" stands above already'),
        ('sign-off.review = "soon"', "2: sign-off.review", '"soon" is no date'),
        ("sign-off.reviewer = 1", "2: sign-off.reviewer", "where a string is needed"),
        ("sign-off.approvals = { by = 1 }", "2: sign-off.approvals", "with two brackets"),
        ('sign-off.approvals = [{ by = "@a" }]', "2: sign-off.approvals#1", "date is missing.*which day"),
        ("sign-off.approvals = [{ date = 2026-11-20 }]", "2: sign-off.approvals#1", "by is missing"),
        ('sign-off.approvals = [{ by = "@a", date = 2026-11-20, until = 2026-11-19 }]', "2: sign-off.approvals#1.until", "ends on 2026-11-19, before it begins"),
        ('sign-off.approvals = [{ by = "@a", date = 2026-11-20, on = 1 }]', "2: sign-off.approvals#1.on", "no such key"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place(
    tmp_path: Path, text: str, place: str, says: str
) -> None:
    found = problems(tmp_path, f"[tool.pytest-readiness]\n{text}\n")
    assert len(found) == 1, "\n".join(map(str, found))
    told = " ".join(str(found[0]).split())
    assert place in told
    assert re.search(says, told)


def test_an_approval_by_somebody_who_is_not_asked_is_a_typing_error(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, APPROVAL + 'by = "@adda"\ndate = 2026-11-20\n')
    assert found.message == '"@adda" is none of the approvers'
    assert (found.nearest, found.allowed) == ('"@ada"', ('"@ada"',))


GATED = """\
[tool.pytest-readiness.gates]
"coverage.lines" = { require = ">= 90%", category = "Quality" }
"shop.sales" = ">= 1"
[tool.pytest-readiness.stages.release.gates]
"benchmark.slowdown" = "<= 5%"
"""


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Quality", ""),  # a gate's own
        ("Qualty", "Quality"),
        ("Tests", "tests"),
        ("benchmarks", ""),  # of another stage
        ("Performance", ""),  # nothing is measured of it yet
        ("Shop", ""),  # a metric that tests record may be of any category
    ],
)
def test_a_category_that_nothing_has_is_wrong_where_something_has_one_like_it(
    tmp_path: Path, name: str, nearest: str
) -> None:
    text = f"{GATED}{SCORE}categories = {{ {name} = 100 }}\n"
    if not nearest:
        assert load(tmp_path, text).scoring is not None
        return
    (found,) = problems(tmp_path, text)
    assert found.message == f'no gate and no requirement has the category "{name}"'
    assert found.nearest == nearest


def test_a_category_beside_one_like_it_is_not_wrong(tmp_path: Path) -> None:
    text = f"{GATED}{SCORE}categories = {{ Qualities = 40, Quality = 60 }}\n"
    assert load(tmp_path, text).scoring is not None


@law
@given(st.lists(st.integers(1, 6000), min_size=1, max_size=6))
def test_weights_in_per_cent_add_up_exactly(hundredths: list[int]) -> None:
    """As written: 33.3 three times is not 100, and 0.1 and 99.9 are, whatever their floats add up to."""
    data = {f"c{n}": number / 100 for n, number in enumerate(hundredths)}
    source = Source(name="pyproject.toml")
    read_scoring(Table(source=source, path=(), data={"score": {"categories": data}}))
    assert bool(source.problems) is (sum(hundredths) != 10_000)


def test_the_schema_has_the_keys_that_are_read() -> None:
    made = schema()
    assert set(made) == {"score", "sign-off"}
    score, sign_off = made["score"]["properties"], made["sign-off"]["properties"]
    assert set(score) == {"weights", "categories", "grades", "hours"}
    assert set(sign_off) == {"reviewer", "approvers", "required", "review", "approvals"}


@pytest.mark.parametrize(
    ("score", "right"),
    [
        (
            {"categories": {"A": 60, "B": 40.0}, "grades": {"A": 90, "F": 0}, "hours": {"S": 4}},
            True,
        ),
        ({"weights": "points", "grades": False}, True),
        ({"categories": {"A": 0}}, False),
        ({"categories": {}}, False),
        ({"grades": {"A": 101}}, False),
        ({"grades": True}, False),
        ({"hours": {"XL": 1}}, False),
        ({"weights": "pct"}, False),
    ],
)
def test_editors_are_told_the_same(score: dict[str, object], right: bool) -> None:
    assert Draft7Validator(schema()["score"]).is_valid(score) is right
