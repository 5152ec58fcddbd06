import pytest

from ledger.retry import again


@pytest.mark.readiness("ERR-NETWORK")
def test_once_away():
    answers = iter([ConnectionError(), "done"])

    def action():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert again(action) == "done"


@pytest.mark.readiness("ERR-NETWORK")
def test_always_away():
    def action():
        raise ConnectionError

    with pytest.raises(ConnectionError):
        again(action)
