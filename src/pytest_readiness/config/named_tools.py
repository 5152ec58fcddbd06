"""The tools that requirements name: configured ones, known ones, and the commands that prove something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_readiness.config.names import KeyPath, dotted, nearest, quote
from pytest_readiness.config.table import Table
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.tool import Tool
from pytest_readiness.model.value import replace

_WILD = frozenset("*?")


class NamedTools:
    """Grows by what requirements name and nobody configured."""

    def __init__(self, tools: Sequence[Tool], written: Mapping[str, object]) -> None:
        """:param written: the table of tools: one that is wrong itself is named as a problem already."""
        self._configured = {*written, *(tool.name for tool in tools)}
        self._known: dict[str, Tool] = {}
        self._commands: dict[str, Tool] = {}

    def aside(self) -> NamedTools:
        """One that knows the same, and keeps to itself what it adds."""
        other = NamedTools((), dict.fromkeys(self._configured))
        other._known.update(self._known)
        return other

    @property
    def added(self) -> tuple[Tool, ...]:
        return (*self._known.values(), *self._commands.values())

    def check(self, table: Table, path: KeyPath, text: str) -> bool:
        """Whether ``TOOL:LEVEL:RULE:PATH`` may select something; a tool known by its name is added."""
        name, _, rest = text.partition(":")
        level = rest.partition(":")[0]
        if not name.strip() or not text.isprintable() or _WILD & set(name):
            table.source.problem(
                path, f"{quote(text)} names no tool", remedy='for example "bandit", "bandit:high"'
            )
            return False
        if not self._is_tool(table, path, name):
            return False
        if level and level not in LEVELS and not _WILD & set(level):
            table.source.problem(
                path,
                f"findings have no level {quote(level)}",
                allowed=LEVELS,
                nearest=nearest(level, LEVELS),
            )
            return False
        return True

    def _is_tool(self, table: Table, path: KeyPath, name: str) -> bool:
        if name in self._configured or name in self._known or name in self._commands:
            return True
        from pytest_readiness.config.known_tools import KNOWN

        if name in KNOWN:
            from pytest_readiness.config.tools import read_tools

            alone = Table(source=table.source, path=(), data={"tools": {name: {}}})
            self._known.update((tool.name, tool) for tool in read_tools(alone))
            return True
        known = (*self._configured, *KNOWN)
        table.source.problem(
            path,
            f"there is no tool {quote(name)}",
            allowed=known,
            nearest=nearest(name, known),
            remedy=f"or add a table [tool.pytest-readiness.{dotted(('tools', name))}]",
        )
        return False

    def command(self, table: Table, name: str) -> bool:
        """Whether ``command`` can be run; it becomes the tool that is named as the requirement."""
        from pytest_readiness.config.tools import read_command

        before = len(table.source.problems)
        value = table.data["command"]
        if isinstance(value, dict):
            below = table.table("command")
            tool = read_command(name, below) if below is not None else None
        else:
            run = table.text("command")
            good = bool(run) and _runs(table, run)
            origin = table.source.origin((*table.path, "command"))
            tool = Tool(name=name, origin=origin, run=run) if good else None
        if tool is None or len(table.source.problems) > before:
            return False
        if name in self._configured or name in self._known:
            table.problem(
                "command",
                f"there is a tool {quote(name)}, the name that this command would have",
                remedy="give the requirement or the tool another name",
            )
            return False
        self._commands.setdefault(name, tool)
        return True


def _runs(table: Table, run: str) -> bool:
    """Whether a command that is written as text can be run so; as a table it can be told more."""
    from pytest_readiness.config.command import check_command

    silent = replace(table, source=replace(table.source, problems=[]))
    good = check_command(silent, "command", run)
    for problem in silent.source.problems:
        remedy = problem.remedy.replace("write ", 'as a table: command = { run = "...", ', 1)
        table.source.problems.append(replace(problem, remedy=remedy.replace(" beside it", " }")))
    return good
