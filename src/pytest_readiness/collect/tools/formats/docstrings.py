"""Lines of docstrings, which are no statements: older coverage tells in its reports that they ran."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from pytest_readiness.model import lines
from pytest_readiness.model.lines import EMPTY, Lines

_HOLDERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(name: str, content: bytes) -> Lines:
    """Those on which nothing else begins; none of what is no Python."""
    if not name.endswith((".py", ".pyw")):
        return EMPTY
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a file's own odd escapes
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return EMPTY
    found = list(_docstrings(tree))
    others = {
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt) and node not in found
    }
    within = {
        line for node in found for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return lines.of(within - others)


def _docstrings(tree: ast.Module) -> Iterator[ast.Expr]:
    for node in ast.walk(tree):
        if isinstance(node, _HOLDERS) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                yield first
