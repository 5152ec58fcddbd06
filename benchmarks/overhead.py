"""What the plugin costs: CPU time of whole pytest processes on trivial tests, side by side.

    python benchmarks/overhead.py                     # 10,000 and 50,000 tests, 10 rounds in turn
    python benchmarks/overhead.py --instructions      # instruction counts by valgrind instead
    python benchmarks/overhead.py --out docs/overhead.md

It makes its own virtual environments with uv in a cache directory: one with pytest and pytest-cov,
one with pytest-readiness installed beside them, one with the other reporters. Rounds run all
variants in turn, in changing order, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PLAIN, OURS, OTHERS = "plain", "ours", "others"
PACKAGES = {
    PLAIN: ("pytest", "pytest-cov"),
    OURS: ("pytest", "pytest-cov", str(HERE)),
    OTHERS: ("pytest", "pytest-cov", "pytest-json-report", "pytest-reportlog"),
}
COMMON = ("-q", "-p", "no:cacheprovider")
BARE, JUNIT, READY = "bare pytest", "--junitxml", "--readiness"
INSTALLED = "installed, not asked for"
VARIANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    BARE: (PLAIN, ()),
    INSTALLED: (OURS, ()),
    READY: (OURS, ("--readiness",)),
    JUNIT: (PLAIN, ("--junitxml={tmp}/junit.xml",)),
    "pytest-reportlog": (OTHERS, ("--report-log={tmp}/log.json",)),
    "pytest-json-report": (
        OTHERS,
        ("--json-report", "--json-report-file={tmp}/report.json"),
    ),
}
PER_MODULE = 500


@dataclass
class Sample:
    """Seconds of user and system time of a process and its children, and its peak memory."""

    cpu: float
    peak: int


def main() -> int:
    args = _arguments()
    args.cache.mkdir(parents=True, exist_ok=True)
    pythons = {name: _environment(args.cache, name) for name in PACKAGES}
    with tempfile.TemporaryDirectory() as tmp:
        text = _report(args, pythons, Path(tmp))
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tests", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--instructions", action="store_true", help="count instructions as well")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "overhead")
    parser.add_argument("--out", type=Path, help="write the page here")
    args = parser.parse_args()
    if args.rounds < 2:
        parser.error("quartiles take at least 2 rounds")
    return args


def _environment(cache: Path, name: str) -> Path:
    """The Python of a virtual environment; ours is installed anew, from the sources as they are."""
    python = cache / name / "bin" / "python"
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    if not python.exists():
        _quiet(uv, "venv", "--python", sys.executable, str(cache / name))
    fresh = ("--reinstall-package", "pytest-readiness") if name == OURS else ()
    _quiet(uv, "pip", "install", "--python", str(python), *fresh, *PACKAGES[name])
    _quiet(str(python), "-m", "compileall", "-q", str(cache / name))
    return python


def _quiet(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _project(tmp: Path, tests: int) -> Path:
    """A suite of trivial tests, in modules of a usual size."""
    root = tmp / f"suite-{tests}"
    root.mkdir()
    (root / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    for start in range(0, tests, PER_MODULE):
        body = "\n\n".join(
            f"def test_{number}():\n    assert {number} == {number}"
            for number in range(start, min(start + PER_MODULE, tests))
        )
        (root / f"test_{start:06}.py").write_text(body + "\n")
    return root


def _command(python: Path, variant: str, tmp: Path) -> list[str]:
    options = (option.format(tmp=tmp) for option in VARIANTS[variant][1])
    return [str(python), "-m", "pytest", *COMMON, *options]


def _clean_environ() -> dict[str, str]:
    drop = ("PYTEST_", "PYTHON", "CI", "BUILD_NUMBER", "TF_BUILD")
    return {name: value for name, value in os.environ.items() if not name.startswith(drop)}


def _run(command: list[str], root: Path) -> Sample:
    process = subprocess.Popen(
        command, cwd=root, env=_clean_environ(), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit status {process.returncode}: {' '.join(command)}")
    return Sample(cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss * 1024)


def _in_turn(
    rounds: int, pythons: dict[str, Path], root: Path, tmp: Path, variants: Iterable[str]
) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {variant: [] for variant in variants}
    order = list(samples)
    for number in range(rounds + 1):
        random.Random(number).shuffle(order)
        for variant in order:
            sample = _run(_command(pythons[VARIANTS[variant][0]], variant, tmp), root)
            if number:  # the first round fills caches
                samples[variant].append(sample)
    return samples


def _instructions(
    pythons: dict[str, Path], tmp: Path, root: Path, variants: Iterable[str] = VARIANTS
) -> dict[str, int]:
    """Instructions of the whole process, from its start to its end, the garbage collector's walks
    included; with a fixed hash seed, so that they are the same each time. The kernel's and those of
    child processes are not counted.
    """
    environ = {**_clean_environ(), "PYTHONHASHSEED": "0"}
    found = {}
    for variant in variants:
        command = _command(pythons[VARIANTS[variant][0]], variant, tmp)
        _run(command, root)  # fills caches
        done = subprocess.run(
            [
                "valgrind",
                "--tool=cachegrind",
                "--cache-sim=no",
                "--cachegrind-out-file=/dev/null",
                *command,
            ],
            cwd=root,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        refs = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
        assert refs is not None
        found[variant] = int(refs[1].replace(",", ""))
    return found


def _import_time(python: Path, modules: str) -> float:
    """Seconds that importing takes when pytest is imported already: the best of 20."""
    code = (
        "import pytest, time; begun = time.perf_counter(); "
        f"import {modules}; print(time.perf_counter() - begun)"
    )
    return min(
        float(subprocess.check_output([str(python), "-c", code], env=_clean_environ()))
        for _ in range(20)
    )


def _touched(python: Path, root: Path, log: Path) -> set[str]:
    """Processes started and files opened for writing, beside the test suite's own."""
    code = (
        "import sys, os\n"
        f"log = os.open({str(log)!r}, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)\n"
        "def note(event, args):\n"
        "    flags = args[2] if event == 'open' and isinstance(args[2], int) else 0\n"
        "    if event in ('subprocess.Popen', 'os.posix_spawn', 'os.fork', 'os.mkdir') or (\n"
        "        flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):\n"
        "        os.write(log, f'{event} {args[0]}\\n'.encode())\n"
        "sys.addaudithook(note)\n"
        "import pytest\n"
        f"sys.exit(pytest.main({list(COMMON)!r}))\n"
    )
    environ = {**_clean_environ(), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [str(python), "-c", code], cwd=root, env=environ, check=True, stdout=subprocess.DEVNULL
    )
    # temporary files of output capturing have names by chance
    return {line for line in log.read_text().splitlines() if tempfile.gettempdir() not in line}


