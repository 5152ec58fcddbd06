"""Laws 6 and 8: what pytest decides stays, and no test's outcome changes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions import arguments

TESTS = {
    "pass": "def test_{i}(): pass",
    "fail": "def test_{i}(): assert 0",
    "setup": "@pytest.fixture\ndef f{i}(): assert 0\ndef test_{i}(f{i}): pass",
    "teardown": "@pytest.fixture\ndef f{i}():\n    yield\n    assert 0\ndef test_{i}(f{i}): pass",
    "skip": "def test_{i}(): pytest.skip('x')",
    "xfail": "@pytest.mark.xfail\ndef test_{i}(): assert 0",
    "xpass": "@pytest.mark.xfail\ndef test_{i}(): pass",
    "strict": "@pytest.mark.xfail(strict=True)\ndef test_{i}(): pass",
    "warn": "def test_{i}():\n    import warnings\n    warnings.warn('w')",
    "figure": "def test_{i}(readiness): readiness.record('a.b', object())",
    "wide": "@pytest.fixture(scope='module')\ndef w{i}(): return 1\ndef test_{i}(w{i}): pass",
    "unraised": "def test_{i}():\n    try: 1 / 0\n    except ZeroDivisionError as e: raise KeyError from e",
}  # fmt: skip
OPTIONS = [
    (),
    ("-x",),
    ("--maxfail=2",),
    ("-k", "test_1"),
    ("-W", "error"),
    ("-q",),
    ("-p", "no:terminal"),
]
GATES = [
    '"tests.run" = ">= 0"',
    '"tests.run" = ">= 1000"',
    '"a.b" = "== 0"',
    '"coverage.lines" = ">= 1%"',
]
BREAKAGE = {
    "": (),
    "hook": (),
    "state": (),
    "evidence": ("--readiness-evidence=/dev/full",),
    "report": ("--readiness-report=json:/dev/full",),
}
EXIT_CODE = 77
_numbers = itertools.count()


class Reports:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str, bool]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seen.append((report.nodeid, report.when, report.outcome, hasattr(report, "wasxfail")))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kinds=st.lists(st.sampled_from(sorted(TESTS)), max_size=5),
    option=st.sampled_from(OPTIONS),
    gate=st.sampled_from(GATES),
    breakage=st.sampled_from(sorted(BREAKAGE)),
    strict=st.booleans(),
)
def test_nothing_that_pytest_says_changes(
    pytester: pytest.Pytester,
    kinds: list[str],
    option: tuple[str, ...],
    gate: str,
    breakage: str,
    strict: bool,
) -> None:
    number = next(_numbers)
    place = pytester.mkdir(f"example{number}")
    source = "\n".join(
        ["import pytest", *(TESTS[kind].format(i=i) for i, kind in enumerate(kinds))]
    )
    # a name of its own: bytecode is told apart by time and size only
    (place / f"test_m{number}.py").write_text(source + "\n")
    (place / "pyproject.toml").write_text(
        f"[tool.pytest-readiness]\nexit-code = {EXIT_CODE}\n"
        f"[tool.pytest-readiness.gates]\n{gate}\n[tool.pytest.ini_options]\n"
    )
    if breakage == "hook":
        (place / "conftest.py").write_text("def pytest_readiness_evidence(): raise OSError")
    if breakage == "state":
        (place / ".readiness").write_text("in the way")
    base = ["--rootdir", str(place), "-c", str(place / "pyproject.toml"), str(place), *option]
    asked = ["--readiness", *BREAKAGE[breakage], *(["--readiness-mode=strict"] if strict else [])]
    plain, ours = Reports(), Reports()
    without = pytester.runpytest_inprocess(*arguments(*base), plugins=[plain])
    with_ours = pytester.runpytest_inprocess(*arguments(*base, *asked), plugins=[ours])
    assert ours.seen == plain.seen
    if without.ret != 0:
        assert with_ours.ret == without.ret
    else:
        assert with_ours.ret in (0, EXIT_CODE)
    assert "INTERNALERROR" not in with_ours.stdout.str() + with_ours.stderr.str()
    if without.ret == 0 and breakage not in ("", "state") and (strict or "-k" not in option):
        assert with_ours.ret == EXIT_CODE
