from datetime import datetime, timezone

import pytest

from orderflow.data_models import Side, Trade
from orderflow.validators import problems

NOW = datetime(2026, 1, 5, 15, tzinfo=timezone.utc)


@pytest.mark.readiness("P-SAFE")
@pytest.mark.parametrize("symbol", ["aapl", "TOOLONG", "A1"])
def test_bad_symbols(symbol):
    assert problems(Trade(symbol, 1.0, 1, Side.BUY, NOW), NOW) == ["symbol"]


def test_a_good_trade_has_none():
    assert problems(Trade("AAPL", 1.0, 1, Side.BUY, NOW), NOW) == []
