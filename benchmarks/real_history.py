"""Real sessions with a history on two released projects: what was done, and what the verdict said.

    python benchmarks/real_history.py [--sessions 60] [--out docs/real-history.md] [--cache DIR]

Each project comes from its source distribution, becomes a git repository and gets gates, two
benchmarks, a test that fails by chance where the environment says how often, and a hook that lets
one file's tests fail where the environment names it. Then it goes through sessions, each a pytest
of its own: unchanged ones, and in turns a commit that slows a function, one that breaks one,
chance, an outage, a branch that drops tests, a renamed benchmark, one that is gone. Every change
is a commit and is reverted by one.

What should have been said is found without pytest-readiness: outcomes by a recorder of fifteen lines,
coverage by ``coverage json``, slowed tests by a log that the slowed function writes.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from real_history_expected import Past, Said, Seen, Verdicts, expected, judged, page
from real_projects import CI_VARIABLES, RECORDER

ROOT = Path(__file__).resolve().parents[1]
CHANCE = "0.6"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A released project, and where its code is touched."""

    name: str
    version: str
    package: str
    needs: tuple[str, ...]
    tests: str
    """Directory of the test files."""
    slow: tuple[str, str]
    """Module and function that a commit makes slow."""
    broken: tuple[str, str]
    outage: str
    """File whose tests fail when the service is away."""
    dropped: str
    """Test file that the branch removes."""
    benchmarks: str


SUBJECTS = (
    Subject(
        name="itsdangerous",
        version="2.2.0",
        package="itsdangerous",
        needs=("freezegun",),
        tests="tests/test_itsdangerous",
        slow=("encoding.py", "bytes_to_int"),
        broken=("serializer.py", "load_unsafe"),
        outage="test_serializer.py",
        dropped="test_url_safe.py",
        benchmarks="""
from itsdangerous import Signer
from itsdangerous.encoding import bytes_to_int


def test_slowed(benchmark):
    benchmark(bytes_to_int, b"number")


def test_other(benchmark):
    signer = Signer("secret")
    benchmark(signer.sign, "value")
""",
    ),
    Subject(
        name="jinja2",
        version="3.1.6",
        package="jinja2",
        needs=("trio",),
        tests="tests",
        slow=("filters.py", "do_indent"),
        broken=("filters.py", "do_center"),
        outage="test_filters.py",
        dropped="test_ext.py",
        benchmarks="""
from jinja2 import Environment
from jinja2.filters import do_indent


def test_slowed(benchmark):
    benchmark(do_indent, "a line\\n" * 200)


def test_other(benchmark):
    template = Environment().from_string("{% for n in numbers %}{{ n }},{% endfor %}")
    benchmark(template.render, numbers=range(50))
""",
    ),
)

POLICY = """
# added by pytest-readiness' benchmarks/real_history.py
[tool.pytest-readiness]
source = ["{package}"]
[tool.pytest-readiness.gates]
"tests.failed" = "== 0"
"tests.flaky-confirmed" = "== 0"
"tests.flaky-observed" = {{ require = "== 0", level = "risk" }}
"tests.flaky-new" = {{ require = "== 0", level = "risk" }}
"suite.spurious-red" = "<= 50%"
"test.slowdown" = "<= 50%"
"coverage.lines" = ">= baseline - 0.5pp"
"benchmark.slowdown" = "<= 25%"
"benchmark.missing" = "== 0"
"""
HOOK = """

import os


def pytest_runtest_call(item):
    if item.path.name == os.environ.get("OUTAGE"):
        raise ConnectionError("the service does not answer")
"""
CHANCE_TEST = """import os
import random


def test_chance():
    assert random.SystemRandom().random() >= float(os.environ.get("CHANCE", "0"))
"""
SLOW = """\
if os.environ.get("SLOW_LOG"):
    with open(os.environ["SLOW_LOG"], "a") as log:
        log.write(os.environ.get("PYTEST_CURRENT_TEST", "") + "\\n")
sum(range(2_000_000))
"""
BREAK = 'raise ValueError("broken by a commit")\n'
CYCLE = (
    "slow", "slow again", "unchanged", "chance", "unchanged", "outage", "unchanged", "break",
    "mend", "chance", "unchanged", "rename", "branch", "unchanged", "remove", "unchanged",
)  # fmt: skip
FIRST = 6


def steps(sessions: int) -> list[str]:
    """What is done in each session: first what makes a history, then the cycle as often as it fits."""
    return ["unchanged"] * min(FIRST, sessions) + [
        CYCLE[index % len(CYCLE)] for index in range(sessions - FIRST)
    ]


