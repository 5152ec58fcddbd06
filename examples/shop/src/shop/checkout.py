"""From a cart to a paid order."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from shop.cart import Cart
from shop.inventory import Warehouse
from shop.pricing import gross

POLL = 0.15
POLLS = 10


class Gateway(Protocol):
    def charge(self, cents: int) -> str:
        """Start a payment; its id."""

    def settled(self, payment: str) -> bool:
        """Whether the payment has arrived."""

    def refund(self, payment: str) -> None:
        """Give the money back."""


@dataclass(frozen=True)
class Order:
    payment: str
    cents: int
    articles: tuple[tuple[str, int], ...]


def checkout(cart: Cart, warehouse: Warehouse, gateway: Gateway, voucher: int = 0) -> Order:
    """Take what is in the cart from the stock, and the money for it from the customer."""
    if not len(cart):
        raise ValueError("the cart is empty")
    for article, quantity in cart:
        warehouse.take(article.sku, quantity)
    cents = gross(cart, voucher)
    payment = gateway.charge(cents)
    for _ in range(POLLS):
        if gateway.settled(payment):
            break
        time.sleep(POLL)
    else:
        cancel(cart, warehouse)
        raise TimeoutError(f"payment {payment} did not arrive")
    return Order(payment, cents, tuple((article.sku, quantity) for article, quantity in cart))


def cancel(cart: Cart, warehouse: Warehouse) -> None:
    """Put back what was taken for a cart."""
    for article, quantity in cart:
        warehouse.give_back(article.sku, quantity)


def refund(order: Order, warehouse: Warehouse, gateway: Gateway) -> None:
    """Money and articles go back."""
    gateway.refund(order.payment)
    for sku, quantity in order.articles:
        warehouse.give_back(sku, quantity)
