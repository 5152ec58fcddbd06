"""How well benchmark regressions are told from noise, beside the rules in use today.

    python benchmarks/regression_detection.py DATA_DIR [--sessions DIRECTORY] [--seeds 10]

``DATA_DIR`` holds recordings of a benchmark suite on a noisy machine, with the machine's canary
(``benchmark-canary.jsonl``), of suspects measured again (``benchmark-remeasure.jsonl``), and public
histories of hosted runners (``benchmark-history-*.json``, from the data.js of github-action-benchmark
in the repositories that they name). Every line of the tables comes from the functions of
``pytest_readiness.measure`` through History objects, as a session's end calls them.

``--sessions`` names a directory that ``regression_sessions.py`` recorded on this machine: the only
data with rounds, on which the Mann-Whitney test is tried.

Recordings are judged by leaving one session out: the history is a random order of the other unchanged
sessions. Sessions with a slowdown that was put in are judged as they were
recorded; besides, a random half of the benchmarks of unchanged sessions is made 20 % slower.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_readiness.measure.benchmark_track import REACH
from pytest_readiness.measure.comparable import NEEDED, machine_of
from pytest_readiness.measure.exceeding import State
from pytest_readiness.measure.regression import Judged, judge_benchmarks
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Benchmark, Environment, Evidence, Record, Run
from pytest_readiness.model.history import History, PastBenchmark, PastRun
from pytest_readiness.publish.evidence import loads

WHERE = Environment(
    implementation="cpython", python="3.11", system="linux", machine="x86_64", cpu="one", cpus=2
)
SLOWED = ("test_join", "test_json", "test_loop", "test_alloc")
"""What regression_sessions.py makes slower."""
UNTOUCHED = "ref"
"""The recordings slow down every benchmark but this one."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """One run of a suite."""

    label: str
    figures: Mapping[str, Mapping[str, float]]
    canary: Mapping[str, tuple[Sequence[float], Sequence[float]]] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    data: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Seconds of each round, where they were kept."""
    slow: frozenset[str] = frozenset()
    """What was made slower when it was recorded."""

    def slowed(self, names: Iterable[str], factor: float) -> Session:
        chosen = set(names)
        figures = {
            name: {key: value * (factor if name in chosen else 1.0) for key, value in stats.items()}
            for name, stats in self.figures.items()
        }
        data = {
            name: [value * (factor if name in chosen else 1.0) for value in values]
            for name, values in self.data.items()
        }
        return replace(self, label="slowed", figures=figures, data=data)


def manifest() -> Run:
    return Run(
        started="2026-01-01T00:00:00+00:00",
        duration=1.0,
        exit_status=0,
        environment=WHERE,
        branch="main",
        target="main",
        commit="c",
    )


def history_of(sessions: Sequence[Session]) -> History:
    where = machine_of(manifest())
    runs = tuple(
        PastRun(
            id=f"run-{index}",
            started=f"{index:06}",
            kin=WHERE.kin,
            machine=where.machine,
            fleet=where.fleet,
            base=True,
            branch="main",
        )
        for index in range(len(sessions))
    )
    pasts: dict[str, list[PastBenchmark]] = {}
    for index, session in enumerate(sessions):
        for name, stats in session.figures.items():
            before, after = session.canary.get(name, ((), ()))
            past = PastBenchmark(
                index, stats, session.rounds.get(name, 0), 1, (), tuple(before), tuple(after)
            )
            pasts.setdefault(name, []).append(past)
    return History(runs=runs, benchmarks=pasts)


def evidence_of(session: Session) -> Evidence:
    records = [Record("now", "", "", 0, manifest())]
    for name, stats in session.figures.items():
        before, after = session.canary.get(name, ((), ()))
        data = Benchmark(
            stats=tuple(sorted(stats.items())),
            rounds=session.rounds.get(name, 0),
            iterations=1,
            before=tuple(before),
            after=tuple(after),
        )
        records.append(Record("now", "", name, 0, data))
    return Evidence.of(records)


def judge(session: Session, past: Sequence[Session], statistic: str) -> dict[str, Judged]:
    """What the metric says of each benchmark."""
    found = judge_benchmarks(View(evidence_of(session)), history_of(past), statistic)
    return {one.subject.id: one for one in found if one.verdict is not None}


