import pytest

from orderflow.config import Config
from orderflow.detector import Detector


@pytest.mark.readiness("P-SIMPLE")
def test_a_symbol_has_one_monitor():
    detector = Detector(Config("key", ("AAPL",), 1000, 60))
    assert detector.monitor("AAPL") is detector.monitor("AAPL")
