"""Write what is made from data: ``python tests/config/regenerate.py`` after changing the catalogue or a profile."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_readiness.config import reference
from pytest_readiness.config.reference import profiles_page
from pytest_readiness.config.schema import build
from pytest_readiness.measure.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
SCHEMA = Path(reference.__file__).with_name("schema.json")
"""Beside the code that runs, which may be an installed wheel."""
PROFILES_PAGE = ROOT / "docs/profiles.md"


def schema_text() -> str:
    return json.dumps(build(CATALOGUE), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PROFILES_PAGE.write_text(profiles_page(), encoding="utf-8")
