"""One run of a SARIF log: its rules, its places and its messages."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from pytest_readiness.collect.tools.formats.levels import SEVERITIES, level_of, of_score
from pytest_readiness.collect.tools.formats.source import Source
from pytest_readiness.model.pattern import pattern

_PLACEHOLDER = pattern(r"\{(\d{1,3})\}")
_NESTED = 8
"""Bases of URIs that may hang on one another."""
Object = dict[str, Any]


def items(data: Any, name: str) -> list[Object]:
    """The objects of a list; of what is no list, none."""
    found = data.get(name) if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def part(data: Any, *names: str) -> Object:
    """An object within objects; empty where there is none."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def text_of(message: Any) -> str:
    """A message's own text."""
    if not isinstance(message, dict):
        return ""
    found = message.get("text") or message.get("markdown")
    return found if isinstance(found, str) else ""


def number(value: Any) -> int:
    """A line or an index; -1 for what is none."""
    return value if type(value) is int and value >= 0 else -1


class SarifRun:
    def __init__(self, data: Object, source: Source, where: str) -> None:
        self.data = data
        self.source = source
        self.where = where
        self._driver = part(data, "tool", "driver")
        components = [self._driver, *items(part(data, "tool"), "extensions")]
        self._listed = [items(component, "rules") for component in components]
        self._artifacts = items(data, "artifacts")

    @property
    def name(self) -> str:
        found = self._driver.get("name")
        return found if isinstance(found, str) else ""

    @property
    def version(self) -> str:
        found = self._driver.get("semanticVersion") or self._driver.get("version")
        return found[:100] if isinstance(found, str) else ""

    @cached_property
    def rules(self) -> dict[str, Object]:
        """Of the driver and its extensions, by id."""
        found: dict[str, Object] = {}
        for listed in self._listed:
            for rule in listed:
                if isinstance(rule.get("id"), str):
                    found.setdefault(rule["id"], rule)
        return found

    @cached_property
    def scored(self) -> bool:
        """Whether any rule has a severity of its own."""
        return any(_scored(rule) for rule in self.rules.values())

    def rule(self, result: Object) -> tuple[Object, str]:
        """The rule of a result, empty where the log holds none, and its id."""
        reference = part(result, "rule")
        name = result.get("ruleId") or reference.get("id")
        index = number(result.get("ruleIndex"))
        if index < 0:
            index = number(reference.get("index"))
        found: Object = {}
        if index >= 0:
            place = number(part(reference, "toolComponent").get("index"))
            listed = self._listed[place + 1 : place + 2] if place >= 0 else self._listed[:1]
            found = listed[0][index] if listed and index < len(listed[0]) else {}
        if isinstance(name, str) and name and not _of(found, name):
            # `CA1000/1` is the first kind of `CA1000`
            found = self.rules.get(name) or self.rules.get(name.rpartition("/")[0]) or {}
        if not isinstance(name, str) or not name:
            name = found.get("id", "")
        return found, name if isinstance(name, str) else ""

    def severity(self, result: Object, rule: Object) -> str:
        """Of the result, or of its rule; empty: it has a level only."""
        own = part(result, "properties")
        found = _scored(result) or _scored(rule)
        if not found and isinstance(own.get("issue_severity"), str):  # bandit
            found = level_of(own["issue_severity"])
        return found if found in SEVERITIES else ""

    def configured(self, result: Object, rule: Object, name: str) -> Object:
        """How the rule was configured: by the invocation that made the result, else by default."""
        index = number(part(result, "provenance").get("invocationIndex"))
        invocations = items(self.data, "invocations")
        if 0 <= index < len(invocations):
            for override in items(invocations[index], "ruleConfigurationOverrides"):
                of_rule = self.rule({"rule": override.get("descriptor")})
                if of_rule[1] == name and "level" in part(override, "configuration"):
                    return part(override, "configuration")
        return part(rule, "defaultConfiguration")

    def message(self, result: Object, rule: Object) -> str:
        message = part(result, "message")
        found = text_of(message)
        if not found and isinstance(message.get("id"), str):
            found = text_of(part(rule, "messageStrings", message["id"]))
        given = message.get("arguments")
        if found and isinstance(given, list):
            found = _PLACEHOLDER.sub(
                lambda hit: str(given[int(hit[1])]) if int(hit[1]) < len(given) else hit[0], found
            )
        about = (text_of(rule.get(key)) for key in ("shortDescription", "fullDescription"))
        return found or next(filter(None, about), "") or str(rule.get("name") or "")

    def place(self, result: Object) -> tuple[str, int]:
        """Path and line of the first place that a result or a notification names."""
        for location in items(result, "locations"):
            physical = part(location, "physicalLocation")
            if physical:
                line = number(part(physical, "region").get("startLine"))
                return self._path(part(physical, "artifactLocation")), max(line, 0)
        return self._path(part(result, "analysisTarget")), 0

    def _path(self, location: Object) -> str:
        index = number(location.get("index"))
        if not isinstance(location.get("uri"), str) and 0 <= index < len(self._artifacts):
            location = part(self._artifacts[index], "location")
        uri = location.get("uri")
        return self.source.uri(self._joined(location, uri)) if isinstance(uri, str) else ""

    def _joined(self, location: Object, uri: str) -> str:
        """The URI behind its base, and that one's base; one that is not told is the project."""
        for _ in range(_NESTED):
            base = location.get("uriBaseId")
            if _absolute(uri) or not isinstance(base, str):
                break
            location = part(self.data, "originalUriBaseIds", base)
            before = location.get("uri")
            if isinstance(before, str) and before:
                uri = before.rstrip("/") + "/" + uri.lstrip("/")
        return uri


def _absolute(uri: str) -> bool:
    scheme, colon, _ = uri.partition(":")
    return bool(colon) and len(scheme) > 1 and scheme.isalnum()


def _of(rule: Object, name: str) -> bool:
    """Whether the rule has the id, or is what the id is a kind of."""
    found = rule.get("id")
    return isinstance(found, str) and (name == found or name.startswith(f"{found}/"))


def _scored(data: Object) -> str:
    score = part(data, "properties").get("security-severity")
    try:
        value = float(score) if isinstance(score, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return ""
    # of 0 (what Trivy writes where nobody has rated it) the level tells more than "low" does
    return of_score(value) if math.isfinite(value) and value > 0 else ""
