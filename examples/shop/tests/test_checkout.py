from __future__ import annotations

import pytest
from shop.cart import Cart
from shop.checkout import checkout

from conftest import Bank


def test_an_order_is_paid_and_taken_from_the_stock(cart, warehouse, bank):
    order = checkout(cart, warehouse, bank)
    assert order.articles == (("mug", 2), ("tea", 1))
    assert bank.charged == [order.cents] == [2678]
    assert warehouse.left("mug") == 3


def test_an_empty_cart_is_not_charged(warehouse, bank):
    with pytest.raises(ValueError, match="empty"):
        checkout(Cart(), warehouse, bank)
    assert bank.charged == []


@pytest.mark.timeout(3)
def test_a_slow_bank_is_waited_for(cart, warehouse):
    assert checkout(cart, warehouse, Bank(slow=5)).payment == "payment-1"


@pytest.mark.skip(reason="the bank's test account is closed")
def test_a_real_payment(cart, warehouse):
    checkout(cart, warehouse, Bank())
