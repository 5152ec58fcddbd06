"""pip-audit's ``--format json``: a finding for each vulnerability of each package.

It tells no severity: findings have the tool's ``level``, ``high`` where none is configured. A package
that it could not audit is a note ``not-audited``: nobody knows what is in it. Where it could audit
none, nothing was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_readiness.collect.tools.formats.levels import ordered
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source, shown

DEFAULT = "high"
_NOTE = "note"


def read(source: Source) -> Read:
    told = source.json("JSON of pip-audit (`pip-audit --format json`)")
    # its first versions wrote the list alone
    packages = told.get("dependencies") if isinstance(told, dict) else told
    if not isinstance(packages, list):
        raise UnreadableError(f"it has no `dependencies`: {shown(source.text)}")
    level = source.tool.level or DEFAULT
    found = [
        one
        for place, package in enumerate(packages)
        for one in _of(package, f"dependencies[{place}]", level)
    ]
    if packages and all("skip_reason" in package for package in packages):
        first = found[0].message if found else "all of them are editable"
        raise UnreadableError(f"it audited none of {len(packages)} packages: {first}")
    return Read(findings=gather(source.tool.name, found), levels=ordered({level, _NOTE}))


def _of(package: Any, where: str, level: str) -> Iterator[Found]:
    if not isinstance(package, dict) or not isinstance(package.get("name"), str):
        raise UnreadableError(f"`{where}` has no name")
    name = package["name"]
    if "skip_reason" in package:
        if "editable" not in str(package["skip_reason"]):  # the project itself
            yield Found(_NOTE, f"{name}: {package['skip_reason']}", rule="not-audited")
        return
    told = package.get("vulns")
    if not isinstance(told, list):
        raise UnreadableError(f"`{where}` ({name}) has neither `vulns` nor `skip_reason`")
    for place, one in enumerate(told):
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise UnreadableError(f"`{where}.vulns[{place}]` has no id")
        fixes = _texts(one.get("fix_versions"))
        also = _texts(one.get("aliases"))
        mended = f", mended in {', '.join(fixes)}" if fixes else ", no fix is known"
        known = f" ({', '.join(also)})" if also else ""
        about = " ".join(str(one.get("description") or "").split())
        yield Found(
            level,
            f"{name} {package.get('version', '')}{mended}{known}: {about}".rstrip(": "),
            rule=one["id"],
            fixable=bool(fixes),
        )


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []
