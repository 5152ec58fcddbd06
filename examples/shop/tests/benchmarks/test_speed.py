from __future__ import annotations

from shop.cart import Article, Cart
from shop.pricing import gross


def test_price_of_a_large_cart(benchmark):
    cart = Cart()
    for number in range(100):
        cart.add(Article(f"article-{number}", 100 + number), 1 + number % 12)
    assert benchmark(gross, cart) > 0
