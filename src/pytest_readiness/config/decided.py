"""What people decided: tests in quarantine, conditions of an approval, and what waivers are subject to."""

from __future__ import annotations

from pytest_readiness.config import parts
from pytest_readiness.config.names import quote
from pytest_readiness.config.parts import DAY, TEXT, Schema, said, words
from pytest_readiness.config.table import Table
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import ApprovalCondition, Quarantine

QUARANTINE_KEYS = ("test", "reason", "owner", "expires")
CONDITION_KEYS = ("text", "owner", "due", "done")
WAIVERS_FROM = {"base": "base"}
MOST_DAYS = 3660
_DAYS = f"1 to {MOST_DAYS}"
_WHY_QUARANTINE = "a quarantine says of which tests, why, who answers for it, and until when"
_WHY_CONDITION = "a condition of an approval says what, who sees to it, and until when"


def read_decided(root: Table) -> Policy:
    """A policy that holds nothing but these; keys: ``quarantine``, ``conditions``, ``waiver-days``
    and ``waivers-from``."""
    usual = Policy(gates=())
    days = root.integer("waiver-days", (range(1, MOST_DAYS + 1),), _DAYS)
    return Policy(
        gates=(),
        quarantine=_quarantine(root),
        conditions=_conditions(root),
        waiver_days=usual.waiver_days if days is None else days,
        waivers_from=root.choice("waivers-from", WAIVERS_FROM, usual.waivers_from),
    )


def _quarantine(root: Table) -> tuple[Quarantine, ...]:
    entries: dict[str, Quarantine] = {}
    for table in root.tables("quarantine"):
        table.only(QUARANTINE_KEYS)
        table.need(QUARANTINE_KEYS, _WHY_QUARANTINE)
        test, reason, owner = table.text("test"), table.text("reason"), table.text("owner")
        expires = table.date("expires")
        if test in entries:
            table.problem("test", f"{quote(test)} stands in quarantine above already")
        elif test and reason and owner and expires is not None:
            entries[test] = Quarantine(
                test=test,
                reason=reason,
                owner=owner,
                expires=expires,
                origin=table.source.origin(table.path),
            )
    return tuple(entries.values())


def _conditions(root: Table) -> tuple[ApprovalCondition, ...]:
    conditions = []
    for table in root.tables("conditions"):
        table.only(CONDITION_KEYS)
        table.need(("text", "owner", "due"), _WHY_CONDITION)
        text, owner = table.text("text"), table.text("owner")
        due, done = table.date("due"), table.date("done")
        if text and owner and due is not None:
            conditions.append(
                ApprovalCondition(
                    text=text,
                    owner=owner,
                    due=due,
                    done=done,
                    origin=table.source.origin(table.path),
                )
            )
    return tuple(conditions)


def schema() -> Schema:
    """The parts of the JSON schema for the four keys."""
    return {
        "quarantine": _array(
            {
                "test": said(TEXT, "A test's id, or a glob of ids."),
                "reason": TEXT,
                "owner": TEXT,
                "expires": said(DAY, "The last day on which it holds."),
            },
            QUARANTINE_KEYS,
        ),
        "conditions": _array(
            {
                "text": said(TEXT, "What an approval was given under."),
                "owner": TEXT,
                "due": said(DAY, "The last day; from the next on it blocks."),
                "done": said(DAY, "The day on which it was met."),
            },
            ("text", "owner", "due"),
        ),
        "waiver-days": said(
            {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
            "A waiver or an entry of the quarantine ends at most that many days from now.",
        ),
        "waivers-from": said(
            words(WAIVERS_FROM), "base: only waivers that stand in the base branch too count."
        ),
    }


def _array(properties: Schema, required: tuple[str, ...]) -> Schema:
    return {"type": "array", "items": parts.table(properties, *required)}
