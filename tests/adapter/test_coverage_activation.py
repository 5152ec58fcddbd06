"""Coverage turned on for its gates, and read after the run, in real sessions of pytest.

A small plugin stands in for the session: it asks for coverage and keeps the facts.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import warm
from pytest_readiness.collect import Fact
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import ChangedFile, FileCoverage, Gap, Notice, Reason

DRIVE = """
import os, pickle
from pathlib import Path
import pytest
from pytest_readiness.adapter.coverage import activate, collect_coverage
from pytest_readiness.collect import Fact
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import ChangedFile
from pytest_readiness.model.policy import Policy

ROOT = Path(__file__).parent
SECTIONS = os.environ.get("SECTIONS", "coverage").split()
CHANGED = (Fact("src/shop/__init__.py", ChangedFile(lines=lines.of([2]))),
           Fact("tests/test_shop.py", ChangedFile(lines=lines.of([1]))))


class Drive:
    said = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config, parser, args):
        self.said = activate(
            early_config, parser, args,
            policy=Policy(gates=(), coverage_source=tuple(os.environ.get("SOURCE", "").split())),
            sections=frozenset(SECTIONS), root=ROOT, wanted="UNWANTED" not in os.environ,
        )
        return (yield)

    def pytest_report_header(self):
        return "said: " + self.said

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session):
        result = yield
        if not hasattr(session.config, "workerinput"):
            changed = CHANGED if "patch" in SECTIONS else ()
            facts = collect_coverage(session.config, ROOT, frozenset(SECTIONS), changed, ROOT / "cache")
            (ROOT / "facts.pickle").write_bytes(pickle.dumps(facts))
        return result


drive = Drive()


def pytest_addoption(pluginmanager):
    pluginmanager.register(drive, "drive-session")
"""
SHOP = """\
def price(amount):
    if amount > 10:
        return amount - 1
    return amount


def unused():
    return 1
