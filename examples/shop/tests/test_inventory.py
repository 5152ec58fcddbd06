from __future__ import annotations

import pytest
from shop.inventory import OutOfStockError


def test_taking_leaves_less(warehouse):
    warehouse.take("mug", 2)
    assert warehouse.left("mug") == 3


def test_more_than_there_is_cannot_be_taken(warehouse):
    with pytest.raises(OutOfStockError, match="tea"):
        warehouse.take("tea", 2)
    assert warehouse.left("tea") == 1


def test_the_warehouse_answers(cold_warehouse):
    assert cold_warehouse.left("mug") == 5
