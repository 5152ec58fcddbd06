"""A fingerprint of what was exported."""

import hashlib


def digest(rows: list[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
