"""Digests of source files: what tells that two runs saw the same content."""

from __future__ import annotations

import hashlib


def digest(content: bytes) -> str:
    """Digest of a file's content, 32 hexadecimal digits.

    Ends of lines count alike, as they do for coverage: a checkout on Windows is no other content.
    """
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return hashlib.blake2b(content, digest_size=16).hexdigest()
