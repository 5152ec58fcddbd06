"""Settings: the environment wins over the file, the file over the defaults."""

import json
import os
from pathlib import Path

DEFAULTS = {"limit": 1000.0, "paper": True}


def settings(path: Path) -> dict[str, object]:
    found: dict[str, object] = dict(DEFAULTS)
    if path.exists():
        found.update(json.loads(path.read_text("utf-8")))
    if "DESK_LIMIT" in os.environ:
        found["limit"] = float(os.environ["DESK_LIMIT"])
    return found
