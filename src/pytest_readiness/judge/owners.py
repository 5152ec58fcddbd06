"""Who owns a finding: the component that says so, else whom CODEOWNERS names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_readiness.model.glob import matches
from pytest_readiness.model.measurement import Component, Subject
from pytest_readiness.model.metric import SubjectKind

if TYPE_CHECKING:  # most projects have none
    from pytest_readiness.model.requirement import OwnerRule

_IN_FILES = frozenset({SubjectKind.TEST, SubjectKind.FILE, SubjectKind.BENCHMARK})
"""Kinds whose names begin with a path."""


def path_of(subject: Subject) -> str:
    """The file that a subject stands in; a test's id begins with it."""
    return subject.path or subject.id.partition("::")[0]


class Owners:
    """Looks up owners; of several components that hold a path, the first with an owner counts."""

    __slots__ = ("_components", "_known", "_rules")

    def __init__(self, components: Sequence[Component], rules: Sequence[OwnerRule] = ()) -> None:
        self._components = components
        self._known: dict[tuple[str, bool], str] = {}
        self._rules = None
        if rules:
            from pytest_readiness.judge.codeowners import CodeOwners

            self._rules = CodeOwners(rules)

    def of(self, subject: Subject, component: str = "") -> str:
        """The owner, empty when nobody is named; ``component`` is the one that was judged.

        Of several that CODEOWNERS names all, with a space between them.
        """
        name = subject.component or component
        for candidate in self._components:
            if candidate.name == name and candidate.owner:
                return candidate.owner
        key = (path_of(subject), bool(subject.path) or subject.kind in _IN_FILES)
        if key not in self._known:
            self._known[key] = self._of_path(*key)
        return self._known[key]

    def _of_path(self, path: str, is_path: bool) -> str:
        """*is_path*: it is a file's, not the name of a requirement or a figure."""
        for candidate in self._components:
            if candidate.owner and any(matches(pattern, path) for pattern in candidate.paths):
                return candidate.owner
        return self._rules.of(path) if self._rules is not None and is_path and path else ""
