import pytest

from desk.limits import LimitBroken, Limits


@pytest.mark.readiness("RISK")
def test_an_order_over_the_limit_is_refused():
    limits = Limits(10)
    limits.take(8)
    with pytest.raises(LimitBroken):
        limits.take(3)


@pytest.mark.readiness("KILL-SWITCH")
def test_nothing_goes_when_it_is_stopped():
    limits = Limits(10)
    limits.stop()
    with pytest.raises(LimitBroken, match="stopped"):
        limits.take(1)
