"""Amounts in cents."""

from decimal import Decimal, InvalidOperation


def cents(text: str) -> int:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"no amount: {text!r}") from None
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"more than two places: {text!r}")
    return int(amount * 100)


def shown(amount: int) -> str:
    return f"{amount / 100:,.2f}"
