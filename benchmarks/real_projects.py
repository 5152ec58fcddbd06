"""Released projects that nobody here wrote, measured with and without ``--readiness``.

    python benchmarks/real_projects.py [--cache DIR] [--python PYTHON] [PROJECT...]

For each project, from its source distribution, serially (``-n 0``) and with two workers
(``-n 2``), each in a virtual environment of the cache directory:

* outcomes: every report of every test, phase by phase, is the same with and without
  ``--readiness``. A recorder of fifteen lines tells them, not pytest-readiness.
* coverage: statements, executed lines and branches of every file in the evidence are those of
  ``coverage json``, and the total is the one ``coverage report`` prints, both of the data file
  that the same run left behind.
* gates: outcome and exact value of every gate are identical for ``-n 0`` and ``-n 2``.

Prints a table, and what differs below it; exit status 1 when anything does.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from pytest_readiness.model import lines
from pytest_readiness.model.evidence import Attempt, Evidence, FileCoverage
from pytest_readiness.publish import evidence as evidence_files

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Project:
    name: str
    version: str
    needs: tuple[str, ...] = ()
    """What its tests import, beyond pytest."""
    source: tuple[str, ...] = ()
    """Given in the policy where the project itself configures none; else coverage's own."""
    options: tuple[str, ...] = ()
    """Extra pytest options, for all runs alike."""


PROJECTS = (
    Project(name="attrs", version="26.1.0", needs=("cloudpickle", "hypothesis", "pympler")),
    Project(name="click", version="8.5.1"),
    # its own coverage configuration measures templates that are no Python: coverage report refuses
    Project(name="jinja2", version="3.1.6", needs=("trio",), source=("jinja2",)),
    Project(name="more-itertools", version="11.2.1", source=("more_itertools",)),
    Project(name="pluggy", version="1.7.0", needs=("pytest-benchmark",), source=("pluggy",)),
    # without watchdog: in a directory that others write to, its reloader test never ends
    Project(
        name="werkzeug",
        version="3.1.9",
        needs=("cffi", "cryptography", "ephemeral-port-reserve", "pytest-timeout"),
    ),
)

POLICY = """
# added by pytest-readiness' benchmarks/real_projects.py
[tool.pytest-readiness]
profile = "library@1"
{source}
[tool.pytest-readiness.gates]
"tests.collected" = ">= 1"
"tests.run" = ">= 1"
"tests.failed" = "== 0"
"tests.errors" = "== 0"
"tests.skipped" = "<= 20%"
"tests.xfailed" = "<= 20%"
"tests.xpassed" = "<= 20%"
"tests.deselected" = "<= 20%"
"tests.flaky" = "== 0"
"test.duration" = "<= 60s"
"coverage.total" = ">= 80%"
"coverage.lines" = ">= 80%"
"coverage.uncovered" = "<= 1000"
"coverage.file" = ">= 50%"
"coverage.patch" = false
"""

RECORDER = """\
import json, os, pytest

class Recorder:
    def __init__(self, path):
        self.path, self.reports = path, []

    def pytest_runtest_logreport(self, report):
        self.reports.append([report.nodeid, report.when, report.outcome, hasattr(report, "wasxfail")])

    def pytest_sessionfinish(self):
        with open(self.path, "w") as file:
            json.dump(sorted(self.reports, key=repr), file)

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(os.environ["OUTCOMES"]))
"""

