"""Where source is looked for when nobody named it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_readiness.collect.source import detect_source


@pytest.mark.parametrize(
    ("files", "project", "expected"),
    [
        (["src/shop/__init__.py", "tests/test_a.py"], "shop", ("src",)),
        (["src/shop.py"], "", ("src",)),
        (["src/space/shop/__init__.py"], "", ("src",)),
        (["lib/shop/__init__.py"], "", ("lib",)),
        (["lib/__init__.py", "lib/a.py"], "", ("lib",)),
        (["shop/__init__.py", "tests/__init__.py", "docs/__init__.py"], "", ("shop",)),
        (["shop/__init__.py", "extra/__init__.py"], "my-shop", ("extra", "shop")),
        (["shop/__init__.py", "extra/__init__.py"], "Shop", ("shop",)),
        (["my_shop/__init__.py", "extra/__init__.py"], "My.Shop", ("my_shop",)),
        (["space/shop/core.py"], "space.shop", ("space/shop",)),
        (["shop.py", "setup.py"], "shop", ("shop",)),
        (["shop.py"], "other", ()),
        ([".venv/x/__init__.py", "src/README.md"], "x", ()),
        ([], "", ()),
    ],
)
def test_detect_source(
    tmp_path: Path, files: list[str], project: str, expected: tuple[str, ...]
) -> None:
    for name in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert detect_source(tmp_path, project) == expected


def test_a_root_that_cannot_be_read_has_no_source(tmp_path: Path) -> None:
    assert detect_source(tmp_path / "missing", "x") == ()
