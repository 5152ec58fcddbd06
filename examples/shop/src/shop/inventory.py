"""How much of what is in stock."""

from __future__ import annotations


class OutOfStockError(Exception):
    """Fewer are left than were asked for."""


class Warehouse:
    """A client of the warehouse's stock service.

    The service drops a connection that has been idle, and nobody here dials again: the first
    request of a fresh client fails. That is why the test of it is flaky.
    """

    def __init__(self, stock: dict[str, int]) -> None:
        self._stock = stock
        self._awake = False
        self.requests = 0

    def _request(self) -> None:
        self.requests += 1
        if not self._awake:
            self._awake = True
            raise ConnectionResetError("the warehouse closed the connection")

    def wake(self) -> None:
        """What a deployment does by hand today."""
        self._awake = True

    def left(self, sku: str) -> int:
        self._request()
        return self._stock.get(sku, 0)

    def take(self, sku: str, quantity: int) -> None:
        if self.left(sku) < quantity:
            raise OutOfStockError(sku)
        self._request()
        self._stock[sku] -= quantity

    def give_back(self, sku: str, quantity: int) -> None:
        self._request()
        self._stock[sku] = self._stock.get(sku, 0) + quantity
