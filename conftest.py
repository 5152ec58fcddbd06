"""Shared by every test of the project."""

from __future__ import annotations

import os

from hypothesis import settings

pytest_plugins = ["pytester"]

# How long an example takes says nothing on a busy machine.
settings.register_profile("suite", deadline=None)
# A gate of a change tries the same examples each time, so that it fails for the change alone; at a
# desk they are new ones in every run.
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
