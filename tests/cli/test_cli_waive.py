"""Waivers written from the command line: what is read again accepts what was found, and no more."""

from __future__ import annotations

import datetime
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies as made
from commanding import evidence, write
from judging import METRICS, value
from pytest_readiness import cli
from pytest_readiness.config.accepted import accepting
from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.config.load import load_policy
from pytest_readiness.config.rewrite import RewriteError, with_waiver
from pytest_readiness.config.toml import parse
from pytest_readiness.judge.condition import evaluate as keeps
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    Attempt,
    Evidence,
    FileCoverage,
    Gap,
    Outcome,
    Reason,
    Record,
    Run,
)
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.pipeline import evaluate
from pytest_readiness.publish.evidence import loads

Capsys = pytest.CaptureFixture[str]
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
DAY = datetime.timedelta(days=1)
SAID = ("--reason", "replaced in 3.0", "--owner", "@shop", "--expires", "30d")
FROM = ("--evidence", "one.json")
CONFIG = """\
# ours
[tool.pytest-readiness]
history = "h.db"
waiver-days = 60

[tool.pytest-readiness.gates]
"coverage.lines" = ">= 90%"  # agreed in May
"coverage.file" = ">= 60%"
"coverage.uncovered" = "<= 10"
"tests.failed" = "== 0"
"suite.memory" = "<= 1GiB"
"tests.run" = ">= 1"
"test.duration" = "<= 50ms"

[[tool.pytest-readiness.requirements]]
id = "SEC-1"
title = "No secrets in the source"
attestation = { by = "@ada", date = 2026-01-01, state = "not started" }

[tool.other]
"""


def finished(failed: str = "tests/test_a.py::test_a") -> Evidence:
    plain = evidence(tests=("a", "b"))
    ((record, _),) = plain.select(Run)
    whole = made.run(sections=("coverage", "memory", "tests"))
    files = [("src/a.py", 41), ("src/b.py", 70), ("src/c.py", 99)]
    others = [
        one._replace(data=Attempt(outcome=Outcome.FAILED, call=0.1234))
        if one.subject == failed
        else one
        for one in plain.records
        if one is not record and one.data.kind != "seal"
    ]
    gap = Gap(reason=Reason.NO_DATA, message="no resource module")
    return Evidence.of(
        [
            *others,
            Record("r1", "", "", 0, whole),
            Record("r1", "", "memory", 0, gap),
            *(
                Record(
                    "r1",
                    "",
                    path,
                    0,
                    FileCoverage(
                        digest=path,
                        statements=lines.of(range(1, 101)),
                        executed=lines.of(range(1, covered + 1)),
                    ),
                )
                for path, covered in files
            ),
        ]
    ).sealed()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    write(tmp_path / "one.json", finished())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def waive(*arguments: str) -> int:
    return cli.main(["waive", *arguments])


def judged(root: Path) -> Scorecard:
    policy = load_policy(root / "pyproject.toml", catalogue=CATALOGUE)
    return evaluate(loads((root / "one.json").read_bytes()), policy, today=TODAY)


