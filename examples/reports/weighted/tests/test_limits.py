import pytest

from exchange.limits import Refused, check


@pytest.mark.readiness("RISK-LIMIT")
def test_over_the_limit():
    with pytest.raises(Refused):
        check(11, 10)


@pytest.mark.readiness("RISK-LIMIT")
def test_at_the_limit():
    assert check(10, 10) == 10
