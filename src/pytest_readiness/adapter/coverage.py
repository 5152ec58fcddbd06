"""Coverage in a pytest session: turned on where gates need it, found where the run left it."""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import os
import tempfile
import warnings
from collections.abc import Collection, Iterator, MutableSequence, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_readiness.adapter.activation import (
    NO_COV,
    STATE,
    UNWRITTEN,
    Decision,
    Guard,
    State,
    arguments,
    decided,
    obstacle,
    running_coverage,
)
from pytest_readiness.adapter.plan import COVERAGE, distributed
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import FileCoverage, Gap, Notice, Reason
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the session wants to know."""

    root: Path
    sections: frozenset[str]
    changed: tuple[Fact, ...]
    cache_dir: Path | None
    source: tuple[str, ...]

    def facts(self, cov: Any) -> list[Fact]:
        """To be called in the directory that coverage ran in."""
        from pytest_readiness.adapter.unmeasured import unmeasured
        from pytest_readiness.collect.coverage import coverage_facts

        facts = coverage_facts(
            cov,
            self.root,
            sections=self.sections,
            changed=self.changed,
            cache_dir=self.cache_dir,
        )
        facts = (*facts, *_elsewhere(facts, self.root, self.sections))
        if not any(isinstance(fact.data, FileCoverage) for fact in facts) and "coverage" in (
            self.sections
        ):
            return list(facts)  # the reason is told
        return unmeasured(cov, self.root, facts, self.source, self.sections)

    def gaps(self, reason: Reason, message: str, remedy: str) -> tuple[Fact, ...]:
        return (*self.changed, *_gaps(self.sections, reason, message, remedy))


_OPTIONS = ("cov_source", "cov_report", "cov_fail_under", "cov_config")


def activate(
    early_config: pytest.Config,
    parser: pytest.Parser,
    args: MutableSequence[str],
    *,
    policy: Policy,
    sections: Collection[str],
    root: Path,
    wanted: bool,
) -> str:
    """Turn pytest-cov on where a gate needs it and nothing speaks against it.

    To be called in ``pytest_load_initial_conftests`` before pytest-cov's own. ``args`` is changed
    in place. ``wanted``: the run will have a verdict or record evidence. Returns a sentence for
    the header, empty if nothing was turned on.
    """
    state = State(source=policy.coverage_source)
    early_config.stash[STATE] = state
    if (told := decided()) is not None:
        if told:
            _insert(early_config, parser, args, told)
            early_config.pluginmanager.register(Guard(state), "readiness-coverage-guard")
        return ""
    decision = Decision()
    early_config.pluginmanager.register(decision, "readiness-coverage-decision")
    if COVERAGE.isdisjoint(sections) or running_coverage() is not None:
        return ""
    options = early_config.known_args_namespace
    if getattr(options, "cov_source", None):
        return ""  # by the user
    state.gap = obstacle(early_config, wanted)
    if state.gap is not None:
        return ""
    found = arguments(early_config, policy.coverage_source, root)
    if isinstance(found, Gap):
        state.gap = found
        return ""
    decision.inserted, branches = found
    _insert(early_config, parser, args, decision.inserted)
    early_config.pluginmanager.register(Guard(state), "readiness-coverage-guard")
    sources = " ".join(
        each for each in decision.inserted if each.startswith("--cov=") or each == "--cov"
    )
    return f"coverage turned on by its gates: {sources}{', with branches' if branches else ''}"


def _insert(
    early_config: pytest.Config, parser: pytest.Parser, args: MutableSequence[str], what: list[str]
) -> None:
    """Put options of pytest-cov before the arguments, for pytest and for pytest-cov's own start."""
    args[:0] = what
    parsed = parser.parse_known_args(list(args), namespace=copy.copy(early_config.option))
    for name in _OPTIONS:
        setattr(early_config.known_args_namespace, name, getattr(parsed, name))


