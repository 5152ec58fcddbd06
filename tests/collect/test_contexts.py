"""Which changes are changes of the code that a test ran, by coverage's contexts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from coverage import CoverageData

from pytest_readiness.collect import contexts
from pytest_readiness.collect.contexts import code_facts
from pytest_readiness.model.evidence import TestCode

FILES = {
    "shop/cart.py": "from settings import LIMIT\ndef add(x):\n    return min(x, LIMIT)\n",
    "shop/pay.py": "def pay(x):\n    return x\n\ndef back(x):\n    return -x\n",
    "shop/settings.py": "LIMIT = 9\n\ndef unused():\n    return 1\n\nclass A:\n    B = 1\n    def c(self): ...\n",
    "test_cart.py": "from cart import add\ndef test_add(): assert add(3) == 3\n",
    "test_pay.py": "from pay import pay\ndef test_pay(): assert pay(3) == 3\n",
    "helper.py": "ONE = 1\n",
    "prices.json": "[1, 2]\n",
}
ADD, PAY = "test_cart.py::test_add", "test_pay.py::test_pay"
BOTH = {ADD, PAY}


@pytest.fixture(name="shop")
def fixture_shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for args in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *names, *args], cwd=tmp_path, check=True)
    return tmp_path


def data(shop: Path, *, arcs: bool = False) -> CoverageData:
    """As pytest-cov writes it with ``--cov-context=test``."""
    told = CoverageData(basename=str(shop / ".coverage"))
    told.erase()
    ran = {
        "": ["cart", "pay", "settings"],
        f"{ADD}|setup": [],
        f"{ADD}|run": ["cart"],
        f"{PAY}|run": ["pay"],
        "something.else": ["pay"],
    }
    for context, names in ran.items():
        told.set_context(context)
        paths = [str(shop / "shop" / f"{name}.py") for name in names]
        if arcs:
            told.add_arcs({path: [(-1, 1), (1, 2)] for path in paths})
        else:
            told.add_lines({path: [1, 2] for path in paths})
    told.write()
    return told


def codes(shop: Path, told: CoverageData | None = None) -> dict[str, str]:
    facts = code_facts(told or data(shop), shop)
    return {fact.subject: fact.data.digest for fact in facts if isinstance(fact.data, TestCode)}


@pytest.mark.parametrize(
    ("name", "old", "new", "touched"),
    [
        ("shop/pay.py", "return x", "return x + 0", {PAY}),
        ("shop/pay.py", "return -x", "return +x", {PAY}),  # of the same file: who knows
        # a function that nobody called, in a module of which no line ran in a test
        ("shop/settings.py", "return 1", "return 2", set()),
        ("shop/settings.py", "def c(self): ...", "def c(self): return 1", set()),
        ("shop/settings.py", "def unused", "def another(): ...\ndef unused", set()),
        # what runs at import reaches everybody
        ("shop/settings.py", "LIMIT = 9", "LIMIT = 8", BOTH),
        ("shop/settings.py", "B = 1", "B = 2", BOTH),
        ("shop/settings.py", "def unused", "@print\ndef unused", BOTH),
        ("shop/settings.py", "def unused", "def (", BOTH),
        ("test_pay.py", "== 3", "== +3", {PAY}),
        # what coverage does not measure may be anybody's
        ("helper.py", "1", "2", BOTH),
        ("prices.json", "1", "3", BOTH),
    ],
)
def test_which_test_a_change_touches(
    shop: Path, name: str, old: str, new: str, touched: set[str]
) -> None:
    before = codes(shop)
    assert before.keys() == BOTH
    (shop / name).write_text(FILES[name].replace(old, new))
    after = codes(shop)
    assert {test for test in BOTH if after[test] != before[test]} == touched


@pytest.mark.parametrize("arcs", [False, True])
def test_both_ways_to_ask_coverage_agree(
    shop: Path, arcs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = data(shop, arcs=arcs)
    quick = codes(shop, told)
    monkeypatch.setattr(contexts, "_SCHEMA", 0)
    assert codes(shop, told) == quick
    assert quick == codes(shop, data(shop))


def test_a_checkout_elsewhere_has_the_same(
    shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "clone"
    subprocess.run(["git", "clone", "-q", str(shop), str(other)], check=True)
    assert codes(other) == codes(shop)


def test_without_a_repository_or_contexts_there_is_none(tmp_path: Path, shop: Path) -> None:
    told = CoverageData(basename=str(tmp_path / "plain"))
    told.add_lines({str(shop / "shop/pay.py"): [1]})
    assert codes(shop, told) == {}
    subprocess.run(["rm", "-rf", str(shop / ".git")], check=True)
    assert codes(shop) == {}
