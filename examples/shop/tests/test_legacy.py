from __future__ import annotations

from shop import legacy


def test_an_order_of_four_fields():
    assert legacy.read("p1;mug;2;1800\n\n") == [
        {"payment": "p1", "sku": "mug", "quantity": "2", "cents": "1800"}
    ]
