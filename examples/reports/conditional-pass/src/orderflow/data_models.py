"""What comes in and what goes out."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Side(Enum):
    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True)
class Trade:
    symbol: str
    price: float
    size: int
    side: Side
    at: datetime

    @property
    def value(self) -> float:
        return self.price * self.size

    def opposite(self) -> Side:
        if self.side is Side.BUY:
            return Side.SELL
        return Side.BUY


@dataclass(frozen=True)
class Signal:
    symbol: str
    side: Side
    strength: float

    def text(self) -> str:
        return f"{self.symbol} {self.side.value} {self.strength:.2f}"
