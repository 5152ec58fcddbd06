"""Node ids as evidence holds them."""

from __future__ import annotations


def without_group(nodeid: str) -> str:
    """The id without the ``@group`` that xdist adds under ``--dist loadgroup``.

    A serial run has ids without it, and evidence of both must agree. An ``@`` in a path or in the
    parameters of a test is left where it is.
    """
    path, colons, name = nodeid.rpartition("::")
    if "[" in nodeid:
        # parameters may hold "::" and "@" themselves: a group stands after their closing bracket
        head, at, group = nodeid.rpartition("]@")
        return f"{head}]" if at and "[" in head and "]" not in group else nodeid
    plain, _, _ = name.partition("@")
    return f"{path}{colons}{plain}" if colons else nodeid
