"""What judging coverage costs beside ``coverage report``, on a large released project.

    python benchmarks/coverage_cost.py [--cache DIR] [--python PYTHON] [--rounds N]

Django's source distribution is fetched, and a part of its own test suite is run under coverage,
with and without branches. Then, in turn, each in a process of its own:

* ``report``: ``Coverage.report()``, which is what ``coverage report`` does;
* ``first``: the facts of every file, no statement table kept yet;
* ``again``: the same with the tables of ``first``;
* ``others``: with tables made from the data of other tests;
* ``patch``: thirty changed files, no table kept yet.

Times are CPU seconds of the operation, the least of the rounds: other work on the machine can
only add. Bars: ``first`` costs at most what ``report`` does, ``again`` at most 15 % of it, every
figure of every file is that of ``coverage json``, and ``patch`` analyses its files and no other.
Exit status 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENT = "django>=5.2,<5.3"
TESTS = {"data": ("utils_tests", "forms_tests"), "others": ("template_tests",)}
OPERATIONS = ("report", "first", "again", "others", "patch")
PATCH = 30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=ROOT / ".benchmark-cache" / "coverage")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--work", nargs=3, metavar=("OPERATION", "MODE", "PROJECT"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    cache = options.cache.resolve()
    if options.work:
        operation, mode, project = options.work
        json.dump(work(operation, cache / mode, Path(project)), sys.stdout)
        return 0
    python, project = prepare(cache, options.python)
    missed = 0
    for mode in ("branches", "lines"):
        record(cache / mode, python, project, branch=mode == "branches")
        results = measure(cache, python, project, mode, options.rounds)
        missed += show(mode, results)
    return 1 if missed else 0


def prepare(cache: Path, python: str) -> tuple[str, Path]:
    """The interpreter of a virtual environment with coverage, and the unpacked project."""
    cache.mkdir(parents=True, exist_ok=True)
    environment = cache / "venv"
    if not environment.exists():
        subprocess.run([python, "-m", "venv", environment], check=True)
    inside = str(environment / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = [inside, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "coverage", "asgiref", "sqlparse", "tomli"], check=True)
    if not list(cache.glob("django-*.tar.gz")):
        subprocess.run(
            [*pip, "download", "--no-binary", ":all:", "--no-deps", "--dest", cache, REQUIREMENT],
            check=True,
        )
    archive = next(iter(cache.glob("django-*.tar.gz")))
    project = cache / archive.name.removesuffix(".tar.gz")
    if not project.exists():
        with tarfile.open(archive) as file:
            file.extractall(cache, filter="data")
    return inside, project


def record(place: Path, python: str, project: Path, *, branch: bool) -> None:
    """Run a part of the project's own tests under coverage."""
    place.mkdir(exist_ok=True)
    settings = place / "coveragerc"
    settings.write_text(f"[run]\nbranch = {branch}\nsource = {project / 'django'}\n")
    for name, labels in TESTS.items():
        data = place / f"{name}.coverage"
        if data.exists():
            continue
        print(f"running {' '.join(labels)} of {project.name} under coverage ...", flush=True)
        subprocess.run(
            [
                *(python, "-m", "coverage", "run", f"--rcfile={settings}", f"--data-file={data}"),
                *("runtests.py", "--parallel=1", "-v0", *labels),
            ],
            cwd=project / "tests",
            env={**os.environ, "PYTHONPATH": str(project)},
            stderr=subprocess.DEVNULL,
            check=False,  # a failing test is a measured one too
        )


def measure(
    cache: Path, python: str, project: Path, mode: str, rounds: int
) -> dict[str, list[dict[str, Any]]]:
    results: dict[str, list[dict[str, Any]]] = {operation: [] for operation in OPERATIONS}
    for number in range(rounds):
        for operation in OPERATIONS:
            print(f"\r{mode}: round {number + 1} of {rounds}, {operation}    ", end="", flush=True)
            done = subprocess.run(
                [python, __file__, "--cache", cache, "--work", operation, mode, project],
                env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
                stdout=subprocess.PIPE,
                check=True,
            )
            results[operation].append(json.loads(done.stdout))
    print("\r" + " " * 60, end="\r")
    return results


