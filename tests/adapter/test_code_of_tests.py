"""Fingerprints of the code that each test ran: which changes are changes for which test."""

from __future__ import annotations

import os
import subprocess

import pytest

from pytest_readiness.model.evidence import TestCode
from pytest_readiness.publish.evidence import loads
from sessions import apart

FILES = {
    "cart.py": "from settings import LIMIT\ndef add(x):\n    return min(x, LIMIT)\n",
    "pay.py": "def pay(x):\n    return x\n\ndef back(x):\n    return -x\n",
    "settings.py": "LIMIT = 9\n\ndef unused():\n    return 1\n",
}
TESTS = {
    "test_cart.py": "from cart import add\ndef test_add(): assert add(3) == 3\n",
    "test_pay.py": "from pay import pay\ndef test_pay(): assert pay(3) == 3\n",
    "helper.py": "ONE = 1\n",
    "conftest.py": "import sys\nsys.path.insert(0, 'shop')\n",
}
ADD, PAY = "test_cart.py::test_add", "test_pay.py::test_pay"


@pytest.fixture(name="shop")
def fixture_shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    pytester.makepyprojecttoml(
        '[tool.pytest-readiness]\nsource = ["shop"]\nhistory = false\n'
        '[tool.pytest-readiness.gates]\n"coverage.lines" = ">= 1%"\n'
    )
    (pytester.path / "shop").mkdir()
    for name, text in FILES.items():
        (pytester.path / "shop" / name).write_text(text)
    for name, text in TESTS.items():
        (pytester.path / name).write_text(text)
    git(pytester, "init", "-q", "-b", "main")
    git(pytester, "add", "-A")
    git(pytester, "commit", "-q", "-m", "first")
    return pytester


def git(pytester: pytest.Pytester, *args: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *names, *args], cwd=pytester.path, check=True, capture_output=True)


def codes(pytester: pytest.Pytester, *args: str) -> dict[str, str]:
    """Digests by test."""
    evidence = pytester.path / "evidence.json"
    done = apart(
        pytester,
        *("--readiness", f"--readiness-evidence={evidence}", "--cov-context=test", *args),
        plugins="pytest_cov xdist",
    )
    assert "INTERNALERROR" not in done.stdout.str()
    found = loads(evidence.read_bytes())
    evidence.unlink()
    return {record.subject: code.digest for record, code in found.select(TestCode)}


def test_workers_tell_the_same(shop: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    first = codes(shop)
    assert first.keys() == {ADD, PAY}
    path = shop.path / "shop/pay.py"
    path.write_text(FILES["pay.py"].replace("return x", "return x + 0"))
    then = codes(shop, "-n2")
    assert (then[ADD], then[PAY] != first[PAY]) == (first[ADD], True)


def test_ids_begin_at_the_project(shop: pytest.Pytester) -> None:
    (shop.path / "pytest.ini").write_text("[pytest]\n")
    (shop.path / "inner").mkdir()
    (shop.path / "inner" / "pytest.ini").write_text("[pytest]\n")
    (shop.path / "inner" / "test_pay.py").write_text(
        "import sys\nsys.path.insert(0, 'shop')\n" + TESTS["test_pay.py"]
    )
    found = codes(shop, "--readiness-mode=strict", "-c", "inner/pytest.ini", "inner")
    assert found.keys() == {"inner/test_pay.py::test_pay"}
