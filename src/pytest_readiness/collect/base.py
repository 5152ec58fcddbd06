"""What patch coverage compares with: a configured ref, the CI's target branch, or the default branch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn

from pytest_readiness.collect.gitcommand import Git, GitError
from pytest_readiness.model.value import NamedTuple

AUTO = "auto"
_TARGETS = (
    # variable with the branch a change is to be merged into, as each CI documents it
    ("GitHub Actions", "GITHUB_BASE_REF"),  # Gitea and Forgejo too
    ("GitLab CI", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
    ("Azure Pipelines", "SYSTEM_PULLREQUEST_TARGETBRANCH"),
    ("Bitbucket Pipelines", "BITBUCKET_PR_DESTINATION_BRANCH"),
    ("Jenkins", "CHANGE_TARGET"),
    ("Buildkite", "BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
    ("Cirrus CI", "CIRRUS_BASE_BRANCH"),
    ("Woodpecker CI", "CI_COMMIT_TARGET_BRANCH"),
    ("Codefresh", "CF_PULL_REQUEST_TARGET"),
    ("AWS CodeBuild", "CODEBUILD_WEBHOOK_BASE_REF"),
)
_CONDITIONAL = (
    # the same, but the variable names something else outside of pull requests
    ("Travis CI", "TRAVIS_BRANCH", "TRAVIS_PULL_REQUEST"),
    ("AppVeyor", "APPVEYOR_REPO_BRANCH", "APPVEYOR_PULL_REQUEST_NUMBER"),
    ("Drone", "DRONE_TARGET_BRANCH", "DRONE_PULL_REQUEST"),
)
_COMMITS = ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "CIRRUS_BASE_SHA", "BITBUCKET_PR_DESTINATION_COMMIT")
"""Variables with the target's commit, for checkouts that have it but no ref to it."""
DEFAULTS = (
    "CI_DEFAULT_BRANCH",  # GitLab
    "BUILDKITE_PIPELINE_DEFAULT_BRANCH",
    "CI_REPO_DEFAULT_BRANCH",  # Woodpecker
    "DRONE_REPO_BRANCH",
    "CIRRUS_DEFAULT_BRANCH",
)
"""Variables with the name of the default branch."""
COMMON = ("main", "master", "trunk", "develop")
FETCH = "fetch the whole history: `git fetch --unshallow`, in a CI `fetch-depth: 0` (or its like)"


class Base(NamedTuple):
    name: str
    """As people know it: ``origin/main``."""
    commit: str


def target_branch(environ: Mapping[str, str]) -> tuple[str, str]:
    """``(branch, CI)`` that a pull or merge request is to be merged into; both empty outside of one."""
    for vendor, variable in _TARGETS:
        if environ.get(variable):
            return _short(environ[variable]), vendor
    for vendor, variable, request in _CONDITIONAL:
        if environ.get(variable) and environ.get(request, "false") not in ("", "false"):
            return _short(environ[variable]), vendor
    return "", ""


def find_base(git: Git, base: str, environ: Mapping[str, str]) -> Base:
    """The commit to compare with, before taking the merge base. Raises GitError with a remedy."""
    if base != AUTO:
        return _resolved(git, (base, f"refs/remotes/origin/{base}")) or _raise_missing(
            git, f"the base {base!r} does not exist here", "check `base` in the configuration"
        )
    branch, vendor = target_branch(environ)
    if branch:
        found = _resolved(git, _homes(git, branch)) or _by_commit(git, environ)
        return found or _raise_missing(
            git,
            f"{vendor}'s target branch {branch!r} is not in this clone",
            f"git fetch origin {branch}",
        )
    return _resolved(git, _default_branches(git, environ)) or _raise_missing(
        git,
        "no default branch was found to compare with",
        'set `base` in [tool.pytest-readiness], such as base = "origin/main"',
    )


def merge_base(git: Git, base: str, environ: Mapping[str, str]) -> Base:
    """Where HEAD and the base forked, by the base's name. Raises GitError with a remedy."""
    found = find_base(git, base, environ)
    commit = git.answer("merge-base", found.commit, "HEAD")
    if commit:
        return found._replace(commit=commit)
    if is_shallow(git):
        raise GitError(f"the clone is shallow: where {found.name} forked is not in it", FETCH)
    raise GitError(f"HEAD has no common history with {found.name}", "set another `base`")


def remotes(git: Git) -> list[str]:
    """Names of the remotes: ``upstream`` before ``origin``, as forks are wont to call them."""
    remotes = git.run("remote").decode("utf-8", "surrogateescape").split()
    known = [name for name in ("upstream", "origin") if name in remotes]
    return [*known, *(name for name in remotes if name not in known)]


def _homes(git: Git, branch: str) -> Iterator[str]:
    for remote in remotes(git):
        yield f"refs/remotes/{remote}/{branch}"
    yield f"refs/heads/{branch}"


def _default_branches(git: Git, environ: Mapping[str, str]) -> Iterator[str]:
    named = [environ[variable] for variable in DEFAULTS if environ.get(variable)]
    names = dict.fromkeys([*named, "HEAD", *COMMON])
    for remote in remotes(git):
        for name in names:
            yield f"refs/remotes/{remote}/{name}"
    configured = git.answer("config", "--get", "init.defaultBranch")
    for name in [*named, *COMMON, *filter(None, [configured])]:
        yield f"refs/heads/{name}"


def _by_commit(git: Git, environ: Mapping[str, str]) -> Base | None:
    commits = [environ[variable] for variable in _COMMITS if environ.get(variable)]
    found = _resolved(git, commits)
    if found is None and environ.get("GITHUB_REF", "").endswith("/merge"):
        # GitHub checks out its own merge: the first parent is the target, also with fetch-depth 2
        merge = _resolved(git, ("HEAD^2",)) and _resolved(git, ("HEAD^1",))
        found = merge and merge._replace(name=f"{environ['GITHUB_BASE_REF']} (HEAD^1)")
    return found


def _resolved(git: Git, refs: Iterator[str] | tuple[str, ...] | list[str]) -> Base | None:
    for ref in refs:
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if commit := git.answer(*asked):
            name = git.answer("rev-parse", "--abbrev-ref", ref) if ref.endswith("/HEAD") else ""
            return Base(name or _short(ref), commit)
    return None


def _raise_missing(git: Git, message: str, remedy: str) -> NoReturn:
    if is_shallow(git):
        raise GitError(f"{message}: the clone is shallow", FETCH)
    raise GitError(message, remedy)


def is_shallow(git: Git) -> bool:
    return git.answer("rev-parse", "--is-shallow-repository") == "true"


def _short(ref: str) -> str:
    for prefix in ("refs/heads/", "refs/remotes/"):
        ref = ref.removeprefix(prefix)
    return ref
