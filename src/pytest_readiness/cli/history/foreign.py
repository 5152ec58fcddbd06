"""``history import`` of other tools' files: which format, and where it was measured."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from pytest_readiness.cli.arguments import UsageError
from pytest_readiness.collect.environment import environment
from pytest_readiness.history.decisions import Decided
from pytest_readiness.history.entry import Entry
from pytest_readiness.history.importers import FORMATS, ImportingError, Origin, detect, read

_OWN = "jsonl"
_HEAD = 64 * 1024
_PACKED = b"\x1f\x8b"


class ForeignError(Exception):
    """A file of another tool that cannot be read; the text says where and why."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=("auto", _OWN, *FORMATS),
        default="auto",
        help="what the files are (auto: by their content)",
    )
    parser.add_argument(
        "--environment",
        metavar="WHERE",
        default="",
        help="where other tools' runs took place: cpython3.12-linux, machine=x86_64, cpu=..., cpus=4",
    )
    parser.add_argument(
        "--as-this-machine",
        action="store_true",
        help="other tools' runs took place on this machine, with this Python",
    )
    parser.add_argument(
        "--branch",
        metavar="NAME",
        default="",
        help="the base branch of other tools' runs, and of those that tell none (main or master)",
    )


def reader(
    options: argparse.Namespace, own: Callable[[str], Iterator[Entry | Decided]]
) -> Callable[[str], Iterator[Entry | Decided]]:
    """What reads a source; ``own`` reads what ``history export`` wrote. Raises ``UsageError``."""
    try:
        said = Origin.parse(options.environment)
    except ImportingError as error:
        raise UsageError([f"{error.message}: {error.remedy}"]) from None
    if said and options.as_this_machine:
        raise UsageError(["--environment and --as-this-machine exclude each other"])
    origin = Origin(
        said=said,
        here=environment() if options.as_this_machine else None,
        branch=options.branch,
    )

    def entries(name: str) -> Iterator[Entry | Decided]:
        if _is_own(name, options.format):
            yield from own(name)
            return
        try:
            yield from read(Path(name), options.format, origin)
        except ImportingError as error:
            raise ForeignError(f"{error.message}: {error.remedy}".removesuffix(": ")) from None

    return entries


def _is_own(name: str, format: str) -> bool:
    """An export: asked for, or nothing else by its beginning."""
    if format != "auto":
        return format == _OWN
    path = Path(name)
    if name == "-" or not path.is_file():
        return name == "-" or not path.is_dir()
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_PACKED) or b'"pytest-readiness/history"' in head:
        return True
    return not (detect(head.decode("utf-8", "replace")) or _foreign(head))


def _foreign(head: bytes) -> bool:
    """The beginning of one JSON document over several lines, whose telling keys come later."""
    return head.lstrip().startswith((b"{\n", b"{\r", b"window."))
