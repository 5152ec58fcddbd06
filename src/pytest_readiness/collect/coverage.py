"""Coverage of a finished run as facts: exactly what ``coverage report`` counts, by line and branch."""

from __future__ import annotations

import contextlib
import gc
import os
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_readiness.collect import Fact
from pytest_readiness.collect.digest import digest
from pytest_readiness.collect.git import NOT_PYTHON
from pytest_readiness.collect.measured import Measured, UnknownInterface, json_figures
from pytest_readiness.collect.naming import project_path
from pytest_readiness.collect.scope import Scope
from pytest_readiness.collect.statements import Covered, examine
from pytest_readiness.collect.tables import Tables
from pytest_readiness.model.evidence import ChangedFile, FileCoverage, Gap, Notice, Reason
from pytest_readiness.model.value import replace

_SHOWN = 3


def coverage_facts(
    cov: Any,
    root: Path,
    *,
    sections: Collection[str],
    changed: Sequence[Fact],
    cache_dir: Path | None,
) -> tuple[Fact, ...]:
    """Facts of the sections ``coverage`` and ``patch`` from a ``coverage.Coverage`` that has stopped.

    To be called in the directory that coverage ran in. ``changed``: what ``collect.git.changes``
    returned; it is part of the result, its files now marked where coverage was not to measure
    them, so use the result in its place. Where only ``patch`` is wanted, only changed files are
    analysed, and a gap says so. Never raises: what fails becomes a gap.
    """
    from coverage.exceptions import ConfigError, CoverageException, NoDataError

    whole = "coverage" in sections
    paths = {fact.subject for fact in changed if isinstance(fact.data, ChangedFile)}
    try:
        with _quiet():
            figures, failed, tolerant = _figures(cov, root, None if whole else paths, cache_dir)
            scope = Scope(cov) if changed else None
    except NoDataError as error:
        return (*changed, *gaps(sections, Reason.NO_DATA, f"coverage has no data: {error}", _RUN))
    except (CoverageException, ConfigError) as error:
        message = f"coverage's data or configuration cannot be read: {error}"
        return (*changed, *gaps(sections, Reason.ERROR, message, ERASE))
    except Exception as error:  # whatever a plugin of coverage or an unknown version does
        message = f"coverage failed: {type(error).__name__}: {error}"
        return (*changed, *gaps(sections, Reason.ERROR, message, "run `coverage report`"))
    if not figures and not failed and whole:
        return (*changed, *gaps(sections, Reason.NO_DATA, "coverage measured no file", _RUN))
    facts = [
        Fact(path, _file(digests, covered, path in paths))
        for path, (digests, covered) in figures.items()
    ]
    facts += [_marked(fact, figures, scope, root) for fact in changed]
    if not whole:
        message = "only changed files were analysed, as no gate needs the others"
        facts += gaps({"coverage"}, Reason.PARTIAL, message, "configure a gate on coverage.lines")
    if failed:
        facts += _failures(failed, sections, tolerant, paths)
    return tuple(facts)


_RUN = "check coverage's `source`: does it hold the code that the tests import?"
ERASE = "remove the data of other versions with `coverage erase`, then run again"


def gaps(sections: Collection[str], reason: Reason, message: str, remedy: str = "") -> list[Fact]:
    """The same gap in each of the sections that coverage serves."""
    return [
        Fact(section, Gap(reason=reason, message=message, remedy=remedy))
        for section in ("coverage", "patch")
        if section in sections
    ]


_Figures = dict[str, tuple[str, Covered]]
"""Path to digest of content and figures."""


