"""The directory that coverage is to think it runs in: its configuration is read from there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from pytest_readiness.collect.tools.formats.source import Source


@contextlib.contextmanager
def within(source: Source) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(source.root / source.tool.directory)
    try:
        yield
    finally:
        os.chdir(before)
