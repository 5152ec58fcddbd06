"""Why timeouts could not be seen; which were in force is told with each attempt."""

from __future__ import annotations

import importlib.util
from typing import Any

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Gap, Reason


def timeout_facts(config: Any) -> tuple[Fact, ...]:
    """A gap where pytest-timeout takes no part in the session; nothing else."""
    plugins = config.pluginmanager
    if hasattr(config.option, "timeout_method"):  # its name depends on how it was loaded
        return ()
    if plugins.is_blocked("timeout"):
        message, remedy = (
            "pytest-timeout is switched off (-p no:timeout)",
            "leave out -p no:timeout",
        )
    elif importlib.util.find_spec("pytest_timeout") is None:
        message = "pytest-timeout is not installed"
        remedy = "pip install 'pytest-readiness[timeout]'"
    else:
        message = "pytest-timeout is installed but was not loaded"
        remedy = "pytest -p timeout, or unset PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    return (Fact("timeout", Gap(reason=Reason.NO_DATA, message=message, remedy=remedy)),)
