"""What a tool's own regular expression finds in its output."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_readiness.collect.matcher import Hit
from pytest_readiness.collect.matching import MatchError, Matching
from pytest_readiness.collect.tools.formats.read import UnreadableError


def matched(
    expression: str, key: str, texts: Sequence[str], flags: int = 0
) -> Sequence[Hit | None]:
    """Of each text the first hit. Raises :class:`UnreadableError`, which names the setting ``key``."""
    try:
        with Matching(expression, flags) as matching:
            return matching.first(texts)
    except re.error as error:
        raise UnreadableError(f"`{key}` is no regular expression: {error}") from None
    except MatchError as error:
        raise UnreadableError(f"`{key}` {error}: {expression!r}") from None
