"""The git collector, on real repositories."""

from __future__ import annotations

import itertools
import os
import subprocess
from pathlib import Path

import pytest

from pytest_readiness.collect.digest import digest
from pytest_readiness.collect.git import changes, tree_state
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import ChangedFile, Comparison, Gap, Reason

COUNT = itertools.count()


class Repository:
    """A work tree under ``tmp_path`` with no configuration but its own."""

    def __init__(self, path: Path, home: Path) -> None:
        self.path = path
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.org",
        }
        path.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=self.environ, check=True, capture_output=True
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def commit(self, message: str = "") -> str:
        self.git("add", "-A")
        # else two commits made within a second are one
        message = message or f"commit on {self.git('branch', '--show-current')} {next(COUNT)}"
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def clone(self, name: str, *options: str) -> Repository:
        clone = Repository(self.path.parent / name, Path(self.environ["HOME"]))
        clone.git("clone", "-q", *options, f"file://{self.path}", ".")
        return clone

    def changes(
        self, base: str = "main", **environ: str
    ) -> tuple[Comparison | Gap, dict[str, ChangedFile]]:
        first, *rest = changes(self.path, base, self.environ | environ)
        assert isinstance(first.data, Comparison | Gap)
        files = {fact.subject: fact.data for fact in rest if isinstance(fact.data, ChangedFile)}
        assert len(files) == len(rest)
        return first.data, files

    def lines(self, base: str = "main") -> dict[str, str]:
        return {path: lines.to_text(file.lines) for path, file in self.changes(base)[1].items()}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    home = tmp_path / "home"
    home.mkdir()
    repository = Repository(tmp_path / "repository", home)
    repository.git("init", "-q", "-b", "main")
    repository.write("a.py", "one\ntwo\nthree\n")
    repository.commit()
    return repository


def test_committed_staged_unstaged_and_untracked_lines_all_count(repository: Repository) -> None:
    repository.write("b.py", "1\n2\n3\n4\n5\n6\n7\n8\n")
    start = repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("b.py", "1\nX\n3\n4\n5\n6\n7\n8\n")
    repository.commit()
    repository.write("b.py", "1\nX\n3\n4\nY\n6\n7\n8\n")
    repository.git("add", "b.py")
    repository.write("b.py", "1\nX\n3\n4\nY\n6\n7\n8\nZ")
    repository.write("new/c.py", "1\n2")
    repository.write("notes.txt", "no code")
    comparison, files = repository.changes()
    assert comparison == Comparison(base="main", commit=start)
    assert repository.lines() == {"b.py": "2,5,9", "new/c.py": "1-2"}
    assert files["b.py"].digest == digest((repository.path / "b.py").read_bytes())
    assert {file.ignored for file in files.values()} == {""}