def _report(args: argparse.Namespace, pythons: dict[str, Path], tmp: Path) -> str:
    begun = time.time()
    sections = []
    peaks: dict[int, dict[str, float]] = {}
    added: dict[int, float] = {}
    one = _project(tmp, 1)
    for tests in args.tests:
        # larger suites tell of growth alone
        variants = VARIANTS if tests == min(args.tests) else (BARE, READY)
        samples = _in_turn(args.rounds, pythons, _project(tmp, tests), tmp, variants)
        sections.append(_table(tests, samples))
        if JUNIT in samples:
            sections.append(_bars(tests, samples))
        peaks[tests] = {
            variant: statistics.median(sample.peak for sample in rows)
            for variant, rows in samples.items()
        }
        added[tests] = statistics.median(_added(samples, READY)) / tests
    sections.append(_growth(peaks, added))
    if args.instructions:
        fewest = min(args.tests)
        counts = _instructions(pythons, tmp, tmp / f"suite-{fewest}")
        sections.append(_counted(fewest, counts))
        sections.append(_started(_instructions(pythons, tmp, one, (BARE, INSTALLED, READY))))
    imports = _import_time(pythons[OURS], "pytest_readiness.plugin, pytest_readiness.hookspecs")
    more = _touched(pythons[OURS], one, tmp / "a") - _touched(pythons[PLAIN], one, tmp / "b")
    sections.append(
        "## Installed, not asked for\n\n"
        f"Importing the plugin takes {imports * 1000:.2f} ms beyond pytest (bar: 3 ms). "
        f"Processes started, directories made and files opened for writing beyond bare pytest: "
        f"{', '.join(sorted(more)) or 'none'}.\n"
    )
    load = " ".join(f"{figure:.1f}" for figure in os.getloadavg())
    head = (
        "# What it costs\n\n"
        f"Written by `{' '.join(['python', 'benchmarks/overhead.py', *sys.argv[1:]])}`. CPU time is user and "
        "system time of the whole pytest process and its children; tests are trivial "
        "(`assert 1 == 1`), so that every share shown is the worst that a suite can see. Coverage is "
        "off. Shares are medians of the differences within a round, each round running all variants "
        "in turn.\n\n"
        f"Python {platform.python_version()}, {os.cpu_count()} processors, {args.rounds} rounds, "
        f"{(time.time() - begun) / 60:.0f} minutes, load at the end {load}.\n\n"
    )
    return head + "\n".join(sections)


