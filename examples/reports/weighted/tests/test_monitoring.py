import pytest

from exchange import monitoring


@pytest.mark.readiness("MON-ALERT")
def test_alerts():
    assert monitoring.alert("queue") == "ALERT queue"
