"""Tests carried out once more in copies of the process that ran them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pytest_readiness.adapter import forked
from pytest_readiness.adapter.forked import copied
from pytest_readiness.adapter.once import Once, Result, unregister_others
from pytest_readiness.adapter.plan import distributed

UNDER_XDIST = "the tests ran in the workers of xdist"


class Copy(NamedTuple):
    """What became of a test in a copy."""

    results: tuple[Result, ...]
    told: Any
    crashed: bool
    timed_out: bool


class Copies:
    """Of a session whose tests ran in this process."""

    def __init__(self, session: pytest.Session) -> None:
        self._config = session.config
        self._items: Mapping[str, pytest.Item] = {
            item.nodeid: item for item in getattr(session, "items", ())
        }

    def obstacle(self) -> str:
        """Why there can be none; empty where there can."""
        config = self._config
        if distributed(config):
            return UNDER_XDIST
        if config.getoption("usepdb", False) or config.getoption("trace", False):
            return "a debugger waits in it"
        if where := _dismantled(config):
            return f"{where} has a pytest_sessionfinish, which may have taken things down"
        return forked.obstacle()

    def item(self, nodeid: str) -> pytest.Item | None:
        return self._items.get(nodeid)

    @property
    def ids(self) -> Iterable[str]:
        return self._items.keys()

    def run(
        self,
        nodeid: str,
        seconds: float,
        *,
        until: float = math.inf,
        times: int = 1,
        tell: Callable[[], Any] = lambda: None,
    ) -> Copy:
        """Run a test ``times`` times in one copy, and ``tell`` after that. Raises ``OSError``.

        It is given ``seconds``; at ``until``, by the monotonic clock, it is over in any case.
        """
        item = self._items[nodeid]
        made = copied(lambda: [self._carried_out(item, times), tell()], seconds, until)
        told, rest = made.value or ([], None)
        return Copy(
            results=tuple(Result(*one) for one in told),
            told=rest,
            crashed=made.crashed,
            timed_out=made.timed_out,
        )

    def _carried_out(self, item: pytest.Item, times: int) -> list[Any]:
        """In the copy."""
        config = self._config
        results: list[Any] = []
        unregister_others(config)
        config.pluginmanager.register(
            Once(str(config.rootpath), ended=lambda _, result: results.append(list(result)))
        )
        _keep_temporary(config)
        for _ in range(times):
            with contextlib.suppress(pytest.exit.Exception, KeyboardInterrupt):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return results


def _dismantled(config: pytest.Config) -> str:
    """The conftest file that did something at the end of the session: before its tests run again."""
    for implementation in config.hook.pytest_sessionfinish.get_hookimpls():
        file = getattr(implementation.plugin, "__file__", None)
        if file and Path(file).name == "conftest.py":
            path = Path(file)
            root = config.rootpath
            return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    return ""


def _keep_temporary(config: pytest.Config) -> None:
    """pytest may have removed the directory of ``tmp_path`` already."""
    base = getattr(getattr(config, "_tmp_path_factory", None), "_basetemp", None)
    if isinstance(base, Path):
        with contextlib.suppress(OSError):
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