def work(operation: str, place: Path, project: Path) -> dict[str, Any]:
    """One measurement, in a process of its own. ``place``: the directory of a mode."""
    import coverage

    os.chdir(project)

    def opened(name: str) -> coverage.Coverage:
        cov = coverage.Coverage(
            data_file=str(place / f"{name}.coverage"), config_file=str(place / "coveragerc")
        )
        cov.load()
        return cov

    cov = opened("data")
    if operation == "report":
        start = time.process_time()
        cov.report(file=io.StringIO())
        return {"seconds": time.process_time() - start, "version": coverage.__version__}

    from pytest_readiness.collect import Fact
    from pytest_readiness.collect.coverage import coverage_facts
    from pytest_readiness.model import lines
    from pytest_readiness.model.evidence import ChangedFile, FileCoverage

    tables = place / f"tables-{operation}"
    sections, changed = {"coverage"}, ()
    if operation in ("first", "others", "patch"):
        shutil.rmtree(tables, ignore_errors=True)
    if operation == "again":
        tables = place / "tables-first"
    if operation == "others":
        coverage_facts(opened("others"), project, sections=sections, changed=(), cache_dir=tables)
    if operation == "patch":
        names = sorted(
            path.relative_to(project).as_posix() for path in (project / "django").rglob("*.py")
        )
        some = random.Random(1).sample(names, PATCH)
        changed = tuple(Fact(name, ChangedFile(lines=lines.of([1]))) for name in some)
        sections = {"patch"}
    start = time.process_time()
    facts = coverage_facts(cov, project, sections=sections, changed=changed, cache_dir=tables)
    seconds = time.process_time() - start
    found = {fact.subject: fact.data for fact in facts if isinstance(fact.data, FileCoverage)}
    return {
        "seconds": seconds,
        "files": len(found),
        "statements": sum(data.statements.bit_count() for data in found.values()),
        "branches": sum(len(data.branches or ()) for data in found.values()),
        "differ": differences(opened("data"), found, place, project),
    }


def differences(cov: Any, found: dict[str, Any], place: Path, project: Path) -> list[str]:
    """Files whose figures are not those of ``coverage json``."""
    from pytest_readiness.model import lines

    oracle = place / "oracle.json"
    if not oracle.exists():
        cov.json_report(outfile=str(oracle))
    report = json.loads(oracle.read_text())["files"]
    differ = [] if len(found) in (len(report), PATCH) else [f"{len(found)} of {len(report)} files"]
    for name, data in found.items():
        entry, summary = report[name], report[name]["summary"]
        missed = [list(arc) for arc in sorted(set(data.branches or ()) - set(data.taken))]
        same = (
            list(lines.numbers(data.statements & ~data.executed)) == entry["missing_lines"]
            and list(lines.numbers(data.executed)) == entry["executed_lines"]
            and missed == sorted(entry.get("missing_branches", []))
            and len(data.branches or ()) == summary.get("num_branches", 0)
        )
        if not same:
            differ.append(name)
    return differ


def show(mode: str, results: dict[str, list[dict[str, Any]]]) -> int:
    """Print the table of a mode; how many bars were missed."""
    least = {name: min(one["seconds"] for one in results[name]) for name in OPERATIONS}
    first = results["first"][0]
    print(
        f"\n{mode}: {first['files']} files, {first['statements']} statements,"
        f" {first['branches']} branches, coverage {results['report'][0]['version']},"
        f" Python {sys.version_info.major}.{sys.version_info.minor}"
    )
    for name in OPERATIONS:
        spread = max(one["seconds"] for one in results[name])
        share = least[name] / least["report"]
        print(f"  {name:8} {least[name]:6.2f} s  {share:6.1%} of report  (at most {spread:.2f} s)")
    differ = [one["differ"] for name in OPERATIONS[1:] for one in results[name] if one["differ"]]
    bars = {
        "first costs at most what report does": least["first"] <= least["report"],
        "again costs at most 15 %": least["again"] <= 0.15 * least["report"],
        "figures are those of coverage json": not differ,
        f"a patch of {PATCH} files analyses {PATCH} files": all(
            one["files"] == PATCH for one in results["patch"]
        ),
    }
    for bar, met in bars.items():
        print(f"  {'met   ' if met else 'MISSED'}  {bar}")
    for names in differ[:1]:
        print("  different: " + ", ".join(names[:5]))
    return sum(not met for met in bars.values())


if __name__ == "__main__":
    sys.exit(main())
