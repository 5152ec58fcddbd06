"""One line of an explanation: a label, and beside it what there is to say."""

from __future__ import annotations

from pytest_readiness.render.line import Line, Markup, Writer

_LABEL = 13
BESIDE = 3 + _LABEL
"""Cells in front of what stands beside a label."""


def entry(label: str, text: str, writer: Writer, markup: Markup = ()) -> list[Line]:
    """``limit        >= 90%``; nothing where there is nothing to say. The label is no foreign text."""
    if not text.strip():
        return []
    front = f"{label:<{_LABEL}}" if writer.width >= 60 else f"{label}: "
    return writer.paragraph(text, markup, indent=3, first=front, hard=False)
