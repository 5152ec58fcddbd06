"""Source that was to be measured and was not: a name mistyped, a part of it left out by ``--cov``."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any

from pytest_readiness.collect import Fact
from pytest_readiness.collect.coverage import gaps
from pytest_readiness.collect.scope import Scope, option
from pytest_readiness.model.evidence import ChangedFile, Reason
from pytest_readiness.model.fact import OUTSIDE
from pytest_readiness.model.value import replace

_REMEDY = "check `source`, and the `--cov` that you give"


def unmeasured(
    cov: Any, root: Path, facts: Sequence[Fact], configured: Sequence[str], wanted: Collection[str]
) -> list[Fact]:
    """``facts``, with gaps where some of the source was not measured at all.

    To be called in the directory that coverage ran in. ``configured``: the policy's source,
    relative to ``root``. A change outside of what was measured may then be one of the source: it
    is not left out.
    """
    message = next(_problems(cov, root, configured), "")
    if not message:
        return list(facts)
    return [*map(_counted, facts), *gaps(wanted, Reason.PARTIAL, message, _REMEDY)]


def _problems(cov: Any, root: Path, configured: Sequence[str]) -> Iterator[str]:
    names = [source for source in configured if not (root / source).is_dir()]
    for key in ("run:source", "run:source_dirs", "run:source_pkgs"):
        names += (
            source
            for source in option(cov, key)
            if key == "run:source_pkgs" or not os.path.isdir(source)
        )
    if names:
        seen = [PurePath(name).with_suffix("").parts for name in cov.get_data().measured_files()]
        for name in dict.fromkeys(names):
            if not _among(seen, tuple(name.split("."))):
                yield f"no file of the source {name!r} was measured: no such directory or module"
    directories = [source for source in configured if (root / source).is_dir()]
    scope = Scope(cov) if directories else None
    for source in directories:
        for path in sorted((root / source).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if scope is not None and scope.excuse(root, name) == OUTSIDE:
                yield f"{name} belongs to the configured source and was not to be measured"
                break


def _among(seen: Iterable[tuple[str, ...]], module: tuple[str, ...]) -> bool:
    size = len(module)
    return any(
        parts[start : start + size] == module
        for parts in seen
        for start in range(len(parts) - size + 1)
    )


def _counted(fact: Fact) -> Fact:
    if isinstance(fact.data, ChangedFile) and fact.data.ignored == OUTSIDE:
        return fact._replace(data=replace(fact.data, ignored=""))
    return fact
