"""Marks of tests: ``@pytest.mark.readiness("SEC-1")``, checked and told by the process that collects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from pytest_readiness.adapter.collected import MARK
from pytest_readiness.adapter.transport import REFUSED
from pytest_readiness.collect import Fact
from pytest_readiness.config.names import escape, nearest, quote
from pytest_readiness.model.evidence import Marked


class Marks:
    """Of all tests that were collected, deselected ones too."""

    def __init__(
        self, config: pytest.Config, known: Sequence[str], items: Iterable[pytest.Item]
    ) -> None:
        """:param known: ids of the requirements that there are."""
        self._config = config
        self._known = known
        self._marked = tuple(
            (item, marks) for item in items if (marks := tuple(item.iter_markers(MARK)))
        )

    def check(self) -> None:
        """Raises ``pytest.UsageError`` where a mark names no requirement; a worker tells its controller."""
        problems = self.problems()
        if not problems:
            return
        count = len(problems)
        head = f"{count} mark{'s' * (count != 1)} of tests name{'s' * (count == 1)} no requirement"
        end = (
            f"requirements: {', '.join(map(escape, self._known))}"
            if self._known
            else "no requirement is configured: write [[tool.pytest-readiness.requirements]]"
        )
        message = "\n    ".join((head, *problems, end))
        if not hasattr(self._config, "workerinput"):
            raise pytest.UsageError(message)
        # the first that the controller hears, before any worker is given a test; raised here it would
        # be a worker that crashed
        report = pytest.CollectReport("", "failed", message, [])
        setattr(report, REFUSED, message)
        self._config.hook.pytest_collectreport(report=report)

    def facts(self, ids: Callable[[Sequence[pytest.Item]], tuple[str, ...]]) -> Iterator[Fact]:
        """:param ids: of items, as evidence has them."""
        names = ids([item for item, _ in self._marked])
        for name, (_, marks) in zip(names, self._marked, strict=True):
            # the closest mark is the last that was written
            every = (one for mark in reversed(marks) for one in mark.args if isinstance(one, str))
            yield Fact(name, Marked(requirements=tuple(dict.fromkeys(every))))

    def problems(self) -> list[str]:
        """What is wrong and where: one line for all tests that parameters make of one."""
        problems: dict[tuple[str, str], list[str]] = {}
        for item, marks in self._marked:
            for mark in marks:
                for wrong in self._wrong(mark):
                    problems.setdefault((_place(item), wrong), []).append(item.nodeid)
        return [
            escape(f"{place}: {ids[0]}{f' and {len(ids) - 1} more' * (len(ids) > 1)}: {wrong}")
            for (place, wrong), ids in problems.items()
        ]

    def _wrong(self, mark: pytest.Mark) -> Iterator[str]:
        if mark.kwargs:
            yield f"the mark takes ids only, not {', '.join(mark.kwargs)}="
        elif not mark.args:
            yield "the mark names no requirement"
        for one in mark.args:
            if not isinstance(one, str):
                yield f"{_kind(one)} stands where the id of a requirement is needed"
            elif one not in self._known:
                near = nearest(one, self._known)
                more = f": did you mean {near}?" if near else ""
                yield f"there is no requirement {quote(one)}{more}"


def _place(item: pytest.Item) -> str:
    path, line, _ = item.location
    return path if line is None else f"{path}:{line + 1}"


def _kind(value: object) -> str:
    return f"a value of type {type(value).__name__}"