@pytest.mark.parametrize(
    ("gate", "subject", "accept"),
    [
        ("coverage.lines", "", ">= 70%"),
        ("coverage.file", "src/a.py", ">= 41%"),
        ("coverage.file", "src/*.py", ">= 41%"),
        ("coverage.uncovered", "", "<= 90"),
        ("coverage.uncovered", "**", "<= 59"),
        ("tests.failed", "tests/test_a.py::test_a", None),
        ("tests.failed", "", "<= 1"),
        ("test.duration", "tests/**", "<= 124ms"),
        ("suite.memory", "", "not measured"),
        ("SEC-1", "", "not verified"),
    ],
)
def test_what_is_written_waives_what_was_found(
    shop: Path, capsys: Capsys, gate: str, subject: str, accept: str | None
) -> None:
    assert waive(gate, *filter(None, [subject]), *SAID, *FROM) == 0
    out = capsys.readouterr().out
    assert "+[[tool.pytest-readiness.waivers]]" in out
    assert f'+gate = "{gate}"' in out
    assert (f'+accept = "{accept}"' in out) is (accept is not None)
    text = (shop / "pyproject.toml").read_text()
    assert '"coverage.lines" = ">= 90%"  # agreed in May' in text
    scorecard = judged(shop)
    (waiver,) = load_policy(shop / "pyproject.toml", catalogue=CATALOGUE).waivers
    assert waiver.expires == TODAY + 30 * DAY
    assert [state.message for state in scorecard.waivers_idle] == []
    if gate == "SEC-1":
        (result,) = scorecard.requirements
        assert result.state.value == "waived"
    else:
        (found,) = (one for one in scorecard.results if one.gate.name == gate)
        assert found.outcome.value == "waived"
    # once more there is nothing to waive
    assert waive(gate, *filter(None, [subject]), *SAID, *FROM) == cli.USAGE_ERROR
    assert "is waived already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("coverage.line",), 'no gate "coverage.line": did you mean coverage.lines?'),
        (("sec-1",), "did you mean SEC-1?"),
        (("tests.run",), "tests.run passes: there is nothing to waive"),
        (("coverage.file",), "name it, as one of src/a.py"),
        (("coverage.file", "src/aa.py"), "did you mean src/a.py?"),
        (("coverage.file", "src/b.py"), 'no finding "src/b.py"'),
        (("coverage.lines", "src/a.py"), "one value of the run: leave out"),
        (("suite.memory", "src/a.py"), "not measured as a whole: leave out"),
        (("SEC-1", "src/a.py"), "waived as a whole, without a subject"),
        (("coverage.lines", "--expires", "61d"), "is the last day allowed"),
        (("coverage.lines", "--expires", "2020-01-01"), "it expired 2020-01-01"),
        (("coverage.lines", "--expires", "soon"), '"soon" is no day'),
        (("coverage.lines", "--reason", " "), "--reason: it is empty"),
        (("coverage.lines", "--owner", ""), "--owner: it is empty"),
        (("coverage.lines", "--evidence", "none.json"), "none.json: cannot be read"),
    ],
)  # fmt: skip
def test_what_is_refused(shop: Path, capsys: Capsys, arguments: tuple[str, ...], says: str) -> None:
    last = arguments if "--evidence" in arguments else (*arguments, *FROM)
    assert waive(last[0], *[one for one in last[1:2] if one[0] != "-"], *SAID, *_options(last)) == 4
    assert says in " ".join(capsys.readouterr().err.split())
    assert (shop / "pyproject.toml").read_text() == CONFIG


def _options(arguments: tuple[str, ...]) -> tuple[str, ...]:
    first = next(n for n, one in enumerate(arguments) if one.startswith("--"))
    return arguments[first:]


@pytest.mark.parametrize("missing", ["--reason", "--owner", "--expires"])
def test_all_three_are_needed(shop: Path, capsys: Capsys, missing: str) -> None:
    place = SAID.index(missing)
    with pytest.raises(SystemExit) as caught:
        waive("coverage.lines", *SAID[:place], *SAID[place + 2 :], *FROM)
    assert caught.value.code == cli.USAGE_ERROR
    assert missing in capsys.readouterr().err


def test_a_dry_run_writes_nothing(shop: Path, capsys: Capsys) -> None:
    assert waive("coverage.lines", *SAID, *FROM, "--dry-run") == 0
    assert '+accept = ">= 70%"' in capsys.readouterr().out
    assert (shop / "pyproject.toml").read_text() == CONFIG


def test_where_only_waivers_of_the_base_count_that_is_said(shop: Path, capsys: Capsys) -> None:
    text = CONFIG.replace("waiver-days", 'waivers-from = "base"\nwaiver-days')
    (shop / "pyproject.toml").write_text(text)
    assert waive("coverage.lines", *SAID, *FROM) == 0
    assert "it counts when the base branch has it too" in capsys.readouterr().out


def test_todays_value_is_that_of_the_latest_run(shop: Path, capsys: Capsys) -> None:
    assert waive("coverage.lines", *SAID) == cli.USAGE_ERROR
    assert "there is no history" in capsys.readouterr().err
    assert cli.main(["judge", "one.json", "--record"]) == 1
    assert waive("coverage.lines", *SAID) == 0
    assert '+accept = ">= 70%"' in capsys.readouterr().out


