from __future__ import annotations

from collections.abc import Iterator

import pytest
from shop.cart import Article, Cart
from shop.inventory import Warehouse

MUG = Article("mug", 900)
TEA = Article("tea", 450)


class Bank:
    """A payment gateway: ``slow`` times it says that the money has not arrived yet."""

    def __init__(self, slow: int = 0) -> None:
        self.slow = slow
        self.charged: list[int] = []

    def charge(self, cents: int) -> str:
        self.charged.append(cents)
        return f"payment-{len(self.charged)}"

    def settled(self, payment: str) -> bool:
        self.slow -= 1
        return self.slow < 0


@pytest.fixture
def cart() -> Cart:
    cart = Cart()
    cart.add(MUG, 2)
    cart.add(TEA)
    return cart


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def warehouse(readiness) -> Iterator[Warehouse]:
    """Stock for a test; how many requests the test made is recorded for the gate on it."""
    warehouse = Warehouse({"mug": 5, "tea": 1})
    warehouse.wake()
    yield warehouse
    readiness.record("warehouse.requests", warehouse.requests, unit="requests")


@pytest.fixture(scope="session")
def cold_warehouse() -> Warehouse:
    """As a deployment finds it: nobody has woken it up."""
    return Warehouse({"mug": 5})
