from ledger.entries import Entry, balance, balanced

ENTRIES = [Entry("cash", -500), Entry("rent", 500)]


def test_balance():
    assert balance(ENTRIES, "rent") == 500


def test_balanced():
    assert balanced(ENTRIES) and not balanced(ENTRIES[:1])