def inserted(source: str, function: str, lines: str) -> str:
    """The module's source with these lines at the beginning of a function's body."""
    found = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    node = found[-1]  # after its overloads
    documented = len(node.body) > 1 and ast.get_docstring(node) is not None
    first = node.body[1 if documented else 0]
    indent = " " * first.col_offset
    text = source.splitlines(keepends=True)
    new = [indent + line for line in ("import os\n" + lines).splitlines(keepends=True)]
    return "".join([*text[: first.lineno - 1], *new, *text[first.lineno - 1 :]])


@dataclass
class Workshop:
    """One project in a directory of its own, and what has happened to it."""

    subject: Subject
    home: Path
    cpu: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})

    def __post_init__(self) -> None:
        self.tree = self.home / "tree"
        self.python = self.home / "venv" / "bin" / "python"

    def prepare(self) -> None:
        subject = self.subject
        if not (self.home / "ready").exists():
            shutil.rmtree(self.home, ignore_errors=True)
            self.home.mkdir(parents=True)
            self._run(sys.executable, "-m", "venv", str(self.home / "venv"))
            wanted = f"{subject.name}=={subject.version}"
            target = str(self.home / "download")
            self._pip("download", "--no-deps", "--no-binary", ":all:", "-d", target, wanted)
            self._pip("install", "pytest-benchmark", *subject.needs, str(ROOT))
            (self.home / "ready").touch()
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.rmtree(self.home / "unpacked", ignore_errors=True)
        (archive,) = (self.home / "download").glob("*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(self.home / "unpacked", filter="data")
        (unpacked,) = (self.home / "unpacked").iterdir()
        unpacked.rename(self.tree)
        # pytest-readiness itself is always the one of this checkout
        self._pip("install", "--force-reinstall", "--no-deps", str(ROOT))
        self._pip("install", "-e", str(self.tree))
        self._git("init", "-q", "-b", "main")
        self._git("config", "user.name", "benchmark")
        self._git("config", "user.email", "benchmark@localhost")
        with (self.tree / ".git" / "info" / "exclude").open("a") as exclude:
            exclude.write(".readiness/\n.coverage*\n__pycache__/\n*.egg-info/\n.benchmarks/\n")
        self.commit(f"{subject.name} {subject.version} as released")
        (self.home / "outcome_recorder.py").write_text(RECORDER)
        tests = self.tree / subject.tests
        with (self.tree / "pyproject.toml").open("a") as pyproject:
            pyproject.write(POLICY.format(package=subject.package))
        with (tests / "conftest.py").open("a") as conftest:
            conftest.write(HOOK)
        (tests / "test_chance.py").write_text(CHANCE_TEST)
        self.bench.write_text(subject.benchmarks.lstrip())
        self.commit("Gates, benchmarks, chance")

    @property
    def bench(self) -> Path:
        return self.tree / self.subject.tests / "test_bench.py"

    def commit(self, message: str) -> None:
        self._git("add", "-A")
        self._git("commit", "-q", "-m", message)

    def change(self, step: str) -> None:
        """Commit what a step is about; ``restore`` takes it back."""
        subject = self.subject
        if step in ("slow", "break"):
            name, function = subject.slow if step == "slow" else subject.broken
            path = self.tree / "src" / subject.package / name
            path.write_text(inserted(path.read_text(), function, SLOW if step == "slow" else BREAK))
        elif step == "rename":
            text = self.bench.read_text()
            self.bench.write_text(text.replace("test_other", "test_known_by_another_name"))
        elif step == "remove":
            text = self.bench.read_text()
            self.bench.write_text(text.partition("\n\n\ndef test_other")[0] + "\n")
        elif step == "branch":
            self._git("checkout", "-q", "-b", f"proposal-{time.time_ns()}")
            (self.tree / subject.tests / subject.dropped).unlink()
        self.commit(step)

    def restore(self, step: str) -> None:
        if step == "branch":
            self._git("checkout", "-q", "main")
        else:
            self._git("revert", "--no-edit", "HEAD")

    def session(self, step: str, *, readiness: bool = True) -> tuple[Seen, dict[str, Said], str]:
        """One pytest: what happened by other witnesses, what the gates said, and the verdict."""
        outcomes, report, log = (
            self.home / name for name in ("outcomes.json", "report.json", "slow.log")
        )
        for left in (outcomes, report, log, *self.tree.glob(".coverage*")):
            left.unlink(missing_ok=True)
        environment = self._environment()
        environment |= {
            "SLOW_LOG": str(log),
            "OUTCOMES": str(outcomes),
            "PYTHONPATH": str(self.home),
        }
        if step == "chance":
            environment["CHANCE"] = CHANCE
        if step == "outage":
            environment["OUTAGE"] = self.subject.outage
        command = [str(self.python), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "outcome_recorder", "--benchmark-max-time=0.2"]
        if readiness:
            command += ["--readiness", f"--readiness-report=json:{report}"]
        else:
            command += ["-p", "no:readiness", f"--cov={self.subject.package}", "--cov-report="]
        with (self.home / "output.txt").open("w") as output:
            process = subprocess.Popen(
                command, cwd=self.tree, env=environment, stdout=output, stderr=output
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if step in ("unchanged",):
            self.cpu[readiness].append(usage.ru_utime + usage.ru_stime)
        seen = self._seen(outcomes, log)
        if not readiness:
            return seen, {}, ""
        if not report.exists():
            raise SystemExit(f"no report\n{(self.home / 'output.txt').read_text()}")
        card = json.loads(report.read_text())
        (self.home / f"card-{time.time_ns()}-{step.replace(' ', '-')}.json").write_text(
            report.read_text()
        )
        return seen, {gate["metric"]: Said.of(gate) for gate in card["gates"]}, card["verdict"]

    def _seen(self, outcomes: Path, log: Path) -> Seen:
        reports = json.loads(outcomes.read_text())
        ran = {test for test, when, _, _ in reports if when == "call"}
        failed = {
            test for test, when, outcome, _ in reports if (when, outcome) == ("call", "failed")
        }
        slowed = set()
        for line in log.read_text().splitlines() if log.exists() else ():
            test, _, phase = line.rpartition(" ")
            if phase == "(call)":
                slowed.add(test)
        target = self.home / "coverage.json"
        self._run(
            str(self.python), "-m", "coverage", "json", "-q", "--fail-under=0",
            "-o", str(target), f"--include=*/{self.subject.package}/*",
        )  # fmt: skip
        totals = json.loads(target.read_text())["totals"]
        return Seen(
            tree=self._git("rev-parse", "HEAD^{tree}").strip(),
            base=self._git("branch", "--show-current").strip() == "main",
            ran=frozenset(ran),
            failed=frozenset(failed),
            slowed=frozenset(slowed),
            lines=(totals["covered_lines"], totals["num_statements"]),
        )

    def _git(self, *what: str) -> str:
        return self._run("git", *what)

    def _pip(self, *what: str) -> None:
        self._run(str(self.python), "-m", "pip", what[0], "-q", *what[1:])

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=self.tree if self.tree.exists() else self.home,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{command} failed\n{done.stdout}{done.stderr}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(CI_VARIABLES)}
        path = os.pathsep.join([str(self.python.parent), kept.get("PATH", "")])
        return {**kept, "PATH": path, "PYTHONHASHSEED": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def where() -> str:
    load = os.getloadavg()[0]
    return (
        f"{platform.python_implementation()} {platform.python_version()} and {os.cpu_count()} CPUs "
        f"with a load of {load:.0f}"
    )


def examined(subject: Subject, sessions: int, cache: Path) -> Verdicts:
    """All sessions of one project."""
    workshop = Workshop(subject, cache / f"{subject.name}-{subject.version}")
    workshop.prepare()
    past, rows, changed = Past(), [], ""
    for number, step in enumerate(steps(sessions), 1):
        if changed and not (changed == "slow" and step == "slow again"):
            workshop.restore(changed)
            changed = ""
        if step in ("slow", "break", "rename", "branch", "remove"):
            workshop.change(step)
            changed = step
        seen, said, verdict = workshop.session(step)
        wanted = expected(step, seen, past)
        rows.append(judged(number, step, wanted, said, verdict, seen))
        past.add(seen, said)
        for row in rows[-1].gates:
            if row.how != "right":
                print(subject.name, number, step, row, file=sys.stderr, flush=True)
        if step == "unchanged" and number in (2, 4, 6):
            workshop.session(step, readiness=False)
    return Verdicts(
        project=f"{subject.name} {subject.version}",
        sessions=tuple(rows),
        cpu=statistics.median(workshop.cpu[True]),
        plain=statistics.median(workshop.cpu[False] or [0.0]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=60, help="of both projects together")
    parser.add_argument("--out", type=Path)
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    parser.add_argument("--cache", type=Path, default=default / "pytest-readiness" / "real-history")
    parser.add_argument("--project", action="append", help="only this one")
    arguments = parser.parse_args()
    subjects = [s for s in SUBJECTS if not arguments.project or s.name in arguments.project]
    found: dict[str, Verdicts] = {}

    def work(subject: Subject) -> None:
        each = arguments.sessions // len(subjects)
        try:
            found[subject.name] = examined(subject, each, arguments.cache.resolve())
        except SystemExit as problem:  # a thread ends without a word by it
            print(subject.name, problem, file=sys.stderr, flush=True)

    threads = [threading.Thread(target=work, args=(subject,)) for subject in subjects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) < len(subjects):
        raise SystemExit(1)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = page([found[s.name] for s in subjects], used.ru_utime + used.ru_stime, CHANCE, where())
    print(text)
    if arguments.out:
        arguments.out.write_text(text)


if __name__ == "__main__":
    main()
