from datetime import datetime, timedelta, timezone

import pytest

from orderflow.data_models import Side, Trade
from orderflow.tape_monitor import TapeMonitor

START = datetime(2026, 1, 5, 15, tzinfo=timezone.utc)


def trade(size, side=Side.BUY, seconds=0):
    return Trade("AAPL", 100.0, size, side, START + timedelta(seconds=seconds))


@pytest.mark.readiness("P-FAST")
def test_only_the_window_is_kept():
    monitor = TapeMonitor(60)
    for seconds in range(0, 300, 10):
        monitor.see(trade(1, seconds=seconds))
    assert len(monitor.trades) == 7


def test_imbalance():
    monitor = TapeMonitor(60)
    assert monitor.imbalance() == 0
    monitor.see(trade(30))
    monitor.see(trade(10, Side.SELL))
    assert monitor.imbalance() == 0.5
