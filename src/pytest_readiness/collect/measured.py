"""A coverage object whose run is over: its files, what it recorded, and its own analysis of them."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pytest_readiness.collect.scope import option
from pytest_readiness.collect.statements import Arc, Covered, Recorded, settle
from pytest_readiness.model import lines
from pytest_readiness.model.lines import EMPTY, Lines


class UnknownInterface(Exception):  # noqa: N818 - says what is the case, nothing failed
    """This version of coverage has not what the quick way needs; the documented reports are left."""


class Analysed(NamedTuple):
    name: str
    """As the data has it."""
    reporter: Any
    analysis: Any


class Measured:
    """Must be used in the directory that coverage ran in: its file names may be relative to it."""

    def __init__(self, cov: Any) -> None:
        """Raises UnknownInterface, and ``coverage.CoverageException`` for data that is not readable."""
        self.cov = cov
        if option_paths(cov):
            # as every report does; without it files of other machines stand beside ours
            try:
                cov._prepare_data_for_reporting()
            except (AttributeError, TypeError) as error:
                raise UnknownInterface(str(error)) from error
        self.data = cov.get_data()
        self.data.read()
        self.branches: bool = bool(self.data.has_arcs())
        self.data.set_query_contexts(list(option(cov, "report:contexts")) or None)

    def close(self) -> None:
        self.data.set_query_contexts(None)

    @property
    def way(self) -> str:
        """All that decides what coverage makes of a source, besides the source."""
        import coverage

        excluded = [
            self.cov.get_exclude_list(which) for which in ("exclude", "partial", "partial_always")
        ]
        plugins = list(option(self.cov, "run:plugins"))
        return json.dumps([coverage.__version__, sys.version, self.branches, excluded, plugins])

    def files(self) -> list[str]:
        """Names of all files that a report lists, sorted."""
        names = sorted(self.data.measured_files())
        include, omit = option(self.cov, "report:include"), option(self.cov, "report:omit")
        if not include and not omit:
            return names
        try:
            from coverage.files import GlobMatcher, canonical_filename, prep_patterns

            relative = self.cov.get_option("run:relative_files")
            whole = {name: name if relative else canonical_filename(name) for name in names}
            for patterns, wanted in ((include, True), (omit, False)):
                if patterns:
                    matcher = GlobMatcher(prep_patterns(list(patterns)), "readiness")
                    names = [name for name in names if bool(matcher.match(whole[name])) is wanted]
        except (ImportError, AttributeError, TypeError) as error:
            raise UnknownInterface(str(error)) from error
        return names

    def traced_by_plugin(self, name: str) -> bool:
        """Whether a coverage plugin, not Python's own parser, says what the file's statements are."""
        return bool(self.data.file_tracer(name))

    def recorded(self, name: str) -> Recorded:
        if not self.branches:
            return Recorded(lines=lines.of(self.data.lines(name) or ()), arcs=None)
        arcs: tuple[Arc, ...] = tuple(self.data.arcs(name) or ())
        ends = {line for arc in arcs for line in arc if line > 0}
        return Recorded(lines=lines.of(ends), arcs=arcs)

    def analyses(self, names: Sequence[str], failed: dict[str, str]) -> Iterator[Analysed]:
        """Coverage's own analysis of the files. Those it cannot analyse go to ``failed``, with why.

        Files that are no Python although they ran as such are left out, as coverage does.
        """
        try:
            from coverage.exceptions import CoverageException, NoDataError
            from coverage.report_core import get_analysis_to_report
        except ImportError as error:
            raise UnknownInterface(str(error)) from error
        left = list(names)
        while left:
            try:
                for reporter, analysis in get_analysis_to_report(self.cov, left):
                    name = analysis.filename
                    if name not in left:
                        raise UnknownInterface(f"{name!r} was not asked for")
                    yield Analysed(name, reporter, analysis)
                    left.remove(name)
                # passed over, as it is to ignore errors; what is not called Python it never reports
                failed.update((name, "no Python source") for name in left if _python(name))
                break
            except NoDataError:
                break
            except (AttributeError, TypeError) as error:
                raise UnknownInterface(str(error)) from error
            except (
                CoverageException,
                OSError,
                SyntaxError,
                ValueError,
                RecursionError,
                AssertionError,  # coverage 7.6 to 7.10, of a file that is no Python any more
            ) as error:
                # one file stopped it: ask for each of the rest alone
                if len(left) > 1:
                    for name in list(left):
                        yield from self.analyses([name], failed)
                    break
                failed[left[0]] = str(error) or type(error).__name__
                break


def _python(name: str) -> bool:
    extension = os.path.splitext(name)[1]
    return not extension or extension.startswith(".py")


def option_paths(cov: Any) -> bool:
    return bool(cov.get_option("paths"))


def json_figures(cov: Any, names: Iterable[str] | None) -> dict[str, Covered]:
    """The same figures by the documented JSON report alone, by absolute path; no spans.

    Raises ``coverage.CoverageException``, and ValueError where the report does not add up.
    """
    with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(directory) / "coverage.json"
        cov.json_report(
            None if names is None else list(names), outfile=str(path), ignore_errors=True
        )
        report = json.loads(path.read_text(encoding="utf-8"))
        return {
            os.path.abspath(name): _figures(cov, name, entry)
            for name, entry in report["files"].items()
        }


def _figures(cov: Any, name: str, entry: dict[str, Any]) -> Covered:
    summary = entry["summary"]
    missing = lines.of(entry["missing_lines"])
    excluded = lines.of(entry["excluded_lines"])
    executed = Lines(lines.of(entry["executed_lines"]) & ~excluded & ~missing)
    statements = Lines(executed | missing)
    if statements.bit_count() != summary["num_statements"]:
        # older versions tell executed lines that are no statements as well
        statements = lines.of(cov.analysis2(os.path.abspath(name))[1])
        executed = Lines(statements & ~missing)
    if statements.bit_count() != summary["num_statements"]:
        raise ValueError(f"coverage's JSON report of {name} does not add up")
    branches: tuple[Arc, ...] | None = None
    taken: tuple[Arc, ...] = ()
    if "num_branches" in summary:
        found = {(line, target) for line, target in entry["executed_branches"]}
        lost = {(line, target) for line, target in entry["missing_branches"]}
        branches, taken = settle(
            found - lost, lost, summary["num_branches"], summary["missing_branches"]
        )
    return Covered(
        statements=statements or EMPTY,
        executed=executed,
        branches=branches,
        taken=taken,
        spans=(),
    )