def collect_coverage(
    config: pytest.Config,
    root: Path,
    sections: Collection[str],
    changed_facts: Sequence[Fact],
    cache_dir: Path | None,
) -> tuple[Fact, ...]:
    """Facts of the sections ``coverage`` and ``patch``, on the controller, after the run loop.

    The result holds ``changed_facts`` too, changed files now marked where coverage was not to
    measure them: it takes their place.
    """
    state = config.stash.get(STATE, None) or State()
    wish = _Wish(
        root=root,
        sections=COVERAGE.intersection(sections),
        changed=tuple(changed_facts),
        cache_dir=cache_dir,
        source=state.source,
    )
    plugin: Any = config.pluginmanager.get_plugin("_cov")
    if not wish.sections:
        # nobody asked for its figures, but what pytest-cov decided by them is to be told
        told = _notices(plugin, config.option) if plugin is not None else ()
        return (*wish.changed, *told)
    if state.error is not None:
        message = f"coverage could not write its data: {state.error}"
        return wish.gaps(Reason.ERROR, message, _remedy(str(state.error)))
    if plugin is not None:
        return _of_pytest_cov(plugin, config, wish)
    running = running_coverage()
    if running is not None:
        return _of_coverage_run(running, config, wish)
    if state.gap is not None:
        return wish.gaps(state.gap.reason, state.gap.message, state.gap.remedy)
    return wish.gaps(Reason.NO_DATA, "coverage was not measured", "run with `--cov`")


def _of_pytest_cov(plugin: Any, config: pytest.Config, wish: _Wish) -> tuple[Fact, ...]:
    controller = plugin.cov_controller
    if controller is None or getattr(config.option, "no_cov", False):
        return wish.gaps(Reason.NO_DATA, *NO_COV)
    if controller.cov is None or controller.cov is not controller.combining_cov:
        message = "the run was cut short, and pytest-cov did not put its coverage together"
        return wish.gaps(Reason.PARTIAL, message, "let the run finish")
    with _directory(controller.topdir):
        facts = wish.facts(controller.cov)
        if getattr(config.option, "cov_context", None) == "test":
            facts += _codes(controller.cov, config.rootpath)
    lost = {node.gateway.id: node for node in controller.failed_workers}
    for name in sorted(lost):
        if error := getattr(lost[name], "workeroutput", {}).get(UNWRITTEN):
            message = f"coverage of {name} could not be written: {error}"
            facts += _gaps(wish.sections, Reason.ERROR, message, _remedy(error))
            del lost[name]
    if lost:
        names = sorted(lost)
        message = f"coverage of {', '.join(names)} is lost: the worker did not finish"
        facts += _gaps(wish.sections, Reason.PARTIAL, message, "mend the crash, or run without -n")
    session: Any = config.pluginmanager.get_plugin("session")
    if session is not None and (why := _cut_short(session)):
        message = f"the run was cut short ({why}): lines that the other tests run are not counted"
        facts += _gaps(wish.sections, Reason.PARTIAL, message, "let the run finish")
    return (*facts, *_notices(plugin, config.option))


def _remedy(error: str) -> str:
    """What to do where coverage did not write, or did not put together, what was measured."""
    from pytest_readiness.collect.coverage import ERASE

    full = any(sign in error.lower() for sign in ("disk", "space", "unable to open", "readonly"))
    return "make room, or set COVERAGE_FILE to where it can write" if full else ERASE


def _codes(cov: Any, root: Path) -> tuple[Fact, ...]:
    """Which code each test ran; only the history makes use of it, so that no gate needs to know."""
    from pytest_readiness.collect.contexts import code_facts

    try:
        return code_facts(cov.get_data(), root)
    except Exception as error:
        text = f"which test ran which code is not known: {type(error).__name__}: {error}"
        return (Fact("coverage", Notice(text=text)),)


def _cut_short(session: Any) -> str:
    """Why the tests did not all run; pytest-cov before 7 puts coverage together all the same."""
    if session.shouldstop or session.shouldfail:
        return str(session.shouldstop or session.shouldfail)
    early = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
    return "interrupted" if session.exitstatus in early else ""