CI_VARIABLES = (
    "CI",
    "BUILD_NUMBER",
    "TF_BUILD",
    "GITHUB_",
    "GITLAB_",
    "PYTEST_",
    "COVERAGE_",
    "TOX",
)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What one pytest run left behind."""

    status: int
    seconds: float
    reports: list[list[object]]
    output: str
    evidence: Evidence | None = None
    gates: dict[str, object] | None = None
    verdict: str = ""


class Workshop:
    """One project, unpacked and installed in the cache directory."""

    def __init__(self, project: Project, cache: Path, python: str) -> None:
        self.project = project
        self.home = cache / f"{project.name}-{project.version}"
        self.python = self.home / "venv" / "bin" / "python"
        self.tree = self.home / "tree"
        if not (self.home / "ready").exists():
            shutil.rmtree(self.home, ignore_errors=True)
            self._install(python)
            (self.home / "ready").touch()
        # pytest-readiness itself is always the one of this checkout
        self._pip("--force-reinstall", "--no-deps", str(ROOT))

    def _install(self, python: str) -> None:
        self.home.mkdir(parents=True)
        subprocess.run([python, "-m", "venv", self.home / "venv"], check=True)
        name = f"{self.project.name}=={self.project.version}"
        downloads = self.home / "download"
        self._run(
            "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(downloads), name
        )
        (archive,) = downloads.glob("*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(self.home / "unpacked", filter="data")
        (unpacked,) = (self.home / "unpacked").iterdir()
        unpacked.rename(self.tree)
        source = f"source = {json.dumps(self.project.source)}" if self.project.source else ""
        with (self.tree / "pyproject.toml").open("a") as pyproject:
            pyproject.write(POLICY.format(source=source))
        (self.home / "outcome_recorder.py").write_text(RECORDER)
        self._pip("-e", str(self.tree), "pytest-xdist", *self.project.needs, str(ROOT))

    def _pip(self, *what: str) -> None:
        self._run("pip", "install", "-q", *what)

    def _run(self, *module: str) -> str:
        done = subprocess.run(
            [self.python, "-m", *module],
            cwd=self.tree if self.tree.exists() else self.home,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{self.project.name}: {module} failed\n{done.stdout}{done.stderr}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        """No CI, no settings of pytest or coverage, hashes (and so test ids) the same in workers."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(CI_VARIABLES)}
        outcomes = str(self.home / "outcomes.json")
        path = os.pathsep.join([str(self.python.parent), kept.get("PATH", "")])
        return {
            **kept,
            "OUTCOMES": outcomes,
            "PATH": path,
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": str(self.home),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def session(self, workers: int, *, readiness: bool) -> Session:
        for left in [*self.tree.glob(".coverage*"), self.home / "outcomes.json"]:
            left.unlink(missing_ok=True)
        shutil.rmtree(self.tree / ".readiness", ignore_errors=True)
        report, evidence = self.home / "report.json", self.home / "evidence.json"
        report.unlink(missing_ok=True)
        evidence.unlink(missing_ok=True)
        if readiness:
            asked = ["--readiness", f"--readiness-report=json:{report}"]
            asked.append(f"--readiness-evidence={evidence}")
        else:
            asked = ["-p", "no:readiness", "--cov-report="]
            asked += [f"--cov={source}" for source in self.project.source] or ["--cov"]
        command = [self.python, "-m", "pytest", "-p", "outcome_recorder", "-p", "no:cacheprovider"]
        command += ["-q", "-n", str(workers), *self.project.options, *asked]
        began = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=self.tree,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        outcomes = self.home / "outcomes.json"
        if not outcomes.exists():
            raise SystemExit(f"{self.project.name}: no outcomes\n{done.stdout}{done.stderr}")
        reports = json.loads(outcomes.read_text())
        if not readiness:
            return Session(
                status=done.returncode, seconds=seconds, reports=reports, output=done.stdout
            )
        if not (report.exists() and evidence.exists()):
            raise SystemExit(f"{self.project.name}: no report\n{done.stdout}{done.stderr}")
        card = json.loads(report.read_text())
        return Session(
            status=done.returncode,
            seconds=seconds,
            reports=reports,
            output=done.stdout,
            evidence=evidence_files.loads(evidence.read_text()),
            gates=gates(card),
            verdict=card["verdict"],
        )

    def coverage(self) -> tuple[dict[str, tuple[object, ...]], str]:
        """Per file what ``coverage json`` says of the data at hand, and the total of ``coverage report``."""
        target = self.home / "coverage.json"
        self._run("coverage", "json", "-q", "--fail-under=0", "-o", str(target))
        files = {}
        for path, entry in json.loads(target.read_text())["files"].items():
            executed, missing = set(entry["executed_lines"]), set(entry["missing_lines"])
            taken = {tuple(pair) for pair in entry.get("executed_branches", ())}
            possible = taken | {tuple(pair) for pair in entry.get("missing_branches", ())}
            files[Path(path).as_posix()] = (
                frozenset(executed | missing),
                frozenset(executed),
                frozenset(possible),
                frozenset(taken),
            )
        total = self._run(
            "coverage", "report", "--format=total", "--precision=6", "--fail-under=0"
        ).strip()
        return files, total


def gates(card: dict[str, object]) -> dict[str, object]:
    """Outcome and exact value of each gate; of those on times, the outcome only."""
    found = {}
    for gate in card["gates"]:
        timed = gate["metric"].startswith(("test.", "suite."))
        value = None if timed else {k: gate[k] for k in ("value", "findings") if k in gate}
        found[gate["name"]] = (gate["outcome"], gate["judged"], gate["broken"], value)
    return found


def covered(evidence: Evidence) -> dict[str, tuple[object, ...]]:
    """Per file what the evidence says."""
    return {
        record.subject: (
            frozenset(lines.numbers(data.statements)),
            frozenset(lines.numbers(data.executed)),
            frozenset(data.branches or ()),
            frozenset(data.taken),
        )
        for record, data in evidence.select(FileCoverage)
    }


def differences(one: dict[str, object], two: dict[str, object]) -> list[str]:
    return [
        f"{key}: {apart(one.get(key), two.get(key))}"
        for key in sorted(one.keys() | two.keys())
        if one.get(key) != two.get(key)
    ]


def apart(one: object, two: object) -> str:
    """Where two values differ, in a line."""
    if isinstance(one, tuple) and isinstance(two, tuple):
        pairs = ((a, b) for a, b in zip(one, two, strict=True) if a != b)
        return "; ".join(apart(a, b) for a, b in pairs)
    if isinstance(one, frozenset) and isinstance(two, frozenset):
        return f"only here {sorted(one - two)!r:.100}, only there {sorted(two - one)!r:.100}"
    return f"{one!r:.200} != {two!r:.200}"


def by_test(reports: list[list[object]]) -> dict[str, object]:
    tests: dict[str, list[object]] = {}
    for nodeid, *rest in reports:
        tests.setdefault(str(nodeid), []).append(rest)
    return tests


def word(found: list[str]) -> str:
    return f"{len(found)} DIFFER" if found else "same"


def examine(project: Project, cache: Path, python: str) -> tuple[list[str], list[str]]:
    """One row of the table a project, and everything that differs."""
    workshop = Workshop(project, cache, python)
    row, wrong, sessions = [f"{project.name} {project.version}"], [], {}
    for workers in (0, 2):
        plain = workshop.session(workers, readiness=False)
        asked = sessions[workers] = workshop.session(workers, readiness=True)
        assert asked.evidence is not None
        files, total = workshop.coverage()
        outcomes = differences(by_test(plain.reports), by_test(asked.reports))
        coverage = differences(files, covered(asked.evidence))
        exact = [data for _, data in asked.evidence.select(FileCoverage)]
        part = sum(f.executed.bit_count() + len(f.taken) for f in exact)
        whole = sum(f.statements.bit_count() + len(f.branches or ()) for f in exact)
        if f"{100 * part / whole if whole else 100:.6f}" != f"{float(total):.6f}":
            coverage.append(f"total {part}/{whole} != {total}")
        for kind, found in (("outcomes", outcomes), ("coverage", coverage)):
            wrong += [f"{project.name} -n {workers} {kind}: {line}" for line in found]
        if plain.status not in (0, 1) or asked.status not in (0, 1):
            wrong.append(f"{project.name} -n {workers}: exit status {plain.status}, {asked.status}")
        if not workers:
            attempts = {record.subject for record, _ in asked.evidence.select(Attempt)}
            row += [str(len(attempts)), str(len(exact)), f"{float(total):.2f} %"]
        row += [word(outcomes), word(coverage), f"{plain.seconds:.1f} {asked.seconds:.1f}"]
    found = differences(sessions[0].gates or {}, sessions[2].gates or {})
    if sessions[0].verdict != sessions[2].verdict:
        found.append(f"verdict: {sessions[0].verdict} != {sessions[2].verdict}")
    wrong += [f"{project.name} gates -n 0, -n 2: {line}" for line in found]
    row += [f"{len(sessions[0].gates or {})} {word(found)}", sessions[0].verdict]
    return row, wrong


HEADINGS = (
    "project", "tests", "files", "coverage",
    "-n 0 outcomes", "coverage", "s without, with",
    "-n 2 outcomes", "coverage", "s without, with",
    "gates -n 0, -n 2", "verdict",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("projects", nargs="*", metavar="PROJECT", help="all, when none is named")
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    parser.add_argument(
        "--cache", type=Path, default=default / "pytest-readiness" / "real-projects"
    )
    parser.add_argument("--python", default=sys.executable, help="3.12, or a late 3.10 or 3.11")
    arguments = parser.parse_args()
    unknown = set(arguments.projects) - {project.name for project in PROJECTS}
    if unknown:
        parser.error(f"no such project: {', '.join(sorted(unknown))}")
    rows, wrong = [list(HEADINGS)], []
    for project in PROJECTS:
        if arguments.projects and project.name not in arguments.projects:
            continue
        print(f"{project.name} {project.version} ...", file=sys.stderr, flush=True)
        row, found = examine(project, arguments.cache.resolve(), arguments.python)
        rows.append(row)
        wrong += found
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for number, row in enumerate(rows):
        print(
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            + " |"
        )
        if not number:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print()
    print(*wrong or ["Nothing differs."], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
