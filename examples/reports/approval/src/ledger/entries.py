"""Entries, and what they add up to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    account: str
    amount: int
    text: str = ""


def balance(entries: list[Entry], account: str) -> int:
    return sum(entry.amount for entry in entries if entry.account == account)


def balanced(entries: list[Entry]) -> bool:
    return sum(entry.amount for entry in entries) == 0
