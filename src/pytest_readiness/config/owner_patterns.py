"""Patterns of CODEOWNERS as regular expressions over paths from the repository's top.

GitHub reads them as ``.gitignore`` does: without a slash within they match at any depth, a
directory's name means all that lies below. GitLab reads them as Ruby's ``File.fnmatch`` does: what
has no leading slash matches at any depth, and only a trailing slash means all that lies below.
"""

from __future__ import annotations

import re

from pytest_readiness.model.pattern import pattern

_TOKEN = pattern(r"\*+|\?|\[|\\(.)|[^*?\[\\]+", re.DOTALL)
_SET = pattern(r"\[([!^]?)((?:\\.|[^\\/\]])(?:\\.|[^\\\]])*)\]", re.DOTALL)
_MEMBER = pattern(r"\\?(.)(?:-\\?(.))?", re.DOTALL)
_WILDCARDS = 8
"""More than anybody writes; matching takes time that grows with a power of their number."""
_ANY = "[^/]*"


class PatternError(Exception):
    """A pattern that the forge does not take."""


def github_pattern(text: str) -> str:
    """Raises PatternError for what GitHub skips."""
    _check(text)
    if "[" in text:
        raise PatternError("GitHub knows no [ ] in patterns")
    body = text.strip("/")
    if not body:
        raise PatternError("it matches nothing")
    anchored = "/" in text.rstrip("/")
    segments = _segments(body)
    below = text.endswith("/")
    if segments[-1] == "**":
        segments.pop()
        below = True
    regex = "" if anchored and segments[:1] != ["**"] else "(?:.*/)?"
    if segments[:1] == ["**"]:
        segments = segments[1:]
    regex += _joined(segments, sets=False)
    if below:
        return f"{regex}/.+" if segments else f"{regex}.+"
    # what stands directly in a directory is asked for, or a file, or all that lies below
    return regex if anchored and segments[-1] == "*" else f"{regex}(?:/.*)?"


def gitlab_pattern(text: str) -> str:
    """Raises PatternError for what can match nothing."""
    _check(text)
    if text == "*":
        return ".+"
    body = text.removeprefix("/")
    if not body:
        return ".+"  # as GitLab completes it: /**/*
    segments = _segments(body.rstrip("/"))
    if text.endswith("/"):
        segments += ["**", "*"]
    if not text.startswith("/"):
        segments.insert(0, "**")
    return _joined(segments, sets=True)


def _check(text: str) -> None:
    if "***" in text:
        raise PatternError("it has more than two asterisks in a row")
    if "//" in text:
        raise PatternError("it has an empty directory in it, and matches nothing")


def _segments(body: str) -> list[str]:
    """Between slashes; of ``**`` several times in a row one is enough."""
    found: list[str] = []
    for segment in body.split("/"):
        if segment != "**" or found[-1:] != ["**"]:
            found.append(segment)
    if sum(len(re.findall(r"\*+", segment)) for segment in found) > _WILDCARDS:
        raise PatternError("it has too many wildcards")
    return found


def _joined(segments: list[str], *, sets: bool) -> str:
    """``**`` stands for any directories, but where it is the last: there for one name."""
    pieces = []
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "**" and not last:
            pieces.append("(?:.*/)?")
        else:
            pieces.append(_segment(segment, sets=sets) + ("" if last else "/"))
    return "".join(pieces)


def _segment(text: str, *, sets: bool) -> str:
    if text in ("*", "**"):
        return "[^/]+"
    pieces = []
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise PatternError("it ends in a backslash, which escapes nothing")
        place = token.end()
        if token[0].startswith("*"):
            pieces.append(_ANY)
        elif token[0] == "?":
            pieces.append("[^/]")
        elif token[0] == "[" and sets:
            found = _SET.match(text, token.start())
            if found is None:
                raise PatternError("a [ in it has no ]")
            pieces.append(_set(found))
            place = found.end()
        else:
            pieces.append(re.escape(token[1] or token[0]))
    return "".join(pieces)


def _set(found: re.Match[str]) -> str:
    members = []
    for one in _MEMBER.finditer(found[2]):
        first, last = one[1], one[2]
        if last is not None and first > last:
            raise PatternError(f"{first}-{last} is a range that runs backwards")
        members.append(re.escape(first) + (f"-{re.escape(last)}" if last is not None else ""))
    mark = "^" if found[1] else ""
    return f"(?!/)[{mark}{''.join(members)}]"
