"""Lines of CODEOWNERS: GitHub's, and GitLab's with sections, default owners and exclusions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_readiness.config.owner_patterns import (
    PatternError,
    github_pattern,
    gitlab_pattern,
)
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.requirement import OwnerRule
from pytest_readiness.model.value import NamedTuple

_WORD = pattern(r"(?:\\.|[^\s\\])+")
_HEADING = pattern(r"\^?\[([^\]]+)\](?:\[(\d+)\])?(?=\s|@|$)(.*)")
_HEADED = pattern(r"^[ \t]*\^?\[[^\]\n]+\](?:\[\d+\])?[ \t]*(?:\r?$|@|\S+@)", re.MULTILINE)
_OWNER = pattern(r"@@?[\w.\-]+(?:\[bot\])?(?:/[\w.\-]+)*|[^@\s#]+@[\w.\-]+")
_UNDECODABLE = "\N{REPLACEMENT CHARACTER}"


class _Entry(NamedTuple):
    text: str
    """The pattern as written."""
    owners: tuple[str, ...]
    regex: str
    excluded: bool = False


def owner_rules(
    text: str, *, file: str, directory: str, sections: bool | None
) -> tuple[OwnerRule, ...]:
    """A rule a line, in the file's order; lines that the forge skips are rules with a ``problem``.

    :param directory: the project's, relative to the repository's top; empty: the top.
    :param sections: whether the file is GitLab's; None: it is where it has a section's heading.
    """
    gitlab = bool(_HEADED.search(text)) if sections is None else sections
    rules = []
    section, default = "", ()  # type: str, tuple[str, ...]
    names: dict[str, str] = {}
    for number, line in _lines(text):
        if gitlab and (heading := _HEADING.fullmatch(line)):
            named = heading[1].strip()
            section = names.setdefault(named.casefold(), named)  # of one name they are combined
            default = _owners_among(heading[3].split())
            continue
        try:
            if _UNDECODABLE in line:
                raise PatternError("it holds bytes that are not UTF-8")
            entry = _gitlab(line, default) if gitlab else _github(line)
        except PatternError as error:
            rules.append(refused(file, number, str(error), pattern=line, section=section))
            continue
        rules.append(
            OwnerRule(
                pattern=entry.text,
                owners=entry.owners,
                line=number,
                section=section,
                regex=entry.regex,
                directory=directory,
                excluded=entry.excluded,
            )
        )
    return tuple(rules)


def refused(file: str, line: int, why: str, *, pattern: str = "", section: str = "") -> OwnerRule:
    """A rule that matches nothing, and why; line 0: the whole file."""
    where = f"{file}:{line}" if line else file
    return OwnerRule(
        pattern=pattern, owners=(), line=line, section=section, problem=f"{where}: {why}"
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """What is neither empty nor a comment, with its number."""
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if line and not line.startswith("#"):
            yield number, line


def _github(line: str) -> _Entry:
    text, rest = _first(line)
    if text.startswith("!"):
        raise PatternError("GitHub knows no exclusion with !: leave the owners out instead")
    if text.startswith("\\#"):
        raise PatternError("GitHub knows no escaped # at the beginning of a pattern")
    owners = []
    for word in rest.split():
        if word.startswith("#"):
            break
        if not _OWNER.fullmatch(word):
            raise PatternError(f"{word} is no owner: @user, @organisation/team or an address")
        owners.append(word)
    return _Entry(text, tuple(dict.fromkeys(owners)), github_pattern(text))


def _gitlab(line: str, default: tuple[str, ...]) -> _Entry:
    excluded = line.startswith("!")
    text, rest = _first(line[1:] if excluded else line)
    if not excluded and _broken_heading(line):
        raise PatternError("a section is written [Name], [Name][2] or ^[Name], owners behind it")
    regex = gitlab_pattern(text)
    if excluded:
        return _Entry(f"!{text}", (), regex, excluded=True)
    words = rest.split()
    return _Entry(text, _owners_among(words) if words else default, regex)


def _broken_heading(line: str) -> bool:
    return line.startswith(("[", "^[")) and ("]" not in line or line.startswith(("[]", "^[")))


def _first(line: str) -> tuple[str, str]:
    """The pattern, with its escapes, and what stands behind it."""
    found = _WORD.match(line)
    if found is None:
        raise PatternError("there is no pattern in it")
    rest = line[found.end() :]
    if rest and not rest[0].isspace():
        raise PatternError("it ends in a backslash, which escapes nothing")
    return found[0], rest


def _owners_among(words: list[str]) -> tuple[str, ...]:
    """GitLab passes over what is no owner, words of a comment among them."""
    return tuple(dict.fromkeys(word for word in words if _OWNER.fullmatch(word)))
