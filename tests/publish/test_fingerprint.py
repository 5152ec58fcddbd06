"""Fingerprints: the same for the same evidence and policy, everywhere, and another for any other."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from commanding import evidence as told
from pytest_readiness import cli
from pytest_readiness.cli.evidence_files import fingerprinted
from pytest_readiness.config.load import load_policy
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.policy import Policy
from pytest_readiness.publish.evidence import dumps
from pytest_readiness.publish.fingerprint import canonical, fingerprints, of_evidence, of_policy

POLICY = """\
[tool.pytest-readiness]
profile = "library"
waiver-days = 60
[tool.pytest-readiness.gates]
"coverage.lines" = ">= 92.5% and >= baseline - 0.5pp"
"checkout.p95" = "<= 250ms"
[tool.pytest-readiness.metrics."checkout.p95"]
unit = "ms"
[[tool.pytest-readiness.components]]
name = "pay"
paths = ["src/pay/**"]
[[tool.pytest-readiness.requirements]]
id = "SEC-1"
title = "Sch\u00f6n"
effort = "4-6h"
due = 2027-01-31
tests = true
attestation = { by = "@ada", date = 2026-11-02, points = 4, until = 2027-01-31 }
points = 5
[[tool.pytest-readiness.waivers]]
gate = "coverage.lines"
accept = ">= 41%"
reason = "replaced"
owner = "@me"
expires = 2026-12-31
[tool.pytest-readiness.score]
categories = { Security = 99.9, coverage = 0.1 }
[tool.pytest-readiness.sign-off]
approvers = ["@ada"]
[[tool.pytest-readiness.sign-off.approvals]]
by = "@ada"
date = 2026-11-20
"""


def policy(directory: Path, text: str = POLICY, **arguments: str) -> Policy:
    directory.mkdir(exist_ok=True)
    path = directory / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path, catalogue=CATALOGUE, **arguments)


def test_that_of_evidence_is_what_sha256sum_prints(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_bytes(b'{"schema":"x"}\n')
    told = hashlib.sha256(path.read_bytes()).hexdigest()
    assert of_evidence(path.read_bytes()) == of_evidence('{"schema":"x"}\n') == told
    made = dict(fingerprints(path.read_bytes(), Policy(gates=())))
    assert made == {"evidence": told, "policy": of_policy(Policy(gates=()))}


def test_where_and_how_a_policy_was_written_down_is_no_part_of_it(tmp_path: Path) -> None:
    one = policy(tmp_path / "a")
    spaced = POLICY.replace("[tool.pytest-readiness]\n", "# why\n\n[tool.pytest-readiness]\n")
    moved = policy(tmp_path / "b", spaced.replace("paths = [", "paths   =   ["))
    assert one != moved  # other lines, another file
    assert of_policy(one) == of_policy(moved)
    elsewhere = POLICY.replace("waiver-days", 'history = "postgresql://ci@db/x"\nwaiver-days')
    assert of_policy(policy(tmp_path / "c", elsewhere)) == of_policy(one)
    assert str(tmp_path) not in canonical(one)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("92.5%", "92.6%"),
        ("- 0.5pp", "- 0.6pp"),
        ("250ms", "251ms"),
        ('"library"', '"service"'),
        ("waiver-days = 60", "waiver-days = 61"),
        ("src/pay/**", "src/paid/**"),
        ("Sch\u00f6n", "Schon"),
        ("4-6h", "4-7h"),
        ("due = 2027-01-31", "due = 2027-02-01"),
        ("points = 4", "points = 3"),
        ("points = 5", "points = 6"),
        ("tests = true\n", ""),
        ("expires = 2026-12-31", "expires = 2026-12-30"),
        ("Security = 99.9, coverage = 0.1", "Security = 99.8, coverage = 0.2"),
        ("date = 2026-11-20", "date = 2026-11-21"),
    ],
)
def test_any_other_policy_has_another(tmp_path: Path, old: str, new: str) -> None:
    assert POLICY.count(old) == 1
    changed = policy(tmp_path, POLICY.replace(old, new))
    assert of_policy(changed) != of_policy(policy(tmp_path))


def test_the_stage_is_part_of_it(tmp_path: Path) -> None:
    text = POLICY + '[tool.pytest-readiness.stages.release]\nfail-on = "risk"\n'
    here, there = policy(tmp_path, text), policy(tmp_path, text, stage="release")
    assert of_policy(here) != of_policy(there)


def test_the_text_is_ascii_and_says_what_it_is(tmp_path: Path) -> None:
    head, _, text = canonical(policy(tmp_path)).partition("\n")
    assert head == "pytest-readiness policy 1"
    assert text.isascii()
    document = json.loads(text)
    assert "source" not in document
    assert document["waiver_days"] == 60
    assert document["scoring"] == {
        "": "Scoring",
        "weights": [["Security", "999/10"], ["coverage", "1/10"]],
    }


def test_a_policy_of_defaults_keeps_its_fingerprint() -> None:
    """Through versions: a field that is new, and has its default, is not in the text."""
    assert canonical(Policy(gates=())) == 'pytest-readiness policy 1\n{"gates":[]}\n'


def test_another_process_makes_the_same(tmp_path: Path) -> None:
    here = of_policy(policy(tmp_path))
    code = (
        "import sys; from pathlib import Path\n"
        "from pytest_readiness.config.load import load_policy\n"
        "from pytest_readiness.measure.catalogue import CATALOGUE\n"
        "from pytest_readiness.publish.fingerprint import of_policy\n"
        "print(of_policy(load_policy(Path(sys.argv[1]), catalogue=CATALOGUE)))"
    )
    there = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "pyproject.toml")],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert there.stdout.strip() == here


def test_of_saved_evidence_anybody_computes_the_same(
    pytester: pytest.Pytester,
) -> None:
    """A session and judging its evidence again say the same verdict, score and fingerprints."""
    pytester.makepyprojecttoml(
        """
        [tool.pytest-readiness]
        history = false
        score.categories = { Docs = 40, tests = 60 }
        sign-off.approvers = ["@ada"]
        [[tool.pytest-readiness.requirements]]
        id = "DOC"
        title = "A handbook"
        category = "Docs"
        file = "docs/handbook.md"
        """
    )
    pytester.makepyfile("def test_one(): pass")
    arguments = ("--readiness", "--readiness-evidence=e.json", "--readiness-report=json:live.json")
    pytester.inline_run(*arguments, "-q")
    assert cli.main(["judge", "e.json", "--report", "json:again.json", "-q"]) == 1
    live, again = (
        json.loads((pytester.path / name).read_text()) for name in ("live.json", "again.json")
    )
    assert again == live
    assert live["verdict"] == "NOT READY"
    prints = {entry["of"]: entry["fingerprint"] for entry in live["fingerprints"]}
    assert prints["evidence"] == of_evidence((pytester.path / "e.json").read_bytes())
    assert len(prints["policy"]) == 64
    # a report alone has them too: of the evidence as it would be written
    pytester.inline_run("--readiness", "--readiness-report=json:report.json", "-q")
    report = json.loads((pytester.path / "report.json").read_text())
    assert [entry["of"] for entry in report["fingerprints"]] == ["evidence", "policy"]
    assert report["fingerprints"][1]["fingerprint"] == prints["policy"]


def test_of_several_files_it_is_that_of_what_they_are_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (told(name) for name in ("a", "b"))
    (tmp_path / "one.json").write_text(dumps(one))
    (tmp_path / "two.json").write_text(dumps(two))
    monkeypatch.chdir(tmp_path)
    problems: list[str] = []
    _, merged = fingerprinted(["one.json", "two.json"], problems)
    assert of_evidence(merged) == of_evidence(dumps(one.merge(two)))
    assert fingerprinted(["two.json", "one.json"], problems)[1] == merged
    # one file is its bytes, however they are laid out
    loose = json.dumps(json.loads(dumps(one)), indent=1)
    (tmp_path / "loose.json").write_text(loose)
    assert fingerprinted(["loose.json"], problems)[1] == loose.encode()
    assert not problems
    assert fingerprinted(["none.json"], problems)[1] == b""
    assert problems
