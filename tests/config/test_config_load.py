"""``[tool.pytest-readiness]`` to a policy: what each form means."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_readiness.config.load import load_policy
from pytest_readiness.config.needs import needs
from pytest_readiness.config.problem import ConfigError
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.metric import Direction, SubjectKind, Unit
from pytest_readiness.model.policy import Gate, Level, Missing, Policy

Load = Callable[..., Policy]
STARTER = {"tests.failed": "== 0", "tests.errors": "== 0", "tests.run": ">= 1"}


@pytest.fixture(name="load")
def fixture_load(tmp_path: Path) -> Load:
    def load(
        text: str, *, header: str = "[tool.pytest-readiness]\n", **arguments: object
    ) -> Policy:
        path = tmp_path / "pyproject.toml"
        path.write_text(header + text, encoding="utf-8")
        return load_policy(path, catalogue=CATALOGUE, **arguments)  # type: ignore[arg-type]

    return load


def limits(policy: Policy) -> dict[str, str]:
    return {gate.name: gate.condition.text for gate in policy.gates}


def gate(policy: Policy, name: str) -> Gate:
    (found,) = (one for one in policy.gates if one.name == name)
    return found


def test_without_a_file_the_starter_profile_holds() -> None:
    policy = load_policy(None, catalogue=CATALOGUE)
    assert limits(policy) == STARTER
    assert (policy.profile, policy.source, policy.stage) == ("starter@1", "", "")
    assert (policy.fail_on, policy.exit_code, policy.base) == (Level.BLOCK, 1, "auto")
    assert needs(policy, CATALOGUE) == {"tests"}
    assert {str(one.origin) for one in policy.gates} == {"profile starter@1"}


def test_an_empty_table_is_the_starter_profile_too(load: Load, tmp_path: Path) -> None:
    policy = load("")
    assert limits(policy) == STARTER
    assert policy.source == str(tmp_path / "pyproject.toml")


def test_every_key_of_the_policy(load: Load) -> None:
    policy = load(
        """
        profile = "library"
        base = "origin/main"
        history = "postgresql://ci@db/readiness"
        history-days = 90
        history-runs = 1000
        baseline-file = "baseline.json"
        remeasure = true
        fail-on = "risk"
        exit-code = 125
        source = ["src/shop", "plugins"]
        """
    )
    assert policy.profile == "library@1"
    assert policy.base == "origin/main"
    assert policy.history == "postgresql://ci@db/readiness"
    assert (policy.history_days, policy.history_runs) == (90, 1000)
    assert (policy.baseline_file, policy.remeasure) == ("baseline.json", True)
    assert policy.fail_on is Level.RISK
    assert policy.exit_code == 125
    assert policy.coverage_source == ("src/shop", "plugins")


def test_a_history_is_kept_where_there_is_a_configuration(load: Load) -> None:
    assert load("").history == ".readiness/history.db"
    assert load("history = false").history is None
    assert load('history = "D:/ci/history.db"').history == "D:/ci/history.db"
    assert (load("").history_days, load("").history_runs) == (365, 5000)
    policy = load_policy(None, catalogue=CATALOGUE)
    assert (policy.history, policy.baseline_file, policy.remeasure) == (None, "", False)


@pytest.mark.parametrize(
    "text",
    [
        'gates."coverage.lines" = ">= 90%"',
        'gates.coverage.lines = ">= 90%"',
        'gates = { "coverage.lines" = ">= 90%" }',
        'gates = { coverage = { lines = ">= 90%" } }',
        '[tool.pytest-readiness.gates]\ncoverage.lines = ">= 90%"',
        '[tool.pytest-readiness.gates.coverage]\nlines = ">= 90%"',
        '[tool.pytest-readiness.gates.coverage.lines]\nrequire = ">= 90%"',
        '[tool.pytest-readiness.gates."coverage.lines"]\nrequire = ">= 90%"',
        '[[tool.pytest-readiness.gates."coverage.lines"]]\nrequire = ">= 90%"',
        '[[tool.pytest-readiness.gates.coverage.lines]]\nrequire = ">= 90%"',
    ],
)
def test_all_ways_to_write_a_gate_mean_the_same(load: Load, text: str) -> None:
    policy = load(text)
    assert limits(policy) == {**STARTER, "coverage.lines": ">= 90%"}
    assert gate(policy, "coverage.lines").level is Level.BLOCK
    assert needs(policy, CATALOGUE) == {"tests", "coverage", "policy"}


def test_the_long_form(load: Load) -> None:
    policy = load(
        """
        components = [{ name = "shop", paths = ["src/shop/**"] }]
        [tool.pytest-readiness.gates."benchmark.time"]
        require = "<= 2ms"
        name = "quick"
        select = ["tests/bench/**", "*::test_[a]"]
        component = "shop"
        statistic = "p95"
        level = "info"
        when-missing = "skip"
        when-no-baseline = "fail"
        weight = 3
        """
    )
    found = gate(policy, "quick")
    assert found.metric == "benchmark.time"
    assert found.select == ("tests/bench/**", "*::test_[a]")
    assert (found.component, found.statistic, found.weight) == ("shop", "p95", 3)
    assert (found.level, found.when_missing) == (Level.INFO, Missing.SKIP)
    assert found.when_no_baseline is Missing.FAIL


def test_defaults_of_a_gate(load: Load) -> None:
    found = gate(load('gates."test.duration" = "<= 2s"'), "test.duration")
    assert (found.select, found.component, found.statistic, found.weight) == ((), "", "", None)
    assert (found.level, found.when_missing) == (Level.BLOCK, Missing.FAIL)
    assert found.when_no_baseline is Missing.RISK


def test_several_gates_on_one_metric_have_names(load: Load) -> None:
    policy = load(
        """
        [[tool.pytest-readiness.gates."test.duration"]]
        require = "<= 10s"
        select = ["tests/e2e/**"]
        [[tool.pytest-readiness.gates."test.duration"]]
        require = "<= 5s"
        name = "slow ones"
        select = ["tests/slow/**"]
        [[tool.pytest-readiness.gates."test.duration"]]
        require = "<= 2s"
        [[tool.pytest-readiness.gates."test.duration"]]
        require = "<= 1s"
        level = "risk"
        """
    )
    assert limits(policy) == {
        **STARTER,
        "test.duration": "<= 10s",
        "slow ones": "<= 5s",
        "test.duration#3": "<= 2s",
        "test.duration#4": "<= 1s",
    }


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("", 'level = "risk"'),
        ("", 'component = "shop"'),
        ('statistic = "p95"', ""),
        ('statistic = "p95"', 'statistic = "p99"'),
        ('select = ["a/**"]', ""),
        ('select = ["a/**"]', 'select = ["a/**", "b/**"]'),
    ],
)
def test_entries_that_are_each_reached(load: Load, above: str, below: str) -> None:
    policy = load(
        f"""
        [[tool.pytest-readiness.components]]
        name = "shop"
        paths = ["src/**"]
        [[tool.pytest-readiness.gates."benchmark.time"]]
        require = "<= 2s"
        {above}
        [[tool.pytest-readiness.gates."benchmark.time"]]
        require = "<= 1s"
        {below}
        """
    )
    assert len(policy.gates) == 5


def test_a_gate_of_the_user_replaces_the_profiles_wholly_and_in_its_place(load: Load) -> None:
    policy = load('profile = "library"\ngates."coverage.patch" = ">= 50%"')
    changed = gate(policy, "coverage.patch")
    assert changed.condition.text == ">= 50%"
    assert changed.when_missing is Missing.FAIL  # the profile's was RISK
    assert str(changed.origin) == 'pyproject.toml:3 gates."coverage.patch"'
    plain = load('profile = "library"')
    assert [one.metric for one in policy.gates] == [one.metric for one in plain.gates]


def test_false_removes_a_gate(load: Load) -> None:
    policy = load('gates."tests.errors" = false\ngates.tests.run = false')
    assert limits(policy) == {"tests.failed": "== 0"}


def test_a_table_without_require_amends_the_gate_below(load: Load) -> None:
    policy = load('profile = "library"\ngates."coverage.lines" = { level = "risk", weight = 2 }')
    amended = gate(policy, "coverage.lines")
    assert amended.condition.text == ">= 80%"
    assert (amended.level, amended.weight) == (Level.RISK, 2)
    assert str(amended.origin) == (
        'profile library@1, amended by pyproject.toml:3 gates."coverage.lines"'
    )
    # what it does not mention stays
    amended = gate(
        load('profile = "library"\ngates.coverage.patch.level = "info"'), "coverage.patch"
    )
    assert (amended.level, amended.when_missing) == (Level.INFO, Missing.RISK)


def test_a_metric_from_outside_the_catalogue_is_judged_later(load: Load) -> None:
    policy = load(
        """
        [tool.pytest-readiness.gates]
        "checkout.p95" = "<= 310ms"
        api.rate.max = ">= 100 req/s"
        latency = "<= 3"
        "deep.er" = { require = "<= 3", level = "risk" }
        """
    )
    assert set(limits(policy)) - set(STARTER) == {
        "checkout.p95",
        "api.rate.max",
        "latency",
        "deep.er",
    }
    assert needs(policy, CATALOGUE) == {"tests", "policy"}


class TestStages:
    TEXT = """
        profile = "library"
        base = "origin/main"
        [tool.pytest-readiness.gates]
        "coverage.lines" = ">= 90%"
        "coverage.patch" = { level = "risk" }
        [tool.pytest-readiness.stages.release]
        fail-on = "risk"
        exit-code = 9
        base = "v1"
        gates."coverage.lines" = ">= 92%"
        gates."suite.memory" = "<= 2GiB"
        gates."tests.flaky" = { level = "block" }
        [tool.pytest-readiness.stages.smoke]
        inherit = false
        profile = "starter"
        [tool.pytest-readiness.stages."week end"]
        profile = "starter"
    """

    def test_no_stage(self, load: Load) -> None:
        policy = load(self.TEXT)
        assert limits(policy)["coverage.lines"] == ">= 90%"
        assert gate(policy, "tests.flaky").level is Level.RISK
        assert (policy.fail_on, policy.exit_code, policy.base) == (Level.BLOCK, 1, "origin/main")
        assert policy.elsewhere == (("suite.memory", "release"),)

    def test_a_stage_lies_over_the_policy(self, load: Load) -> None:
        policy = load(self.TEXT, stage="release")
        assert policy.stage == "release"
        assert policy.profile == "library@1"
        assert limits(policy)["coverage.lines"] == ">= 92%"
        assert limits(policy)["suite.memory"] == "<= 2GiB"
        assert gate(policy, "tests.flaky").level is Level.BLOCK
        assert gate(policy, "coverage.patch").level is Level.RISK
        assert (policy.fail_on, policy.exit_code, policy.base) == (Level.RISK, 9, "v1")
        assert policy.elsewhere == ()
        origin = gate(policy, "coverage.lines").origin
        assert str(origin) == 'pyproject.toml:12 stages.release.gates."coverage.lines"'

    def test_a_smoke_stage_leaves_the_projects_gates_out(self, load: Load) -> None:
        policy = load(self.TEXT, stage="smoke")
        assert limits(policy) == STARTER
        assert ("coverage.lines", "default") in policy.elsewhere
        assert ("coverage.lines", "release") in policy.elsewhere

    def test_amendments_of_a_profile_that_a_stage_does_not_have_are_left_out(
        self, load: Load
    ) -> None:
        policy = load(self.TEXT, stage="week end")
        assert limits(policy) == {**STARTER, "coverage.lines": ">= 90%"}

    def test_an_unknown_stage(self, load: Load) -> None:
        with pytest.raises(ConfigError) as caught:
            load(self.TEXT, stage="relase")
        (problem,) = caught.value.problems
        assert problem.nearest == "release"
        assert problem.allowed == ("release", "smoke", "week end")

    def test_a_stage_where_none_is_configured(self) -> None:
        with pytest.raises(ConfigError, match=r"add a table \[tool.pytest-readiness.stages.pr\]"):
            load_policy(None, catalogue=CATALOGUE, stage="pr")


def test_components(load: Load) -> None:
    policy = load(
        """
        [[tool.pytest-readiness.components]]
        name = "payments"
        paths = ["src/shop/payments/**", "tests/payments/**"]
        owner = "@payments"
        [[tool.pytest-readiness.components]]
        name = "rest"
        paths = ["src/**"]
        """
    )
    first, second = policy.components
    assert (first.name, first.owner) == ("payments", "@payments")
    assert first.paths == ("src/shop/payments/**", "tests/payments/**")
    assert second.owner == ""


def test_waivers(load: Load) -> None:
    policy = load(
        """
        gates."coverage.file" = ">= 60%"
        [[tool.pytest-readiness.waivers]]
        gate = "coverage.file"
        subject = "src/shop/legacy.py"
        accept = ">= 41%"
        reason = "replaced in 3.0"
        owner = "@payments"
        expires = 2027-01-31
        [[tool.pytest-readiness.waivers]]
        gate = "tests.failed"
        subject = "tests/a.py::*"
        reason = "known"
        owner = "@me"
        expires = "2001-01-31"
        """
    )
    first, second = policy.waivers
    assert (first.gate, first.subject) == ("coverage.file", "src/shop/legacy.py")
    assert (first.reason, first.owner) == ("replaced in 3.0", "@payments")
    assert first.expires == datetime.date(2027, 1, 31)
    assert first.accept is not None
    assert first.accept.text == ">= 41%"
    assert str(first.origin) == "pyproject.toml:4 waivers#1"
    # expired long ago: no mistake of the configuration, the judge says so
    assert (second.accept, second.expires) == (None, datetime.date(2001, 1, 31))


def test_a_waiver_may_be_of_a_gate_of_another_stage_or_by_name(load: Load) -> None:
    policy = load(
        """
        stages.release.gates."coverage.file" = { require = ">= 60%", name = "dark files" }
        waivers = [
            { gate = "dark files", accept = ">= 4%", subject = "a", reason = "b", owner = "c", expires = 2027-01-01 },
            { gate = "coverage.file", accept = ">= 4%", subject = "a", reason = "b", owner = "c", expires = 2027-01-01 },
        ]
        """
    )
    assert [waiver.gate for waiver in policy.waivers] == ["dark files", "coverage.file"]
    assert [waiver.origin.line for waiver in policy.waivers] == [5, 6]


def test_metrics(load: Load) -> None:
    policy = load(
        """
        [tool.pytest-readiness.metrics]
        api.rate = { unit = "req/s", direction = "higher" }
        [tool.pytest-readiness.metrics."checkout.p95"]
        title = "Checkout"
        unit = "ms"
        direction = "lower"
        aggregate = "max"
        description = "Twenty of them"
        [tool.pytest-readiness.metrics.vague]
        title = "No unit"
        [tool.pytest-readiness.metrics.size]
        unit = "MB"
        [tool.pytest-readiness.metrics.growth]
        unit = "%"
        [tool.pytest-readiness.metrics.queries]
        unit = "count"
        [tool.pytest-readiness.gates]
        "checkout.p95" = "<= 310ms"
        api.rate = ">= 100 req/s"
        vague = "<= 3 parsecs"
        growth = "<= 150%"
        queries = "<= 40"
        size = "<= 4MiB"
        """
    )
    metrics = {metric.name: metric for metric in policy.metrics}
    checkout, rate = metrics["checkout.p95"], metrics["api.rate"]
    assert (checkout.title, checkout.description) == ("Checkout", "Twenty of them")
    assert (checkout.unit, checkout.direction) == (Unit.SECONDS, Direction.LOWER)
    assert (checkout.aggregate, checkout.subject) == ("max", SubjectKind.RUN)
    assert (rate.unit, rate.label, rate.subject) == (Unit.NUMBER, "req/s", SubjectKind.TEST)
    assert (rate.title, rate.direction) == ("api.rate", Direction.HIGHER)
    assert (metrics["vague"].unit, metrics["vague"].label) == (Unit.NUMBER, "")
    assert metrics["size"].unit is Unit.BYTES
    assert (metrics["growth"].unit, metrics["growth"].bounded) == (Unit.RATIO, False)
    assert metrics["queries"].unit is Unit.COUNT


class TestCommandLine:
    def test_changes_the_condition_and_keeps_the_rest(self, load: Load) -> None:
        text = 'gates."coverage.lines" = { require = ">= 90%", level = "risk", weight = 2 }'
        policy = load(text, overrides=["coverage.lines >= 80%"])
        changed = gate(policy, "coverage.lines")
        assert changed.condition.text == ">= 80%"
        assert (changed.level, changed.weight) == (Level.RISK, 2)
        assert str(changed.origin) == "command line --readiness-gate"
        assert [one.name for one in policy.gates] == [*STARTER, "coverage.lines"]

    def test_adds_a_gate_and_the_last_one_holds(self, load: Load) -> None:
        policy = load("", overrides=['"coverage.lines">=80%', "coverage.lines >= 70%", "x.y < 3 z"])
        assert limits(policy) == {**STARTER, "coverage.lines": ">= 70%", "x.y": "< 3 z"}

    def test_works_without_a_file(self) -> None:
        policy = load_policy(None, catalogue=CATALOGUE, overrides=["tests.run >= 100"])
        assert limits(policy)["tests.run"] == ">= 100"

    def test_of_several_gates_one_is_named(self, load: Load) -> None:
        text = """
            [[tool.pytest-readiness.gates."test.duration"]]
            require = "<= 10s"
            select = ["e2e/**"]
            [[tool.pytest-readiness.gates."test.duration"]]
            require = "<= 2s"
            [[tool.pytest-readiness.gates."test.duration"]]
            require = "<= 1s"
            level = "risk"
            name = "quick tests"
        """
        policy = load(
            text,
            overrides=["test.duration#1 <= 20s", "test.duration#2 <= 4s", "quick tests <= 3s"],
        )
        assert [one.condition.text for one in policy.gates[3:]] == ["<= 20s", "<= 4s", "<= 3s"]
        with pytest.raises(ConfigError, match="say which one") as caught:
            load(text, overrides=["test.duration <= 4s"])
        (problem,) = caught.value.problems
        assert problem.allowed == ('"test.duration#1"', '"test.duration#2"', '"quick tests"')

    def test_base(self, load: Load) -> None:
        assert load('base = "main"', base="v1.0").base == "v1.0"

    @pytest.mark.parametrize(
        ("override", "says"),
        [
            ("coverage.lines", "a gate is a metric"),
            (">= 80%", "a gate is a metric"),
            ("", "a gate is a metric"),
            ("coverage.line >= 80%", "did you mean coverage.lines"),
            ("coverage.lines >= 80", "write a percentage, such as 80%"),
            ("coverage.lines = 80%", "did you mean =="),
            ("coverage.lines >= 101%", "nothing can meet"),
            ("a\x1bb.c <= 3", "no name of a metric"),
        ],
    )
    def test_mistakes(self, load: Load, override: str, says: str) -> None:
        with pytest.raises(ConfigError, match=says) as caught:
            load("", overrides=[override])
        (problem,) = caught.value.problems
        assert problem.file == "command line"
        assert problem.key.startswith("--readiness-gate ")
        assert problem.key.isprintable()
