"""URLs of PostgreSQL databases, as they may be shown: without passwords."""

from __future__ import annotations

import re
import urllib.parse

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SECRET = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)


def shown(url: str) -> str:
    """The URL without any password, whatever the password consists of.

    What lies before the last ``@`` is taken to be the user and the password: an unescaped ``/``,
    ``?`` or ``@`` in a password does not give it away.
    """
    scheme, separator, rest = _SECRET.sub(r"\1***", url).partition("://")
    user, at, place = rest.rpartition("@")
    if at:
        rest = f"{user.partition(':')[0]}@{place}"
    return f"{scheme}{separator}{rest}"


def split_schema(url: str, usual: str) -> tuple[str, str]:
    """The URL without ``schema=NAME`` among its parameters, and that name.

    :raises ValueError: for a name that PostgreSQL would have to be given in quotes.
    """
    place, question, query = url.partition("?")
    parts = query.split("&") if question else []
    named = [part.partition("=")[2] for part in parts if part.partition("=")[0] == "schema"]
    rest = "&".join(part for part in parts if part.partition("=")[0] != "schema")
    name = named[-1] if named else usual
    if not _NAME.fullmatch(name):
        raise ValueError(f"schema={name}")
    return (f"{place}?{rest}" if rest else place), name


def without_secrets(text: str, url: str) -> str:
    """A message of the driver, any password of the URL in it replaced."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _secrets(url: str) -> set[str]:
    user, _, _ = _SECRET.sub("", url).partition("://")[2].rpartition("@")
    found = {
        user.partition(":")[2],
        *(match[0].partition("=")[2] for match in _SECRET.finditer(url)),
    }
    # a password that was not escaped is cut up by whoever parses the URL
    pieces = {piece for secret in found for piece in re.split(r"[:/?@#\[\]&]", secret)}
    found |= {piece for piece in pieces if len(piece) > 2}
    return {form for secret in found if secret for form in (secret, urllib.parse.unquote(secret))}
