"""Shared by every test of the project."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator

import pytest
from hypothesis import Phase, settings

pytest_plugins = ["pytester"]

# How long an example takes says nothing on a busy machine.
settings.register_profile("suite", deadline=None)
# A gate of a change tries the same examples each time, so that it fails for the change alone; at a
# desk they are new ones in every run.
# What fails is made small at a desk, too: of a whole scorecard that takes minutes.
whole = settings(
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
settings.register_profile("gate-whole", whole)
# On one Python after the other it would be the same examples again: `.ci/run` tries all of them on
# one, and on the others the first few.
settings.register_profile("gate", whole, max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays until the end: no collection of garbage walks through it again.

    A quarter of what sessions inside of this process cost was the collector's, with thousands of
    tests around them.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
