"""Components from ``[[tool.pytest-readiness.components]]``."""

from __future__ import annotations

from pytest_readiness.config.names import quote
from pytest_readiness.config.table import Table
from pytest_readiness.model.measurement import Component
from pytest_readiness.model.pattern import pattern

COMPONENT_KEYS = ("name", "paths", "owner")
_ABSOLUTE = pattern(r"[A-Za-z]:|/|\\|\.\.?(/|$)")


def read_components(root: Table) -> tuple[Component, ...]:
    components: dict[str, Component] = {}
    for table in root.tables("components"):
        table.only(COMPONENT_KEYS)
        table.need(("name", "paths"))
        name, paths = table.text("name"), table.texts("paths")
        for index, path in enumerate(paths):
            if _ABSOLUTE.match(path) or "\\" in path:
                table.source.problem(
                    (*table.path, "paths", index),
                    f"{quote(path)} can match nothing: paths begin at the project's root,"
                    " with / between their parts",
                    remedy='for example "src/shop/payments/**"',
                )
        if name in components:
            table.problem("name", f"a component {quote(name)} stands above already")
        elif name:
            components[name] = Component(name=name, paths=paths, owner=table.text("owner"))
    return tuple(components.values())
