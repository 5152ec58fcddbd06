"""The configuration as it stands where HEAD and the base forked."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pytest_readiness.collect import Fact
from pytest_readiness.collect.base import Base, merge_base
from pytest_readiness.collect.gitcommand import (
    Git,
    GitError,
    GitMissingError,
    NotARepositoryError,
)
from pytest_readiness.model.evidence import Comparison, Gap, Reason
from pytest_readiness.model.outside import BasePolicy

SECTION = "policy"
_TABLE = "pytest-readiness"
_LARGEST = 4 * 1024 * 1024
_NO_BASE = "fetch the base branch, or set `base` in [tool.pytest-readiness]"


def base_policy(
    path: Path, base: str, environ: Mapping[str, str], known: Iterable[Fact] = ()
) -> tuple[Fact, ...]:
    """A BasePolicy, or a Gap of the section ``policy`` that says why there is none. Never raises.

    :param path: the configuration file in use.
    :param base: a ref, or ``auto``.
    :param known: facts that may hold the Comparison with the same base: what it found is not
        looked for again.
    """
    git = Git(path.parent, environ)
    try:
        found = _compared(known) or merge_base(git, base, environ)
        content = _content(git, f"{found.commit}:./{path.name}")
    except NotARepositoryError as error:
        return (_gap(str(error), "run in a git clone of the project"),)
    except GitError as error:
        return (_gap(str(error), error.remedy or _NO_BASE),)
    try:
        text = "" if content is None else table_text(content)
    except ValueError as error:
        where = f"{path.name} at {found.name} ({found.commit[:10]})"
        return (
            _gap(f"{where} cannot be read: {error}", "mend it there, or compare with another base"),
        )
    return (Fact("", BasePolicy(base=found.name, commit=found.commit, text=text)),)


def table_text(content: bytes) -> str:
    """``[tool.pytest-readiness]`` of a TOML document as JSON, its secrets left out; empty where there
    is none. Raises ValueError for what is no TOML."""
    if len(content) > _LARGEST:
        raise ValueError("it is too large")
    table = _parsed(content).get("tool", {})
    table = table.get(_TABLE) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        return ""
    return json.dumps(
        _without_secrets(table), default=_written, ensure_ascii=False, sort_keys=False
    )


def _parsed(content: bytes) -> dict[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _without_secrets(table: dict[str, Any]) -> dict[str, Any]:
    """Evidence goes where the configuration may not: no password of a database, no variables."""
    kept = dict(table)
    history = kept.get("history")
    if isinstance(history, str) and "://" in history:
        kept["history"] = history.partition("://")[0] + "://"
    tools = kept.get("tools")
    if isinstance(tools, dict):
        kept["tools"] = {name: _without_variables(tool) for name, tool in tools.items()}
    requirements = kept.get("requirements")
    if isinstance(requirements, list):
        kept["requirements"] = [
            {**one, "command": _without_variables(one["command"])}
            if isinstance(one, dict) and "command" in one
            else one
            for one in requirements
        ]
    return kept


def _without_variables(command: Any) -> Any:
    if not isinstance(command, dict):
        return command
    return {key: value for key, value in command.items() if key != "environment"}


def _written(value: object) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of TOML")


def _content(git: Git, name: str) -> bytes | None:
    """What a file holds at a commit; None: it is not there."""
    if "\n" in name:
        raise GitError("the file's name goes over two lines", "give it another name")
    asked = name.encode("utf-8", "surrogateescape") + b"\n"
    try:
        said = git.run("cat-file", "--batch", input=asked)
    except (GitMissingError, NotARepositoryError):
        raise
    except GitError:
        said = b" missing\n"
    head, _, rest = said.partition(b"\n")
    words = head.rsplit(b" ", 2)
    if len(words) == 3 and words[1] == b"blob":
        return rest[: int(words[2])]
    if head.endswith(b" missing") and git.answer("rev-parse", "--verify", "--quiet", name):
        # in a partial clone the tree knows the file, and its content was never fetched
        raise GitError(
            "the clone does not hold the file's content", "git fetch --refetch --no-filter"
        )
    return None


def _compared(known: Iterable[Fact]) -> Base | None:
    for fact in known:
        if isinstance(fact.data, Comparison):
            return Base(fact.data.base, fact.data.commit)
    return None


def _gap(message: str, remedy: str) -> Fact:
    said = f"the policy has nothing to be compared with: {message}"
    return Fact(SECTION, Gap(reason=Reason.NO_DATA, message=said, remedy=remedy))
