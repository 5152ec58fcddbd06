"""The command ``pytest-readiness``: one module a command. It runs no test."""

from __future__ import annotations

from pytest_readiness.cli.arguments import USAGE_ERROR, UsageError
from pytest_readiness.cli.program import main

__all__ = ["USAGE_ERROR", "UsageError", "main"]
