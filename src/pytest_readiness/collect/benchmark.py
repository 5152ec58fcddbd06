"""Figures of pytest-benchmark, which measures them itself, serially and while the tests run."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Benchmark, Data, Gap, Notice, Reason
from pytest_readiness.model.value import dataclass

SECTION = "benchmark"
SERIALLY = "run them serially: pytest --readiness -n0 --benchmark-only"
_MOST = 1000
"""Rounds that are kept of one benchmark."""
_THEIRS = ("iqr", "max", "mean", "median", "min", "q1", "q3", "stddev")
"""Statistics taken as pytest-benchmark computes them, so that its table says the same."""


@dataclass(slots=True, kw_only=True)
class Beside:
    """What is noted beside a ``benchmark`` fixture, while it is used."""

    fixture: object
    """Held, so that its identity stays its own."""
    code: str = ""
    """Fingerprint of the test function."""
    before: tuple[float, ...] = ()
    """The machine's canary: seconds of each spin."""
    after: tuple[float, ...] = ()


def benchmark_facts(
    config: Any,
    passed: Mapping[str, object],
    prefix: str = "",
    beside: Mapping[int, Beside] = MappingProxyType({}),
) -> tuple[Fact, ...]:
    """One :class:`Benchmark` for each of the session's benchmarks, of its last passing attempt.

    ``passed`` maps a test's id to the ``benchmark`` fixture that its last passing attempt used (see
    ``Probe.benchmarked``); ``prefix`` stands before ids in facts; ``beside`` is what was noted
    beside fixtures, by their identity. To be called on the controller
    after the tests. Gaps say why there are no figures. Never raises.
    """
    off = _off(config)
    if off is not None:
        return (Fact(SECTION, off),)
    session = config.pluginmanager.getplugin("pytest-benchmark")
    try:
        return _facts(session, passed, prefix, beside)
    except Exception as error:  # a release whose session looks otherwise
        message = f"the figures of pytest-benchmark could not be read: {error!r}"
        remedy = "pip install --upgrade pytest-readiness pytest-benchmark"
        return (Fact(SECTION, Gap(reason=Reason.ERROR, message=message, remedy=remedy)),)


def _off(config: Any) -> Gap | None:
    """Why no benchmark can have been measured in this session."""
    if config.getoption("codspeed", False):
        return _gap("--codspeed replaces pytest-benchmark's fixture", "leave out --codspeed")
    session = config.pluginmanager.getplugin("pytest-benchmark")
    if session is None:
        return _gap(*_absent(config.pluginmanager))
    if session.skip:
        return _gap("benchmarks are skipped (--benchmark-skip)", "leave out --benchmark-skip")
    if not session.disabled:
        return None
    if config.getoption("dist", "no") != "no":
        number = config.getoption("numprocesses", None)
        how = f" (-n {number})" if number else ""
        return _gap(f"benchmarks are off under xdist{how}", SERIALLY)
    return _gap("benchmarks are off (--benchmark-disable)", "pytest --benchmark-enable")


def _absent(plugins: Any) -> tuple[str, str]:
    if plugins.is_blocked("benchmark") or plugins.is_blocked("pytest-benchmark"):
        return "pytest-benchmark is switched off (-p no:benchmark)", "leave out -p no:benchmark"
    if importlib.util.find_spec("pytest_benchmark") is None:
        return "pytest-benchmark is not installed", "pip install 'pytest-readiness[benchmark]'"
    return (
        "pytest-benchmark is installed but was not loaded",
        "pytest -p benchmark, or unset PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    )


def _facts(
    session: Any, passed: Mapping[str, object], prefix: str, beside: Mapping[int, Beside]
) -> tuple[Fact, ...]:
    found: dict[str, Data] = {}
    for entry in session.benchmarks:
        name = str(entry.fullname)
        subject = prefix + name
        if entry.fixture is passed.get(name) and not entry.has_error and entry.stats.data:
            noted = beside.get(id(entry.fixture))
            found[subject] = benchmark_of(entry.stats, int(entry.iterations), noted)
        elif subject not in found:
            found[subject] = _gap("it did not pass", f"pytest '{name}'")
    facts = [
        Fact(f"{SECTION}:{name}" if isinstance(data, Gap) else name, data)
        for name, data in found.items()
    ]
    if not facts:
        facts.append(
            Fact(SECTION, _gap("no benchmark ran", "write one with the benchmark fixture"))
        )
    regressions = getattr(session, "performance_regressions", ())
    if regressions:
        text = "; ".join(f"{name}: {why}" for name, why in regressions)
        facts.append(
            Fact("pytest-benchmark", Notice(text=f"--benchmark-compare-fail failed: {text}"))
        )
    return tuple(facts)


def benchmark_of(stats: Any, iterations: int, noted: Beside | None = None) -> Benchmark:
    """Of pytest-benchmark's statistics of one benchmark, which hold at least one round."""
    data = tuple(float(seconds) for seconds in stats.data)
    figures = {name: float(getattr(stats, name)) for name in _THEIRS}
    ordered = sorted(data)
    figures |= {"p95": percentile(ordered, 95), "p99": percentile(ordered, 99)}
    return Benchmark(
        stats=tuple(sorted(figures.items())),
        rounds=len(data),
        iterations=iterations,
        data=data[:: math.ceil(len(data) / _MOST)],
        before=noted.before if noted is not None else (),
        after=noted.after if noted is not None else (),
        code=noted.code if noted is not None else "",
    )


def percentile(ordered: Sequence[float], part: float) -> float:
    """The value below which ``part`` per cent lie, between neighbours by their distance.

    ``ordered`` ascends and is not empty. The method of NumPy's default and of
    ``statistics.quantiles(method="inclusive")``.
    """
    place = (len(ordered) - 1) * part / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _gap(message: str, remedy: str) -> Gap:
    return Gap(reason=Reason.NO_DATA, message=message, remedy=remedy)