# -- counting ---------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Of benchmarks, what was said; of sessions, whether anything was."""

    said: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    suspected: int = 0
    blocked: int = 0

    def session(self, words: Sequence[str]) -> None:
        self.said.update(words)
        self.sessions += 1
        self.suspected += any(word in ("suspected", "confirmed") for word in words)
        self.blocked += "confirmed" in words

    def share(self, *words: str) -> float:
        return sum(self.said[word] for word in words) / max(self.said.total(), 1)

    @property
    def found_at_once(self) -> float:
        """Of what could be judged at once."""
        slow = self.said["suspected"] + self.said["confirmed"]
        return slow / max(slow + self.said["within"] + self.said["faster"], 1)


def word(judged: Judged) -> str:
    verdict = judged.verdict
    assert verdict is not None
    if verdict.confirmed:
        return "confirmed"
    if verdict.state is State.SLOWER:
        return "suspected"
    if verdict.state is State.UNSURE:
        return "inconclusive"
    if judged.compared is not None and not judged.compared.judged:
        return "not at once"
    return "faster" if verdict.state is State.FASTER else "within"


# -- rules in use today -----------------------------------------------------------------------------


def against_last(statistic: str, limit: float) -> Callable[[Session, Sequence[Session], str], bool]:
    """``--benchmark-compare-fail=STATISTIC:LIMIT%`` against the last run."""

    def rule(now: Session, past: Sequence[Session], name: str) -> bool:
        last = past[-1].figures.get(name)
        if last is None or statistic not in last:
            return False
        return now.figures[name][statistic] > last[statistic] * (1 + limit)

    return rule


def t_test(now: Session, past: Sequence[Session], name: str) -> bool:
    """Welch's t on mean, standard deviation and rounds against the last run, one-sided p < 1 %."""
    last, own = past[-1].figures.get(name), now.figures[name]
    if (
        last is None
        or "stddev" not in last
        or past[-1].rounds.get(name, 0) < 2
        or now.rounds.get(name, 0) < 2
    ):
        return False
    one, other = own["stddev"] ** 2 / now.rounds[name], last["stddev"] ** 2 / past[-1].rounds[name]
    return one + other > 0 and (own["mean"] - last["mean"]) / math.sqrt(one + other) > 2.33


def mann_whitney(now: Session, past: Sequence[Session], name: str) -> bool:
    """All rounds against those of the last run, one-sided p < 1 %, by its normal approximation."""
    own, last = now.data.get(name, ()), past[-1].data.get(name, ())
    if not own or not last:
        return False
    ranked = sorted((value, which) for which, values in enumerate((last, own)) for value in values)
    ranks = sum(place for place, (_, which) in enumerate(ranked, 1) if which)
    one, other = len(own), len(last)
    above = ranks - one * (one + 1) / 2
    deviation = math.sqrt(one * other * (one + other + 1) / 12)
    return (above - one * other / 2) / deviation > 2.33


RULES = {
    "mean:5%": against_last("mean", 0.05),
    "median:5%": against_last("median", 0.05),
    "min:10%": against_last("min", 0.10),
    "t-test": t_test,
    "Mann-Whitney": mann_whitney,
}


# -- data -------------------------------------------------------------------------------------------


def lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def recordings(path: Path) -> list[Session]:
    sessions = []
    for row in lines(path):
        canary = {name: (sides[0], sides[1]) for name, sides in row["can"].items()}
        slow = frozenset(row["b"]) - {UNTOUCHED} if row["label"] != "A" else frozenset()
        sessions.append(Session(label=row["label"], figures=row["b"], canary=canary, slow=slow))
    return sessions


def remeasured(path: Path) -> list[tuple[Session, Session, float]]:
    """The first and the last pass of each unchanged session, and the seconds between them."""
    found = []
    for row in lines(path):
        if row["label"] == "A":
            first, last = row["passes"][0], row["passes"][-1]
            sessions = [Session(label="A", figures=_times(one["b"])) for one in (first, last)]
            found.append((sessions[0], sessions[1], last["t"] - first["t"]))
    return found


def _times(figures: Mapping[str, Mapping[str, float]]) -> Mapping[str, Mapping[str, float]]:
    return {
        name: {key: value for key, value in stats.items() if key != "rounds"}
        for name, stats in figures.items()
    }


