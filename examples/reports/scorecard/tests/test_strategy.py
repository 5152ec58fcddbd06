import pytest

from desk.strategy import average, side


@pytest.mark.parametrize(
    ("prices", "expected"),
    [([1, 2, 3, 4, 5, 6], "buy"), ([6, 5, 4, 3, 2, 1], "sell"), ([1] * 6, "wait")],
)
def test_side(prices, expected):
    assert side(prices) == expected


def test_too_few():
    with pytest.raises(ValueError, match="2 prices"):
        average([1, 2], 3)
