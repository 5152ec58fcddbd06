"""The history as judging again uses it: loaded when a gate asks for it, written to when told to."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness.collect.proposal import FORK
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.model.evidence import Decision, Evidence, Run
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import Scorecard

if TYPE_CHECKING:
    from pytest_readiness.history.decisions import Decided
    from pytest_readiness.history.interface import HistoryError


class Past:
    """Earlier runs of a project. What is wrong with them is kept in ``notices``, and never raised."""

    def __init__(self, policy: Policy, root: Path) -> None:
        self._policy = policy
        self._root = root
        self.notices: dict[str, None] = {}

    def history(self, evidence: Evidence) -> History:
        """As much of it as the gates need, without the runs that the evidence is of."""
        from pytest_readiness.history.interface import HistoryError
        from pytest_readiness.history.store import open_store
        from pytest_readiness.history.wanting import wanted

        configured = {metric.name: metric for metric in self._policy.metrics}
        asked = wanted(self._policy, definitions(evidence, configured), evidence)
        where = self._policy.history
        if asked is None or not (where or self._policy.baseline_file):
            return NO_HISTORY
        found = NO_HISTORY
        if where:
            try:
                store = open_store(where, self._root, create=False, read_only=True)
                try:
                    self.notices.update(dict.fromkeys(store.notes))
                    found = store.load(asked)
                finally:
                    store.close()
            except HistoryError as error:
                # a fork has none of the project's secrets: it cannot be expected to reach it
                fork = any(run.proposal == FORK for _, run in evidence.select(Run))
                exists = "://" in where or (self._root / where).exists()
                found = self._unread(error, unreadable=exists and not fork)
        if found.runs or not self._policy.baseline_file:
            return found
        return self._published(found)

    def record(self, evidence: Evidence, scorecard: Scorecard, today: datetime.date) -> str:
        """Keep the evidence as one run; why that could not be done, or nothing."""
        from pytest_readiness.history.entry import entry_of
        from pytest_readiness.history.interface import HistoryError
        from pytest_readiness.history.kept import values_of
        from pytest_readiness.history.store import open_store

        policy = self._policy
        if not any(evidence.select(Run)):
            return "the evidence has no manifest of a run"
        entry = entry_of(evidence, scorecard, values_of(evidence, policy, scorecard))
        try:
            store = open_store(policy.history or "", self._root)
            try:
                self.notices.update(dict.fromkeys(store.notes))
                new = store.append(entry)
                store.prune(policy.history_days, policy.history_runs, today)
            finally:
                store.close()
        except HistoryError as error:
            return _words(error)
        said = (
            f"recorded as run {entry.run.id}" if new else f"run {entry.run.id} was recorded before"
        )
        self.notices[said] = None
        return ""

    def latest(self, problems: list[str]) -> Evidence:
        """Of the latest whole run; what is wrong goes to ``problems``."""
        from pytest_readiness.history.interface import HistoryError, Wanted
        from pytest_readiness.history.store import open_store

        where = self._policy.history
        if where is None:
            problems.append("no history is kept: name evidence files with --evidence")
            return Evidence()
        try:
            store = open_store(where, self._root, create=False, read_only=True)
            try:
                runs = store.load(Wanted(parts=frozenset())).runs
                ids = [run.id for run in runs if not run.selection]
                if ids:
                    return store.evidence(ids[-1])
            finally:
                store.close()
        except HistoryError as error:
            problems.append(_words(error))
        else:
            problems.append(f"{where} holds no whole run: name evidence files with --evidence")
        return Evidence()

    def decide(self, decided: Sequence[Decided]) -> str:
        """Keep hotfixes; why that could not be done, or nothing."""
        if not decided:
            return ""
        if self._policy.history is None:
            self.notices["no history is kept here: the hotfix stands in this report alone"] = None
            return ""
        from pytest_readiness.history.interface import HistoryError
        from pytest_readiness.history.store import open_store

        try:
            store = open_store(self._policy.history, self._root)
            try:
                store.decide(decided)
            finally:
                store.close()
        except HistoryError as error:
            return _words(error)
        return ""

    def decisions(
        self, evidence: Evidence, today: datetime.date
    ) -> tuple[tuple[str, Decision], ...]:
        """Hotfixes of earlier days for the gates at hand that have not expired: they are shown."""
        where = self._policy.history
        if not where or ("://" not in where and not (self._root / where).exists()):
            return ()
        from pytest_readiness.history.decisions import standing
        from pytest_readiness.history.interface import HistoryError
        from pytest_readiness.history.store import open_store

        try:
            store = open_store(where, self._root, create=False, read_only=True)
            try:
                kept = store.decisions()
            finally:
                store.close()
        except HistoryError as error:
            self._notice("no decisions of earlier days", error)
            return ()
        projects = {run.project for _, run in evidence.select(Run)}
        project = projects.pop() if len(projects) == 1 else ""
        return standing(kept, self._policy, today, project)

    def _published(self, instead: History) -> History:
        """The baseline file, in the place of a history that is empty or out of reach."""
        from pytest_readiness.history import baseline_file
        from pytest_readiness.history.interface import HistoryError

        path = self._root / self._policy.baseline_file
        try:
            return baseline_file.read(path)
        except HistoryError as error:
            if path.exists():
                return self._unread(error, unreadable=True)
            self._notice("no baselines", error)
            return instead

    def _unread(self, error: HistoryError, *, unreadable: bool) -> History:
        if unreadable:
            self._notice("no baselines", error)
        return History(problem=error.message, remedy=error.remedy, unreadable=unreadable)

    def _notice(self, what: str, error: HistoryError) -> None:
        self.notices[f"{what}: {_words(error)}"] = None


def _words(error: HistoryError) -> str:
    return f"{error.message} -> {error.remedy}" if error.remedy else error.message
