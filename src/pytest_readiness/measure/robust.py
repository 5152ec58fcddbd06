"""Robust statistics: centre and spread that up to half of the values cannot spoil.

Plain loops over small lists: called for tens of thousands of tests, where the ``statistics`` module
would cost seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

TO_DEVIATION = 1.4826022185056018
"""Standard deviations in a median absolute deviation, of normal values: 1 / Phi^-1(3/4).
Rousseeuw and Croux (1993), Alternatives to the Median Absolute Deviation."""
MEDIAN_ERROR = math.sqrt(math.pi / 2)
"""Standard error of a median in standard errors of a mean, of many normal values.
Kenney and Keeping (1962), Mathematics of Statistics, part 1, section 13.13."""


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle; ``values`` must not be empty."""
    return middle(sorted(values))


def middle(ordered: Sequence[float]) -> float:
    """The median of values that are in order already."""
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def deviation(values: Sequence[float], centre: float) -> float:
    """Standard deviation as the median absolute deviation from ``centre`` tells it."""
    return TO_DEVIATION * middle(sorted([abs(value - centre) for value in values]))


def error_of_median(deviation: float, count: int) -> float:
    """Standard error of the median of ``count`` values."""
    return MEDIAN_ERROR * deviation / math.sqrt(count)
