"""Environment variables that Python source reads, and those that a file documents."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath

from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.value import NamedTuple

_READING = frozenset({"get", "pop", "setdefault", "__getitem__"})
_ASSIGNED = pattern(
    r"^[ \t]*(?:#[ \t]*)?(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*="
    r"|^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*$",
    re.MULTILINE,
)
"""``NAME=value``, which may be commented out, and a bare ``NAME``."""
_WORD = pattern(r"[A-Za-z_][A-Za-z0-9_]*")


class Used(NamedTuple):
    """What one module reads."""

    names: tuple[tuple[str, int], ...] = ()
    """Name and line of each use."""
    computed: tuple[int, ...] = ()
    """Lines of uses whose name is known only while running."""
    unread: str = ""
    """Why nothing is known of it; empty: it was read."""


def used(source: bytes | str) -> Used:
    """Of one module: ``os.environ["X"]``, ``.get``, ``.pop``, ``.setdefault``, ``os.getenv``, ``in os.environ``.

    Also where ``environ`` or ``getenv`` were imported, under whatever name. Setting one is no use.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the source's own, which may be errors here
            tree = ast.parse(source)
    except SyntaxError as error:
        return Used(unread=f"cannot be parsed (line {error.lineno or '?'})")
    except (ValueError, RecursionError, MemoryError):
        return Used(unread="cannot be parsed")
    bound = _Bound(tree)
    names: list[tuple[str, int]] = []
    computed: list[int] = []
    for node, key in _uses(tree, bound):
        line = getattr(node, "lineno", 0)
        if isinstance(key, ast.Constant):
            if isinstance(key.value, str):
                names.append((key.value, line))
        else:
            computed.append(line)
    return Used(tuple(names), tuple(computed))


def names_in(path: str, text: str) -> frozenset[str]:
    """The names that a file documents: a ``.env`` kind of file assigns them, any other mentions them."""
    if "env" in PurePosixPath(path).name.split("."):
        return frozenset(found[1] or found[2] for found in _ASSIGNED.finditer(text))
    return frozenset(_WORD.findall(text))


class _Bound:
    """What names of a module stand for, by its imports, wherever in it they are."""

    def __init__(self, tree: ast.AST) -> None:
        self.os: set[str] = set()
        self.environ: set[str] = set()
        self.getenv: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.os.update(one.asname or one.name for one in node.names if one.name == "os")
                # `import os.path` binds os too
                if any(one.name.startswith("os.") and not one.asname for one in node.names):
                    self.os.add("os")
            elif isinstance(node, ast.ImportFrom) and node.module == "os" and not node.level:
                for one in node.names:
                    if one.name in ("environ", "getenv"):
                        getattr(self, one.name).add(one.asname or one.name)

    def is_environ(self, node: ast.AST) -> bool:
        return self._is(node, "environ", self.environ)

    def is_getenv(self, node: ast.AST) -> bool:
        return self._is(node, "getenv", self.getenv)

    def _is(self, node: ast.AST, name: str, bound: set[str]) -> bool:
        if isinstance(node, ast.Name):
            return node.id in bound
        return (
            isinstance(node, ast.Attribute)
            and node.attr == name
            and isinstance(node.value, ast.Name)
            and node.value.id in self.os
        )


def _uses(tree: ast.AST, bound: _Bound) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each use, and the expression that is the variable's name."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=of, slice=key, ctx=ast.Load()) if bound.is_environ(of):
                yield node, key
            case ast.Call(func=function) if _reads(function, bound):
                named = node.args[0] if node.args else _keyword(node)
                if named is not None:
                    yield node, named
            case ast.Compare(left=left, ops=operators, comparators=right):
                # `a in b in c` compares b with c too
                for operator, key, of in zip(operators, [left, *right], right, strict=False):
                    if isinstance(operator, (ast.In, ast.NotIn)) and bound.is_environ(of):
                        yield node, key


def _reads(function: ast.AST, bound: _Bound) -> bool:
    if bound.is_getenv(function):
        return True
    return (
        isinstance(function, ast.Attribute)
        and function.attr in _READING
        and bound.is_environ(function.value)
    )


def _keyword(call: ast.Call) -> ast.AST | None:
    return next((one.value for one in call.keywords if one.arg == "key"), None)
