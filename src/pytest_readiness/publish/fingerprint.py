"""Fingerprints of evidence and policy: with both, anybody can compute the same verdict.

SHA-256, as lower-case hexadecimal digits. That of evidence is what ``sha256sum`` prints of the file.
That of a policy is of the policy itself, however it was written down: resolved for its stage,
without the places where it was written and without where its history lies.
"""

from __future__ import annotations

import datetime
import enum
import hashlib
import json
from fractions import Fraction
from typing import Any

from pytest_readiness.model.policy import Origin, Policy
from pytest_readiness.model.value import REQUIRED, fields

VERSION = "pytest-readiness policy 1"
"""Goes into the fingerprint: changed when the text is made in another way."""
_ELSEWHERE = frozenset({"source", "history", "history_days", "history_runs"})
"""What differs between machines, and decides nothing."""


def fingerprints(evidence: str | bytes, policy: Policy) -> tuple[tuple[str, str], ...]:
    """``evidence`` and ``policy``, as a scorecard holds them.

    :param evidence: the file as it was read or written.
    """
    return ("evidence", of_evidence(evidence)), ("policy", of_policy(policy))


def of_evidence(evidence: str | bytes) -> str:
    content = (
        evidence.encode("utf-8", "backslashreplace") if isinstance(evidence, str) else evidence
    )
    return hashlib.sha256(content).hexdigest()


def of_policy(policy: Policy) -> str:
    return hashlib.sha256(canonical(policy).encode("ascii")).hexdigest()


def canonical(policy: Policy) -> str:
    """The policy as text: the same for the same policy, in every process and on every machine.

    Fields that have their usual value are left out, so that a later version, which knows more
    fields, makes the same text of the same policy.
    """
    said = {name: value for name, value in _fields(policy).items() if name not in _ELSEWHERE}
    encoder = json.JSONEncoder(
        sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    )
    text = encoder.encode(said)
    return f"{VERSION}\n{text}\n"


def _fields(value: Any) -> dict[str, Any]:
    """Those that differ from their default."""
    found = {}
    for name, default in fields(type(value)):
        held = getattr(value, name)
        usual = default.make() if hasattr(default, "make") else default
        if default is REQUIRED or held != usual:
            found[name] = held
    return found


def _plain(value: Any) -> Any:
    """What JSON has no word for. Raises ``TypeError`` for what no policy holds."""
    if isinstance(value, Origin):
        return None
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Fraction | datetime.date):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if not hasattr(value, "__dataclass_fields__"):
        raise TypeError(f"a policy holds no {type(value).__name__}")
    return {"": type(value).__name__, **_fields(value)}