def _bars(tests: int, samples: dict[str, list[Sample]]) -> str:
    """What is aimed at, and whether these figures reach it."""
    ours, junit = (_added(samples, variant) for variant in (READY, JUNIT))
    share = statistics.median(one / bare.cpu for one, bare in zip(ours, samples[BARE], strict=True))
    each, other = (statistics.median(added) / tests * 1e6 for added in (ours, junit))
    return (
        f"* `--readiness` adds at most 3 % of bare pytest's CPU: {_met(share <= 0.03)} ({share:+.1%}).\n"
        f"* It adds less than half of what `--junitxml` adds: {_met(each < other / 2)} "
        f"({each:.1f} of {other:.1f} us a test).\n"
    )


def _met(met: bool) -> str:
    return "met" if met else "not met"


def _added(samples: dict[str, list[Sample]], variant: str) -> list[float]:
    return [one.cpu - bare.cpu for one, bare in zip(samples[variant], samples[BARE], strict=True)]


def _table(tests: int, samples: dict[str, list[Sample]]) -> str:
    bare = statistics.median(sample.cpu for sample in samples[BARE])
    best = min(sample.cpu for sample in samples[BARE])
    lines = [
        f"## {tests:,} tests\n",
        "| variant | CPU, median | added | added, quartiles | a test | added, by the best runs |",
        "|---|---|---|---|---|---|",
    ]
    for variant, rows in samples.items():
        more = _added(samples, variant)
        low, middle, high = statistics.quantiles(more, n=4, method="inclusive")
        fastest = min(sample.cpu for sample in rows) - best
        lines.append(
            f"| {variant} | {statistics.median(sample.cpu for sample in rows):.2f} s "
            f"| {middle / bare:+.1%} | {low / bare:+.1%} to {high / bare:+.1%} "
            f"| {middle / tests * 1e6:+.1f} us | {fastest / best:+.1%} |"
        )
    return "\n".join(lines) + "\n"


def _growth(peaks: dict[int, dict[str, float]], added: dict[int, float]) -> str:
    lines = ["## Growth\n"]
    for tests, seconds in added.items():
        more = peaks[tests][READY] - peaks[tests][BARE]
        lines.append(
            f"* {tests:,} tests: `--readiness` adds {seconds * 1e6:.1f} us and "
            f"{more / tests:,.0f} bytes of peak memory a test."
        )
    if len(peaks) > 1:
        few, many = min(peaks), max(peaks)
        slope = (peaks[many][READY] - peaks[many][BARE] - peaks[few][READY] + peaks[few][BARE]) / (
            many - few
        )
        lines.append(f"* From {few:,} to {many:,} tests: {slope:,.0f} bytes for each more.")
    return "\n".join(lines) + "\n"


def _counted(tests: int, found: dict[str, int]) -> str:
    bare = found[BARE]
    ours, junit = found[READY] - bare, found[JUNIT] - bare
    lines = [
        f"## Instructions, {tests:,} tests\n",
        "By valgrind: of the whole process, the garbage collector included, the kernel and child processes "
        "not. They do not depend on what else the machine does; that memory is slow they do not show.\n",
        "| variant | instructions | added | a test |",
        "|---|---|---|---|",
        *(
            f"| {variant} | {count / 1e6:,.0f} M | {count / bare - 1:+.1%} "
            f"| {(count - bare) / tests / 1e3:+,.0f} k |"
            for variant, count in found.items()
        ),
        "",
        f"* `--readiness` adds at most 3 %: {_met(ours <= 0.03 * bare)} ({ours / bare:+.2%}).",
        f"* It adds less than half of what `--junitxml` adds: {_met(ours < junit / 2)} "
        f"({ours / 1e6:,.0f} of {junit / 1e6:,.0f} M).",
    ]
    return "\n".join(lines) + "\n"


def _started(found: dict[str, int]) -> str:
    bare = found[BARE]
    installed, ready = found[INSTALLED] - bare, found[READY] - bare
    return (
        f"* A session of one test: {bare / 1e6:,.0f} M bare, {installed / 1e6:+,.0f} M "
        f"({installed / bare:+.1%}) with the plugin installed and not asked for (pytest reads the list of "
        f"each plugin's files at its start), {ready / 1e6:+,.0f} M with `--readiness`.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
