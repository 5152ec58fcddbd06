"""The part of a project that is measured: all of it, or one component."""

from __future__ import annotations

from pytest_readiness.model.glob import matches
from pytest_readiness.model.measurement import RUN, Component, Subject
from pytest_readiness.model.metric import SubjectKind


class Scope:
    """Everything, or the files and tests below a component's paths."""

    def __init__(self, component: Component | None = None) -> None:
        self.component = component
        self.subject = Subject(kind=SubjectKind.RUN, component=component.name) if component else RUN
        self._known: dict[str, bool] = {}

    @property
    def whole(self) -> bool:
        return self.component is None

    def covers(self, name: str) -> bool:
        """Whether a path, or the path that a test's id begins with, belongs to it."""
        if self.component is None:
            return True
        path = name.partition("::")[0]
        known = self._known.get(path)
        if known is None:
            known = any(matches(pattern, path) for pattern in self.component.paths)
            self._known[path] = known
        return known
