"""The Beta distribution: its cumulative probability, quantiles and two moments of betting on it.

Formulas and their numbers: NIST Digital Library of Mathematical Functions, 8.17 (continued fraction
8.17.22) and 5.12. The tests hold them against ``scipy.stats.beta``.
"""

from __future__ import annotations

import math

_TINY = 1e-300
_CLOSE = 1e-13
_STEPS = 400


def log_beta(a: float, b: float) -> float:
    """Logarithm of the Beta function; ``a`` and ``b`` above 0."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def cumulative(x: float, a: float, b: float) -> float:
    """The probability that a Beta(a, b) variable is at most ``x``."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta(a, b))
    # the fraction converges fast on this side of the mean only (DLMF 8.17.22)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def quantile(share: float, a: float, b: float) -> float:
    """The ``x`` that a Beta(a, b) variable does not exceed with probability ``share``.

    Newton's method within a bracket that shrinks by bisection; absolute error below 1e-11.
    """
    if share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    low, high = 0.0, 1.0
    x = a / (a + b)
    scale = log_beta(a, b)
    for _ in range(_STEPS):
        off = cumulative(x, a, b) - share
        if off > 0:
            high = x
        else:
            low = x
        density = math.exp((a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - scale)
        step = x - off / density if density > _TINY else -1.0
        x, before = (step if low < step < high else (low + high) / 2), x
        if abs(x - before) < 1e-12 or not 0.0 < x < 1.0:
            break
    return x


def all_fail(attempts: int, a: float, b: float) -> float:
    """The probability that each of so many attempts fails, the rate of failure being Beta(a, b)."""
    return math.exp(log_beta(a + attempts, b) - log_beta(a, b))


def all_pass(attempts: float, a: float, b: float) -> float:
    """The probability that none of so many attempts fails, the rate of failure being Beta(a, b)."""
    return math.exp(log_beta(a, b + attempts) - log_beta(a, b))


def passes_needed(chance: float, a: float, b: float) -> int:
    """The fewest passes in a row that are no more probable than ``chance``."""
    high = 1
    while all_pass(high, a, b) > chance:
        high *= 2
        if high > 1 << 40:
            break
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if all_pass(middle, a, b) > chance:
            low = middle
        else:
            high = middle
    return high


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of DLMF 8.17.22, by the modified method of Lentz."""
    c = 1.0
    d = 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away(1.0 + term * d)
            c = _away(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return value


def _away(value: float) -> float:
    """Not zero, so that it can be divided by."""
    return value if abs(value) > _TINY else _TINY