# at every moment it is another day than in UTC in one of them
@pytest.mark.parametrize("zone", ["Etc/GMT-14", "Etc/GMT+12"])
def test_the_last_day_is_that_of_utc_wherever_it_is_judged(
    shop: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        today = datetime.datetime.now(datetime.timezone.utc).date()
        for expires, said in [(today, "WAIVED"), (today - DAY, "FAIL ")]:
            waiver = (
                '[[tool.pytest-readiness.waivers]]\ngate = "coverage.lines"\naccept = ">= 70%"\n'
                f'reason = "r"\nowner = "@o"\nexpires = {expires}\n'
            )
            (shop / "pyproject.toml").write_text(CONFIG + waiver)
            cli.main(["judge", "one.json"])
            out = capsys.readouterr().out
            (line,) = [one for one in out.splitlines() if " Line coverage " in one][:1]
            assert line.strip().startswith(said)
            assert ("ends today" in out) is (expires == today)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_waiver_that_no_longer_holds_is_written_anew(shop: Path, capsys: Capsys) -> None:
    expired = (
        '[[tool.pytest-readiness.waivers]]\ngate = "coverage.lines"\naccept = ">= 80%"  # June\n'
        'reason = "old"\nowner = "@bob"\nexpires = 2020-01-01\n'
    )
    (shop / "pyproject.toml").write_text(CONFIG + expired)
    assert waive("coverage.lines", *SAID, *FROM) == 0
    (waiver,) = load_policy(shop / "pyproject.toml", catalogue=CATALOGUE).waivers
    assert (waiver.reason, waiver.owner) == ("replaced in 3.0", "@shop")
    assert 'accept = ">= 70%"  # June' in (shop / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    "text",
    [
        '[tool.pytest-readiness]\nwaivers = [{ gate = "x", reason = "r", owner = "o", expires = 2027-01-01 }]\n',
        "[tool.pytest-readiness]\nwaivers = []\n",
        '[tool]\npytest-readiness.profile = "library"\n',
        "[tool.pytest-readiness.gates]\n\"tests.run\" = \">= 1\"\n\n[tool.other]\nx = 1\n",
        '[tool.pytest-readiness.gates]\na = 1\n[tool.other]\nx = 1\n[tool.pytest-readiness.stages.x]\nb = 1\n',
        '[tool.pytest-readiness]\n\n[[tool.pytest-readiness.waivers]]\ngate = "x"\n\n[build-system]\n',
    ],
)  # fmt: skip
def test_a_waiver_finds_its_place(text: str) -> None:
    new = {"gate": "tests.failed", "reason": 'a "b"', "owner": "o", "expires": TODAY}
    before = parse(text)["tool"]["pytest-readiness"]
    after = parse(with_waiver(text, new))["tool"]["pytest-readiness"]
    assert after.pop("waivers") == [*before.pop("waivers", []), new]
    assert after == before


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ('[tool.pytest-readiness.gates]\na = "== 0"\n', "\n# what the board asked for\n[tool.x]\n"),
        ('[[tool.pytest-readiness.waivers]]\ngate = "x"\n', "\n# of others\n\n# x\n[tool.x]\n"),
        ('[[tool.pytest-readiness.waivers]]\ngate = "x"\n# until then\n', "\n[tool.x]\n"),
        ('[[tool.pytest-readiness.waivers]]\ngate = "x"\n', "# x\n[tool.x]\n"),
        ('[[tool."pytest-readiness".waivers]]\ngate = "x"\n', "\n[tool.pytest-readiness]\n"),
        ('[tool.pytest-readiness]\nbase = "main"\n# the end\n', ""),
    ],
)
def test_comments_stay_with_what_they_are_about(above: str, below: str, ending: str) -> None:
    new = {"gate": "b", "reason": "r", "owner": "o", "expires": datetime.date(2027, 1, 1)}
    entry = (
        '\n[[tool.pytest-readiness.waivers]]\ngate = "b"\nreason = "r"\nowner = "o"\n'
        "expires = 2027-01-01\n"
    )
    entry += "\n" * below.startswith("#")
    text, wanted = (one.replace("\n", ending) for one in (above + below, above + entry + below))
    assert with_waiver(text, new) == wanted


def test_there_may_be_no_place_for_a_waiver() -> None:
    new = {"gate": "tests.failed", "reason": "a", "owner": "o", "expires": TODAY}
    with pytest.raises(RewriteError, match="write it by hand"):
        with_waiver('tool = { pytest-readiness = { profile = "library" } }', new)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["suite.duration", "checkout.latency", "suite.memory"]), st.floats(1e-6, 1e12)
)
def test_todays_value_is_accepted_and_hardly_anything_worse(name: str, number: float) -> None:
    metric = METRICS[name]
    gate = parse_condition({"suite.memory": "<= 1B"}.get(name, "<= 0"), None)
    condition = parse_condition(accepting([number], metric, gate), metric)
    assert keeps(condition, value(number), metric).holds
    assert keeps(condition, value(number * 1.011), metric).holds is False


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_accepted_to_a_hundredth_of_a_point(part: int, total: int) -> None:
    metric = METRICS["coverage.lines"]
    share = Fraction(min(part, total), total)
    condition = parse_condition(
        accepting([share], metric, parse_condition(">= 1%", metric)), metric
    )
    assert keeps(condition, value(share), metric).holds
    worse = share - Fraction(1, 10_000)
    assert worse < 0 or keeps(condition, value(worse), metric).holds is False
