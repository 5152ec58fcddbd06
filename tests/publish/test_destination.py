from __future__ import annotations

import pytest

from pytest_readiness.publish.destination import Destination, DestinationError, parse

KINDS = ("json", "markdown")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("json", Destination(kind="json", path=".readiness/report.json", default=True)),
        ("json:out.json", Destination(kind="json", path="out.json")),
        ("json:-", Destination(kind="json", path="-")),
        ("json:C:\\ci\\report.json", Destination(kind="json", path="C:\\ci\\report.json")),
        ("markdown:a:b", Destination(kind="markdown", path="a:b")),
    ],
)
def test_type_and_path(text: str, expected: Destination) -> None:
    assert parse(text, KINDS) == expected
    assert parse(text, KINDS).stdout is (expected.path == "-")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jsn:out.json", "did you mean json?"),
        ("JSON", "did you mean json?"),
        ("xml", "known: json, markdown"),
        ("", "TYPE or TYPE:PATH"),
        (":out.json", "TYPE or TYPE:PATH"),
        ("out/report.json", "TYPE or TYPE:PATH"),
        ("json:", "json:-"),
        ("json: ", "no path after the colon"),
    ],
)
def test_mistakes_say_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(DestinationError) as caught:
        parse(text, KINDS)
    assert said in str(caught.value)
