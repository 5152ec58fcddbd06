"""Limits on what may be sent."""


class Refused(Exception):
    """A message over a limit."""


def check(amount: int, limit: int) -> int:
    if amount > limit:
        raise Refused(f"{amount} is over {limit}")
    return amount
