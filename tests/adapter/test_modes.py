"""Which runs are judged: whole ones, declared ones, never shards."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_readiness.model.evidence import Collection, Run, Selection
from pytest_readiness.publish.evidence import loads
from sessions import Seen, plain, project, run

TWO = "def test_a(): pass\ndef test_b(): pass"


@pytest.fixture
def two(pytester: pytest.Pytester) -> pytest.Pytester:
    project(pytester, gates='"tests.run" = ">= 2"', test_a=TWO)
    return pytester


def manifest(seen: Seen) -> Run:
    ((_, run_),) = seen.evidence.select(Run)
    return run_


NARROWED = [
    (("-k", "test_b"), "-k test_b"),
    (("-m", "not slow"), "-m not slow"),
    (("test_a.py::test_a",), "test_a.py::test_a"),
    (("--deselect", "test_a.py::test_b"), "--deselect test_a.py::test_b"),
]


@pytest.mark.parametrize(("args", "cause"), NARROWED)
def test_a_part_by_choice_has_no_verdict(
    two: pytest.Pytester, args: tuple[str, ...], cause: str
) -> None:
    seen = run(two, *args)
    assert (seen.status, seen.verdict) == (0, "NO VERDICT")
    assert seen.scorecard.selection.causes == (cause,)
    assert cause in " ".join(seen.output.split())


@pytest.mark.parametrize(
    "environ",
    [{"CI": "true"}, {"BUILD_NUMBER": "1"}, {"TF_BUILD": "True"}, {"GITLAB_CI": "true"},
     {"__TOX_ENVIRONMENT_VARIABLE_ORIGINAL_CI": "1"}],
)  # fmt: skip
def test_in_ci_a_part_is_what_the_pipeline_declared(
    two: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    seen = run(two, "-k", "test_b")
    assert (seen.status, seen.verdict) == (1, "NOT READY")
    assert seen.scorecard.selection.declared
    assert "-k test_b" in seen.output
    assert "--readiness-stage" in seen.output
    assert "--no-readiness" in seen.output


def test_strict_judges_a_part_at_a_desk(two: pytest.Pytester) -> None:
    seen = run(two, "-k", "test_b", "--readiness-mode=strict")
    assert (seen.status, seen.verdict) == (1, "NOT READY")


def test_a_smoke_job_has_a_stage_of_its_own(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    project(
        pytester,
        gates='"tests.run" = ">= 2"',
        policy='[tool.pytest-readiness.stages.smoke]\ngates."tests.run" = ">= 1"',
        test_a=TWO,
    )
    assert run(pytester, "-k", "test_b", "--readiness-stage=smoke").status == 0
    assert run(pytester, "-k", "test_b").status == 1
    assert plain(pytester, "--readiness", "-k", "test_b", "--no-readiness").status == 0


@pytest.mark.parametrize("flag", ["-x", "--maxfail=1"])
def test_a_run_that_was_stopped_is_a_part(pytester: pytest.Pytester, flag: str) -> None:
    project(pytester, test_a="def test_a(): assert 0\ndef test_b(): pass")
    seen = run(pytester, flag)
    assert (seen.status, seen.verdict) == (1, "NO VERDICT")
    assert seen.scorecard.selection.causes == ("-x stopped the run",)
    seen = run(pytester, flag, "--readiness-mode=strict")
    assert (seen.status, seen.verdict) == (1, "NOT READY")


def test_a_run_that_could_have_been_stopped_and_was_not_is_whole(two: pytest.Pytester) -> None:
    assert run(two, "-x").verdict == "READY"


def test_ctrl_c_has_no_verdict(pytester: pytest.Pytester) -> None:
    project(pytester, test_a="def test_a(): raise KeyboardInterrupt\ndef test_b(): pass")
    seen = run(pytester)
    assert (seen.status, seen.verdict) == (2, "NO VERDICT")


def test_pytest_exit_is_nobody_s_choice_of_a_part(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        test_a="import pytest\ndef test_a(): pass\ndef test_b(): pytest.exit('no database')",
    )
    seen = run(pytester)
    assert (seen.status, seen.verdict) == (2, "NOT READY")


@pytest.mark.parametrize(
    "option", ["--collect-only", "--fixtures", "--setup-plan", "--setup-only", "--markers"]
)
def test_what_runs_no_tests_is_never_judged(two: pytest.Pytester, option: str) -> None:
    seen = run(two, option, "--readiness-gate", "tests.run >= 1000")
    assert seen.status == 0
    assert seen.scorecards == []
    assert "readiness: NOT READY" not in seen.output


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_is_given_whatever_is_configured(pytester: pytest.Pytester, option: str) -> None:
    project(pytester, gates='"tests.rum" = "== 0"')
    assert run(pytester, option).status == 0


class TestRecording:
    def evidence(self, directory: Path) -> list[Path]:
        return sorted((directory / ".readiness" / "evidence").glob("*.json"))

    @pytest.mark.parametrize(
        ("args", "shard"),
        [
            (("--readiness-mode=collect",), None),
            (("--readiness-shard=1/2",), (1, 2)),
            (("--splits=2", "--group=2"), (2, 2)),
        ],
    )
    def test_it_writes_evidence_and_judges_nothing(
        self, two: pytest.Pytester, args: tuple[str, ...], shard: tuple[int, int] | None
    ) -> None:
        seen = run(two, *args, "--readiness-gate", "tests.run >= 1000")
        assert seen.status == 0
        assert seen.scorecards == []
        (path,) = self.evidence(two.path)
        evidence = loads(path.read_text())
        ((_, manifest_),) = evidence.select(Run)
        assert (manifest_.shard and (manifest_.shard.index, manifest_.shard.total)) == shard
        assert manifest_.selection.whole
        assert path.name in seen.output.replace("\n ", "")
        assert (two.path / ".readiness" / ".gitignore").read_text() == "*\n"

    @pytest.mark.parametrize(
        ("args", "declared"),
        [
            (("--readiness-mode=collect",), False),
            (("--readiness-shard=1/1",), True),
            (("--splits=2", "--group=1"), True),
        ],
    )
    def test_a_shard_declares_its_selection(
        self, two: pytest.Pytester, args: tuple[str, ...], declared: bool
    ) -> None:
        run(two, *args, "-k", "test_")
        (path,) = self.evidence(two.path)
        ((_, manifest_),) = loads(path.read_text()).select(Run)
        assert manifest_.selection == Selection(causes=("-k test_",), declared=declared)

    def test_where_it_was_told_to(self, two: pytest.Pytester) -> None:
        run(two, "--readiness-mode=collect", "--readiness-evidence=out/e.json")
        ((_, collection),) = loads((two.path / "out" / "e.json").read_text()).select(Collection)
        assert len(collection.tests) == 2
        assert self.evidence(two.path) == []

    def test_evidence_that_cannot_be_written_is_no_success(self, two: pytest.Pytester) -> None:
        (two.path / "file").write_text("")
        seen = run(two, "--readiness-mode=collect", "--readiness-evidence=file/e.json")
        assert seen.status == 1
        assert "could not be written" in seen.output


def test_judging_runs_write_evidence_where_asked(two: pytest.Pytester) -> None:
    seen = run(two, "--readiness-evidence=e.json")
    assert seen.verdict == "READY"
    ((_, manifest_),) = loads((two.path / "e.json").read_text()).select(Run)
    assert manifest_.holds
    assert manifest_.exit_status == 0
    assert manifest_.environment.packages


@pytest.mark.parametrize(
    ("ini", "environ", "judged"),
    [
        ("readiness = true", {}, True),
        ("readiness = false", {}, False),
        ("readiness = ci", {}, False),
        ("readiness = ci", {"CI": "1"}, True),
        ("readiness = CI", {"CI": "1"}, True),
        ("", {"CI": "1"}, False),
    ],
)
def test_the_ini_file_may_ask_for_it(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    ini: str,
    environ: dict[str, str],
    judged: bool,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile(test_a=TWO)
    assert bool(plain(pytester).scorecards) is judged
    assert plain(pytester, "--no-readiness").scorecards == []


def test_a_wrong_ini_value_is_a_usage_error(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nreadiness = tru\n")
    seen = plain(pytester)
    assert seen.status == 4
    assert "allowed are true, false and ci" in seen.output


def test_the_flag_in_addopts_can_be_taken_back(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\naddopts = --readiness\n")
    pytester.makepyfile(test_a=TWO)
    assert plain(pytester).verdict == "READY"
    assert plain(pytester, "--no-readiness").scorecards == []
    assert plain(pytester, "--no-readiness", "--readiness").verdict == "READY"


def test_the_flag_takes_no_value(two: pytest.Pytester) -> None:
    (two.path / "tests").mkdir()
    (two.path / "tests" / "test_c.py").write_text("def test_c(): pass")
    seen = run(two, "tests", "--readiness-gate", "tests.run == 1")
    assert seen.verdict == "READY"
