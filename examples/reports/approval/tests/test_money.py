import pytest

from ledger.money import cents, shown


def test_cents():
    assert cents("12.34") == 1234


@pytest.mark.readiness("ERR-INPUT")
def test_no_amount():
    with pytest.raises(ValueError, match="no amount"):
        cents("a lot")


@pytest.mark.readiness("ERR-INPUT")
def test_more_than_two_places():
    with pytest.raises(ValueError, match="two places"):
        cents("0.001")


def test_shown():
    assert shown(123456) == "1,234.56"
