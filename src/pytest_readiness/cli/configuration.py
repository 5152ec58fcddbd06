"""The configuration that a command works under: which file, which root, which policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_readiness.config.discovery import find_config
from pytest_readiness.config.load import ConfigError, load_policy
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the configuration stands."""

    path: Path | None
    """None: there is none."""
    root: Path
    """What the project's own paths are relative to."""


def place(config: str | None) -> Place:
    """``config`` as given by ``--config``, else the first file upwards that is ours."""
    here = Path.cwd()
    path = here / config if config else find_config(here, here)
    return Place(path=path, root=path.absolute().parent if path is not None else here)


def policy(
    path: Path | None, problems: list[str], *, stage: str = "", overrides: Sequence[str] = ()
) -> Policy | None:
    """The policy of the file, or nothing and what is wrong with it in ``problems``."""
    try:
        return load_policy(path, catalogue=CATALOGUE, stage=stage, overrides=tuple(overrides))
    except ConfigError as error:
        problems.append(str(error))
        return None
