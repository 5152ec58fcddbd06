"""The pytest11 entry point: options, hook specifications, the fixture.

It is imported by every pytest run of a project that has the plugin installed, so it imports
nothing beyond pytest. What was asked for starts in :mod:`pytest_readiness.adapter.start`.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Protocol, SupportsFloat

import pytest

from pytest_readiness import hookspecs

if TYPE_CHECKING:
    from pytest_readiness.adapter.plan import Plan

INI_VALUES = {
    **dict.fromkeys(("1", "true", "yes", "on"), "always"),
    **dict.fromkeys(("", "0", "false", "no", "off"), "never"),
    "ci": "ci",
}

PLAN: pytest.StashKey[Plan] = pytest.StashKey()
"""Set exactly where readiness was asked for."""


class Recorder(Protocol):
    """What the ``readiness`` fixture gives to a test."""

    def record(
        self, name: str, value: SupportsFloat, *, unit: str = "", total: int | None = None
    ) -> None:
        """Record a figure of this test; the metric ``name`` is gated as any other.

        ``value`` is a finite number in ``unit`` (``s``, ``ms``, ``%``, ``MiB``, any word);
        with ``total`` the figure is the exact ratio ``value`` of ``total``. Does nothing where
        ``--readiness`` was not asked for; a value that is no number is reported by the gate,
        and never changes the test's outcome.
        """


class _Nobody:
    """The recorder where readiness was not asked for."""

    def record(
        self, name: str, value: SupportsFloat, *, unit: str = "", total: int | None = None
    ) -> None:
        pass


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    # also when not asked for: a conftest file that implements one must not break plain pytest
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("readiness", "release readiness (pytest-readiness)")
    group.addoption(
        "--readiness",
        action="store_true",
        default=None,
        dest="readiness",
        help="measure the session, judge the gates of [tool.pytest-readiness], and fail unless "
        "the project is ready. Takes no value.",
    )
    group.addoption(
        "--no-readiness",
        action="store_false",
        dest="readiness",
        help="do not, whatever the configuration says.",
    )
    group.addoption(
        "--readiness-mode",
        choices=("auto", "strict", "collect"),
        default="auto",
        help="auto: a run narrowed on the command line has no verdict, except in CI; strict: it is "
        "judged as it stands; collect: record evidence, judge nothing.",
    )
    group.addoption(
        "--readiness-stage", metavar="NAME", default="", help="judge the gates of this stage."
    )
    group.addoption(
        "--readiness-gate",
        metavar="GATE",
        action="append",
        default=[],
        help='set one gate, as in "coverage.lines >= 80%%". May be given several times.',
    )
    group.addoption(
        "--readiness-report",
        metavar="TYPE[:DEST]",
        action="append",
        default=[],
        help="write a report, as in json:report.json; DEST - is stdout. May be given several times.",
    )
    group.addoption(
        "--readiness-evidence", metavar="PATH", default="", help="write the evidence to this file."
    )
    group.addoption(
        "--readiness-config",
        metavar="PATH",
        default="",
        help="read [tool.pytest-readiness] from this file.",
    )
    group.addoption(
        "--readiness-base",
        metavar="REF",
        default=None,
        help="what changed lines are compared with, instead of the configured base.",
    )
    group.addoption(
        "--readiness-shard",
        metavar="I/N",
        default="",
        help="this session runs part I of N of the suite: record evidence, judge nothing.",
    )
    group.addoption(
        "--readiness-probe",
        metavar="BUDGET",
        nargs="?",
        const="60s",
        default=None,
        help="when the tests have ended, repeat new, changed and suspected ones within this time "
        "(--readiness-probe=5min; alone: 60s), to name how they fail. Implies --readiness. The "
        "budget is given with =; what follows after a space is a path.",
    )
    parser.addini(
        "readiness", "true, or ci: as if --readiness was given (always, or where a CI is seen)"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, object, object]:
    if "--readiness-probe" in args:
        from pytest_readiness.adapter.budget import spell_out

        spell_out(early_config, parser, args)
    options = early_config.known_args_namespace
    if asked(early_config) and not options.help and not options.version:
        with _unrewritten(early_config):
            from pytest_readiness.adapter.garbage import collector_paused

            with collector_paused():
                from pytest_readiness.adapter.start import start

        early_config.stash[PLAN] = start(early_config, parser, args)
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "readiness(*ids): what the test proves: requirements of [tool.pytest-readiness], by id.",
    )
    plan = config.stash.get(PLAN, None)
    if plan is not None:
        from pytest_readiness.adapter.start import configure

        configure(config, plan)


@pytest.fixture
def readiness(request: pytest.FixtureRequest) -> Recorder:
    """Record figures of a test, to be gated: ``readiness.record("checkout.p95", 0.31, unit="s")``."""
    plan = request.config.stash.get(PLAN, None)
    return _Nobody() if plan is None else plan.figures.recorder(request.node)


@contextlib.contextmanager
def _unrewritten(config: pytest.Config) -> Generator[None, None, None]:
    """Import past pytest's rewriting of assertions: there are none in this package, and where no
    bytecode is written (containers) it would be parsed and rewritten in every run."""
    hook: Any = config.pluginmanager.rewrite_hook
    place = sys.meta_path.index(hook) if hook in sys.meta_path else -1
    if place >= 0:
        del sys.meta_path[place]
    try:
        yield
    finally:
        if place >= 0:
            sys.meta_path.insert(place, hook)


def asked(config: pytest.Config) -> bool:
    """Whether this session is to be measured. Raises ``pytest.UsageError`` on a bad ini value."""
    option: bool | None = config.known_args_namespace.readiness
    if option is not None:
        return option
    if config.known_args_namespace.readiness_probe is not None:
        return True
    value = _ini(config)
    when = INI_VALUES.get(value.strip().lower())
    if when is None:
        raise pytest.UsageError(
            f"{config.inipath}: readiness = {value!r}: allowed are true, false and ci"
        )
    if when == "ci":
        import os

        from pytest_readiness.collect.ci import ci_name

        return bool(ci_name(os.environ))
    return when == "always"


def _ini(config: pytest.Config) -> str:
    """The ini value as text: pytest's native TOML tables hold ``true`` as a boolean.

    ``getini`` then refuses, since the option is registered as text for the sake of ``"ci"``;
    registered as a boolean it would refuse that.
    """
    try:
        return str(config.getini("readiness"))
    except (TypeError, pytest.UsageError):
        from pytest_readiness.adapter.native import native_value

        return native_value(config.inipath, "readiness")
