"""Waiting for another process on a machine that may stand still meanwhile.

A virtual machine that is paused, or starved by its neighbours, must not make a test look as if it hung.
So only time counts in which this process could look, too: what passes between two looks counts up to
a limit.
"""

from __future__ import annotations

from time import monotonic

LOOK = 0.05
"""Seconds between two looks, at most."""
_COUNTED = 4 * LOOK


class Patience:
    """Seconds that something may still take."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self._looked = monotonic()

    def look(self) -> bool:
        """Whether there is some left; to be asked often."""
        now = monotonic()
        self.left -= min(now - self._looked, _COUNTED)
        self._looked = now
        return self.left > 0
