"""Printing schemas."""

from __future__ import annotations

import json

import pytest

from pytest_readiness import cli
from pytest_readiness.publish import schema

Capsys = pytest.CaptureFixture[str]


@pytest.mark.parametrize("name", schema.NAMES)
def test_schemas(name: str, capsys: Capsys) -> None:
    assert cli.main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("http")


def test_the_schema_of_the_configuration_is_the_default(capsys: Capsys) -> None:
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(schema.text("config"))
