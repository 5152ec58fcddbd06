"""A change to the configuration file: printed for people to read, and written."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from pytest_readiness.cli.arguments import UsageError
from pytest_readiness.model.value import NamedTuple
from pytest_readiness.publish.files import write_text


class Edit(NamedTuple):
    path: Path
    before: str
    after: str

    def write(self) -> None:
        """Raises :class:`UsageError`."""
        try:
            write_text(self.path, self.after)
        except OSError as error:
            raise UsageError([f"{self.path} could not be written: {error.strerror}"]) from error

    def show(self) -> None:
        """As a unified diff on standard output, which ``patch -p1`` takes."""
        name = self.path.name
        sys.stdout.writelines(
            difflib.unified_diff(
                self.before.splitlines(keepends=True),
                self.after.splitlines(keepends=True),
                f"a/{name}",
                f"b/{name}",
            )
        )
