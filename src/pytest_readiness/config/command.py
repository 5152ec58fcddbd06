"""Commands that are run without a shell: what only a shell would understand is told, not passed on."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from pytest_readiness.config.names import quote
from pytest_readiness.config.table import Table
from pytest_readiness.model.pattern import pattern

_ASSIGNMENT = pattern(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_CHAINS = {
    "|": "a pipe",
    "&": "another command",
    ";": "another command",
    "\n": "another command",
    "<": "a redirection",
    ">": "a redirection",
    "(": "a subshell",
    ")": "a subshell",
}
_FILLED_IN = {"$": "a variable or a command to be filled in", "`": "a command to be filled in"}
_GLOBS = {"*": "a pattern of file names", "?": "a pattern of file names"}


def check_command(table: Table, key: str, command: str) -> bool:
    """Note what keeps the words of a command from being run as they stand; whether nothing does."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        said = "a quotation is not closed" if "quotation" in str(error) else "a \\ ends it"
        table.problem(key, f"{quote(command)} is no command: {said}")
        return False
    if not words or not words[0].strip():
        table.problem(key, f"{quote(command)} names no program")
        return False
    if "\0" in command:
        table.problem(key, "the command holds a NUL character")
        return False
    found = next(_for_a_shell(command), None)
    if found is not None:
        mark, meaning = found
        table.problem(
            key,
            f"{quote(mark)} in {quote(command)} means {meaning} to a shell only, and none is used",
            remedy="write shell = true beside it; or put it into quotes, where it is meant as it stands",
        )
        return False
    if assigned := _ASSIGNMENT.fullmatch(words[0]):
        table.problem(
            key,
            f"{quote(words[0])} sets a variable in a shell only, and none is used",
            remedy=f"write environment = {{ {assigned[1]} = {quote(assigned[2])} }} beside it",
        )
        return False
    return True


def _for_a_shell(command: str) -> Iterator[tuple[str, str]]:
    """Characters outside of quotes that a shell would act on, and what each would mean to it."""
    inside = ""
    escaped = False
    before = " "
    for character in command:
        if escaped:
            escaped = False
        elif character == "\\" and inside != "'":
            escaped = True
        elif inside:
            if character == inside:
                inside = ""
            elif inside == '"' and character in _FILLED_IN:
                yield character, _FILLED_IN[character]
        elif character in "'\"":
            inside = character
        else:
            meanings = {**_CHAINS, **_FILLED_IN, **_GLOBS}
            if character in meanings:
                yield character, meanings[character]
            elif character == "~" and before.isspace():
                yield character, "a home directory"
        before = character
