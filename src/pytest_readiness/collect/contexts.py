"""Fingerprints of the code that each test ran, where coverage knows which test ran what.

With ``--cov-context=test`` pytest-cov writes down the files that each test ran lines of. A change of
another file is then no change of the code for this test. Three things make a fingerprint:

* the files that the test ran lines of, and its own module, as they are;
* of every other measured file what runs when it is imported: a constant reaches tests that run no
  line of its module. A function without a decorator does not, until it is called;
* all that coverage does not measure and git keeps: data, configuration, helpers of tests. Other
  modules of tests are left out.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_readiness.collect import Fact
from pytest_readiness.collect.digest import digest
from pytest_readiness.collect.git import contents
from pytest_readiness.model.evidence import TestCode

_PHASES = ("setup", "run", "teardown")
_SCHEMA = 7
"""Of coverage's data file, as its documentation describes it ("Database schema")."""
_PAIRS = """
    SELECT DISTINCT context.context, file.path FROM line_bits AS bits
    JOIN context ON context.id = bits.context_id JOIN file ON file.id = bits.file_id
    UNION
    SELECT DISTINCT context.context, file.path FROM arc
    JOIN context ON context.id = arc.context_id JOIN file ON file.id = arc.file_id
"""


def code_facts(data: Any, root: Path) -> tuple[Fact, ...]:
    """A TestCode for each test that has contexts of its own, by its node id.

    ``data``: of a coverage object whose run is over; ``root``: what node ids begin at. Nothing without a repository: what coverage
    does not measure is known through git only. Raises whatever coverage's data raises.
    """
    if not any(_test(context) for context in data.measured_contexts()):
        return ()
    found = contents(root)
    if found is None:
        return ()
    top, kept = found
    ran: dict[str, set[str]] = {}
    for context, path in _pairs(data):
        if test := _test(context):
            ran.setdefault(test, set()).add(os.path.realpath(path))
    modules = {test: os.path.realpath(root / test.partition("::")[0]) for test in ran}
    measured = {os.path.realpath(path) for path in data.measured_files()}
    seals = _Seals(top)
    common = _common(kept, measured, frozenset(modules.values()), seals)
    return tuple(
        Fact(test, TestCode(digest=_fingerprint(common, files | {modules[test]}, seals)))
        for test, files in ran.items()
    )


def _test(context: str) -> str:
    """The node id of ``tests/test_a.py::test_a|run``; empty for a context of another kind."""
    test, mark, phase = context.rpartition("|")
    return test if mark and phase in _PHASES and "::" in test else ""


def _pairs(data: Any) -> Iterator[tuple[str, str]]:
    """Which context ran lines of which file."""
    found: list[tuple[str, str]] | None = None
    with contextlib.suppress(sqlite3.Error, OSError):
        place = Path(data.data_filename()).absolute()
        with contextlib.closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as file:
            if file.execute("SELECT version FROM coverage_schema").fetchone() == (_SCHEMA,):
                found = file.execute(_PAIRS).fetchall()
    if found is not None:
        yield from found
        return
    for path in data.measured_files():  # the documented way, which lists every line
        contexts = {one for names in data.contexts_by_lineno(path).values() for one in names}
        yield from ((context, path) for context in contexts)


class _Seals:
    """Digests of files, each read once."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._whole: dict[str, str] = {}

    def name(self, path: str) -> str:
        """The same in every checkout of the project."""
        with contextlib.suppress(ValueError):
            return os.path.relpath(path, self._top).replace(os.sep, "/")
        return os.path.basename(path)  # on another drive

    def whole(self, path: str) -> str:
        if path not in self._whole:
            content = _read(path)
            self._whole[path] = "" if content is None else digest(content)
        return self._whole[path]

    def imported(self, path: str) -> str:
        """Of what runs when the module is imported; of all of it where that cannot be told."""
        content = _read(path)
        try:
            tree = ast.parse(content or b"")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self.whole(path)
        return digest(ast.dump(_without_functions(tree)).encode("utf-8", "surrogatepass"))


def _without_functions(tree: ast.Module) -> ast.Module:
    """Bodies of functions do not run, nor does a whole function that nothing decorates."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.ClassDef | ast.Module) and isinstance(body, list):
            node.body = [
                one
                for one in body
                if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) or one.decorator_list
            ]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = []
    return tree


def _common(
    kept: Mapping[str, str], measured: set[str], modules: frozenset[str], seals: _Seals
) -> bytes:
    """What reaches every test."""
    seal = hashlib.blake2b(digest_size=16)
    for path in sorted(measured):
        seal.update(
            f"{seals.name(path)}\0{seals.imported(path)}\0".encode("utf-8", "surrogatepass")
        )
    for path, key in sorted(kept.items()):
        if path not in measured and path not in modules:
            seal.update(f"{seals.name(path)}\0{key}\0".encode("utf-8", "surrogatepass"))
    return seal.digest()


def _fingerprint(common: bytes, files: set[str], seals: _Seals) -> str:
    seal = hashlib.blake2b(common, digest_size=16)
    for path in sorted(files):
        seal.update(f"{seals.name(path)}\0{seals.whole(path)}\0".encode("utf-8", "surrogatepass"))
    return seal.hexdigest()


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
