import pytest

from orderflow import feed_client


@pytest.mark.readiness("SEC-RATE")
def test_calls_stay_below_the_limit_of_the_service():
    assert 1 / feed_client.PAUSE <= 5


@pytest.mark.readiness("P-SAFE")
def test_a_line_is_parsed():
    line = '{"symbol": "AAPL", "price": 1, "size": 2, "side": "buy", "at": "2026-01-05T15:00:00+00:00"}'
    assert feed_client.parsed(line).value == 2
