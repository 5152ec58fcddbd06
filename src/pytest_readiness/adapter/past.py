"""The history as a session uses it: loaded when asked for, and written to once, at the end.

Whatever is wrong with it is told in the section. It costs no test its outcome and no session its
exit status; only a gate that needs a history that is there and cannot be read is in error.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness.adapter.hooks import said
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.model.evidence import Decision, Evidence, Run
from pytest_readiness.model.history import NO_HISTORY, History, Part
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.scorecard import Scorecard

if TYPE_CHECKING:
    from pytest_readiness.history.interface import Store, Wanted

_PRUNED_EVERY = 20
"""Runs: looking for what is too old is not worth every session's time."""
_LATER = "publish a baseline file on the base branch: pytest-readiness history baseline"


class Past:
    """Earlier runs. Its methods never raise."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._notices: dict[str, None] = {}
        self._loaded: tuple[Wanted, History] | None = None
        self._store: Store | None = None
        self._opened = False
        self.decisions: tuple[tuple[str, Decision], ...] = ()
        """Hotfixes of earlier days that have not expired, by gate; known when the run is kept."""
        self._failure: tuple[str, str] = ("", "")
        """Why it could not be opened or read, and the remedy."""

    @property
    def notices(self) -> tuple[tuple[str, str], ...]:
        """``(tool, text)``: what people should know."""
        return tuple(("history", text) for text in self._notices)

    def history(self, evidence: Evidence) -> History:
        """As much of it as the gates need to judge this evidence."""
        configured = {metric.name: metric for metric in self._plan.policy.metrics}
        try:
            runs = {record.run: run for record, run in evidence.select(Run)}
            return self.of_runs(runs, definitions(evidence, configured), evidence)
        except Exception as error:
            return self._unreadable(f"the history could not be read: {said(error)}", "")

    def of_runs(
        self,
        runs: Mapping[str, Run],
        metrics: Mapping[str, Metric],
        evidence: Evidence | None = None,
    ) -> History:
        """The same, before there is evidence: of the runs by their ids."""
        policy = self._plan.policy
        if not policy.history and not policy.baseline_file:
            return NO_HISTORY
        from pytest_readiness.history.wanting import failing, wanted_by

        fell = evidence is not None and failing(evidence)
        asked = wanted_by(policy, metrics, runs, failing=fell)
        if asked is None:
            return NO_HISTORY
        if self._loaded is not None and self._loaded[0] == asked:
            return self._loaded[1]
        found = self._load(asked, fork=_of_a_fork(runs))
        self._loaded = (asked, found)
        return found

    def of_attempts(self, runs: Mapping[str, Run]) -> History:
        """What is known of tests, whatever the gates need: which are new, and which unsteady."""
        try:
            from pytest_readiness.history.interface import Wanted
            from pytest_readiness.history.wanting import ids_of
            from pytest_readiness.measure.comparable import Present

            asked = Wanted(
                parts=frozenset({Part.ATTEMPTS}),
                kin=Present.of(runs.values()).kin,
                project=next(iter(runs.values())).project,
                exclude=ids_of(runs),
                series=frozenset(),
            )
            return self._load(asked, fork=_of_a_fork(runs))
        except Exception as error:
            return self._unreadable(f"the history could not be read: {said(error)}", "")

    def record(self, evidence: Evidence, scorecard: Scorecard) -> None:
        """Keep the run; where that cannot be done a notice says why."""
        plan = self._plan
        if not plan.policy.history:
            return
        try:
            self._record(evidence, scorecard)
        except (Exception, KeyboardInterrupt) as error:
            self._notice(f"this run was not recorded: {_words(error)}")

    def close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with contextlib.suppress(Exception):
                store.close()

    def distrust(self, error: Exception) -> History:
        """What was loaded, and cannot be used after all."""
        return self._unreadable(f"the history could not be used: {said(error)}", "")

    def _record(self, evidence: Evidence, scorecard: Scorecard) -> None:
        from pytest_readiness.history.entry import entry_of
        from pytest_readiness.history.kept import values_of

        plan, store = self._plan, self._open()
        if store is None:
            self._notice(f"this run was not recorded: {self._why}")
            return
        entry = entry_of(evidence, scorecard, values_of(evidence, plan.policy, scorecard))
        store.append(entry)
        self.decisions = self._decided(store, entry.run.project)
        if int(plan.run[-8:], 16) % _PRUNED_EVERY == 0:
            today = datetime.date.fromisoformat(plan.started[:10])
            store.prune(plan.policy.history_days, plan.policy.history_runs, today)

    def _decided(self, store: Store, project: str) -> tuple[tuple[str, Decision], ...]:
        try:
            kept = store.decisions()
        except Exception as error:  # the run was recorded all the same
            self._notice(f"hotfixes of earlier days could not be read: {_words(error)}")
            return ()
        if not kept:
            return ()
        from pytest_readiness.history.decisions import standing

        today = datetime.date.fromisoformat(self._plan.started[:10])
        return standing(kept, self._plan.policy, today, project)

    def _load(self, asked: Wanted, *, fork: bool) -> History:
        policy = self._plan.policy
        found = NO_HISTORY
        if policy.history:
            found = self._load_store(asked, fork=fork)
        if found.runs or not policy.baseline_file:
            return found
        return self._published(found)

    def _load_store(self, asked: Wanted, *, fork: bool) -> History:
        store = self._open()
        if store is None:
            message, remedy = self._failure
            if fork:  # it has none of the project's secrets, and cannot be expected to reach it
                return History(problem=f"out of reach of a fork: {message}", remedy=_LATER)
            return History(problem=message, remedy=remedy, unreadable=self._exists)
        try:
            return store.load(asked)
        except Exception as error:
            return self._unreadable(_words(error), getattr(error, "remedy", ""))

    def _published(self, instead: History) -> History:
        """The baseline file, in the place of a history that is empty or out of reach."""
        from pytest_readiness.history.baseline_file import read

        path = self._plan.root / self._plan.policy.baseline_file
        try:
            return read(path)
        except Exception as error:
            self._notice(f"no baselines: {_words(error)}")
            if path.exists():
                remedy = getattr(error, "remedy", "")
                return History(problem=_words(error), remedy=remedy, unreadable=True)
            return instead

    def _open(self) -> Store | None:
        """The store, opened once; None where that failed."""
        where = self._plan.policy.history
        if not self._opened and where:
            self._opened = True
            from pytest_readiness.history.store import open_store

            try:
                self._store = open_store(where, self._plan.root)
            except Exception as error:
                self._failure = (_words(error), getattr(error, "remedy", ""))
            else:
                for note in self._store.notes:
                    self._notice(note)
        return self._store

    @property
    def _exists(self) -> bool:
        """Whether there is a history, readable or not; a database is taken to be there."""
        where = self._plan.policy.history or ""
        return "://" in where or Path(self._plan.root / where).exists()

    @property
    def _why(self) -> str:
        message, remedy = self._failure
        return f"{message} -> {remedy}" if remedy else message

    def _unreadable(self, problem: str, remedy: str) -> History:
        self._notice(problem)
        return History(problem=problem, remedy=remedy, unreadable=True)

    def _notice(self, text: str) -> None:
        self._notices[text] = None


def _words(error: BaseException) -> str:
    """A HistoryError's own text; of any other error its type too."""
    return str(getattr(error, "message", "")) or said(error)


def _of_a_fork(runs: Mapping[str, Run]) -> bool:
    from pytest_readiness.collect.proposal import FORK

    return any(run.proposal == FORK for run in runs.values())
