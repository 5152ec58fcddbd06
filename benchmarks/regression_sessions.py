"""Record real sessions of a benchmark suite, every third with 20 % more work in half of its benchmarks.

    python benchmarks/regression_sessions.py DIRECTORY [--sessions 36]

Each is a process of its own, ``pytest --readiness`` with pytest-benchmark on this machine as it is; its
evidence (the canary and up to 1,000 rounds a benchmark among it) is kept as ``A-001.json`` or
``S20-002.json``. ``regression_detection.py --sessions DIRECTORY`` judges them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SUITE = """
import json, os, re

MORE = 1.2 if os.environ["SLOWED"] == "1" else 1.0

def size(count, slowed):
    return int(count * (MORE if slowed else 1.0))

def test_join(benchmark):
    numbers = list(range(size(3000, True)))
    benchmark(lambda: ",".join(map(str, numbers)))

def test_sort(benchmark):
    numbers = [(7919 * i) % 100_003 for i in range(3000)]
    benchmark(sorted, numbers)

def test_json(benchmark):
    data = [{"id": i, "name": f"n{i}"} for i in range(size(400, True))]
    benchmark(json.dumps, data)

def test_regex(benchmark):
    text = "ab12 cd34 " * 400
    benchmark(re.findall, r"[a-z]+(\\d+)", text)

def test_loop(benchmark):
    count = size(8000, True)
    def loop():
        total = 0
        for i in range(count):
            total += i & 7
        return total
    benchmark(loop)

def test_dict(benchmark):
    benchmark(lambda: {i: str(i) for i in range(3000)})

def test_tiny(benchmark):
    benchmark(len, "abc")

def test_alloc(benchmark):
    count = size(2000, True)
    benchmark(lambda: [[i] * 5 for i in range(count)])
"""
SLOWED = ("test_join", "test_json", "test_loop", "test_alloc")
CONFIG = """
[tool.pytest-readiness]
history = false
[tool.pytest-readiness.gates]
"benchmark.slowdown" = "<= 10%"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--sessions", type=int, default=36)
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        (project / "test_suite.py").write_text(SUITE, encoding="utf-8")
        (project / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
        for number in range(options.sessions):
            slowed = number % 3 == 2
            label = "S20" if slowed else "A"
            path = options.directory.resolve() / f"{label}-{number:03}.json"
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "--readiness",
                "-p",
                "no:cacheprovider",
            ]
            command += [f"--readiness-evidence={path}", "--benchmark-max-time=0.2"]
            environ = {**os.environ, "SLOWED": str(int(slowed))}
            subprocess.run(
                command, cwd=project, env=environ, stdout=subprocess.DEVNULL, check=False
            )
            print(path, flush=True)


if __name__ == "__main__":
    main()
