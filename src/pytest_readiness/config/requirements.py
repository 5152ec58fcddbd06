"""Requirements from ``[[tool.pytest-readiness.requirements]]``, and what their severities do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pytest_readiness.config import parts
from pytest_readiness.config.attestation import read_points
from pytest_readiness.config.cycles import cycles
from pytest_readiness.config.effort import read_effort
from pytest_readiness.config.gate import LEVELS
from pytest_readiness.config.gates import names_written
from pytest_readiness.config.named_tools import NamedTools
from pytest_readiness.config.names import nearest, quote
from pytest_readiness.config.parts import DAY, TEXT, TEXTS, Schema, said, words
from pytest_readiness.config.proofs import PROOF_KEYS, Known, proofs_schema, read_proofs
from pytest_readiness.config.table import Source, Table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.policy import Level
from pytest_readiness.model.requirement import Requirement, Severity
from pytest_readiness.model.tool import Tool
from pytest_readiness.model.value import replace

SEVERITIES = {severity.value: severity for severity in Severity}
USUAL = {
    Severity.CRITICAL: Level.BLOCK,
    Severity.HIGH: Level.BLOCK,
    Severity.MEDIUM: Level.RISK,
    Severity.LOW: Level.INFO,
}
REQUIREMENT_KEYS = (
    "id",
    "title",
    "category",
    "severity",
    "owner",
    "depends-on",
    "not-applicable",
    "points",
    "effort",
    "due",
    "milestone",
    "risk",
    "action",
    "fix",
    *PROOF_KEYS,
)
_FORBIDDEN = frozenset("#:*?/\\\"'`")
LONGEST = 100


def read_requirements(
    root: Table, vocabulary: Vocabulary, tools: Sequence[Tool]
) -> tuple[tuple[Requirement, ...], tuple[Tool, ...]]:
    """The requirements, and the tools that they add: commands, and tools known by their names.

    One that has an id is returned whatever else is wrong with it, so that nothing that names it is
    called wrong.
    """
    written = root.data.get("tools")
    named = NamedTools(tools, written if isinstance(written, dict) else {})
    known = Known(vocabulary=vocabulary, tools=named)
    taken = _taken(root, vocabulary)
    found: dict[str, Requirement] = {}
    places: dict[str, Table] = {}
    for table in root.tables("requirements"):
        requirement = _requirement(table, known, taken, places)
        if requirement is not None:
            found[requirement.id] = requirement
            places[requirement.id] = table
    for name, table in places.items():
        _check_waited_for(table, found[name].depends_on, found)
    for cycle in cycles({name: one.depends_on for name, one in found.items()}):
        places[cycle[0]].problem(
            "depends-on",
            f"it waits for itself: {' -> '.join((*cycle, cycle[0]))}",
            remedy="take one of them out",
        )
    return tuple(found.values()), named.added


def _requirement(
    table: Table, known: Known, taken: Mapping[str, str], above: Mapping[str, Table]
) -> Requirement | None:
    table.only(REQUIREMENT_KEYS)
    table.need(("id", "title"))
    name = table.text("id")
    wrong = not _is_id(table, name) if name else True
    if name in above:
        line = above[name].source.origin((*above[name].path, "id")).line
        table.problem(
            "id",
            f"a requirement {quote(name)} stands above already"
            + (f", in line {line}" * bool(line)),
        )
        wrong = True
    elif name in taken:
        table.problem("id", f"{quote(name)} is {taken[name]}: waivers could not tell them apart")
    waits = tuple(dict.fromkeys(table.texts("depends-on")))
    why_not = _not_applicable(table)
    if why_not:  # what proves it is checked, and not asked for
        known = replace(known, tools=known.tools.aside())
    action, fix = table.text("action"), table.text("fix")
    if action and fix:
        table.problem(
            "fix", "action stands beside it", remedy="keep one: fix is an action that is a command"
        )
    requirement = Requirement(
        id=name,
        title=table.text("title"),
        origin=table.source.origin(table.path),
        category=table.text("category"),
        severity=table.choice("severity", SEVERITIES, Severity.HIGH),
        owner=table.text("owner"),
        depends_on=waits,
        proofs=read_proofs(table, name, known),
        not_applicable=why_not,
        points=read_points(table),
        effort=read_effort(table),
        due=table.date("due"),
        milestone=table.text("milestone"),
        risk=table.text("risk"),
        action=fix or action,
        fixable=bool(fix),
    )
    return None if wrong else requirement


def _is_id(table: Table, name: str) -> bool:
    """Ids are words on command lines, parts of evidence's keys and of what selects findings."""
    bad = "".join(sorted(_FORBIDDEN & set(name)))
    why = ""
    if not name.isprintable() or any(map(str.isspace, name)):
        why = "has a space or a character that cannot be printed"
    elif bad:
        why = f"has {' '.join(bad)}"
    elif name.startswith("-"):
        why = "begins with -, as options do"
    elif len(name) > LONGEST:
        why = f"is longer than {LONGEST} characters"
    if why:
        table.problem("id", f"{quote(name)} {why}", remedy="for example SEC-1")
    return not why


