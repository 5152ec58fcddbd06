"""The tables, as the steps that made them: one step a schema version, the same in every database."""

from __future__ import annotations

VERSION = 2
"""What this release reads and writes."""
READABLE = 1
"""The oldest that can be read as it stands: later steps only added tables."""
DECISIONS = 2
"""Since which there are decisions."""

_FIRST = """
CREATE TABLE runs (
    number {key},
    id TEXT NOT NULL UNIQUE,
    started TEXT NOT NULL,
    kin TEXT NOT NULL,
    machine TEXT NOT NULL,
    fleet TEXT NOT NULL,
    tree TEXT NOT NULL,
    revision TEXT NOT NULL,
    branch TEXT NOT NULL,
    base INTEGER NOT NULL,
    selection TEXT NOT NULL,
    exit_status INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    duration DOUBLE PRECISION NOT NULL,
    ran INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    ci TEXT NOT NULL,
    project TEXT NOT NULL,
    version TEXT NOT NULL
);
CREATE INDEX runs_by_time ON runs (started, id);
CREATE TABLE contents (
    number {key},
    digest TEXT NOT NULL UNIQUE,
    data {blob} NOT NULL
);
CREATE TABLE uses (
    run BIGINT NOT NULL,
    content BIGINT NOT NULL,
    PRIMARY KEY (run, content)
) {bare};
CREATE TABLE suites (
    run BIGINT PRIMARY KEY,
    tests BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    codes BIGINT NOT NULL,
    shapes TEXT NOT NULL,
    shape {blob} NOT NULL,
    cpu {blob} NOT NULL,
    call_wall {blob} NOT NULL,
    setup_wall {blob} NOT NULL,
    teardown_wall {blob} NOT NULL
);
CREATE TABLE attempts (
    run BIGINT NOT NULL,
    place INTEGER NOT NULL,
    test INTEGER NOT NULL,
    number INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    superseded INTEGER NOT NULL,
    signature TEXT NOT NULL,
    broken TEXT NOT NULL,
    cpu DOUBLE PRECISION,
    wall DOUBLE PRECISION,
    setup DOUBLE PRECISION,
    teardown DOUBLE PRECISION,
    PRIMARY KEY (run, place)
) {bare};
CREATE TABLE benchmarks (
    run BIGINT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (run, place)
) {bare};
CREATE TABLE readings (
    run BIGINT NOT NULL,
    metric TEXT NOT NULL,
    statistic TEXT NOT NULL,
    component TEXT NOT NULL,
    subjects BIGINT NOT NULL,
    numbers {blob} NOT NULL,
    PRIMARY KEY (run, metric, statistic, component)
) {bare};
CREATE TABLE evidence (
    run BIGINT PRIMARY KEY,
    data {blob} NOT NULL
);
"""

_SECOND = """
CREATE TABLE decisions (
    number {key},
    runs TEXT NOT NULL,
    project TEXT NOT NULL,
    gate TEXT NOT NULL,
    reason TEXT NOT NULL,
    owner TEXT NOT NULL,
    expires TEXT NOT NULL,
    decided TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (runs, gate, decided)
);
"""

STEPS: tuple[str, ...] = (_FIRST, _SECOND)
"""Step *n* (from 0) leads from schema version *n* to *n* + 1. A released step is never changed."""


def statements(version: int, *, key: str, blob: str, bare: str) -> list[str]:
    """What leads from ``version`` to :data:`VERSION`, statement by statement."""
    text = "".join(STEPS[version:VERSION]).format(key=key, blob=blob, bare=bare)
    return [statement.strip() for statement in text.split(";") if statement.strip()]


def drop() -> tuple[str, ...]:
    """Every table, those first that speak of others."""
    return (
        "decisions",
        "evidence",
        "readings",
        "benchmarks",
        "attempts",
        "suites",
        "uses",
        "contents",
        "runs",
    )