def evidences(directory: Path) -> list[Session]:
    """What ``regression_sessions.py`` recorded."""
    sessions = []
    for path in sorted(directory.glob("*.json")):
        found = list(loads(path.read_text(encoding="utf-8")).select(Benchmark))
        named = {record.subject.partition("::")[2]: data for record, data in found}
        label = path.name.partition("-")[0]
        sessions.append(
            Session(
                label=label,
                figures={name: dict(one.stats) for name, one in named.items()},
                canary={name: (one.before, one.after) for name, one in named.items()},
                rounds={name: one.rounds for name, one in named.items()},
                data={name: one.data for name, one in named.items()},
                slow=frozenset(SLOWED) if label != "A" else frozenset(),
            )
        )
    return sessions


def public(path: Path) -> tuple[str, list[Session]]:
    data = json.loads(path.read_text(encoding="utf-8"))
    place = {column: index for index, column in enumerate(data["columns"])}
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for row in data["rows"]:
        key = (row[place["date_ms"]], row[place["commit"]])
        rows.setdefault(key, {})[row[place["benchmark"]]] = row
    sessions = []
    for key in sorted(rows):
        figures = {
            name: {"mean": row[place["mean_s"]], "stddev": row[place["stddev_s"]] or 0.0}
            for name, row in rows[key].items()
        }
        rounds = {name: int(row[place["rounds"]] or 0) for name, row in rows[key].items()}
        sessions.append(Session(label="A", figures=figures, rounds=rounds))
    return f"{data['repo']} ({data['suite']})", sessions


