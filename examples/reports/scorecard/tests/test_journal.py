from desk.journal import Journal


def test_orders_are_kept(tmp_path):
    journal = Journal(tmp_path / "orders.jsonl")
    assert journal.orders() == []
    journal.write(side="buy", amount=3)
    assert journal.orders() == [{"side": "buy", "amount": 3}]


def test_archive(tmp_path):
    Journal(tmp_path / "orders.jsonl").synced()
