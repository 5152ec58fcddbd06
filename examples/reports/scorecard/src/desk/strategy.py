"""A moving average, and what to do about it."""

from collections.abc import Sequence


def average(prices: Sequence[float], length: int) -> float:
    if len(prices) < length:
        raise ValueError(f"{len(prices)} prices, {length} are needed")
    return sum(prices[-length:]) / length


def side(prices: Sequence[float], short: int = 3, long: int = 6) -> str:
    fast, slow = average(prices, short), average(prices, long)
    if fast > slow:
        return "buy"
    if fast < slow:
        return "sell"
    return "wait"