"""
TESTS = """\
from shop import price
def test_small(): assert price(1) == 1
def test_large(): assert price(11) == 10
"""


class Shop:
    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.root = pytester.path
        self.environ = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("COVERAGE_", "COV_", "PYTEST_"))
        }
        self.environ["PYTHONPATH"] = str(self.root)
        # only what is needed: a third of a session's time is spent on loading other plugins
        self.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        self.write("drive.py", DRIVE)
        self.write("src/shop/__init__.py", SHOP)
        self.write("tests/test_shop.py", TESTS)
        self.write(
            "pyproject.toml",
            '[project]\nname = "shop"\n[tool.pytest.ini_options]\npythonpath = ["src"]\n',
        )

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(
        self, *arguments: str, before: tuple[str, ...] = (), cwd: str = "", **environ: str
    ) -> Session:
        (self.root / "facts.pickle").unlink(missing_ok=True)
        command = [sys.executable, *before, "-m", "pytest", "-p", "drive"]
        if not environ.keys() & {"PYTEST_DISABLE_PLUGIN_AUTOLOAD"}:
            command += ["-p", "pytest_cov", "-p", "xdist"]
        place, surroundings = self.root / cwd, self.environ | environ
        if not before:
            done = warm.run(*command[2:], *arguments, cwd=place, environ=surroundings)
        else:
            done = subprocess.run(
                [*command, *arguments],
                cwd=place,
                env=surroundings,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        return Session(self.root, done)

    def report(self, *arguments: str) -> dict[str, Any]:
        """What ``coverage json`` says of the data file that the run left."""
        command = ("coverage", "json", "-q", "-o", "oracle.json", *arguments)
        warm.run(*command, cwd=self.root, environ=self.environ).check_returncode()
        report: dict[str, Any] = json.loads((self.root / "oracle.json").read_text())["files"]
        return report


class Session:
    def __init__(self, root: Path, done: subprocess.CompletedProcess[str]) -> None:
        self.status = done.returncode
        self.output = done.stdout + done.stderr
        path = root / "facts.pickle"
        self.facts: tuple[Fact, ...] = pickle.loads(path.read_bytes()) if path.exists() else ()

    @property
    def said(self) -> str:
        return next(
            line for line in self.output.splitlines() if line.startswith("said: ")
        ).removeprefix("said: ")

    @property
    def files(self) -> dict[str, FileCoverage]:
        return {f.subject: f.data for f in self.facts if isinstance(f.data, FileCoverage)}

    @property
    def gaps(self) -> dict[str, Gap]:
        return {f.subject: f.data for f in self.facts if isinstance(f.data, Gap)}

    @property
    def notices(self) -> list[str]:
        return [f.data.text for f in self.facts if isinstance(f.data, Notice)]

    def agrees(self, report: dict[str, Any]) -> None:
        assert set(self.files) == set(report)
        for name, data in self.files.items():
            # older versions tell executed lines that are excluded as well
            executed = set(report[name]["executed_lines"]) - set(report[name]["excluded_lines"])
            assert set(lines.numbers(data.executed)) == executed
            assert (
                list(lines.numbers(data.statements & ~data.executed))
                == report[name]["missing_lines"]
            )
            summary = report[name]["summary"]
            assert len(data.branches or ()) == summary.get("num_branches", 0)
            assert len(data.taken) == summary.get("covered_branches", 0)


@pytest.fixture
def shop(pytester: pytest.Pytester) -> Shop:
    return Shop(pytester)


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["serial", "xdist"])
def test_turned_on_by_its_gates(shop: Shop, workers: tuple[str, ...]) -> None:
    session = shop.run(*workers)
    assert session.status == 0, session.output
    assert session.said == "coverage turned on by its gates: --cov=src"
    assert session.gaps == {}
    assert lines.to_text(session.files["src/shop/__init__.py"].executed) == "1-4,7"
    session.agrees(shop.report())
    assert "tests coverage" not in session.output, "no report that nobody asked for"


def test_branches_as_coverage_is_configured(shop: Shop) -> None:
    shop.write(".coveragerc", "[run]\nbranch = true\n[report]\nexclude_also = def unused\n")
    session = shop.run("-n1")
    assert session.said == "coverage turned on by its gates: --cov=src, with branches"
    assert len(session.files["src/shop/__init__.py"].branches or ()) == 2
    session.agrees(shop.report())


def test_not_turned_on_for_other_gates(shop: Shop) -> None:
    session = shop.run(SECTIONS="benchmark")
    assert (session.said, session.facts) == ("", ())
    assert not (shop.root / ".coverage").exists()


@pytest.mark.parametrize(
    ("settings", "source", "said", "measured"),
    [
        ("", "src/shop", "--cov=src/shop", {"src/shop/__init__.py"}),
        ("", "shop", "--cov=shop", {"src/shop/__init__.py"}),
        ("[run]\nsource = tests\n", "", "--cov", {"tests/test_shop.py"}),
        ("[run]\nsource = tests\n", "src", "--cov=src", {"src/shop/__init__.py"}),
        ("[run]\nsource_pkgs = shop\n", "", "--cov", {"src/shop/__init__.py"}),
        ("[run]\ninclude = tests/*\n", "", "--cov", {"tests/test_shop.py"}),
    ],
)
def test_the_source(shop: Shop, settings: str, source: str, said: str, measured: set[str]) -> None:
    shop.write(".coveragerc", settings)
    session = shop.run(SOURCE=source)
    assert session.said == f"coverage turned on by its gates: {said}"
    assert set(session.files) == measured
    session.agrees(shop.report())


def test_the_configuration_of_the_root_counts_below_it_too(shop: Shop) -> None:
    shop.write(".coveragerc", "[run]\nbranch = true\nsource = src\n")
    session = shop.run(cwd="tests")
    assert session.status == 0, session.output
    assert session.said.endswith(f"--cov={shop.root / 'src'}, with branches")
    assert lines.to_text(session.files["src/shop/__init__.py"].executed) == "1-4,7"
    assert session.files["src/shop/__init__.py"].branches


def test_a_limit_in_coverages_configuration_does_not_judge_what_it_did_not_turn_on(
    shop: Shop,
) -> None:
    shop.write(".coveragerc", "[report]\nfail_under = 100\n")
    session = shop.run()
    assert session.status == 0, session.output
    assert session.notices == []


def test_limits_and_reports_that_the_user_asked_for_stay(shop: Shop) -> None:
    session = shop.run("--cov-fail-under=99", "--cov-report=xml")
    assert session.status == 1
    assert (shop.root / "coverage.xml").exists()
    (notice,) = session.notices
    assert "less than its fail-under of 99 %" in notice


def test_what_the_user_measures_himself_is_left_as_it_is(shop: Shop) -> None:
    session = shop.run("--cov=tests", "--cov-branch", "--cov-report=term")
    assert session.said == ""
    assert set(session.files) == {"tests/test_shop.py"}
    assert "TOTAL" in session.output
    session.agrees(shop.report())


def test_a_limit_that_is_met_is_no_notice(shop: Shop) -> None:
    assert shop.run("--cov=src", "--cov-fail-under=10").notices == []


OBSTACLES = {
    "no-cov": (("--no-cov",), "switched off by --no-cov"),
    "no-cov and cov": (("--cov=src", "--no-cov"), "switched off by --no-cov"),
    "blocked": (("-p", "no:cov"), "pytest-cov is blocked"),
    "blocked whole": (("-p", "no:pytest_cov"), "pytest-cov is blocked"),
    "pdb": (("--pdb",), "under --pdb"),
    "trace": (("--trace", "--collect-only"), "under --trace"),
}


@pytest.mark.parametrize(("arguments", "message"), OBSTACLES.values(), ids=OBSTACLES)
def test_what_the_user_switched_off_stays_off(
    shop: Shop, arguments: tuple[str, ...], message: str
) -> None:
    autoload = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""} if "-p" in arguments else {}
    session = shop.run(*arguments, SECTIONS="coverage patch", **autoload)
    assert session.status == 0, session.output
    assert session.said == ""
    assert session.files == {}
    assert set(session.gaps) == {"coverage", "patch"}
    for gap in session.gaps.values():
        assert message in gap.message
        assert gap.reason is Reason.NO_DATA
        assert gap.remedy
    assert [f.subject for f in session.facts if isinstance(f.data, ChangedFile)] == [
        "src/shop/__init__.py",
        "tests/test_shop.py",
    ]


def test_not_turned_on_without_autoload(shop: Shop) -> None:
    session = shop.run(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "pytest-cov is not loaded" in session.gaps["coverage"].message


def test_not_turned_on_for_a_run_without_a_verdict(shop: Shop) -> None:
    session = shop.run(UNWANTED="1")
    assert (session.said, session.files) == ("", {})
    assert "part of the suite" in session.gaps["coverage"].message


def test_not_turned_on_beside_another_tracer(shop: Shop) -> None:
    shop.write("tracing.py", "import sys\nsys.settrace(lambda *a: None)\n")
    session = shop.run("-p", "tracing")
    assert session.said == ""
    assert "another tracer" in session.gaps["coverage"].message


@pytest.mark.parametrize(
    "settings",
    [
        "[run]\nbranch = perhaps\n",
        "[run]\nplugins = no_such_plugin\n",
        "[run\n",
        # these load, and it does not start
        "[run]\nconcurrency = thread, eventlet\n",
        "[run]\ndynamic_context = no_such_context\n",
    ],
)
@pytest.mark.parametrize("workers", [(), ("-n1",)], ids=["serial", "xdist"])
def test_a_configuration_of_coverage_that_does_not_load_breaks_no_test(
    shop: Shop, settings: str, workers: tuple[str, ...]
) -> None:
    shop.write(".coveragerc", settings)
    session = shop.run(*workers)
    assert session.status == 0, session.output
    assert "2 passed" in session.output
    assert session.gaps["coverage"].reason is Reason.ERROR
    assert "configuration cannot be used" in session.gaps["coverage"].message


def test_no_source_is_a_named_gap(shop: Shop) -> None:
    (shop.root / "src").rename(shop.root / "examples")
    session = shop.run("-o", "pythonpath=examples")
    assert "no source to measure was found" in session.gaps["coverage"].message
    assert "tool.coverage.run" in session.gaps["coverage"].remedy


def test_data_that_cannot_be_written_breaks_no_test(shop: Shop) -> None:
    """As on a full disk: what turned coverage on keeps its failure from the session."""
    shop.write(
        "broken.py",
        "import coverage\n"
        "def save(self): raise coverage.exceptions.DataError('database or disk is full')\n"
        "coverage.Coverage.save = save\n",
    )
    session = shop.run("-p", "broken")
    assert session.status == 0, session.output
    assert "INTERNALERROR" not in session.output
    assert session.gaps["coverage"].reason is Reason.ERROR
    assert "disk is full" in session.gaps["coverage"].message


def test_a_setting_of_newer_coverage_breaks_no_test(shop: Shop) -> None:
    """``patch`` and ``core`` are refused where they are known, and ignored where they are not."""
    for settings in ("patch = no_such_patch, subprocess", "core = no_such_core"):
        shop.write(".coveragerc", f"[run]\n{settings}\n")
        session = shop.run()
        assert session.status == 0, session.output
        assert "2 passed" in session.output


@pytest.mark.parametrize("workers", [("-n1",), ("--dist=load",)], ids=["n", "dist"])
def test_a_context_that_pytest_cov_refuses_under_xdist_is_a_named_gap(
    shop: Shop, workers: tuple[str, ...]
) -> None:
    shop.write(".coveragerc", "[run]\ndynamic_context = test_function\n")
    session = shop.run(*workers)
    assert session.status == 0, session.output
    assert "does not work under xdist" in session.gaps["coverage"].message
    assert shop.run().gaps == {}


def test_settings_that_are_tried_first_work_as_ever(shop: Shop) -> None:
    shop.write(".coveragerc", "[run]\nconcurrency = thread, multiprocessing\nparallel = true\n")
    session = shop.run()
    assert session.status == 0, session.output
    assert session.gaps == {}
    assert lines.to_text(session.files["src/shop/__init__.py"].executed) == "1-4,7"


def test_a_directory_in_the_place_of_the_data_is_a_named_gap(shop: Shop) -> None:
    (shop.root / ".coverage").mkdir()
    session = shop.run()
    assert session.status == 0, session.output
    assert "it is a directory" in session.gaps["coverage"].message


def test_a_data_directory_that_does_not_exist_is_a_named_gap(shop: Shop) -> None:
    session = shop.run(COVERAGE_FILE="nowhere/at/all/.coverage")
    assert session.status == 0, session.output
    assert "cannot write its data" in session.gaps["coverage"].message


# Runs that end otherwise


def test_a_run_cut_short_is_partial(shop: Shop) -> None:
    shop.write("tests/test_a.py", "def test_bad(): assert 0\n")
    session = shop.run("-x", SECTIONS="coverage patch")
    assert session.status == 1
    assert {gap.reason for gap in session.gaps.values()} == {Reason.PARTIAL}
    assert set(session.gaps) == {"coverage", "patch"}
    assert "cut short" in session.gaps["coverage"].message


def test_a_failed_test_is_no_gap(shop: Shop) -> None:
    shop.write("tests/test_a.py", "def test_bad(): assert 0\n")
    session = shop.run()
    assert (session.status, session.gaps) == (1, {})


def test_a_crashed_worker_is_partial(shop: Shop) -> None:
    shop.write("tests/test_a.py", "import os\ndef test_crash(): os._exit(3)\n")
    session = shop.run("-n2", "--max-worker-restart=1")
    assert session.gaps["coverage"].reason is Reason.PARTIAL, session.output
    assert "is lost" in session.gaps["coverage"].message


def test_appended_data_is_told(shop: Shop) -> None:
    shop.run("--cov=src", "-k", "large")
    session = shop.run("--cov=src", "--cov-append", "-k", "small")
    assert any("--cov-append" in notice for notice in session.notices)
    assert lines.to_text(session.files["src/shop/__init__.py"].executed) == "1-4,7"


def test_an_installed_copy_that_runs_instead_is_told(shop: Shop) -> None:
    site = shop.root.parent / "elsewhere"
    (site / "shop").mkdir(parents=True)
    (site / "shop/__init__.py").write_text(SHOP)
    session = shop.run("-o", f"pythonpath={site}", SECTIONS="coverage")
    assert session.gaps["coverage"].reason is Reason.PARTIAL
    assert "shop is imported from" in session.gaps["coverage"].message
    assert "pip install -e ." in session.gaps["coverage"].remedy


# `coverage run -m pytest`


@pytest.mark.parametrize("branch", [(), ("--branch",)], ids=["lines", "branches"])
def test_the_data_of_coverage_run_is_read_and_left_complete(
    shop: Shop, branch: tuple[str, ...]
) -> None:
    before = ("-m", "coverage", "run", "--source=src", *branch)
    session = shop.run(before=before)
    assert session.status == 0, session.output
    assert session.said == ""
    assert lines.to_text(session.files["src/shop/__init__.py"].executed) == "1-4,7"
    session.agrees(shop.report())
    again = shop.run(before=before)
    assert again.files == session.files


def test_coverage_run_with_paths_and_a_patch(shop: Shop) -> None:
    shop.write(".coveragerc", "[paths]\nsource =\n    src\n    */other/src\n")
    before = ("-m", "coverage", "run", "--source=src")
    session = shop.run(before=before, SECTIONS="coverage patch")
    session.agrees(shop.report())
    assert {
        f.subject: f.data.ignored for f in session.facts if isinstance(f.data, ChangedFile)
    } == {
        "src/shop/__init__.py": "",
        "tests/test_shop.py": "outside the measured source",
    }


def test_coverage_run_does_not_see_workers(shop: Shop) -> None:
    session = shop.run("-n1", before=("-m", "coverage", "run", "--source=src"))
    assert session.files == {}
    assert session.gaps["coverage"].reason is Reason.PARTIAL
    assert "xdist" in session.gaps["coverage"].message


def test_coverage_run_in_parallel_mode_is_told(shop: Shop) -> None:
    session = shop.run(before=("-m", "coverage", "run", "-p", "--source=src"))
    assert any("parallel mode" in notice for notice in session.notices)
    subprocess.run(
        [sys.executable, "-m", "coverage", "combine", "-q"],
        cwd=shop.root,
        env=shop.environ,
        check=True,
    )
    session.agrees(shop.report())


def test_a_patch_alone_marks_what_needs_no_coverage(shop: Shop) -> None:
    shop.write("src/shop/other.py", "x = 1\n")
    session = shop.run(SECTIONS="patch")
    assert session.said.endswith("--cov=src")
    assert set(session.files) == {"src/shop/__init__.py"}
    assert session.gaps["coverage"].reason is Reason.PARTIAL
    assert [f.data.ignored for f in session.facts if isinstance(f.data, ChangedFile)] == [
        "",
        "outside the measured source",
    ]
