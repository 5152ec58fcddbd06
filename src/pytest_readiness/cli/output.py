"""The streams that a command writes to, as its options and the environment want them."""

from __future__ import annotations

import argparse
import os
from typing import TextIO

from pytest_readiness.publish.console import Console


def console(stream: TextIO, options: argparse.Namespace) -> Console:
    return Console(stream, colour=getattr(options, "color", "auto"), environ=os.environ)