def _not_applicable(table: Table) -> str:
    value = table.data.get("not-applicable")
    if isinstance(value, bool):
        table.problem(
            "not-applicable",
            f"{kind(value)} stands where a reason is needed",
            remedy='say why: not-applicable = "no endpoint is exposed"'
            if value
            else "leave the key out",
        )
        return ""
    return table.text("not-applicable")


def _check_waited_for(table: Table, waits: Iterable[str], known: Mapping[str, Requirement]) -> None:
    entries = table.data.get("depends-on")
    for name in waits:
        if name not in known:
            index = entries.index(name) if isinstance(entries, list) else 0
            table.source.problem(
                (*table.path, "depends-on", index),
                f"there is no requirement {quote(name)}",
                allowed=known if len(known) <= 20 else (),
                nearest=nearest(name, known),
            )


def _taken(root: Table, vocabulary: Vocabulary) -> dict[str, str]:
    """What an id may not be: gates and metrics are waived and explained by name too."""
    silent = Source(name=root.source.name)
    taken = dict.fromkeys(vocabulary.metrics, "a metric")
    stages = root.data.get("stages")
    layers = [root.data, *(stages.values() if isinstance(stages, dict) else ())]
    for layer in layers:
        gates = layer.get("gates") if isinstance(layer, dict) else None
        if isinstance(gates, dict):
            table = Table(source=silent, path=("gates",), data=gates)
            taken |= dict.fromkeys(names_written(table, vocabulary), "a gate")
    return taken


def read_severities(root: Table) -> tuple[tuple[Severity, Level], ...]:
    """What a requirement that is not met does, for each severity."""
    table = root.table("severities")
    if table is None:
        return tuple(USUAL.items())
    table.only(SEVERITIES)
    return tuple(
        (severity, table.choice(severity.value, LEVELS, usual)) for severity, usual in USUAL.items()
    )


def schema() -> Schema:
    """Of the keys that are read here."""
    requirement = parts.table(
        {
            "id": said(
                {"type": "string", "pattern": r"^(?!-)[^\s#:*?/\\\"'`]{1,100}$"},
                "By which tests, waivers and reports call it.",
            ),
            "title": TEXT,
            "category": said(TEXT, "In the score and the matrices."),
            "severity": words(SEVERITIES),
            "owner": TEXT,
            "depends-on": said(TEXTS, "Ids of requirements that it waits for."),
            "not-applicable": said(TEXT, "Why it does not apply."),
            "points": said(parts.NUMBER, "What it is worth; 1 if nothing is said."),
            "effort": said(
                {
                    "type": "string",
                    "pattern": "^\\s*([SML]|[0-9.]+(\\s*[-\u2013]\\s*[0-9.]+)?\\s*[hd])\\s*$",
                },
                "To close it: S, M, L, or hours or days, 4-6h, 2d.",
            ),
            "due": DAY,
            "milestone": said(TEXT, "What it has to be done for."),
            "risk": said(TEXT, "What may happen while it is open."),
            "action": said(TEXT, "What closes it."),
            "fix": said(TEXT, "A command that closes it without thinking."),
            **proofs_schema(),
        },
        "id",
        "title",
    )
    return {
        "requirements": {"type": "array", "items": requirement},
        "severities": said(
            parts.table(dict.fromkeys(SEVERITIES, words(LEVELS))),
            "What a requirement that is not met does to the verdict, by its severity.",
        ),
    }
