"""Which part of the suite the user asked for, read from what was typed.

What stands in the ini file's ``addopts`` is the suite as its owners mean it; what was typed on
the command line, or in ``PYTEST_ADDOPTS``, narrows it. pytest merges the three, so the typed
arguments are parsed once more, alone.
"""

from __future__ import annotations

import argparse
import copy
import glob
import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

PROBE = "--readiness-probe"
FLAGS: tuple[tuple[str, str], ...] = (
    ("lf", "--last-failed"),
    ("stepwise", "--stepwise"),
    ("stepwise_skip", "--stepwise-skip"),
    ("benchmark_only", "--benchmark-only"),
    ("benchmark_skip", "--benchmark-skip"),
    ("testmon", "--testmon"),
    ("testmon_forceselect", "--testmon-forceselect"),
    ("picked", "--picked"),
)
"""Options, by destination, that leave tests out when they are set."""

VALUES: tuple[tuple[str, str], ...] = (
    ("keyword", "-k"),
    ("markexpr", "-m"),
    ("deselect", "--deselect"),
    ("ignore", "--ignore"),
    ("ignore_glob", "--ignore-glob"),
    ("selectfromfile", "--select-from-file"),
    ("deselectfromfile", "--deselect-from-file"),
)
"""Options whose value, or each of whose values, leaves tests out."""

OVERRIDES = frozenset(
    {"norecursedirs", "python_classes", "python_files", "python_functions", "testpaths"}
)
"""Settings of the ini file that decide what is collected: `-o` types them."""

COLLECTORS = frozenset({"no:python", "no:unittest"})
"""Plugins that collect tests, switched off."""


def typed_causes(config: pytest.Config, parser: pytest.Parser) -> tuple[str, ...]:
    """What narrowed the run, as typed. Never raises.

    Before pytest is configured the options of conftest files are unknown, and their values look
    like paths: those that do not exist are passed over.
    """
    typed = _parse(parser, config, (*_environment(), *config.invocation_params.args))
    if typed is None:
        return ()
    ini_arguments = _ini_arguments(config)
    if "addopts" in _overridden(typed):
        # `-o addopts=...` takes the place of what the owners wrote: it is typed
        arguments = (*ini_arguments, *_environment(), *config.invocation_params.args)
        typed, ini_arguments = _parse(parser, config, arguments) or typed, ()
    ini = _parse(parser, config, ini_arguments)
    return (*_options(typed, ini), *_paths(config, typed, ini))


def _environment() -> Sequence[str]:
    try:
        return shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    except ValueError:  # pytest has refused it already
        return ()


def _ini_arguments(config: pytest.Config) -> Sequence[str]:
    try:
        return tuple(config.getini("addopts"))
    except (TypeError, ValueError, pytest.UsageError):
        return ()


def _parse(
    parser: pytest.Parser, config: pytest.Config, arguments: Sequence[object]
) -> argparse.Namespace | None:
    # options at their defaults, as pytest itself begins: the parsed ones are in config.option
    empty = argparse.Namespace()
    words = [str(argument) for argument in arguments]
    if PROBE in words:
        from pytest_readiness.adapter.budget import spelled_out

        words = spelled_out(words)
    try:
        namespace = parser.parse_known_args(words, namespace=copy.copy(empty))
    except (Exception, SystemExit):
        # pytest itself could parse them: an argument alone may depend on one elsewhere
        return None
    return namespace


def _options(typed: argparse.Namespace, ini: argparse.Namespace | None) -> Iterator[str]:
    for name, flag in FLAGS:
        if getattr(typed, name, None) and not getattr(ini, name, None):
            yield flag
    for name, flag in VALUES:
        given, configured = getattr(typed, name, None), getattr(ini, name, None)
        if not given or given == configured:
            continue
        if isinstance(given, str):
            yield f"{flag} {given}"
        elif isinstance(given, list | tuple):
            known = configured or ()
            yield from (f"{flag} {value}" for value in given if value not in known)
    for name, value in _overridden(typed).items():
        if name in OVERRIDES:
            yield f"-o {name}={value}"
    yield from (f"-p {name}" for name in getattr(typed, "plugins", ()) if name in COLLECTORS)


def _overridden(typed: argparse.Namespace) -> dict[str, str]:
    """Settings of the ini file that were typed instead, with their values."""
    pairs = (str(each).partition("=") for each in getattr(typed, "override_ini", None) or ())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _paths(
    config: pytest.Config, typed: argparse.Namespace, ini: argparse.Namespace | None
) -> Iterator[str]:
    if getattr(ini, "file_or_dir", None):
        return  # the ini file's own paths are run in any case
    here = config.invocation_params.dir
    arguments = [str(argument) for argument in typed.file_or_dir]
    suite = _suite(config)
    if not arguments:
        if suite and here != config.rootpath and not _covers([here], suite):
            yield f"the current directory {_shown(here, config.rootpath)}"
        return
    directories: list[Path] = []
    narrow: list[str] = []
    modules = _modules(config) if getattr(typed, "pyargs", False) else ()
    for argument in arguments:
        path = Path(os.path.abspath(here / argument.partition("::")[0]))
        if modules and not path.exists():
            path = _of_module(argument, modules) or path
        if path.is_dir() and "::" not in argument:
            directories.append(path)
            narrow.append(argument)
        elif path.exists() or "::" in argument:
            narrow.append(argument)
    if suite:
        if not _covers(directories, suite):
            yield from narrow
    elif not directories:
        yield from narrow


def _suite(config: pytest.Config) -> list[Path]:
    """The configured ``testpaths`` that exist, absolute."""
    try:
        patterns = config.getini("testpaths")
    except (TypeError, ValueError, pytest.UsageError):
        return []
    root = config.rootpath
    return [
        Path(os.path.abspath(path))
        for pattern in patterns
        for path in glob.glob(os.path.join(glob.escape(str(root)), str(pattern)), recursive=True)
    ]


def _modules(config: pytest.Config) -> Sequence[Path]:
    """Where the modules of ``--pyargs`` may lie."""
    try:
        configured = config.getini("pythonpath")
    except (TypeError, ValueError, pytest.UsageError):
        configured = ()
    places = (*(config.rootpath / str(path) for path in configured), *map(Path, sys.path))
    return tuple(dict.fromkeys(places))


def _of_module(argument: str, places: Iterable[Path]) -> Path | None:
    """The package's directory, or the module's file. Nothing is imported: coverage has not begun."""
    parts = argument.partition("::")[0].split(".")
    for place in places:
        path = place.joinpath(*parts)
        if path.is_dir():
            return path
        if (file := path.parent / f"{path.name}.py").is_file():
            return file
    return None


def _covers(directories: Sequence[Path], suite: Sequence[Path]) -> bool:
    return all(any(path.is_relative_to(top) for top in directories) for path in suite)


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
