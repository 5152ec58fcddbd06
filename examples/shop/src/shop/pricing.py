"""What a cart costs."""

from __future__ import annotations

from fractions import Fraction

from shop.cart import Cart

TAX = Fraction(19, 100)
BULK = 10
BULK_DISCOUNT = Fraction(5, 100)


def rounded(cents: Fraction) -> int:
    """To whole cents, halves up."""
    return int(cents + Fraction(1, 2))


def net(cart: Cart) -> int:
    """Before tax; ten or more of one article are cheaper."""
    total = Fraction(0)
    for article, quantity in cart:
        price = Fraction(article.cents * quantity)
        if quantity >= BULK:
            price *= 1 - BULK_DISCOUNT
        total += price
    return rounded(total)


def gross(cart: Cart, voucher: int = 0) -> int:
    """With tax, less a voucher, never below nothing."""
    return max(0, rounded(net(cart) * (1 + TAX)) - voucher)
