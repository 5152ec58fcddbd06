"""Coverage's own data file: what it recorded in another process, reported as ``coverage report`` would."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from pytest_readiness.collect import Fact
from pytest_readiness.collect.tools.formats.arcs import spans_of
from pytest_readiness.collect.tools.formats.covering import gaps, is_aged, is_outside, notices
from pytest_readiness.collect.tools.formats.directory import within
from pytest_readiness.collect.tools.formats.read import Read, UnreadableError
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.evidence import FileCoverage, Gap
from pytest_readiness.model.value import replace

_MAGIC = b"SQLite format 3\0"


def read(source: Source) -> Read:
    if not source.raw.startswith(_MAGIC):
        raise UnreadableError(f"it is no data file of coverage: {shown(source.text)}")
    try:
        import coverage
    except ImportError:
        raise UnreadableError("coverage is not installed, which alone can read it") from None
    from pytest_readiness.collect.coverage import coverage_facts

    with tempfile.TemporaryDirectory() as directory, within(source):
        file = Path(directory, "data")
        file.write_bytes(source.raw)
        cov = coverage.Coverage(data_file=str(file))
        facts = coverage_facts(cov, source.root, sections=("coverage",), changed=(), cache_dir=None)
        with contextlib.suppress(AttributeError):  # older ones close by themselves
            cov.get_data().close()
        return Read(coverage=tuple(_told(source, facts)), version=coverage.__version__)


def _told(source: Source, facts: tuple[Fact, ...]) -> list[Fact]:
    name = source.tool.name
    found: list[Fact] = []
    aged: list[str] = []
    outside: list[str] = []
    for fact in facts:
        if isinstance(fact.data, Gap):
            found.append(fact._replace(subject=f"coverage:{name}"))
        elif not isinstance(fact.data, FileCoverage):
            found.append(fact)
        elif is_outside(fact.subject):
            outside.append(fact.subject)
        elif is_aged(source, os.path.join(source.root, fact.subject), source.written):
            aged.append(fact.subject)
        else:
            found.append(fact._replace(data=_with_spans(source, fact.subject, fact.data)))
    measured = any(isinstance(fact.data, FileCoverage) for fact in found)
    if not measured and not aged:
        told = [fact.data.message for fact in found if isinstance(fact.data, Gap)]
        where = f"none of its {len(outside)} files lies in the project" if outside else ""
        raise UnreadableError("; ".join([*told, where]).strip("; ") or "it tells of no file")
    found += gaps(source, source.written, aged=aged)
    found = [fact._replace(process=f"tool:{name}") for fact in found]
    return [*found, *notices(source, outside)]


def _with_spans(source: Source, path: str, file: FileCoverage) -> FileCoverage:
    """Nobody knows here which files were changed."""
    try:
        content = Path(source.root, path).read_bytes()
    except OSError:
        return file
    return replace(file, spans=spans_of(path, content))
