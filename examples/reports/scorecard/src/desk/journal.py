"""What was done, a line an order."""

import json
import time
from pathlib import Path


class Journal:
    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, **order: object) -> None:
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(order) + "\n")

    def orders(self) -> list[dict[str, object]]:
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]

    def synced(self) -> None:
        time.sleep(0.3)  # the disk of the archive is slow
