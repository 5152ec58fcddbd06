"""The script that measures the detector, on data made up here: the public data is not of the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks/flaky_detection.py"


def test_the_script_takes_a_folder_and_prints_tables(tmp_path: Path) -> None:
    rows = ["project,test,failed,passed,exception_types"]
    rows += [
        f"shop,test_{test},{500 * (test < 5)},{10_000 - 500 * (test < 5)},1" for test in range(80)
    ]
    (tmp_path / "flakeflagger-runs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), "--seeds", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("80 tests of 1 projects, 5 of them flaky; 1 timelines a project.")
    assert done.stdout.count("| confirmed |") == 4
    assert done.stdout.count("| passed on a rerun |") == 4
    assert done.stdout.count("*ceiling: two failures happened*") == 4
