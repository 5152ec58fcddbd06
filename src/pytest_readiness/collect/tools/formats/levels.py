"""Levels of findings, in the words of tools and in ours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_readiness.model.outside import LEVELS

SEVERITIES = ("critical", "high", "medium", "low")
"""What scanners tell."""
PLAIN = ("error", "warning", "note")
"""What linters and type checkers tell."""
DEFAULT = "error"
WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{level: level for level in LEVELS},
        "blocker": "critical",
        "fatal": "error",
        "failure": "error",
        "err": "error",
        "e": "error",
        "f": "error",
        "major": "medium",
        "moderate": "medium",
        "warn": "warning",
        "w": "warning",
        "minor": "low",
        "info": "note",
        "information": "note",
        "informational": "note",
        "notice": "note",
        "hint": "note",
        "help": "note",
        "style": "note",
        "convention": "note",
        "refactor": "note",
        "c": "note",
        "r": "note",
        "i": "note",
        "n": "note",
    }
)
"""Words that tools use, in small letters, and the level that each of them is."""


def level_of(word: str) -> str:
    """The level that a word means; empty: none that is known."""
    return WORDS.get(word.strip().lower(), "")


def of_score(score: float) -> str:
    """The severity of a CVSS score, as GitHub reads ``security-severity``."""
    if score >= 9:
        return "critical"
    if score >= 7:
        return "high"
    return "medium" if score >= 4 else "low"


def ordered(levels: set[str]) -> tuple[str, ...]:
    """The gravest first."""
    return tuple(level for level in LEVELS if level in levels)
