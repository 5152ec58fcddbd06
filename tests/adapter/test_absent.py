"""Law 7: installed and not asked for, the plugin does nothing at all."""

from __future__ import annotations

import json
import os
import sys

import pytest

SCRIPT = """
import builtins, json, os, subprocess, sys
import pytest
opened, started = [], []
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and "w" in str(args[1] or ""):
        opened.append(os.fsdecode(args[0]))
    elif event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec", "os.mkdir"):
        started.append((event, repr(args[0])))
sys.addaudithook(hook)
status = int(pytest.main(sys.argv[2:]))
modules = sorted(name for name in sys.modules if name.partition(".")[0] == "pytest_readiness")
told = json.dumps([status, modules, opened, started])
open(sys.argv[1], "w").write(told)
"""
OFF = ["-p", "no:cacheprovider", "-p", "no:benchmark", "-p", "no:randomly", "-p", "no:pytest-retry"]


@pytest.mark.parametrize(
    ("args", "ini"),
    [((), ""), (("--no-readiness",), "readiness = true"), ((), "readiness = false")],
)
def test_nothing_is_imported_written_or_started(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], ini: str
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # that is Python's own writing
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makefile(".toml", pyproject="[tool.pytest-readiness]\nnot = 'valid'\n")
    pytester.makepyfile(
        test_a='def test_a(readiness): readiness.record("a.b", object(), unit=7, total="x")'
    )
    pytester.makepyfile(script=SCRIPT)
    base = pytester.path / "base.json"
    ours = pytester.path / "ours.json"
    blocked = [*OFF, "-p", "no:readiness", "--noconftest", "--deselect", "test_a.py::test_a"]
    pytester.run(sys.executable, "script.py", base, *blocked)
    pytester.run(sys.executable, "script.py", ours, *OFF, *args)
    status, modules, opened, started = json.loads(ours.read_text())
    assert status == 0
    assert modules == ["pytest_readiness", "pytest_readiness.hookspecs", "pytest_readiness.plugin"]
    assert [name for name in opened if os.fspath(pytester.path) in os.path.abspath(name)] == []
    assert started == json.loads(base.read_text())[3]
    assert not (pytester.path / ".readiness").exists()


def test_blocked_the_flag_is_unknown_and_the_ini_key_only_warned_of(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\nreadiness = true\n")
    pytester.makepyfile(test_a="def test_a(): pass")
    result = pytester.runpytest_subprocess("-p", "no:readiness", "-p", "no:randomly")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*Unknown config option: readiness*"])
    result = pytester.runpytest_subprocess("-p", "no:readiness", "--readiness")
    assert result.ret == 4


def test_it_can_be_loaded_by_hand(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_a="def test_a(): pass")
    result = pytester.runpytest_subprocess("-p", "readiness", "--readiness")
    result.stdout.fnmatch_lines(["*readiness: READY*"])
    result = pytester.runpytest_subprocess("-p", "pytest_readiness.plugin", "--readiness")
    result.stdout.fnmatch_lines(["*readiness: READY*"])


def test_a_conftest_with_our_hooks_works_without_the_flag(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "\n".join(
            f"def pytest_readiness_{hook}(config): raise ValueError"
            for hook in ("metrics", "evidence", "measurements", "renderers", "scorecard")
        )
    )
    pytester.makepyfile(test_a="def test_a(): pass")
    assert pytester.runpytest_inprocess("-p", "no:randomly").ret == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pytest", "[pytest]\nreadiness = true\n"),
        ("pyproject", "[tool.pytest]\nreadiness = true\n"),
        ("pyproject", "[tool.pytest]\nreadiness = 'true'\n"),
        ("pyproject", "[tool.pytest.ini_options]\nreadiness = true\n"),
        ("pyproject", "[tool.pytest.ini_options]\nreadiness = 'yes'\n"),
    ],
)
def test_every_kind_of_configuration_may_ask(
    pytester: pytest.Pytester, name: str, content: str
) -> None:
    native = "ini_options" not in content
    pytester.makefile(".toml", **{name: content})
    pytester.makepyfile(test_a="def test_a(): pass")
    result = pytester.runpytest_inprocess("-p", "no:randomly")
    assert result.ret == 0
    asked = "readiness: READY" in result.stdout.str()
    assert asked is (not native or pytest.version_tuple >= (9, 0))
    assert pytest_says_no(pytester, content) or not asked


def pytest_says_no(pytester: pytest.Pytester, content: str) -> bool:
    (toml,) = pytester.path.glob("*.toml")
    toml.write_text(content.replace("true", "false").replace("'yes'", "'no'"))
    result = pytester.runpytest_inprocess("-p", "no:randomly")
    return "readiness: READY" not in result.stdout.str()
