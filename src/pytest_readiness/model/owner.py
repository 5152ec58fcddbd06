"""Owners as text: one, or several that CODEOWNERS names, with a space between them."""

from __future__ import annotations


def names(owner: str) -> tuple[str, ...]:
    """``@shop @ada`` is two; ``Payments Team`` is one: only users, teams and addresses are apart."""
    words = owner.split()
    if len(words) > 1 and all("@" in word for word in words):
        return tuple(dict.fromkeys(words))
    return (owner,) if words else ()


def is_owned(owner: str, name: str) -> bool:
    """Whether *name* is one of the owners; forges tell no case apart, and the ``@`` may be left out."""
    asked = _plain(name)
    return _plain(owner) == asked or any(_plain(one) == asked for one in names(owner))


def _plain(name: str) -> str:
    return name.strip().removeprefix("@").casefold()
