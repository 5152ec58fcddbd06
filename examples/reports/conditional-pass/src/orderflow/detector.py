"""Signals out of the tape."""

import logging
from collections.abc import Iterable, Iterator

from orderflow.config import Config
from orderflow.data_models import Side, Signal, Trade
from orderflow.tape_monitor import TapeMonitor
from orderflow.validators import usable

log = logging.getLogger(__name__)


class Detector:
    def __init__(self, config: Config) -> None:
        self.config = config
        self.monitors: dict[str, TapeMonitor] = {}
        self.refused = 0

    def monitor(self, symbol: str) -> TapeMonitor:
        if symbol not in self.monitors:
            self.monitors[symbol] = TapeMonitor(self.config.window)
        return self.monitors[symbol]

    def large(self, trade: Trade) -> bool:
        return trade.value >= self.config.large_trade

    def signals(self, trades: Iterable[Trade]) -> Iterator[Signal]:
        for trade in trades:
            if not usable(trade):
                self.refused += 1
                log.warning("refused a trade of %s", trade.symbol)
                continue
            monitor = self.monitor(trade.symbol)
            monitor.see(trade)
            if self.large(trade):
                yield self.signal(trade, monitor)

    def signal(self, trade: Trade, monitor: TapeMonitor) -> Signal:
        strength = abs(monitor.imbalance())
        if trade.side is Side.SELL and monitor.imbalance() > 0:
            strength = 0.0
        return Signal(symbol=trade.symbol, side=trade.side, strength=strength)

    def report(self) -> str:
        lines = []
        for symbol, monitor in sorted(self.monitors.items()):
            imbalance = monitor.imbalance()
            if imbalance > 0.5:
                word = "bought"
            elif imbalance < -0.5:
                word = "sold"
            else:
                word = "quiet"
            lines.append(f"{symbol}: {word} ({imbalance:+.2f})")
        if self.refused:
            lines.append(f"refused: {self.refused}")
        return "\n".join(lines)
