"""What may be lost, and who stops it."""

from dataclasses import dataclass


class LimitBroken(Exception):
    """An order that would go over the limit."""


@dataclass
class Limits:
    limit: float
    used: float = 0.0
    stopped: bool = False

    def take(self, amount: float) -> None:
        if self.stopped:
            raise LimitBroken("trading is stopped")
        if self.used + amount > self.limit:
            raise LimitBroken(f"{amount} over {self.limit - self.used}")
        self.used += amount

    def stop(self) -> None:
        self.stopped = True
