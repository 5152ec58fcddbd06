"""The JSON schemas that come with the package, as text."""

from __future__ import annotations

from importlib import resources

_FILES = {
    "config": ("pytest_readiness.config", "schema.json"),
    "report": ("pytest_readiness.render", "report.schema.json"),
}
NAMES = tuple(_FILES)


def text(name: str) -> str:
    """The schema called ``config`` or ``report``."""
    package, file = _FILES[name]
    return resources.files(package).joinpath(file).read_text("utf-8")
