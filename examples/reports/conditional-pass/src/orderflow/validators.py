"""Whether a trade can be believed."""

from datetime import datetime, timezone

from orderflow.data_models import Trade


def valid_symbol(symbol: str) -> bool:
    return symbol.isalpha() and symbol.isupper() and len(symbol) <= 5


def valid_price(price: float) -> bool:
    return 0 < price < 1e6


def valid_size(size: int) -> bool:
    return size > 0


def problems(trade: Trade, now: datetime) -> list[str]:
    found = []
    if not valid_symbol(trade.symbol):
        found.append("symbol")
    if not valid_price(trade.price):
        found.append("price")
    if not valid_size(trade.size):
        found.append("size")
    if trade.at.tzinfo is None:
        found.append("no time zone")
    elif trade.at > now:
        found.append("from the future")
    return found


def usable(trade: Trade) -> bool:
    return not problems(trade, datetime.now(timezone.utc))