def _figures(
    cov: Any, root: Path, paths: Collection[str] | None, cache_dir: Path | None
) -> tuple[_Figures, dict[str, str], bool]:
    """Figures by path; files that could not be analysed, with why; whether coverage is to ignore such."""
    tolerant = bool(cov.get_option("report:ignore_errors"))
    failed: dict[str, str] = {}
    try:
        measured = Measured(cov)
        try:
            found = _by_name(measured, root, paths, cache_dir, failed)
        finally:
            measured.close()
    except UnknownInterface:
        failed.clear()
        wanted = None if paths is None else _wanted(cov.get_data().measured_files(), root, paths)
        found = {}
        if wanted is None or wanted:
            for name, covered in json_figures(cov, wanted).items():
                found[name] = (digest(_content(name) or b""), covered)
    figures: _Figures = {}
    for name in sorted(found):
        path = project_path(name, root)
        if path in figures:  # two copies with one content
            path = os.path.relpath(name, root).replace(os.sep, "/")
        figures[path] = found[name]
    return figures, {project_path(name, root): why for name, why in failed.items()}, tolerant


def _by_name(
    measured: Measured,
    root: Path,
    paths: Collection[str] | None,
    cache_dir: Path | None,
    failed: dict[str, str],
) -> dict[str, tuple[str, Covered]]:
    names = measured.files()
    if paths is not None:
        names = _wanted(names, root, paths)
    tables = Tables(cache_dir / "coverage" if cache_dir else None, measured.way)
    found: dict[str, tuple[str, Covered]] = {}
    for name in names:
        content = None if measured.traced_by_plugin(name) else _content(name)
        if content is None:
            continue
        seal = digest(content)
        table = tables.get(seal)
        covered = table and table.covered(measured.recorded(name))
        if covered:
            found[name] = (seal, covered)
    left = [name for name in names if name not in found]
    for name, reporter, analysis in measured.analyses(left, failed):
        content = _content(name) or b""
        recorded = measured.recorded(name)
        covered, table = examine(reporter, analysis, recorded, content)
        seal = digest(content)
        found[name] = (seal, covered)
        if table and not measured.traced_by_plugin(name):
            tables.put(seal, table)
    tables.save()
    return found


def _wanted(names: Collection[str], root: Path, paths: Collection[str]) -> list[str]:
    ends = tuple({os.path.basename(path) for path in paths})
    # the last part first: finding out the whole name takes a look at the disk
    return [name for name in names if name.endswith(ends) and project_path(name, root) in paths]


def _content(name: str) -> bytes | None:
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError:
        return None


def _file(seal: str, covered: Covered, spans: bool) -> FileCoverage:
    return FileCoverage(
        digest=seal,
        statements=covered.statements,
        executed=covered.executed,
        branches=covered.branches,
        taken=covered.taken,
        spans=covered.spans if spans else (),
    )


def _marked(fact: Fact, figures: Mapping[str, object], scope: Scope | None, root: Path) -> Fact:
    """A changed file that coverage measures counts, in any language; one it was not to measure does not."""
    data = fact.data
    if not isinstance(data, ChangedFile) or scope is None:
        return fact
    ignored = data.ignored
    if fact.subject in figures:
        ignored = "" if ignored == NOT_PYTHON else ignored
    elif not ignored:
        ignored = scope.excuse(root, fact.subject)
    return fact._replace(data=replace(data, ignored=ignored))


def _failures(
    failed: Mapping[str, str], sections: Collection[str], tolerant: bool, changed: Collection[str]
) -> list[Fact]:
    names = sorted(failed)
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    message = f"{len(names)} measured files could not be analysed: {shown} ({failed[names[0]]})"
    if len(names) == 1:
        message = f"a measured file could not be analysed: {shown} ({failed[names[0]]})"
    if tolerant:
        return [Fact("coverage", Notice(text=f"{message}; [report] ignore_errors is set"))]
    touched = {
        section
        for section in sections
        if section == "coverage" or not failed.keys().isdisjoint(changed)
    }
    remedy = "add them to coverage's [run] omit, or set [report] ignore_errors = true"
    return gaps(touched, Reason.PARTIAL, message, remedy)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Coverage's warnings are told as facts; and many small objects that live long need no collector."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if collecting:
            gc.enable()
