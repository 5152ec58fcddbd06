"""The fingerprint of a test function: what it does, not how it is called or laid out."""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Iterable
from functools import lru_cache
from types import CodeType
from typing import Any

_LENGTH = 16
_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@lru_cache(maxsize=4096)
def fingerprint(function: Any) -> str:
    """Hexadecimal; empty where there is no Python function.

    Of its source: its name, decorators (marks and parameters among them), docstrings, comments,
    annotations and layout do not enter; defaults of its arguments do. Without source, of its bytecode.
    It does not reach into what the function calls. Never raises.
    """
    function = inspect.unwrap(function) if callable(function) else function
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return ""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return _digest("\n".join(_compiled(code)))
    found = tree.body[0] if tree.body else None
    if not isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):  # a lambda within a line
        return _digest("\n".join(_compiled(code)))
    found.name = ""
    found.decorator_list = []
    for node in ast.walk(found):
        _bare(node)
    return _digest(ast.dump(found))


def _bare(node: ast.AST) -> None:
    if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    if isinstance(node, ast.arg):
        node.annotation = None
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        node.returns = None


def _compiled(code: CodeType) -> Iterable[str]:
    """Without names of files and functions and without lines; the docstring is the first constant."""
    yield code.co_code.hex()
    yield repr((code.co_names, code.co_varnames, code.co_freevars, code.co_argcount))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _compiled(constant)
        elif not isinstance(constant, str) or constant != code.co_consts[0]:
            yield repr(constant)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
