import pytest

from ledger.entries import Entry
from ledger.export import rows


def test_rows():
    assert rows([Entry("cash", -500, "rent, May"), Entry("rent", 500)]) == [
        'cash,-5.00,"rent, May"',
        "rent,5.00,",
    ]


@pytest.mark.readiness("ERR-BALANCE", "OBS-LOG")
def test_what_does_not_balance_is_refused_and_logged(caplog):
    with pytest.raises(ValueError, match="balance"):
        rows([Entry("cash", 1)])
    assert "does not balance" in caplog.text
