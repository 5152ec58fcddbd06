"""How well slow tests are found, beside rules in use, on sessions recorded by ``slow_sessions.py``.

    python benchmarks/slow_detection.py benchmarks/slow_sessions.jsonl.gz --seeds 20
    python benchmarks/slow_detection.py benchmarks/slow_sessions.jsonl.gz --seeds 20 --out docs/slow-table.md

The sessions are real; a seed puts them in another order, in blocks of five that belong together
(moving blocks: Künsch 1989), so that a hog still stays for a while and goes. Every timeline is
judged once as it is, for false alarms. Then, one at a time, each test is slow from some session on:
its times are replaced by those that the same test with 1.5, 2 or 3 times the work had in the same
session. The rules judge what a stage of a CI would: the present session against those before it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_readiness.measure.comparable import NEEDED, WINDOW, machine_of
from pytest_readiness.measure.slow_table import LOOKBACK, Sample
from pytest_readiness.measure.slowdown import paces, suspects
from pytest_readiness.model.evidence import Environment, Run
from pytest_readiness.model.history import History, PastRun, PastTime

LENGTH = 35
"""Sessions of a timeline."""
BLOCK = 5
WITHIN = 3
"""Sessions within which a slowdown is to be found."""
LIMIT = 0.5
"""The gate: ``"test.slowdown" = "<= 50%"``."""
FACTORS = (3.0, 2.0, 1.5)
HALVES = {"": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}
"""Every other recorded session: to see whether what was tuned on one half holds in the other."""
KINDS = {
    "that compute or allocate": ("spin", "strings", "documents", "allocate", "sweep"),
    "that sleep or poll": ("sleep", "poll"),
    "of files, a database, processes": ("files", "database", "processes"),
}
RUN = Run(
    started="",
    duration=0.0,
    exit_status=0,
    environment=Environment(implementation="cpython", python="3.11", system="linux"),
)

Times = dict[str, Sample]


@dataclass(frozen=True)
class Recording:
    """One session: times by test, for each factor of work; and those measured again."""

    plain: Times
    slow: dict[float, Times]
    again: dict[float, Times]
    hogs: float


@dataclass
class Score:
    alarms: int = 0
    judged: int = 0
    sessions: int = 0
    red: int = 0
    """Sessions with a false alarm."""
    found: Counter[float] = field(default_factory=Counter)
    tried: Counter[float] = field(default_factory=Counter)


Rule = Callable[[Sequence[Times], Times, Times], set[str]]
"""Earlier sessions, the present one, and times of a second measurement in it: tests it accuses."""


def main() -> int:
    args = _arguments()
    recordings = list(_read(args.recordings))
    exact = list(_exact(recordings))
    recordings = recordings[HALVES[args.half]]
    scores = {name: Score() for name in RULES}
    accused: Counter[str] = Counter()
    missed: Counter[tuple[float, str]] = Counter()
    for seed in range(args.seeds):
        generator = random.Random(seed)
        shuffled = bool(seed) or len(recordings) < LENGTH
        timeline = list(_shuffled(recordings, generator)) if shuffled else recordings
        _false_alarms(timeline, scores, accused)
        _slowdowns(timeline, scores, missed, generator, args.starts, exact)
    text = _report(recordings, scores, missed, args)
    print(text)
    if args.verbose:
        print("falsely accused:", accused.most_common(20))
        print("missed:", missed.most_common(40))
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--seeds", type=int, default=20, help="timelines; the first is as recorded")
    parser.add_argument("--starts", type=int, default=2, help="slowdowns of each test and size")
    parser.add_argument("--half", choices=HALVES, default="", help="of the sessions")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--out", type=Path, help="write the table here")
    return parser.parse_args()


def _read(path: Path) -> Iterator[Recording]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            tables: dict[tuple[float, int], Times] = {}
            for name, (cpu, wall) in told["times"].items():
                test, factor, turn = name.split("-")
                table = tables.setdefault((float(factor[1:]), int(turn)), {})
                table[test] = Sample(cpu / 1e6, wall / 1e6)
            yield Recording(
                plain=tables[1.0, 0],
                slow={factor: tables[factor, 0] for factor in FACTORS},
                again={factor: tables[factor, 1] for factor in (1.0, 3.0)},
                hogs=statistics.mean(map(int, told["hog"])),
            )


def _exact(recordings: Sequence[Recording]) -> Iterator[str]:
    """Tests that with three times the work really take three times as long, where nothing disturbs."""
    for test in recordings[0].plain:
        least = [
            min(max(one[test].cpu or 0, one[test].wall) for one in tables)
            for tables in (
                [one.plain for one in recordings],
                [one.slow[3.0] for one in recordings],
            )
        ]
        if abs(math.log(least[1] / least[0] / 3.0)) < math.log(1.2):
            yield test


def _shuffled(recordings: Sequence[Recording], generator: random.Random) -> Iterator[Recording]:
    for _ in range(math.ceil(LENGTH / BLOCK)):
        first = generator.randrange(len(recordings) - BLOCK + 1)
        yield from recordings[first : first + BLOCK]


def _false_alarms(
    timeline: Sequence[Recording], scores: dict[str, Score], accused: Counter[str]
) -> None:
    for now in range(NEEDED, len(timeline)):
        past = [one.plain for one in timeline[max(0, now - LOOKBACK) : now]]
        present = timeline[now]
        for name, rule in RULES.items():
            alarms = rule(past, present.plain, present.again[1.0])
            score = scores[name]
            score.alarms += len(alarms)
            score.judged += len(present.plain)
            score.sessions += 1
            score.red += bool(alarms)
            if name == OURS:
                accused.update(alarms)


def _slowdowns(
    timeline: Sequence[Recording],
    scores: dict[str, Score],
    missed: Counter[tuple[float, str]],
    generator: random.Random,
    starts: int,
    exact: Sequence[str],
) -> None:
    for factor in FACTORS:
        for test in exact:
            for _ in range(starts):
                start = generator.randrange(NEEDED, len(timeline) - WITHIN)
                found = _found(timeline, test, factor, start)
                for name, score in scores.items():
                    score.tried[factor] += name != AGAIN or factor == 3.0
                    score.found[factor] += name in found
                missed[factor, test] += OURS not in found


def _found(timeline: Sequence[Recording], test: str, factor: float, start: int) -> set[str]:
    """Rules that accuse the test within the first sessions in which it is slow."""
    found: set[str] = set()
    spliced = [one.plain for one in timeline[:start]]
    for one in timeline[start : start + WITHIN]:
        present = {**one.plain, test: one.slow[factor][test]}
        again = one.again.get(factor, {})
        for name, rule in RULES.items():
            if name in found or (name == AGAIN and not again):
                continue
            if test in rule(spliced[-LOOKBACK:], present, again):
                found.add(name)
        spliced.append(present)
    return found


def _history(past: Sequence[Times]) -> History:
    where = machine_of(RUN)
    kin = RUN.environment.kin
    times: dict[str, list[PastTime]] = {test: [] for test in past[0]}
    for index, table in enumerate(past):
        for test, sample in table.items():
            times[test].append(PastTime(index, sample.cpu, sample.wall))
    runs = tuple(
        PastRun(
            id=str(index), started="", kin=kin, machine=where.machine, fleet=where.fleet, base=True
        )
        for index in range(len(past))
    )
    return History(runs=runs, times=times)


def _ours(past: Sequence[Times], now: Times, _: Times) -> set[str]:
    found = paces(_history(past), RUN, now).tests.items()
    return {test for test, pace in found if pace.low > LIMIT}


def _suspected(past: Sequence[Times], now: Times, _: Times) -> set[str]:
    found = paces(_history(past), RUN, now).tests.items()
    return {test for test, pace in found if pace.high > LIMIT}


def _again(past: Sequence[Times], now: Times, again: Times) -> set[str]:
    history = _history(past)
    slow = [suspect.test for suspect in suspects(history, RUN, now)]
    if not slow:
        return set()
    repeated = {test: [again[test]] for test in slow}
    found = paces(history, RUN, now, repeated).tests.items()
    return {test for test, pace in found if pace.low > LIMIT}


def _median(past: Sequence[Times], now: Times, _: Times) -> set[str]:
    window = past[-WINDOW:]
    return {
        test
        for test, sample in now.items()
        if sample.wall > 1.5 * statistics.median(one[test].wall for one in window)
    }


def _median_cpu(past: Sequence[Times], now: Times, _: Times) -> set[str]:
    window = past[-WINDOW:]
    return {
        test
        for test, sample in now.items()
        if (sample.cpu or 0) > 1.5 * statistics.median(one[test].cpu or 0 for one in window)
    }


def _deviations(past: Sequence[Times], now: Times, _: Times) -> set[str]:
    window = past[-WINDOW:]
    return {
        test
        for test, sample in now.items()
        for walls in [[one[test].wall for one in window]]
        if sample.wall > statistics.mean(walls) + 3 * statistics.stdev(walls)
    }


def _fixed(past: Sequence[Times], now: Times, _: Times) -> set[str]:
    return {test for test, sample in now.items() if sample.wall > 1.0}


OURS, AGAIN = "`test.slowdown <= 50%`", "the same with `remeasure = true`"
RULES: dict[str, Rule] = {
    OURS: _ours,
    "of that, suspected only (a risk, no failure)": _suspected,
    AGAIN: _again,
    "wall time > 1.5x median of the last 10": _median,
    "CPU time > 1.5x median of the last 10": _median_cpu,
    "wall time > mean + 3 sd of the last 10": _deviations,
    "a fixed limit of 1 s": _fixed,
}


def _report(
    recordings: Sequence[Recording],
    scores: dict[str, Score],
    missed: Counter[tuple[float, str]],
    args: argparse.Namespace,
) -> str:
    busy = statistics.mean(one.hogs > 0 for one in recordings)
    lines = [
        f"{len(recordings)} recorded sessions of {len(recordings[0].plain)} tests, a hog in "
        f"{busy:.0%} of them; {args.seeds} timelines, "
        f"{scores[OURS].judged:,} test-sessions without a change, "
        f"{scores[OURS].tried[3.0]:,} slowdowns of each size.",
        "",
        "| rule | false alarms, of test-sessions | sessions with one | 3x found "
        f"within {WITHIN} sessions | 2x | 1.5x |",
        "|---|---|---|---|---|---|",
    ]
    for name, score in scores.items():
        found = [
            f"{score.found[factor] / score.tried[factor]:.1%}" if score.tried[factor] else "-"
            for factor in FACTORS
        ]
        lines.append(
            f"| {name} | {score.alarms / score.judged:.2%} | {score.red / score.sessions:.1%} | "
            f"{' | '.join(found)} |"
        )
    told = []
    for kind, names in KINDS.items():
        tests = [test for factor, test in missed if factor == 3.0 and test.startswith(names)]
        lost = sum(missed[3.0, test] for test in tests)
        told.append(f"{1 - lost / (len(tests) * args.seeds * args.starts):.1%} of tests {kind}")
    lines += ["", f"Of three times as long, {OURS} finds {', '.join(told)}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
