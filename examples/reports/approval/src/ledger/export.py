"""Entries as rows of CSV."""

import csv
import io
import logging

from ledger.entries import Entry, balanced
from ledger.money import shown

log = logging.getLogger(__name__)


def rows(entries: list[Entry]) -> list[str]:
    if not balanced(entries):
        log.error("the ledger does not balance")
        raise ValueError("the ledger does not balance")
    found = []
    for entry in entries:
        line = io.StringIO()
        csv.writer(line).writerow([entry.account, shown(entry.amount), entry.text])
        found.append(line.getvalue().rstrip())
    if not found:
        log.info("nothing to export")
    return found