# -- tables -----------------------------------------------------------------------------------------


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def line(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(title: str, *cells: str) -> None:
    print(f"\n{title}\n")
    line(*cells)
    line(*("---" for _ in cells))


@dataclass
class Trial:
    """Everything that is counted of one set of sessions."""

    false: Tally = field(default_factory=Tally)
    slow: Tally = field(default_factory=Tally)
    second: Counter[str] = field(default_factory=Counter)
    rules: dict[str, Counter[str]] = field(default_factory=dict)

    def unchanged(self, now: Session, past: Sequence[Session], statistic: str) -> None:
        self.false.session([word(one) for one in judge(now, past, statistic).values()])

    def slowed(
        self,
        first: Session,
        again: Session,
        past: Sequence[Session],
        names: Iterable[str],
        statistic: str,
    ) -> None:
        """``first`` is judged by ``past``; ``again``, equally slow, by both."""
        named = [name for name in names if name in first.figures and name in again.figures]
        one, two = judge(first, past, statistic), judge(again, [*past, first], statistic)
        named = [name for name in named if name in one and name in two]
        self.slow.session([word(one[name]) for name in named])
        _second(self.second, one, two, named)

    def rule(
        self, now: Session, slowed: Session, past: Sequence[Session], names: Iterable[str]
    ) -> None:
        chosen = list(names)
        for title, rule in RULES.items():
            alarms = [rule(now, past, name) for name in now.figures]
            count = self.rules.setdefault(title, Counter())
            count.update(benchmarks=len(alarms), false=sum(alarms), sessions=1, any=any(alarms))
            count.update(slow=len(chosen), found=sum(rule(slowed, past, name) for name in chosen))

    def row(self, title: str) -> None:
        false, slow, second = self.false, self.slow, self.second
        everything = max(second["all"], 1)
        line(
            title,
            percent(false.share("suspected", "confirmed")),
            percent(false.suspected / max(false.sessions, 1)),
            percent(false.share("confirmed")),
            percent(false.share("inconclusive")),
            percent(slow.found_at_once),
            percent(slow.share("inconclusive", "not at once")),
            percent(second["found"] / everything),
            percent(second["told"] / everything),
            percent(second["confirmed"] / everything),
        )

    def rule_rows(self) -> None:
        for title, one in self.rules.items():
            if one["found"] or one["false"]:
                line(
                    title,
                    percent(one["false"] / one["benchmarks"]),
                    percent(one["any"] / one["sessions"]),
                    percent(one["found"] / max(one["slow"], 1)),
                )


def _second(
    count: Counter[str],
    first: Mapping[str, Judged],
    second: Mapping[str, Judged],
    names: Iterable[str],
) -> None:
    slow = ("suspected", "confirmed")
    for name in names:
        words = (word(first[name]), word(second[name]))
        count["all"] += 1
        count["found"] += any(one in slow for one in words)
        count["told"] += any(one in (*slow, "inconclusive") for one in words)
        count["confirmed"] += "confirmed" in words


COLUMNS = (
    "slowed",
    "false suspects",
    "sessions with one",
    "falsely confirmed",
    "unchanged, inconclusive",
    "found at once",
    "not judged at once",
    "found by the second run",
    "or inconclusive",
    "confirmed by the second run",
)
"""*Found at once* is of what was judged at once; the others are of all."""


def recorded(title: str, sessions: Sequence[Session], seeds: int) -> None:
    """Leave one session out; its history is a random order of the other unchanged ones."""
    calm = [one for one in sessions if one.label == "A"]
    slow = [one for one in sessions if one.label != "A"]
    head(f"{title}: {len(calm)} unchanged sessions, {len(slow)} slowed, {seeds} orders", *COLUMNS)
    rules = Trial()
    for statistic in ("median", "min", "mean"):
        put_in, made = Trial(), Trial()
        for seed in range(seeds):
            rng = random.Random(seed)
            for now in calm:
                past = rng.sample([one for one in calm if one is not now], len(calm) - 1)
                other, earlier = past[-1], past[:-1]
                for trial in (put_in, made):
                    trial.unchanged(now, past, statistic)
                chosen = [name for name in now.figures if rng.random() < 0.5]
                slowed = now.slowed(chosen, 1.2)
                made.slowed(slowed, other.slowed(chosen, 1.2), earlier, chosen, statistic)
                if statistic == "median":
                    rules.rule(now, slowed, past, chosen)
            for now in slow:
                again = rng.choice([one for one in slow if one is not now])
                past = rng.sample(calm, len(calm))
                put_in.slowed(now, again, past, now.slow, statistic)
        put_in.row(f"recorded, {statistic}")
        made.row(f"made, {statistic}")
    head("The rules in use today on the same", "rule", "false alarms", "sessions with one", "found")
    rules.rule_rows()


def again(path: Path, seeds: int) -> None:
    """Without a canary; the last pass of a session, up to 80 s later, in the place of a second run."""
    passes = remeasured(path)
    trial = Trial()
    for seed in range(seeds):
        rng = random.Random(seed)
        for now, last, _ in passes:
            past = rng.sample([one for one, _, _ in passes if one is not now], len(passes) - 1)
            trial.unchanged(now, past, "median")
            chosen = rng.sample(sorted(now.figures), 2)
            trial.slowed(now.slowed(chosen, 1.2), last.slowed(chosen, 1.2), past, chosen, "median")
    head(f"{path.name}, without a canary, measured again in the session", *COLUMNS)
    trial.row("made, median")


def walked(path: Path, seeds: int) -> None:
    """A public history from its first run to its last, each against those before it."""
    title, sessions = public(path)
    trial = Trial()
    for index in range(NEEDED, len(sessions)):
        trial.unchanged(sessions[index], sessions[max(0, index - REACH) : index], "mean")
    for seed in range(seeds):
        rng = random.Random(seed)
        for index in rng.sample(range(30, len(sessions) - 1), min(20, len(sessions) - 31)):
            past, now = sessions[max(0, index - REACH) : index], sessions[index]
            name = rng.choice(sorted(now.figures))
            slowed = now.slowed([name], 1.2)
            trial.slowed(slowed, sessions[index + 1].slowed([name], 1.2), past, [name], "mean")
            trial.rule(now, slowed, past, [name])
    trial.row(title)
    WALKED.append((title, trial))


WALKED: list[tuple[str, Trial]] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sessions", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    if (path := options.data / "benchmark-canary.jsonl").is_file():
        recorded(path.name, recordings(path), options.seeds)
    if options.sessions:
        recorded("Recorded on this machine", evidences(options.sessions), options.seeds)
    if (path := options.data / "benchmark-remeasure.jsonl").is_file():
        again(path, options.seeds)
    paths = sorted(options.data.glob("benchmark-history-*.json"))
    if paths:
        head("Public histories, without a canary, by the mean", *COLUMNS)
        for path in paths:
            walked(path, options.seeds)
        columns = ("rule", "alarms", "sessions with one", "found")
        for title, trial in WALKED:
            head(f"The rules in use today on {title}", *columns)
            trial.rule_rows()


if __name__ == "__main__":
    main()
