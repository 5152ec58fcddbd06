"""XML that nobody vouches for: a report may declare no entity and can make the parser fetch nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from pytest_readiness.collect.tools.formats.read import UnreadableError
from pytest_readiness.collect.tools.formats.source import Source, shown

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEEP = 100
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def parse(source: Source, what: str, roots: tuple[str, ...]) -> Element:
    """The document's root. Raises :class:`UnreadableError`, also where it is none of ``roots``."""
    # what was redirected says in its first line an encoding that it is not in any more
    recoded = source.raw.startswith(_WIDE) or b"\0" in source.raw[:64]
    raw = source.text.lstrip().encode() if recoded else source.raw.strip()
    if not raw:
        raise UnreadableError(f"its output is empty, and should be {what}")
    root = _Tree("utf-8" if recoded else None).parse(raw, what, source)
    found = str(root.tag).rpartition("}")[2]
    if found not in roots:
        raise UnreadableError(f"its output is no {what}: it begins with <{found[:80]}>")
    return root


class _Tree:
    """The standard library's tree, built by a parser that refuses entities."""

    def __init__(self, encoding: str | None) -> None:
        from xml.etree.ElementTree import TreeBuilder

        self._depth = 0
        self._builder = TreeBuilder()
        parser = self._parser = expat.ParserCreate(encoding, "}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        parser.EntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = _refuse
        parser.SkippedEntityHandler = _refuse
        parser.UnparsedEntityDeclHandler = _refuse

    def parse(self, raw: bytes, what: str, source: Source) -> Element:
        try:
            self._parser.Parse(raw, True)
            return self._builder.close()
        except expat.ExpatError as error:
            head = shown(re.sub(r"^\s*<\?xml[^>]*>\s*", "", source.text[:2_000]))
            raise UnreadableError(f"its output is no {what}: {error}: {head}") from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEP:
            raise UnreadableError(f"its XML is nested deeper than {_DEEP} elements")
        self._builder.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._builder.end(tag)


def _refuse(*_: Any) -> int:
    raise UnreadableError("its XML declares or uses entities, which are not read")
