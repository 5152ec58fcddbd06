"""Who owns a finding: the component whose paths hold it."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.glob import matches
from pytest_readiness.model.measurement import Component, Subject


def path_of(subject: Subject) -> str:
    """The file that a subject stands in; a test's id begins with it."""
    return subject.path or subject.id.partition("::")[0]


class Owners:
    """Looks up owners; of several components that hold a path, the first with an owner counts."""

    __slots__ = ("_components", "_known")

    def __init__(self, components: Sequence[Component]) -> None:
        self._components = components
        self._known: dict[str, str] = {}

    def of(self, subject: Subject, component: str = "") -> str:
        """The owner, empty when nobody is named; ``component`` is the one that was judged."""
        name = subject.component or component
        for candidate in self._components:
            if candidate.name == name and candidate.owner:
                return candidate.owner
        path = path_of(subject)
        if path not in self._known:
            self._known[path] = next(
                (
                    candidate.owner
                    for candidate in self._components
                    if candidate.owner
                    and any(matches(pattern, path) for pattern in candidate.paths)
                ),
                "",
            )
        return self._known[path]
