"""Where to, from the environment."""

import os


def target() -> str:
    return os.environ.get("LEDGER_TARGET", "file:///var/ledger")
