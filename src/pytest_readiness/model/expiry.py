"""Until when a decision holds: a waiver, an entry of the quarantine."""

from __future__ import annotations

import datetime


def lapsed(expires: datetime.date, today: datetime.date, days: int | None = None) -> str:
    """Why a decision does not hold on that day; empty: it does, also on the day on which it expires.

    :param days: how many days from now it may end at most; None: that is not limited.
    """
    left = (expires - today).days
    if left < 0:
        return f"expired {expires.isoformat()}"
    if days is None or left <= days:
        return ""
    last = today + datetime.timedelta(days=days)
    return f"ends more than {days} days from now: {last.isoformat()} is the last day allowed"
