"""Record real sessions of real tests while a CPU hog comes and goes, for ``slow_detection.py``.

    python benchmarks/slow_sessions.py record.jsonl --sessions 60

Each session is a pytest process of its own with ``--readiness``; its times are read from the
evidence that it writes. The suite holds tests that compute (1 to 300 ms), allocate, sleep, read and
write files and start processes. Besides each test as it is (``x1``), a session runs it with 3, 2
and 1.5 times the work, and the first two a second time at its end: so a timeline in which a test
becomes slow from any session on can be put together from what was really measured there.

The hog is a set of child processes of this script (1 to 4, on whatever cores there are) that
compute, or sweep through memory, for 3 to 40 s, and rest for up to 60 s.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

from pytest_readiness.model.evidence import Attempt, Run
from pytest_readiness.publish.evidence import loads

FACTORS = (1.0, 3.0, 2.0, 1.5)
AGAIN = (1.0, 3.0)
SUITE = """
import json, os, pathlib, sqlite3, subprocess, sys, time
import pytest

UNIT = {unit}  # steps of a loop that take about a millisecond on this machine


def spin(amount):
    total = 0
    for step in range(int(amount * UNIT)):
        total += step * step % 7
    return total


def strings(amount):
    found = {{}}
    for step in range(int(amount * UNIT / 12)):
        word = f"{{step:08d}}"[::-1].upper()
        found[word[:4]] = word.split("0")
    return found


def documents(amount):
    data = {{"rows": [{{"id": n, "name": str(n) * 3, "tags": ["a", "b"]}} for n in range(40)]}}
    for _ in range(int(amount * 9)):
        assert json.loads(json.dumps(data)) == data


def allocate(amount):
    for _ in range(int(amount)):
        kept = [[n, n] for n in range(9000)]
        del kept


def sweep(amount):
    block = bytearray(8_000_000)
    for _ in range(int(amount)):
        block = bytes(block)[::-1]


def sleep(amount):
    time.sleep(amount / 1000)


def poll(amount):
    end = int(amount / 2)
    for _ in range(end):
        time.sleep(0.001)
        spin(0.6)


def files(amount):
    path = pathlib.Path("scratch")
    for _ in range(int(amount * 12)):
        path.write_text("x" * 4000)
        path.read_text()


def database(amount):
    for _ in range(int(amount)):
        pathlib.Path("scratch.db").unlink(missing_ok=True)
        base = sqlite3.connect("scratch.db")
        base.execute("create table t(a)")
        base.executemany("insert into t values (?)", ((n,) for n in range(200)))
        base.commit()
        base.close()


def processes(amount):
    for _ in range(int(amount)):
        subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)


WORK = [
    (spin, 1), (spin, 3), (spin, 10), (spin, 40), (spin, 120), (spin, 300),
    (strings, 2), (strings, 15), (strings, 60),
    (documents, 2), (documents, 6), (documents, 30), (documents, 100),
    (allocate, 2), (allocate, 20), (allocate, 80),
    (sweep, 2), (sweep, 10),
    (sleep, 3), (sleep, 20), (sleep, 80), (poll, 20), (poll, 60),
    (files, 2), (files, 12), (database, 2), (database, 8), (processes, 2), (processes, 4),
]
CASES = [
    pytest.param(work, amount * factor, id=f"{{work.__name__}}{{amount}}-x{{factor:g}}-{{turn}}")
    for turn, factors in ((0, {factors}), (1, {again}))
    for factor in factors
    for work, amount in WORK
]


@pytest.mark.parametrize(("work", "amount"), CASES)
def test_work(work, amount):
    work(amount)
"""
HOG = """
import sys, time
end, memory = time.time() + float(sys.argv[1]), sys.argv[2] == "memory"
block = bytearray(6_000_000)
while time.time() < end:
    if memory:
        block = bytearray(bytes(block)[::-1])
    sum(n * n % 7 for n in range(20_000))
"""


class Hog(threading.Thread):
    """Comes and goes; ``seconds`` counts process-seconds asked for so far."""

    def __init__(self, seed: int) -> None:
        super().__init__(daemon=True)
        self.random = random.Random(seed)
        self.over = threading.Event()
        self.count = 0
        self.seconds = 0.0

    def run(self) -> None:
        while not self.over.wait(self.random.choice((5, 20, 60)) * self.random.random()):
            length = self.random.uniform(3, 40)
            self.count = self.random.choice((1, 1, 2, 3, 4))
            kind = self.random.choice(("compute", "memory"))
            ours = [
                subprocess.Popen([sys.executable, "-c", HOG, str(length), kind])
                for _ in range(self.count)
            ]
            for process in ours:
                process.wait()
            self.seconds += length * self.count
            self.count = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="one JSON line is added for each session")
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        project = Path(tmp)
        write_project(project, unit())
        hog = Hog(args.seed)
        hog.start()
        for number in range(args.sessions):
            try:
                line = session(project, number, hog)
            except (RuntimeError, OSError) as error:
                print(f"session {number} is left out: {error}", flush=True)
                continue
            with args.out.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line, separators=(",", ":")) + "\n")
            print(f"session {number}: {line['wall']:.1f} s, hogs {line['hog']}", flush=True)
        hog.over.set()
    return 0


def unit() -> int:
    """Steps of the suite's loop in a millisecond, the best of many tries."""
    best = min(_spin() for _ in range(50))
    return int(10_000 / best / 1000)


def _spin() -> float:
    began = time.perf_counter()
    total = 0
    for step in range(10_000):
        total += step * step % 7
    return time.perf_counter() - began


def write_project(project: Path, steps: int) -> None:
    suite = SUITE.format(unit=steps, factors=FACTORS, again=AGAIN)
    (project / "test_suite.py").write_text(textwrap.dedent(suite), encoding="utf-8")
    gates = '[tool.pytest-readiness.gates]\n"test.duration" = "<= 10min"\n'
    (project / "pyproject.toml").write_text(gates, encoding="utf-8")


def session(project: Path, number: int, hog: Hog) -> dict[str, object]:
    """Times by test in microseconds, CPU and wall, and how many hogs there were, at five moments."""
    command = [sys.executable, "-m", "pytest", "-q", "--readiness", "--readiness-mode=collect"]
    command += ["--readiness-evidence=evidence.json", "-p", "no:cacheprovider", "-p", "no:randomly"]
    environment = {**os.environ, "PYTHONHASHSEED": str(number), "PYTEST_ADDOPTS": ""}
    seen = [hog.count]
    with subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        reader = threading.Thread(target=lambda: told.append(process.stdout.read()))
        told: list[bytes] = []
        reader.start()
        while process.poll() is None:
            time.sleep(1)
            seen.append(hog.count)
        reader.join()
    if process.returncode:
        raise RuntimeError(told[0].decode())
    evidence = loads((project / "evidence.json").read_bytes())
    ((_, manifest),) = evidence.select(Run)
    times = {
        record.subject.partition("[")[2].rstrip("]"): (
            round((attempt.cpu or 0) * 1e6),
            round((attempt.call or 0) * 1e6),
        )
        for record, attempt in evidence.select(Attempt)
    }
    return {
        "session": number,
        "cpu": manifest.environment.cpu,
        "cpus": manifest.environment.cpus,
        "python": manifest.environment.python,
        "wall": round(manifest.duration, 3),
        "hog": "".join(map(str, seen)),
        "times": times,
    }


if __name__ == "__main__":
    raise SystemExit(main())
