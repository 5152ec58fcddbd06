"""The plugin of ``pytest --collect-only`` by which ``pytest-readiness requirements`` asks what would be run.

Nothing runs and nothing is judged: ids and marks are written to a file, and that is all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from pytest_readiness.adapter.collected import Collected
from pytest_readiness.adapter.marks import Marks
from pytest_readiness.adapter.relocation import relocate
from pytest_readiness.adapter.start import below
from pytest_readiness.adapter.transport import pack

REQUEST = "PYTEST_READINESS_LIST"
"""Environment variable: JSON with ``out``, the file to write, ``root``, the project, and ``known``, the ids."""


def pytest_configure(config: pytest.Config) -> None:
    request = json.loads(os.environ.get(REQUEST, "null"))
    if request and not hasattr(config, "workerinput"):
        listing = Listing(config, Path(request["root"]), request["known"], Path(request["out"]))
        config.pluginmanager.register(listing, "readiness-listing")


class Listing:
    def __init__(self, config: pytest.Config, root: Path, known: list[str], out: Path) -> None:
        self._config = config
        self._known = known
        self._out = out
        self._inner = below(root, config.rootpath)
        self._collected = Collected(config, below(config.rootpath, root), None)
        config.pluginmanager.register(self._collected, "readiness-collected")
        self._marks: Marks | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        found = tuple(items)
        result = yield
        self._marks = Marks(self._config, self._known, dict.fromkeys((*found, *items)))
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        marks, facts = self._marks, [*self._collected.facts()]
        if marks is not None:
            facts += marks.facts(self._collected.ids)
        told = {
            "facts": pack(relocate(facts, self._inner)),
            "problems": marks.problems() if marks is not None else [],
        }
        self._out.write_text(json.dumps(told), encoding="ascii")
