"""Turning coverage on for gates that need it: which source, and why not where not."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_readiness.collect.project import identity
from pytest_readiness.collect.scope import option
from pytest_readiness.collect.source import detect_source
from pytest_readiness.model.evidence import Gap, Reason

_CONFIG_FILES = (".coveragerc", ".coveragerc.toml", "setup.cfg", "tox.ini", "pyproject.toml")
_PATCHES = frozenset({"_exit", "execv", "fork", "subprocess"})
"""Values of coverage's ``patch`` that are known to be accepted."""
_DEFAULT_CONFIG = ".coveragerc"
"""What pytest-cov's --cov-config holds when it was not given."""

NO_COV = ("coverage is switched off by --no-cov", "drop `--no-cov`")


@dataclass(slots=True)
class State:
    """What became of coverage in this session."""

    source: tuple[str, ...] = ()
    """What the policy names as source, relative to the project."""
    gap: Gap | None = None
    """Why it was not turned on."""
    error: BaseException | None = None
    """What pytest-cov raised when it wrote the data of a run for which we turned it on."""


DECISION = "PYTEST_READINESS_COVERAGE"
"""Variable of an xdist worker: what the controller put before the arguments, as a JSON list."""
STATE = pytest.StashKey[State]()
UNWRITTEN = "readiness-coverage"
"""Of what an xdist worker puts out: why it could not write its data."""


def running_coverage() -> Any:
    """The ``coverage.Coverage`` that records this process (``coverage run``), or None."""
    coverage = sys.modules.get("coverage")
    return coverage.Coverage.current() if coverage is not None else None


class Decision:
    """Hands the controller's decision to its workers.

    A worker's own view misleads: a coverage that is patched into subprocesses runs there already,
    and one that runs the controller does not. A variable of the workers alone is set, through
    execnet, so that nothing that this process starts otherwise inherits it.
    """

    def __init__(self) -> None:
        self.inserted: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: Sequence[Any]) -> None:
        for spec in specs:
            # one that is started in place of a crashed worker has the specification of that
            spec.env[DECISION] = json.dumps(self.inserted)


