"""What several runs were asked for together."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_readiness.model.evidence import Run, Selection


def selection_of(runs: Iterable[Run]) -> Selection:
    """What merged runs were asked for together.

    One run that somebody narrowed at a desk is enough to have no verdict: then only the causes
    that nobody declared are told.
    """
    partial = [run.selection for run in runs if not run.selection.whole]
    undeclared = [selection for selection in partial if not selection.declared]
    causes = (cause for selection in undeclared or partial for cause in selection.causes)
    return Selection(causes=tuple(dict.fromkeys(causes)), declared=bool(partial) and not undeclared)
