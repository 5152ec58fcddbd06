"""Histories written as text: a letter a run, for tests of what is made of them.

``P`` passed, ``F`` failed, ``R`` failed and passed when it was run again, ``D`` failed twice, ``S``
skipped, ``X`` xfailed, ``.`` did not run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import History, PastAttempt, PastRun

KIN = "cpython3.12-linux"
_LETTERS: Mapping[str, tuple[Outcome, ...]] = {
    "P": (Outcome.PASSED,),
    "F": (Outcome.FAILED,),
    "R": (Outcome.FAILED, Outcome.PASSED),
    "D": (Outcome.FAILED, Outcome.FAILED),
    "S": (Outcome.SKIPPED,),
    "X": (Outcome.XFAILED,),
    ".": (),
}


def attempts_of(
    letters: str, signature: str = "ValueError at a.py:1", codes: str = ""
) -> list[PastAttempt]:
    """One letter a run; ``codes`` likewise, the fingerprints of the test's own code."""
    return [
        PastAttempt(
            run=run,
            number=number,
            outcome=outcome,
            superseded=number + 1 < len(_LETTERS[letter]),
            signature=signature if outcome is Outcome.FAILED else "",
            code=codes[run] if codes else "",
        )
        for run, letter in enumerate(letters)
        for number, outcome in enumerate(_LETTERS[letter])
    ]


def past(
    tests: Mapping[str, str],
    trees: str = "",
    *,
    kins: Sequence[str] = (),
    signatures: Mapping[str, str] | None = None,
    ran: int | None = None,
    full: bool = True,
) -> History:
    """A history of tests by their letters; ``trees`` has a letter a run as well, a blank: not known.

    :param full: whether plain passes of unsteady tests are attempts of their own.
    """
    size = max(map(len, tests.values()))
    trees = trees or "A" * size
    told = signatures or {}
    attempts = {}
    for test, letters in tests.items():
        if set(letters) - set("P.SX"):
            made = attempts_of(letters, told.get(test, f"ValueError at {test}:1"))
            attempts[test] = [one for one in made if full or letters[one.run] != "P"]
    return History(
        runs=tuple(
            PastRun(
                id=f"r{index}",
                started=f"2026-01-{index % 28 + 1:02d}T00:00:00Z",
                kin=kins[index] if kins else KIN,
                machine="",
                fleet="",
                tree=trees[index].strip(),
                ran=ran if ran is not None else len(tests),
            )
            for index in range(size)
        ),
        attempts=attempts,
        exposure={
            test: {
                run: len(_LETTERS[letter])
                for run, letter in enumerate(letters)
                if letter not in ".S"
            }
            for test, letters in tests.items()
        },
    )
