"""The tape of the last minutes."""

from collections import deque
from datetime import datetime, timedelta

from orderflow.data_models import Side, Trade


class TapeMonitor:
    def __init__(self, window: float) -> None:
        self.window = timedelta(seconds=window)
        self.trades: deque[Trade] = deque()

    def see(self, trade: Trade) -> None:
        self.trades.append(trade)
        self.forget(trade.at)

    def forget(self, now: datetime) -> None:
        while self.trades and now - self.trades[0].at > self.window:
            self.trades.popleft()

    def volume(self, side: Side) -> int:
        return sum(trade.size for trade in self.trades if trade.side is side)

    def imbalance(self) -> float:
        bought, sold = self.volume(Side.BUY), self.volume(Side.SELL)
        if not bought + sold:
            return 0.0
        return (bought - sold) / (bought + sold)

    def largest(self) -> Trade:
        if not self.trades:
            raise LookupError("the tape is empty")
        return max(self.trades, key=lambda trade: trade.value)
