"""Looks at the project's files: whether those are there, and hold, what requirements ask for.

Each is either seen to hold or seen not to hold, or it is a gap that says why that cannot be told. No line
that was found is repeated: it may be a secret; where it stands is enough.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pytest_readiness.collect import Fact
from pytest_readiness.collect.matching import MatchError, Matching
from pytest_readiness.collect.tree import Found, find, is_glob, printable, read
from pytest_readiness.model.evidence import Gap, Look, Reason
from pytest_readiness.model.requirement import LookFor, LookProof, Requirement

SECTION = "looks"
PLACES = 5
"""At most as many are named."""
PATHS = 20
"""At most as many files are kept in evidence."""
MOST_BYTES = 200_000_000
"""Of all files that one look reads."""
Search = Callable[[str], int]


def look_facts(
    root: Path, wanted: Iterable[LookFor], source: Sequence[str] = ()
) -> tuple[Fact, ...]:
    """One fact for each: a Look, or a Gap ``looks:KEY``. Never raises.

    :param source: packages or directories that are configured as the project's source; empty: detected.
    """
    facts: dict[str, Fact] = {}
    for one in wanted:
        if one.key in facts:
            continue
        try:
            data = _look(root, one, source)
        except Exception as error:
            data = Gap(
                reason=Reason.ERROR,
                message=f"looking for it raised {type(error).__name__}",
                remedy="this is a mistake of pytest-readiness: report it",
            )
        subject = one.key if isinstance(data, Look) else f"{SECTION}:{one.key}"
        facts[one.key] = Fact(subject, data)
    return tuple(facts.values())


def looked_for(requirements: Iterable[Requirement]) -> list[LookFor]:
    """All that requirements have looked for; of one that does not apply nothing is."""
    return [
        proof.look
        for requirement in requirements
        if not requirement.not_applicable
        for proof in requirement.proofs
        if isinstance(proof, LookProof)
    ]


def _look(root: Path, wanted: LookFor, source: Sequence[str]) -> Look | Gap:
    match wanted.what:
        case "file":
            return _file(wanted.path, find(root, wanted.path))
        case "no-file":
            return _no_file(wanted.path, find(root, wanted.path))
        case "text" | "no-text":
            return _text(root, wanted)
        case "environment-variables":
            from pytest_readiness.collect.documented import documented

            return documented(root, wanted.path, wanted.text, source)
    return gap([f"it is not known how to look for {wanted.what}"])


def gap(unknown: Sequence[str], remedy: str = "") -> Gap:
    return Gap(reason=Reason.NO_DATA, message=several(unknown), remedy=remedy)


def several(names: Sequence[str], most: int = PLACES) -> str:
    """``a, b and 3 more``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def _seen(holds: bool, detail: str, paths: Iterable[str]) -> Look:
    return Look(holds=holds, detail=detail, paths=tuple(map(printable, paths))[:PATHS])


def _file(path: str, found: Found) -> Look | Gap:
    if found.paths:
        return _seen(True, several([printable(one) for one in found.paths], 1), found.paths)
    if found.unknown:
        return gap(found.unknown)
    return _seen(False, _nothing(path), ())


def _no_file(path: str, found: Found) -> Look | Gap:
    if found.paths:
        names = several([printable(one) for one in found.paths])
        return _seen(
            False, f"{names} {'is' if len(found.paths) == 1 else 'are'} there", found.paths
        )
    if found.unknown:
        return gap(found.unknown)
    return _seen(True, _nothing(path), ())


def _nothing(path: str) -> str:
    return f"no file matches {path}" if is_glob(path) else f"there is no {path}"


def _text(root: Path, wanted: LookFor) -> Look | Gap:
    """Whether each of the files has it, or none has it."""
    found = find(root, wanted.path)
    if not found.paths:
        return gap(found.unknown) if found.unknown else _seen(False, _nothing(wanted.path), ())
    try:
        with _search(wanted) as search:
            return _searched(root, wanted, found, search)
    except MatchError as error:
        where = several([printable(path) for path in found.paths], 1)
        return gap(
            [f"looking for {wanted.text!r} in {where} {error}"],
            "have the expression repeat less: no repetition within a repetition, none of `.*` twice",
        )


def _searched(root: Path, wanted: LookFor, found: Found, search: Search) -> Look | Gap:
    """Raises :class:`MatchError`."""
    lacking = wanted.what == "no-text"
    unknown, having, without = list(found.unknown), dict[str, str](), list[str]()
    total = 0
    for path in found.paths:
        content = read(root, path)
        line = search(content.text)
        if line:
            having[path] = f"{printable(path)}:{line}"
        elif content.unread:
            unknown.append(f"{printable(path)} {content.unread}")
        else:
            without.append(path)
        total += len(content.text)
        if total > MOST_BYTES:
            unknown.append(f"{wanted.path} has more than {MOST_BYTES // 1_000_000} MB in all")
            break
    if lacking and having:
        return _seen(False, f"it stands in {several([*having.values()])}", having)
    if without and not lacking:
        names = several([printable(path) for path in without])
        return _seen(False, f"it does not stand in {names}", without)
    if unknown:
        return gap(unknown, "name the text files only, as in src/**/*.py" * is_glob(wanted.path))
    count = len(found.paths)
    where = printable(found.paths[0]) if count == 1 else f"{count:,} files"
    detail = f"it does not stand in {where}" if lacking else several([*having.values()], 1)
    return _seen(True, detail, found.paths)


@contextlib.contextmanager
def _search(wanted: LookFor) -> Iterator[Search]:
    """Of a text the line, from 1, on which what is wanted is first found; 0: it is not."""
    if not wanted.regex:
        yield lambda text: _line(text, text.find(wanted.text))
        return
    with Matching(wanted.text, re.MULTILINE) as matching:

        def search(text: str) -> int:
            (hit,) = matching.first([text])
            return _line(text, -1 if hit is None else hit[0])

        yield search


def _line(text: str, position: int) -> int:
    return 0 if position < 0 else text.count("\n", 0, position) + 1
