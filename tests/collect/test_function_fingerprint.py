"""What counts as the same benchmark, and what as another."""

from __future__ import annotations

import importlib.util
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_readiness.collect.function import fingerprint

PLAIN = """
def test_sort(benchmark):
    numbers = list(range(100))
    benchmark(sorted, numbers)
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str, str], Any]:
    """The function of a module's source."""

    def loaded(source: str, name: str) -> Any:
        path = tmp_path / f"module_{len(list(tmp_path.iterdir()))}.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found: Any = module
        for part in name.split("."):
            found = getattr(found, part)
        return found

    return loaded


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("\n\n\n" + PLAIN, "test_sort"),
        (PLAIN.replace("test_sort", "test_other"), "test_other"),
        (PLAIN.replace("numbers =", "# a comment\n    numbers ="), "test_sort"),
        (PLAIN.replace("list(range(100))", "list(\n        range(100),\n    )"), "test_sort"),
        (PLAIN.replace("    numbers =", '    """Sort."""\n    numbers ='), "test_sort"),
        (PLAIN.replace("(benchmark)", "(benchmark: object) -> None"), "test_sort"),
        ("import pytest\n@pytest.mark.usefixtures()\n" + PLAIN.lstrip(), "test_sort"),
        ("import pytest\n@pytest.mark.parametrize('n', [1])\n" + PLAIN.lstrip(), "test_sort"),
    ],
    ids=("place", "name", "comment", "layout", "docstring", "annotations", "mark", "parameters"),
)
def test_the_same_benchmark(load: Callable[[str, str], Any], source: str, name: str) -> None:
    assert fingerprint(load(source, name)) == fingerprint(load(PLAIN, "test_sort"))


@pytest.mark.parametrize(
    "source",
    [
        PLAIN.replace("100", "1000"),
        PLAIN.replace("sorted", "list"),
        PLAIN.replace("(benchmark)", "(benchmark, size=5)"),
        PLAIN + "    assert numbers\n",
    ],
)
def test_another_benchmark(load: Callable[[str, str], Any], source: str) -> None:
    assert fingerprint(load(source, "test_sort")) != fingerprint(load(PLAIN, "test_sort"))


def test_a_method_is_known_by_its_body(load: Callable[[str, str], Any]) -> None:
    source = """
    class TestSpeed:
        def test_sort(self, benchmark):
            benchmark(sorted, [])
    class TestOther:
        def test_it(self, benchmark):
            benchmark(sorted, [])
    """
    one = fingerprint(load(source, "TestSpeed.test_sort"))
    assert one
    assert one == fingerprint(load(source, "TestOther.test_it"))


def test_without_source_the_bytecode_counts() -> None:
    def made(body: str) -> Any:
        space: dict[str, Any] = {}
        exec(compile(body, "<nowhere>", "exec"), space)
        return space["test"]

    one = fingerprint(made("def test(benchmark): benchmark(sorted, [1])"))
    assert one
    assert one == fingerprint(made("\n\n\ndef test(benchmark):\n    benchmark(sorted, [1])"))
    assert one != fingerprint(made("def test(benchmark): benchmark(sorted, [2])"))


@pytest.mark.parametrize("thing", [None, 3, len, object()])
def test_what_is_no_function_of_python_has_none(thing: object) -> None:
    assert fingerprint(thing) == ""
