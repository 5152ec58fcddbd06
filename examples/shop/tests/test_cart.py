from __future__ import annotations

import pytest
from shop.cart import Cart

from conftest import MUG, TEA


def test_articles_are_counted(cart):
    assert len(cart) == 3


def test_the_same_article_twice_is_one_line(cart):
    cart.add(MUG)
    assert dict(cart) == {MUG: 3, TEA: 1}


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_cannot_be_added(quantity):
    with pytest.raises(ValueError, match="cannot be bought"):
        Cart().add(MUG, quantity)


def test_removing_leaves_the_rest(cart):
    cart.remove(MUG)
    assert dict(cart) == {MUG: 1, TEA: 1}


def test_removing_the_last_one_removes_the_line(cart):
    cart.remove(TEA)
    assert dict(cart) == {MUG: 2}


def test_what_is_not_there_cannot_be_removed(cart):
    with pytest.raises(ValueError, match="not in the cart"):
        cart.remove(TEA, 2)
