"""What pytest collected in this process: ids to be run, deselected ones, repeats, skipped modules."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_readiness.adapter.nodeid import without_group
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Attempt, Collection, Outcome

if TYPE_CHECKING:
    from pytest_readiness.adapter.marks import Marks
    from pytest_readiness.model.requirement import Requirement

MARK = "readiness"
_REPEAT = "__pytest_repeat_step_number"
_FLAKEFINDER = "__flakefinder_"


class Collected:
    """A plugin for the process that collects: the only one, or an xdist worker.

    Under xdist every worker collects the same; the first one alone tells it.
    """

    def __init__(
        self, config: pytest.Config, prefix: str, requirements: Sequence[Requirement] | None = ()
    ) -> None:
        worker = getattr(config, "workerinput", {}).get("workerid", "")
        self._tells = worker in ("", "gw0")
        self._grouped = bool(worker) and bool(config.getoption("loadgroup", False))
        self._repeating = hasattr(config.option, "repeat_scope") or bool(
            config.getoption("flake_finder_enable", False)
        )
        self._config = config
        self._prefix = prefix
        self._requirements = requirements
        """None: nobody knows which there are, and no mark is wrong."""
        self._marks: Marks | None = None
        """Where tests are marked to prove a requirement."""
        self._items: tuple[pytest.Item, ...] | None = None
        self._found: tuple[pytest.Item, ...] = ()
        """All items before any plugin changed the list."""
        self._deselected: list[pytest.Item] = []
        self._skipped: list[tuple[str, str]] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        self._found = tuple(items)
        result = yield
        # now: marks may have been added, and nobody was told yet what is to be run
        if (
            self._tells
            and self._requirements is not None
            and _marked(every := tuple(dict.fromkeys((*self._found, *items))))
        ):
            from pytest_readiness.adapter.marks import Marks

            known = tuple(requirement.id for requirement in self._requirements)
            self._marks = Marks(self._config, known, every)
            self._marks.check()
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._items = tuple(session.items)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self._deselected.extend(items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.outcome == "skipped":
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            self._skipped.append((report.nodeid, str(reason).removeprefix("Skipped: ")))

    def facts(self) -> tuple[Fact, ...]:
        """The collection, and every module that skipped itself, as pytest counts it: a skipped test.

        Nothing where pytest did not get so far as to collect.
        """
        if self._items is None or not self._tells:
            return ()
        tests = self.ids(self._items)
        deselected = self.ids(self._deselected)
        if self._found != self._items:
            # some plugins just take items out of the list and tell nobody
            told = {*tests, *deselected}
            deselected += tuple(each for each in self.ids(self._found) if each not in told)
        collection = Collection(
            tests=tests,
            deselected=deselected,
            repeats=tuple(self._repeats()),
        )
        marks = () if self._marks is None else self._marks.facts(self.ids)
        return (
            Fact("", collection),
            *marks,
            *(
                Fact(self._prefix + nodeid, Attempt(outcome=Outcome.SKIPPED, reason=reason))
                for nodeid, reason in self._skipped
            ),
        )

    def ids(self, items: Sequence[pytest.Item]) -> tuple[str, ...]:
        """Of items, as evidence has them."""
        ids = [item.nodeid for item in items]
        if self._grouped:
            ids = [without_group(nodeid) for nodeid in ids]
        if self._prefix:
            ids = [self._prefix + nodeid for nodeid in ids]
        return tuple(ids)

    def _repeats(self) -> list[tuple[str, str]]:
        if not self._repeating or self._items is None:
            return []
        ids = self.ids(self._items)
        found = []
        for item, nodeid in zip(self._items, ids, strict=True):
            callspec = getattr(item, "callspec", None)
            if callspec is None:
                continue
            rest = _without_repeat(str(callspec.id), callspec.params)
            if rest is not None:
                original = nodeid.removesuffix(f"[{callspec.id}]")
                found.append((nodeid, f"{original}[{rest}]" if rest else original))
        return found


def _marked(items: Iterable[pytest.Item]) -> bool:
    """Whether one of them has our mark, itself or from a class or a module that it is in."""
    seen = set()
    for item in items:
        if item.own_markers and _has_ours(item.own_markers):
            return True
        node = item.parent
        while node is not None and node not in seen:
            if _has_ours(node.own_markers):
                return True
            seen.add(node)
            node = node.parent
    return False


def _has_ours(marks: Iterable[pytest.Mark]) -> bool:
    return any(mark.name == MARK for mark in marks)


def _without_repeat(spec: str, params: dict[str, object]) -> str | None:
    """The id of a parameter set without what a repeating plugin added to it; None: it added nothing."""
    rest = spec
    if _REPEAT in params:
        # pytest-repeat is the last to parametrize: the id ends in "2-10" for the second of ten
        rest = re.sub(r"(^|-)\d+-\d+$", "", rest)
    for name, value in params.items():
        if name.startswith(_FLAKEFINDER):
            # pytest-flakefinder is the first
            rest = re.sub(rf"^{re.escape(str(value))}(-|$)", "", rest)
    return None if rest == spec else rest
