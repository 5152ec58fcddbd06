import pytest

from ledger.digest import digest


@pytest.mark.readiness("SEC-DIGEST")
def test_the_digest_is_no_broken_one():
    assert len(digest(["a"])) == 64


def test_rows_count():
    assert digest(["a", "b"]) != digest(["ab"])