def _notices(plugin: Any, options: Any) -> Iterator[Fact]:
    if getattr(options, "cov_append", False):
        text = "--cov-append: lines that earlier runs executed count too"
        yield Fact("pytest-cov", Notice(text=text))
    # pytest-cov's own namespace has the limit of coverage's configuration as well
    limit, total = plugin.options.cov_fail_under, plugin.cov_total
    if limit is None or total is None:
        return
    try:
        from coverage.results import should_fail_under

        failed = should_fail_under(total, limit, plugin.options.cov_precision or 0)
    except Exception:  # a version without it, or a limit that makes no sense
        failed = total < limit
    if failed:
        text = f"coverage of {total!r} % in total is less than its fail-under of {limit} %"
        yield Fact("pytest-cov", Notice(text=text))


def _of_coverage_run(running: Any, config: pytest.Config, wish: _Wish) -> tuple[Fact, ...]:
    if distributed(config):
        message = "`coverage run` records only the process that starts the xdist workers"
        remedy = "run `pytest --readiness -n ...` without `coverage run`"
        return wish.gaps(Reason.PARTIAL, message, remedy)
    from coverage.exceptions import ConfigError, CoverageException

    try:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
            _copy_of(running, place) as cov,
        ):
            facts = wish.facts(cov)
    except (CoverageException, ConfigError, OSError) as error:
        from pytest_readiness.collect.coverage import ERASE

        message = f"the data of `coverage run` cannot be read: {error}"
        return wish.gaps(Reason.ERROR, message, ERASE)
    if running.get_option("run:parallel"):
        text = "`coverage run` in parallel mode: data of other processes is not counted"
        facts.append(Fact("coverage", Notice(text=text)))
    return tuple(facts)


@contextlib.contextmanager
def _copy_of(running: Any, place: str) -> Iterator[Any]:
    """What it recorded so far, in a coverage of its own: reports would change the running one."""
    import coverage
    from coverage.exceptions import ConfigError, CoverageException

    # making a Coverage tells one that was started for a subprocess not to save its data
    started = getattr(coverage.process_startup, "coverage", None)
    saving = getattr(started, "_auto_save", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recorded = running.get_data()
        cov = coverage.Coverage(
            data_file=os.path.join(place, "coverage"),
            config_file=getattr(running.config, "config_file", None) or False,
        )
        if started is not None and saving is not None:
            started._auto_save = saving
        for key in ("source", "source_pkgs", "source_dirs", "include", "omit"):
            with contextlib.suppress(CoverageException, ConfigError):
                cov.set_option(f"run:{key}", running.get_option(f"run:{key}"))
        data = cov.get_data()
        data.update(recorded)
    try:
        yield cov
    finally:
        if close := getattr(data, "close", None):  # not in older versions
            close()


def _elsewhere(facts: Sequence[Fact], root: Path, wanted: Collection[str]) -> list[Fact]:
    """A gap where no line ran because the tests import an installed copy of the source."""
    files = [(fact.subject, fact.data) for fact in facts if isinstance(fact.data, FileCoverage)]
    if not files or any(data.executed for _, data in files):
        return []
    top = os.path.realpath(root)
    for name in sorted({_module(path) for path, data in files if data.statements}):
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError, AttributeError):
            continue
        origin = os.path.realpath(spec.origin) if spec and spec.origin else ""
        if origin and not origin.startswith(top + os.sep):
            message = f"no line of the source ran: {name} is imported from {origin}"
            remedy = f'`pip install -e .`, or name the package as source: source = ["{name}"]'
            return _gaps(wanted, Reason.PARTIAL, message, remedy)
    return []


def _gaps(sections: Collection[str], reason: Reason, message: str, remedy: str = "") -> list[Fact]:
    # reading coverage takes a dozen modules, which only the runs that measure it import
    from pytest_readiness.collect.coverage import gaps

    return gaps(sections, reason, message, remedy)


def _module(path: str) -> str:
    first, _, rest = path.partition("/")
    if first in ("src", "lib", "python") and rest:
        first = rest.partition("/")[0]
    return first.removesuffix(".py")


@contextlib.contextmanager
def _directory(path: str) -> Iterator[None]:
    """File names of coverage's data may be relative to where it ran."""
    before = os.getcwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
