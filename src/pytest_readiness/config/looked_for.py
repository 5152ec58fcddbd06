"""What a requirement has looked for in the project's files: ``file``, ``no-file``, ``text``, ``check``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_readiness.config import parts
from pytest_readiness.config.names import KeyPath, quote
from pytest_readiness.config.parts import ONE_OR_MORE, TEXT, TEXTS, Schema, said, words
from pytest_readiness.config.paths import check_path
from pytest_readiness.config.table import Table, as_table
from pytest_readiness.model.requirement import LookFor

TEXTS_LOOKED_FOR = {
    "has": ("text", False),
    "lacks": ("no-text", False),
    "matches": ("text", True),
    "lacks-match": ("no-text", True),
}
"""What each key asks for, and whether its value is a regular expression."""
CHECKS = ("environment-variables",)
DOCUMENTED = ".env.example"


def read_files(table: Table, what: str) -> Iterator[LookFor]:
    """:param what: ``file`` or ``no-file``, which is the key too."""
    for path, text in strings(table, what):
        if check_path(table.source, path, text):
            yield LookFor(what=what, path=text)


def read_text(table: Table) -> Iterator[LookFor]:
    for one in _tables(table, "text"):
        one.only(("file", *TEXTS_LOOKED_FOR))
        one.need(("file",))
        files = [file for path, file in strings(one, "file") if check_path(one.source, path, file)]
        asked = [key for key in TEXTS_LOOKED_FOR if key in one.data]
        if len(asked) != 1:
            one.source.problem(
                one.path,
                f"{' and '.join(asked)} stand together" if asked else "it looks for nothing",
                allowed=TEXTS_LOOKED_FOR,
                remedy="write one of them; several texts are an array of tables",
            )
            continue
        what, regex = TEXTS_LOOKED_FOR[asked[0]]
        text = one.text(asked[0])
        if text and (not regex or _compiles(one, asked[0], text)):
            for file in files:
                yield LookFor(what=what, path=file, text=text, regex=regex)


def read_check(table: Table) -> Iterator[LookFor]:
    options = {check: check for check in CHECKS}
    if isinstance(table.data["check"], str):
        if chosen := table.choice("check", options, ""):
            yield LookFor(what=chosen, path=DOCUMENTED)
        return
    one = table.table("check")
    if one is None:
        return
    one.only(("name", "file", "source"))
    one.need(("name",))
    chosen = one.choice("name", options, "")
    file = one.text("file", DOCUMENTED)
    whole = check_path(one.source, (*one.path, "file"), file) and not _holds_secrets(one, file)
    sources = [
        glob
        for index, glob in enumerate(one.texts("source"))
        if check_path(one.source, (*one.path, "source", index), glob)
    ]
    for glob in sources or ([] if "source" in one.data else [""]):
        if chosen and whole:
            yield LookFor(what=chosen, path=file, text=glob)


def _holds_secrets(table: Table, file: str) -> bool:
    if file.rpartition("/")[2] == ".env":
        table.problem(
            "file",
            f"{quote(file)} holds secrets, and is not read",
            remedy="what is committed documents them: .env.example",
        )
        return True
    return False


def strings(table: Table, key: str) -> list[tuple[KeyPath, str]]:
    """One string, or an array of some, each with its place."""
    value = table.data.get(key)
    if isinstance(value, str):
        text = table.text(key)
        return [((*table.path, key), text)] if text else []
    return [
        ((*table.path, key, index), text)
        for index, text in enumerate(value if table.texts(key) and isinstance(value, list) else ())
        if isinstance(text, str) and text.strip()
    ]


def _compiles(table: Table, key: str, text: str) -> bool:
    try:
        always = re.compile(text, re.MULTILINE).search("") is not None
    except (re.error, OverflowError, RecursionError) as error:
        table.problem(key, f"{quote(text)} is no regular expression: {error}")
        return False
    if always:
        table.problem(key, f"{quote(text)} matches nothing at all too, and so stands in every file")
    return not always


def _tables(table: Table, key: str) -> Iterator[Table]:
    """One table, or an array of some."""
    if isinstance(table.data[key], list):
        yield from table.tables(key)
    else:
        one = as_table(table.source, (*table.path, key), table.data[key])
        if one is not None:
            yield one


def looked_for_schema() -> Schema:
    """Properties of a requirement's table."""
    text = {
        **parts.table({"file": ONE_OR_MORE, **dict.fromkeys(TEXTS_LOOKED_FOR, TEXT)}, "file"),
        "oneOf": [{"required": [key]} for key in TEXTS_LOOKED_FOR],
    }
    check = parts.table({"name": words(CHECKS), "file": TEXT, "source": TEXTS}, "name")
    return {
        "file": said(ONE_OR_MORE, "A path or glob that there is."),
        "no-file": said(ONE_OR_MORE, "A path or glob that there is not."),
        "text": said(parts.one_or_more(text), "Text that stands in a file, or does not."),
        "check": said({"anyOf": [words(CHECKS), check]}, "A check that comes with the plugin."),
    }
