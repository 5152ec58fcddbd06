from __future__ import annotations

import pytest
from units import kilometres, miles


def test_there_and_back():
    assert miles(kilometres(26.2)) == pytest.approx(26.2)
