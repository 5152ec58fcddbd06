"""What a customer is about to buy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Article:
    sku: str
    cents: int


@dataclass
class Cart:
    _lines: dict[Article, int] = field(default_factory=dict)

    def add(self, article: Article, quantity: int = 1) -> None:
        if quantity < 1:
            raise ValueError(f"a quantity of {quantity} cannot be bought")
        self._lines[article] = self._lines.get(article, 0) + quantity

    def remove(self, article: Article, quantity: int = 1) -> None:
        left = self._lines.get(article, 0) - quantity
        if left < 0:
            raise ValueError(f"{article.sku} is not in the cart {quantity} times")
        if left:
            self._lines[article] = left
        else:
            del self._lines[article]

    def __iter__(self) -> Iterator[tuple[Article, int]]:
        return iter(self._lines.items())

    def __len__(self) -> int:
        return sum(self._lines.values())