def test_only_what_came_after_the_merge_base_counts(repository: Repository) -> None:
    fork = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("mine.py", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("theirs.py", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "topic")
    comparison, _ = repository.changes()
    assert comparison == Comparison(base="main", commit=fork)
    assert repository.lines() == {"mine.py": "1"}


def test_deleted_lines_and_files_leave_no_changed_line(repository: Repository) -> None:
    repository.write("gone.py", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("a.py", "one\nthree\n")
    (repository.path / "gone.py").unlink()
    assert repository.lines() == {"a.py": ""}


def test_renamed_files_count_their_changed_lines_only(repository: Repository) -> None:
    text = "".join(f"line {number}\n" for number in range(40))
    repository.write("old.py", text)
    repository.write("pure.py", text.replace("line", "other"))
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.git("mv", "old.py", "new.py")
    repository.git("mv", "pure.py", "renamed with space.py")
    repository.write("new.py", text.replace("line 7\n", "line seven\n"))
    repository.git("config", "diff.renames", "false")
    assert repository.lines() == {"new.py": "8", "renamed with space.py": ""}


HOSTILE = [
    'quote".py',
    "new\nline.py",
    "tab\there.py",
    "back\\slash.py",
    "sp ace.py",
    "ünïcode.py",
    "-rf.py",
    "diff --git a b.py",
    "+++ b/x.py",
    "\x1b[31mred.py",
    "a\ndiff --git a/e.py b/e.py\n+++ b/e.py\n@@ -1 +1 @@.py",
    os.fsdecode(b"latin\xe9.py"),
]


@pytest.mark.parametrize("quotepath", ["true", "false"])
def test_hostile_names_survive(repository: Repository, quotepath: str) -> None:
    repository.git("config", "core.quotepath", quotepath)
    for name in HOSTILE:
        repository.write(name, "1\n2\n3\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    for name in HOSTILE:
        repository.write(name, "1\n2\nX\n")
    for name in HOSTILE[:3]:
        repository.write("untracked " + name.replace("/", "-"), "1\n")
    expected = dict.fromkeys(HOSTILE, "3")
    expected |= {"untracked " + name: "1" for name in HOSTILE[:3]}
    assert repository.lines() == expected


def test_content_that_looks_like_a_diff_is_content(repository: Repository) -> None:
    repository.write("d.py", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.write(
        "d.py",
        "1\n++ b/evil.py\n@@ -1 +1,99 @@\n-- a/x\ndiff --git a/y b/y\nrename to z.py\n\\ No newline\n",
    )
    assert repository.lines() == {"d.py": "2-7"}


def test_the_users_taste_in_diffs_does_not_matter(repository: Repository) -> None:
    repository.write("b.py", "1\n2\n3\n4\n5\n6\n7\n")
    repository.write(".gitattributes", "*.py diff=mine\nbinary.py -diff\n")
    repository.write("binary.py", "1\n2\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("b.py", "1\nX\n3\nY\n5\n6\n7\n")
    repository.write("binary.py", "1\nX\n")
    for key, value in {
        "diff.external": "false",
        "diff.mine.textconv": "false",
        "diff.mine.command": "false",
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.context": "5",
        "diff.interHunkContext": "9",
        "diff.orderFile": "nowhere",
        "diff.relative": "false",
        "color.ui": "always",
        "core.pager": "false",
        "core.fsmonitor": "false",
    }.items():
        repository.git("config", key, value)
    assert repository.lines() == {"b.py": "2,4", "binary.py": "2"}
    repository.environ["GIT_EXTERNAL_DIFF"] = "false"
    assert repository.lines() == {"b.py": "2,4", "binary.py": "2"}


def test_generated_files_and_other_languages_are_named_as_such(repository: Repository) -> None:
    repository.write(
        ".gitattributes", "*_pb2.py linguist-generated=true\nstub.py linguist-generated\n"
    )
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    for name in ("x_pb2.py", "stub.py", "plain.py", "README.md", "types.pyi"):
        repository.write(name, "1\n")
    repository.git("add", "-A")
    assert {path: file.ignored for path, file in repository.changes()[1].items()} == {
        "x_pb2.py": "linguist-generated",
        "stub.py": "linguist-generated",
        "plain.py": "",
        "README.md": "not Python",
        "types.pyi": "not Python",
    }


def test_links_and_submodules_hold_no_lines(repository: Repository) -> None:
    other = Repository(repository.path.parent / "other", Path(repository.environ["HOME"]))
    other.git("init", "-q", "-b", "main")
    other.commit()
    repository.git("checkout", "-q", "-b", "topic")
    (repository.path / "link.py").symlink_to("a.py")
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "sub.py"
    )
    repository.commit()
    assert set(repository.lines()) == {".gitmodules"}


def test_a_project_below_the_top_of_its_repository(repository: Repository) -> None:
    repository.write("pkg/inner/m.py", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("pkg/inner/m.py", "2\n")
    repository.write("pkg/new.py", "2\n")
    repository.write("a.py", "outside\n")
    first, *rest = changes(repository.path / "pkg", "main", repository.environ)
    assert [fact.subject for fact in rest] == ["inner/m.py", "new.py"]
    assert isinstance(first.data, Comparison)


def test_own_files_virtual_environments_and_ignored_files_are_left_out(
    repository: Repository,
) -> None:
    repository.write(".gitignore", "ignored.py\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    before = tree_state(repository.path)
    repository.write("ignored.py", "1\n")
    repository.write("env/pyvenv.cfg", "")
    repository.write("env/lib/site.py", "1\n")
    repository.write(".readiness/x.py", "1\n")
    repository.write(".coverage.host.1", "data")
    repository.write("evidence/shard-1.json", "{}")
    assert repository.lines() == {}
    assert tree_state(repository.path) == before
    assert before.dirty is False


# What cannot be compared


def test_not_a_repository(tmp_path: Path) -> None:
    (fact,) = changes(
        tmp_path, "auto", {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    )
    assert fact.subject == "patch"
    assert isinstance(fact.data, Gap)
    assert fact.data.reason is Reason.NO_DATA
    assert "no git work tree" in fact.data.message


def test_git_missing(repository: Repository) -> None:
    gap, _ = repository.changes(PATH=str(repository.path))
    assert isinstance(gap, Gap)
    assert (gap.reason, gap.remedy) == (Reason.NO_DATA, "install git")


def test_git_missing_leaves_the_tree_state_empty(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository.path))
    state = tree_state(repository.path)
    assert (state.commit, state.branch, state.dirty, state.tree) == ("", "", None, "")


def test_no_commit_yet(tmp_path: Path) -> None:
    empty = Repository(tmp_path / "empty", tmp_path)
    empty.git("init", "-q")
    gap, _ = empty.changes("auto")
    assert isinstance(gap, Gap)
    assert "no commit yet" in gap.message


@pytest.mark.parametrize("base", ["v9.9", "-h", "--output=x", "a b", ""])
def test_a_base_that_does_not_exist(repository: Repository, base: str) -> None:
    gap, _ = repository.changes(base)
    assert isinstance(gap, Gap)
    assert gap.reason is Reason.NO_DATA
    assert f"{base!r} does not exist" in gap.message
    assert "`base`" in gap.remedy


def test_unrelated_histories(repository: Repository) -> None:
    repository.git("checkout", "-q", "--orphan", "topic")
    repository.commit("another beginning")
    gap, _ = repository.changes()
    assert isinstance(gap, Gap)
    assert "no common history" in gap.message


@pytest.mark.parametrize("base", ["auto", "origin/main", "main"])
def test_a_shallow_clone_without_the_base(repository: Repository, base: str) -> None:
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("b.py", "1\n")
    repository.commit()
    clone = repository.clone("shallow", "--depth=1", "--branch=topic")
    gap, _ = clone.changes(base, GITHUB_BASE_REF="main")
    assert isinstance(gap, Gap)
    assert gap.reason is Reason.NO_DATA
    assert "shallow" in gap.message
    assert "--unshallow" in gap.remedy
    assert "fetch-depth: 0" in gap.remedy


def test_a_shallow_clone_that_has_the_base_but_not_the_fork(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.commit()
    clone = repository.clone("shallow", "--depth=1", "--branch=topic", "--no-single-branch")
    gap, _ = clone.changes("origin/main")
    assert isinstance(gap, Gap)
    assert "shallow" in gap.message
    assert "where origin/main forked" in gap.message


def test_a_merge_made_by_github_needs_only_its_parents(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("b.py", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("theirs.py", "1\n")
    target = repository.commit()
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    repository.git("branch", "pull")
    repository.git("reset", "-q", "--hard", target)
    clone = repository.clone("shallow", "--depth=2", "--branch=pull", "--single-branch")
    clone.git("checkout", "-q", "--detach")
    comparison, files = clone.changes(
        "auto", GITHUB_BASE_REF="main", GITHUB_REF="refs/pull/1/merge"
    )
    assert comparison == Comparison(base="main (HEAD^1)", commit=target)
    assert set(files) == {"b.py"}


def test_a_corrupt_repository_is_an_error_not_a_crash(repository: Repository) -> None:
    start = repository.git("rev-parse", "HEAD")
    tree = repository.git("rev-parse", "HEAD^{tree}")
    (repository.path / ".git/objects" / tree[:2] / tree[2:]).chmod(0o644)
    repository.write(f".git/objects/{tree[:2]}/{tree[2:]}", b"garbage")
    gap, _ = repository.changes(start)
    assert isinstance(gap, Gap)
    assert gap.reason is Reason.ERROR
    assert gap.message.startswith("no comparison: git diff: ")


# Where the base comes from


@pytest.mark.parametrize(
    "environ",
    [
        {"GITHUB_BASE_REF": "release"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release"},
        {"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/release"},
        {"BITBUCKET_PR_DESTINATION_BRANCH": "release"},
        {"CHANGE_TARGET": "release"},
        {"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "release"},
        {"TRAVIS_BRANCH": "release", "TRAVIS_PULL_REQUEST": "12"},
        {"APPVEYOR_REPO_BRANCH": "release", "APPVEYOR_PULL_REQUEST_NUMBER": "3"},
        {"DRONE_TARGET_BRANCH": "release", "DRONE_PULL_REQUEST": "3"},
    ],
)
def test_the_target_branch_of_a_ci(repository: Repository, environ: dict[str, str]) -> None:
    repository.git("checkout", "-q", "-b", "release")
    repository.write("r.py", "1\n")
    release = repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit()
    clone = repository.clone("clone")
    comparison, _ = clone.changes("auto", **environ)
    assert comparison == Comparison(base="origin/release", commit=release)


def test_a_branch_build_is_compared_with_the_default_branch(repository: Repository) -> None:
    main = repository.git("rev-parse", "HEAD")
    clone = repository.clone("clone")
    clone.git("checkout", "-q", "-b", "topic")
    clone.commit()
    environ = {"TRAVIS_BRANCH": "topic", "TRAVIS_PULL_REQUEST": "false", "GITHUB_BASE_REF": ""}
    assert clone.changes("auto", **environ)[0] == Comparison(base="origin/main", commit=main)


def test_the_target_commit_serves_where_there_is_no_ref(repository: Repository) -> None:
    main = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit()
    repository.git("branch", "-q", "-D", "main")
    comparison, _ = repository.changes(
        "auto", CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main", CI_MERGE_REQUEST_DIFF_BASE_SHA=main
    )
    assert comparison == Comparison(base=main, commit=main)


def test_a_fork_is_compared_with_upstream(repository: Repository) -> None:
    clone = repository.clone("clone")
    clone.git("remote", "rename", "origin", "fork")
    repository.commit("upstream moved on")
    clone.git("remote", "add", "upstream", f"file://{repository.path}")
    clone.git("fetch", "-q", "upstream")
    assert clone.changes("auto")[0].base == "upstream/main"  # type: ignore[union-attr]


def test_the_default_branch_may_have_any_name(repository: Repository) -> None:
    repository.git("branch", "-m", "main", "stable")
    clone = repository.clone("clone")
    assert clone.changes("auto")[0].base == "origin/stable"  # type: ignore[union-attr]
    local, _ = repository.changes("auto")
    assert isinstance(local, Gap)
    assert "`base`" in local.remedy


def test_a_detached_head_is_compared_all_the_same(repository: Repository) -> None:
    repository.git("checkout", "-q", "--detach")
    repository.write("b.py", "1\n")
    repository.commit()
    assert repository.lines("auto") == {"b.py": "1"}
    state = tree_state(repository.path)
    assert (state.branch, state.dirty) == ("", False)


# The state of the tree


def test_a_clean_tree_is_its_commit(repository: Repository) -> None:
    state = tree_state(repository.path)
    assert state.commit == repository.git("rev-parse", "HEAD")
    assert state.tree == repository.git("rev-parse", "HEAD^{tree}")
    assert (state.branch, state.dirty) == ("main", False)


def test_every_difference_of_code_changes_the_fingerprint(repository: Repository) -> None:
    seen = [tree_state(repository.path).tree]
    repository.write("a.py", "changed\n")
    seen.append(tree_state(repository.path).tree)
    repository.write("a.py", "changed again\n")
    seen.append(tree_state(repository.path).tree)
    repository.git("add", "-A")
    assert tree_state(repository.path).tree == seen[-1], "staged or not, it is the same code"
    repository.write("untracked.py", "1\n")
    seen.append(tree_state(repository.path).tree)
    repository.path.joinpath("untracked.py").chmod(0o755)
    seen.append(tree_state(repository.path).tree)
    (repository.path / "a.py").unlink()
    seen.append(tree_state(repository.path).tree)
    assert len(set(seen)) == len(seen)
    assert tree_state(repository.path).dirty is True


def test_the_fingerprint_is_the_same_in_another_clone(repository: Repository) -> None:
    clone = repository.clone("clone", "--depth=1")
    for place in (repository, clone):
        place.write("a.py", "the same change\n")
        place.write("deep/er/b.py", "and file\n")
    assert tree_state(repository.path).tree == tree_state(clone.path).tree
    below = tree_state(repository.path / "deep")
    assert below == tree_state(repository.path)


def test_git_is_asked_about_this_project_also_from_within_a_hook(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = tree_state(repository.path)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert tree_state(repository.path) == expected


def test_reading_leaves_no_trace(repository: Repository) -> None:
    index = repository.path / ".git/index"
    repository.write("a.py", "changed\n")
    os.utime(index, (1, 1))
    tree_state(repository.path)
    repository.changes()
    assert index.stat().st_mtime == 1
