from __future__ import annotations

import pytest

from flaky_pasts import KIN, attempts_of, past
from pytest_readiness.measure.contradictions import Contradiction, contradictions
from pytest_readiness.measure.flaky_history import Timeline
from pytest_readiness.measure.stretches import stretches
from pytest_readiness.model.history import History

STEADY = "P" * 40


def found(letters: str, trees: str = "", **more: object) -> tuple[Contradiction, ...]:
    timeline = Timeline(past({"t": letters}, trees, **more), KIN)  # type: ignore[arg-type]
    return contradictions(
        timeline.ran("t"), timeline.trials.get("t", {}), timeline.fingerprints("t")
    )


@pytest.mark.parametrize(
    ("letters", "trees", "many"),
    [
        pytest.param("PPPP", "AAAA", 0, id="nothing failed"),
        pytest.param("PPFP", "AAAA", 1, id="one code, both outcomes"),
        pytest.param("PFPPFP", "AAAAAA", 2, id="twice"),
        pytest.param("PFPPFP", "AAABBB", 2, id="twice, on two codes"),
        pytest.param("PFP", "ABC", 0, id="another code each time"),
        pytest.param("PFP", "   ", 0, id="fingerprints unknown"),
        pytest.param("PRP", "   ", 1, id="within a run no fingerprint is needed"),
        pytest.param("PRPRP", "ABCDE", 2, id="in two runs"),
        pytest.param("PDP", "ABC", 0, id="a rerun that failed too"),
        pytest.param("PPPFFFPPP", "AAABBBCCC", 0, id="a commit broke it, another mended it"),
        pytest.param(
            "PPPFFFPPP", "AABBBBCCC", 0, id="broken, with a fingerprint of the code before"
        ),
        pytest.param(
            "PPPFFFPPP", "AAABBCCCC", 0, id="broken, with a fingerprint of the code after"
        ),
        pytest.param("PPPPFF", "AAAAAA", 0, id="it still goes on"),
        pytest.param("PPPPF", "AAAAA", 1, id="the latest run"),
        pytest.param("PPFFPP", "AAAAAA", 1, id="failures in a row count once"),
        pytest.param(
            STEADY + "FFFPFFF" + STEADY, "A" * 40 + "B" * 7 + "C" * 40, 0, id="a stray pass"
        ),
        pytest.param("PSFSP", "AAAAA", 1, id="skipping is nothing"),
        pytest.param("PXXP", "AAAA", 0, id="an expected failure is none"),
        pytest.param("FFP", "AAB", 0, id="mended"),
        pytest.param("FPF", "AAA", 1, id="most of a code's runs failed: once"),
    ],
)
def test_what_is_a_contradiction(letters: str, trees: str, many: int) -> None:
    assert len(found(letters, trees)) == many


def test_plain_passes_need_no_rows() -> None:
    letters, trees = "PPFPPRPPDPPFFPP", "AAAABBBBCCCCCCC"
    assert found(letters, trees, full=False) == found(letters, trees)


def test_environments_do_not_contradict_each_other() -> None:
    kins = [KIN, "cpython3.12-windows"] * 3
    assert not found("PFPFPF", "AAAAAA", kins=kins)


def test_a_contradiction_knows_when_it_was_known() -> None:
    assert found("FP", "AA") == (Contradiction(0, 1, within=False),)
    assert found("PPF", "AAA") == (Contradiction(2, 2, within=False),)
    assert found("PPR", "AAA") == (Contradiction(2, 2, within=True),)


def own(letters: str, codes: str, trees: str) -> int:
    history = past({"t": letters}, trees)
    history = History(
        runs=history.runs,
        attempts={"t": attempts_of(letters, codes=codes)},
        exposure=history.exposure,
    )
    timeline = Timeline(history, KIN)
    return len(contradictions(timeline.ran("t"), timeline.trials["t"], timeline.fingerprints("t")))


def test_the_tests_own_code_is_finer_than_the_tree() -> None:
    assert own("PFP", codes="xxx", trees="ABC") == 1
    assert own("PFP", codes="xyz", trees="ABC") == 0
    # of one tree it is one code: a failure that came early ran fewer files than a pass
    assert own("PFP", codes="xyz", trees="AAA") == 1
    assert own("PFP", codes="xyx", trees="ABB") == 1


def test_where_some_runs_lack_the_own_code_trees_are_compared() -> None:
    history = past({"t": "PFP"}, "AAA", full=False)
    failed = [one._replace(code="x") for one in history.attempts["t"]]
    history = History(runs=history.runs, attempts={"t": failed}, exposure=history.exposure)
    timeline = Timeline(history, KIN)
    assert contradictions(timeline.ran("t"), timeline.trials["t"], timeline.fingerprints("t"))


def test_ignored_runs_say_nothing() -> None:
    timeline = Timeline(past({"t": "PFPPFP"}), KIN)
    where = timeline.ran("t"), timeline.trials["t"], timeline.fingerprints("t")
    assert [one.run for one in contradictions(*where, ignored={1})] == [4]
    assert not contradictions(*where, ignored={1, 4})


@pytest.mark.parametrize(
    ("letters", "broken"),
    [
        ("P" * 20 + "F" + "P" * 20, range(0)),
        ("P" * 20 + "FFFF" + "P" * 20, range(20, 24)),
        ("P" * 20 + "FFPFF" + "P" * 20, range(20, 25)),
        ("PF" * 20, range(0)),
        ("FFP" * 13, range(0)),
        ("P" * 5 + "FFF", range(0)),
        ("P" * 40 + "FFFF", range(40, 44)),
    ],
)
def test_stretches_are_what_chance_does_not_explain(letters: str, broken: range) -> None:
    failed = {run for run, letter in enumerate(letters) if letter == "F"}
    assert stretches(range(len(letters)), failed) == frozenset(broken)
