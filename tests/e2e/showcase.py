"""Runs the README's example as its reader does, and brings the README up to date.

python tests/e2e/showcase.py        # writes the output of a real run into README.md
"""

from __future__ import annotations

import datetime
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
WIDTH = 100
OTHERS = ("flaky", "flakefinder", "hypothesispytest", "pytest-retry", "randomly", "repeat")
"""Plugins that may be installed beside what the README's command installs, and would join in; or that
would cost: hypothesis' imports all of it in every process."""


def block(text: str, marker: str) -> str:
    """Content of the fenced block that follows ``<!-- marker -->``."""
    found = re.search(rf"<!-- {re.escape(marker)} -->\n```\w*\n(.*?)```", text, re.DOTALL)
    if not found:
        raise LookupError(f"no block {marker!r}")
    return found[1]


def pytest_arguments(command: str) -> list[str]:
    """What the last pytest of a command line is called with."""
    words = shlex.split(command.strip().rstrip(")"))
    last = max(index for index, word in enumerate(words) if word.endswith("/pytest"))
    return words[last + 1 :]


def environment(**more: str) -> dict[str, str]:
    """That of a developer's desk: no CI, no options from the outside, no running coverage."""
    strangers = (
        "CI",
        "BUILD_NUMBER",
        "TF_BUILD",
        "GITHUB_",
        "GITLAB_",
        "PYTEST_",
        "COV",
        "TOX",
        "__TOX",
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith(strangers)}
    author = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Example"), ("EMAIL", "example@example.org"))
    }
    return {**kept, **author, "COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8", **more}


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", directory, *arguments], check=True, capture_output=True, env=environment()
    )


def cloned(name: str, directory: Path) -> Path:
    """``examples/NAME`` of a fresh clone, its waivers good for another month."""
    upstream = directory / "upstream"
    example = upstream / "examples" / name
    ignored = shutil.ignore_patterns(
        ".*cache", "__pycache__", ".readiness", ".benchmarks", ".coverage*"
    )
    shutil.copytree(ROOT / "examples" / name, example, ignore=ignored)
    pyproject = example / "pyproject.toml"
    later = datetime.date.today() + datetime.timedelta(days=30)
    pyproject.write_text(
        re.sub(r"(?m)^expires = .*$", f"expires = {later}", pyproject.read_text("utf-8")), "utf-8"
    )
    git(upstream, "init", "-q", "-b", "main")
    git(upstream, "add", "-A")
    git(upstream, "commit", "-q", "-m", "as released")
    git(directory, "clone", "-q", str(upstream), "clone")
    return directory / "clone" / "examples" / name


def pytest(directory: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    import warm  # of the directory above

    off = [part for plugin in ("cacheprovider", *OTHERS) for part in ("-p", f"no:{plugin}")]
    return warm.run("pytest", *off, *arguments, cwd=directory, environ=environment(**more))


def section(output: str) -> str:
    """The scorecard: from its heading to pytest's closing line."""
    found = re.search(r"(?ms)^=+ readiness.*", output)
    if not found:
        raise LookupError(f"no scorecard in\n{output}")
    return found[0]


def settled(text: str) -> str:
    """Without what differs from run to run: times, days, and the widths that follow from them."""
    text = re.sub(r"\d+(\.\d+)? ?(ns|us|µs|ms|s|min)\b( \(\d:\d\d:\d\d\))?", "TIME", text)
    text = re.sub(r"worst \d+(\.\d+)? %", "worst SHARE OF TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DAY", text)
    text = re.sub(r"\b[0-9a-f]{7,40}\b", "COMMIT", text)
    return re.sub(r"={2,}", "==", re.sub(r"[ \t]+", " ", text)).strip()


def expiry(example: Path) -> str:
    """The day on which the example's waiver ends, as it stands there."""
    text = (example / "pyproject.toml").read_text("utf-8")
    return next(
        line.removeprefix("expires = ")
        for line in text.splitlines()
        if line.startswith("expires = ")
    )


def main() -> None:
    sys.path.append(str(ROOT / "tests"))
    text = README.read_text("utf-8")
    with tempfile.TemporaryDirectory() as directory:
        example = cloned("shop", Path(directory))
        done = pytest(example, *pytest_arguments(block(text, "command: shop")))
        shown = section(done.stdout).replace(expiry(example), expiry(ROOT / "examples" / "shop"))
    start = "<!-- output: shop -->\n```text\n"
    old = f"{start}{block(text, 'output: shop')}```"
    README.write_text(text.replace(old, f"{start}{shown}```"), "utf-8")
    print(shown)


if __name__ == "__main__":
    main()
