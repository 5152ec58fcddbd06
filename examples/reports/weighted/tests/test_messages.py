import pytest

from exchange.messages import parsed, signed, verified


@pytest.mark.readiness("SEC-SIGNED")
def test_a_signature_holds():
    assert verified("pay", signed("pay", b"key"), b"key")


@pytest.mark.readiness("SEC-SIGNED")
def test_another_key_does_not():
    assert not verified("pay", signed("pay", b"key"), b"other")


@pytest.mark.readiness("ERR-PARSE")
def test_no_amount():
    with pytest.raises(ValueError, match="no amount"):
        parsed("ACME")


def test_an_amount():
    assert parsed("ACME;3") == ("ACME", 3)
