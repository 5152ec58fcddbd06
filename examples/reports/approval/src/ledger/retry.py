"""Again, when the other side was away for a moment."""

from collections.abc import Callable


def again(action: Callable[[], str], times: int = 3) -> str:
    for left in range(times - 1, -1, -1):
        try:
            return action()
        except ConnectionError:
            if not left:
                raise
    raise AssertionError("never reached")
