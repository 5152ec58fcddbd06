from __future__ import annotations

import pytest
from units import celsius, fahrenheit


@pytest.mark.parametrize(("f", "c"), [(32, 0), (212, 100), (-40, -40)])
def test_known_points(f, c):
    assert celsius(f) == pytest.approx(c)
    assert fahrenheit(c) == pytest.approx(f)
