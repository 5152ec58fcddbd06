"""The plugin of a fresh process that repeats tests: ``-p pytest_readiness.adapter.fresh``.

The process has the arguments of the session, so that its root, settings, conftest files and plugins
are the same. This plugin takes from it whatever would write a report, stop early, run tests twice or
elsewhere, and has it run exactly the tests that it is given, by their ids, in their order.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Generator
from time import monotonic
from typing import Any

import pytest

from pytest_readiness.adapter.once import Once, Result, unregister_others
from pytest_readiness.adapter.orphan import end_with_parent

SPEC = "PYTEST_READINESS_FRESH"
"""Variable with the path of the specification, a JSON document."""

QUIET: dict[str, object] = {
    # runs that stop early, leave tests out, or go elsewhere
    "maxfail": 0,
    "lf": False,
    "failedfirst": False,
    "newfirst": False,
    "cacheclear": False,
    "stepwise": False,
    "stepwise_skip": False,
    "stepwise_reset": False,
    "continue_on_collection_errors": True,
    "usepdb": False,
    "trace": False,
    "numprocesses": None,
    "maxprocesses": None,
    "dist": "no",
    "tx": [],
    "distload": False,
    "looponfail": False,
    "testmon": False,
    "testmon_forceselect": False,
    "picked": False,
    "forked": False,
    # coverage and verdicts
    "cov_source": [],
    "no_cov": False,
    "cov_fail_under": None,
    "readiness": False,
    "readiness_probe": None,
    "fail_on_flaky": False,
    "max_warnings": None,
    # reports and files
    "xmlpath": None,
    "report_log": None,
    "htmlpath": None,
    "json_report": False,
    "json_report_file": None,
    "csv_path": None,
    "md_report": False,
    "allure_report_dir": None,
    "rp_enabled": False,
    "pastebin": None,
    "store_durations": False,
    "log_file": os.devnull,
    "update_snapshots": False,
    "inline_snapshot": None,
    "force_regen": False,
    "regen_all": False,
    # benchmarks: once is enough
    "benchmark_disable": True,
    "benchmark_enable": False,
    "benchmark_only": False,
    "benchmark_skip": False,
    "benchmark_autosave": False,
    "benchmark_save": None,
    "benchmark_json": None,
    "benchmark_compare": None,
    "benchmark_compare_fail": [],
    "benchmark_histogram": None,
}
"""Options by destination, and what each is here. Those that no plugin defines are left out."""


def quieten(options: argparse.Namespace) -> None:
    for name, value in QUIET.items():
        if hasattr(options, name):
            setattr(options, name, value)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, object, object]:
    end_with_parent()
    quieten(early_config.known_args_namespace)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    with open(os.environ.pop(SPEC), encoding="utf-8") as file:
        wanted = json.load(file)
    quieten(config.option)
    config.option.basetemp = wanted["temporary"]
    config.pluginmanager.register(Fresh(wanted), "readiness-fresh")
    return (yield)


class Fresh:
    """Runs the tests that are wanted, and writes down how the watched ones of them end."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        self._wanted: list[str] = wanted["tests"]
        self._watched = len(self._wanted) - int(wanted["watched"])
        self._paths: list[str] = wanted["paths"]
        self._found: list[pytest.Item] = []
        self._number = -1
        self._told = os.open(wanted["told"], os.O_WRONLY | os.O_APPEND)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        session.config.args = list(self._paths)
        session.config.option.pyargs = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        found: dict[str, pytest.Item] = {}
        for item in items:
            found.setdefault(item.nodeid, item)
        result = yield
        items[:] = [found[id] for id in self._wanted if id in found]
        missing = [id for id in self._wanted[self._watched :] if id not in found]
        self._tell("missing" if missing else "ready", len(items), monotonic())
        if missing:
            items[:] = []
        else:
            self._watched = len(items) - (len(self._wanted) - self._watched)
        return result

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        # now, when every other plugin is there
        config = session.config
        unregister_others(config)
        once = Once(str(config.rootpath), begun=self._begun, ended=self._ended)
        config.pluginmanager.register(once, "readiness-once")

    def _begun(self, _: pytest.Item) -> None:
        self._number += 1
        if self._number >= self._watched:
            self._tell("begun", monotonic())

    def _ended(self, _: pytest.Item, result: Result) -> None:
        if self._number >= self._watched:
            self._tell("ended", *result)

    def _tell(self, *what: object) -> None:
        os.write(self._told, json.dumps(what).encode() + b"\n")