def decided() -> list[str] | None:
    """In an xdist worker, once: what the controller put before the arguments. None: not told."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return None
    told = os.environ.pop(DECISION, None)
    return None if told is None else [str(each) for each in json.loads(told)]


def obstacle(config: pytest.Config, wanted: bool) -> Gap | None:
    """Why coverage must not be turned on, as the gap that its gates will show."""
    options = config.known_args_namespace
    tracer = _tracer()
    if not hasattr(options, "cov_source"):
        if config.pluginmanager.is_blocked("pytest_cov"):
            return _gap("pytest-cov is blocked (-p no:cov)", "drop `-p no:cov`")
        return _gap("pytest-cov is not loaded", "load it: `-p pytest_cov`")
    reasons = (
        (getattr(options, "no_cov", False), *NO_COV),
        (
            getattr(options, "usepdb", False),
            "coverage is not turned on under --pdb",
            "drop `--pdb`",
        ),
        (
            getattr(options, "trace", False),
            "coverage is not turned on under --trace",
            "drop `--trace`",
        ),
        (
            tracer,
            f"coverage is not turned on beside another tracer ({tracer})",
            "run without it",
        ),
        (not wanted, "coverage is not turned on for a part of the suite", "run the whole suite"),
    )
    return next((_gap(message, remedy) for holds, message, remedy in reasons if holds), None)


def _tracer() -> str:
    if (function := sys.gettrace()) is not None:
        return getattr(function, "__module__", "") or type(function).__name__
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return ""
    tools = (monitoring.get_tool(tool) for tool in (monitoring.DEBUGGER_ID, monitoring.COVERAGE_ID))
    return next((tool for tool in tools if tool), "")


def arguments(
    config: pytest.Config, configured: Sequence[str], root: Path
) -> tuple[list[str], bool] | Gap:
    """What to put before the arguments, and whether branches are measured.

    ``configured``: the policy's source, relative to ``root``. Coverage's own configuration is
    read as pytest-cov will read it: from the current directory, else from the root.
    """
    options = config.known_args_namespace
    here = Path.cwd()
    given = options.cov_config
    try:
        cov, file = _settings(given, here, root)
        branches = bool(getattr(options, "cov_branch", None) or cov.get_option("run:branch"))
        data_file = here / str(cov.get_option("run:data_file"))
        context = cov.get_option("run:dynamic_context")
        _try(cov)
        # relative names in a file that coverage would not have found are meant from where it lies
        own = list(_sources(cov, root if file else None))
    except Exception as error:  # a configuration or a plugin of coverage that does not load
        return Gap(
            reason=Reason.ERROR,
            message=f"coverage's configuration cannot be used: {error}",
            remedy="see what `coverage debug config` says",
        )
    if data_file.is_dir():
        message = f"coverage cannot write its data to {data_file}: it is a directory"
        return _gap(message, "move it away, or set COVERAGE_FILE")
    if not os.access(data_file.parent, os.W_OK):
        return _gap(f"coverage cannot write its data to {data_file.parent}", "set COVERAGE_FILE")
    if context == "test_function" and _spreading(options):
        return _gap(
            "coverage's dynamic_context = test_function does not work under xdist",
            "use `--cov-context=test` instead",
        )
    if configured:
        sources = [_name(source, root, here) for source in configured]
    elif own or option(cov, "run:include"):
        sources = [] if not file else own
    else:
        sources = [_name(source, root, here) for source in detect_source(root, identity(root)[0])]
        if not sources:
            return _gap(
                f"no source to measure was found in {root}",
                'name it: source = ["package"] in [tool.coverage.run]',
            )
    # an empty report and no limit: the verdict is ours, and a second analysis costs as much again
    inserted = [f"--cov={source}" for source in sources] or ["--cov"]
    inserted += ["--cov-report=", "--cov-fail-under=0"]
    if file:
        inserted.append(f"--cov-config={file}")
    return inserted, branches


def _spreading(options: Any) -> bool:
    """Whether pytest-cov will take it for a run under xdist: it is asked before xdist itself is."""
    return bool(
        getattr(options, "numprocesses", None)
        or getattr(options, "distload", False)
        or getattr(options, "dist", "no") != "no"
    )


def _settings(given: str, here: Path, root: Path) -> tuple[Any, str]:
    """Coverage with its settings, and the file of the root where they come from there."""
    import coverage
    from coverage.exceptions import ConfigError, CoverageException

    cov = coverage.Coverage(config_file=given)
    cov.get_exclude_list()  # loads the plugins: what is missing is missed here
    found = getattr(cov.config, "config_file", None)
    if given == _DEFAULT_CONFIG and not found and not os.path.samefile(here, root):
        for name in _CONFIG_FILES:
            if (root / name).is_file():
                try:
                    return coverage.Coverage(config_file=str(root / name)), str(root / name)
                except (CoverageException, ConfigError):  # it says nothing about coverage
                    continue
    return cov, ""


def _try(cov: Any) -> None:
    """Start a coverage with settings that it may refuse only then: it would be the end of pytest.

    Raises what coverage raises.
    """
    settings = {
        key: option(cov, f"run:{key}") for key in ("concurrency", "dynamic_context", "core")
    }
    patches = [name for name in option(cov, "run:patch") if name not in _PATCHES]
    if not (any(settings.values()) or patches or os.environ.get("COVERAGE_CORE")):
        return
    import coverage

    trial = coverage.Coverage(
        data_file=None, config_file=getattr(cov.config, "config_file", None) or False
    )
    if option(cov, "run:patch"):
        trial.set_option("run:patch", patches)  # the others change this process for good
    trial.start()
    trial.stop()


def _sources(cov: Any, base: Path | None) -> Iterator[str]:
    for key in ("run:source", "run:source_dirs", "run:source_pkgs"):
        for source in option(cov, key):
            is_directory = (
                base is not None and key != "run:source_pkgs" and (base / source).is_dir()
            )
            yield str(base / source) if base is not None and is_directory else source


def _name(source: str, root: Path, here: Path) -> str:
    """A directory of the project as seen from here; a package's name as it is."""
    if not (root / source).is_dir():
        return source
    return source if os.path.samefile(root, here) else str(root / source)


def _gap(message: str, remedy: str) -> Gap:
    return Gap(reason=Reason.NO_DATA, message=message, remedy=remedy)


class Guard:
    """Keeps a failure to write coverage that the user never asked for from breaking the session."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        try:
            return (yield)
        except Exception as error:
            if not _raised_by_pytest_cov(error):
                raise
            self._state.error = error
            # a worker tells the controller, which misses its data
            getattr(session.config, "workeroutput", {})[UNWRITTEN] = ascii(str(error))[1:-1]
            return True


def _raised_by_pytest_cov(error: BaseException) -> bool:
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_globals.get("__name__") == "pytest_cov.engine":
            return True
        frame = frame.tb_next
    return False
