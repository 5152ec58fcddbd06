from ledger.settings import target


def test_target(monkeypatch):
    monkeypatch.setenv("LEDGER_TARGET", "s3://ledger")
    assert target() == "s3://ledger"
