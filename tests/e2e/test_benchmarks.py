"""The script that compares real projects, on a small one that needs no network."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from showcase import OTHERS, ROOT


@pytest.fixture(scope="module")
def script():
    path = ROOT / "benchmarks" / "real_projects.py"
    spec = importlib.util.spec_from_file_location("real_projects", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def examined(script, tmp_path, monkeypatch):
    """Examines a project of the given tests, in this very environment."""

    class Here(script.Workshop):
        def __init__(self, project, cache, python):
            self.project, self.home, self.python = project, cache, Path(sys.executable)
            self.tree = cache / "tree"
            self.tree.mkdir()
            (cache / "outcome_recorder.py").write_text(script.RECORDER)
            policy = script.POLICY.format(source='source = ["half"]')
            (self.tree / "pyproject.toml").write_text(
                f'[tool.pytest.ini_options]\npythonpath = ["."]\n{policy}'
                "[tool.coverage.run]\nbranch = true\n"
            )
            (self.tree / "half.py").write_text(
                "def half(n):\n    if n % 2:\n        return None\n    return n // 2\n"
            )
            (self.tree / "test_half.py").write_text(self.tests)

        def session(self, workers, *, readiness):
            asked = (workers if self.spread else 0, readiness)
            if asked not in self.known:
                self.known[asked] = super().session(asked[0], readiness=readiness)
            return self.known[asked]

    def examine(tests, spread=True):
        """Without ``spread`` the serial sessions stand for those of two workers too."""
        Here.tests, Here.spread, Here.known = tests, spread, {}
        monkeypatch.setattr(script, "Workshop", Here)
        options = tuple(part for name in OTHERS for part in ("-p", f"no:{name}"))
        project = script.Project(name="half", version="1.0", source=("half",), options=options)
        return script.examine(project, tmp_path, sys.executable)

    return examine


def test_a_project_that_is_the_same_with_and_without(examined):
    row, wrong = examined(
        "import pytest\nfrom half import half\n\n"
        "@pytest.mark.parametrize('n', range(4))\ndef test_even(n):\n    assert half(2 * n) == n\n\n"
        "@pytest.mark.xfail\ndef test_odd():\n    assert half(3) == 1\n\n"
        "@pytest.mark.skip\ndef test_none():\n    pass\n"
    )
    assert wrong == []
    assert row[1:3] == ["6", "1"]
    assert row.count("same") == 4
    assert row[-2].endswith(" same")


def test_a_test_that_looks_whether_it_is_watched_is_found(examined):
    _, wrong = examined(
        "import half\n\ndef test_watched(request):\n    assert not request.config.getoption('--readiness', False)\n",
        spread=False,
    )
    assert any("outcomes: test_half.py::test_watched" in line for line in wrong)


def test_a_line_of_coverage_that_differs_is_found(script):
    ours = {"half.py": (frozenset({1, 2, 3}), frozenset({1, 2}), frozenset(), frozenset())}
    theirs = {"half.py": (frozenset({1, 2, 3}), frozenset({1, 3}), frozenset(), frozenset())}
    assert script.differences(ours, ours) == []
    assert script.differences(ours, theirs) == ["half.py: only here [2], only there [3]"]
    assert script.differences(ours, {}) != []
