"""Branches: the one that runs, where a CI has checked out a bare commit, and the base branch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pytest_readiness.collect.base import AUTO, COMMON, DEFAULTS, remotes, target_branch
from pytest_readiness.collect.ci import ci_name
from pytest_readiness.collect.git import TreeState
from pytest_readiness.collect.gitcommand import Git, GitError
from pytest_readiness.collect.proposal import event_of, proposal
from pytest_readiness.model.value import NamedTuple, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the project's life a run stands."""

    branch: str = ""
    """Of a checkout that has none: as the CI says."""
    target: str = ""
    """Name of the base branch."""
    proposal: str = ""
    """``pull request`` or ``fork``."""


def place(root: Path, base: str, environ: Mapping[str, str], tree: TreeState) -> Place:
    """Never raises. Outside of a repository there are no branches to tell."""
    if not tree.commit:
        return Place(proposal=proposal(environ))
    return Place(
        branch="" if tree.branch else branch_of_ci(environ, tree.commit),
        target=base_branch(root, base, environ),
        proposal=proposal(environ),
    )


class _Names(NamedTuple):
    """Variables by which a CI names what it builds; of several the first that is set."""

    branch: tuple[str, ...]
    commit: str
    tag: tuple[str, ...] = ()
    """Where one of these is set the name is a tag's."""


_GITHUB = _Names(("GITHUB_HEAD_REF", "GITHUB_REF"), "GITHUB_SHA")
_NAMES: Mapping[str, _Names] = {
    "GitHub Actions": _GITHUB,
    "Gitea Actions": _GITHUB,
    "Forgejo Actions": _GITHUB,
    "GitLab CI": _Names(
        ("CI_COMMIT_BRANCH", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"),
        "CI_COMMIT_SHA",
        ("CI_COMMIT_TAG",),
    ),
    "Azure Pipelines": _Names(
        ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"), "BUILD_SOURCEVERSION"
    ),
    "Bitbucket Pipelines": _Names(("BITBUCKET_BRANCH",), "BITBUCKET_COMMIT", ("BITBUCKET_TAG",)),
    "Buildkite": _Names(("BUILDKITE_BRANCH",), "BUILDKITE_COMMIT", ("BUILDKITE_TAG",)),
    "CircleCI": _Names(("CIRCLE_BRANCH",), "CIRCLE_SHA1", ("CIRCLE_TAG",)),
    "Travis CI": _Names(
        ("TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"), "TRAVIS_COMMIT", ("TRAVIS_TAG",)
    ),
    "AppVeyor": _Names(
        ("APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH", "APPVEYOR_REPO_BRANCH"),
        "APPVEYOR_REPO_COMMIT",
        ("APPVEYOR_REPO_TAG_NAME",),
    ),
    "Jenkins": _Names(("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"), "GIT_COMMIT", ("TAG_NAME",)),
    "Drone": _Names(("DRONE_SOURCE_BRANCH", "DRONE_BRANCH"), "DRONE_COMMIT_SHA", ("DRONE_TAG",)),
    "Woodpecker CI": _Names(
        ("CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_BRANCH"), "CI_COMMIT_SHA", ("CI_COMMIT_TAG",)
    ),
    "Cirrus CI": _Names(("CIRRUS_BRANCH",), "CIRRUS_CHANGE_IN_REPO", ("CIRRUS_TAG",)),
    "AWS CodeBuild": _Names(("CODEBUILD_WEBHOOK_HEAD_REF",), "CODEBUILD_RESOLVED_SOURCE_VERSION"),
    "Codefresh": _Names(("CF_BRANCH",), "CF_REVISION"),
    "Semaphore": _Names(
        ("SEMAPHORE_GIT_PR_BRANCH", "SEMAPHORE_GIT_BRANCH"),
        "SEMAPHORE_GIT_SHA",
        ("SEMAPHORE_GIT_TAG_NAME",),
    ),
    "Bamboo": _Names(("bamboo_planRepository_branchName",), "bamboo_planRepository_revision"),
}


def branch_of_ci(environ: Mapping[str, str], commit: str) -> str:
    """The branch that a CI says it builds; empty where it builds none, or another commit than this.

    A job may check out something else than what started it: then the name is not that of the code.
    """
    names = _NAMES.get(ci_name(environ))
    if names is None or any(environ.get(tag) for tag in names.tag):
        return ""
    built = environ.get(names.commit, "")
    if built and built != "HEAD" and not commit.startswith(built):  # Buildkite: of manual builds
        return ""
    name = next((environ[name] for name in names.branch if environ.get(name)), "")
    if name.startswith(("refs/tags/", "refs/pull/", "refs/merge-requests/")):
        return ""
    name = name.removeprefix("refs/heads/")
    return name.removeprefix("origin/") if names.commit == "GIT_COMMIT" else name


def base_branch(root: Path, base: str, environ: Mapping[str, str]) -> str:
    """Name of the branch whose runs move baselines; empty where nothing tells it. Never raises.

    ``base`` as configured, if it is a branch; else what a pull request is for; else the default
    branch as the CI, the remote or custom says.
    """
    git = Git(root, environ)
    try:
        known = remotes(git)
        if base != AUTO and (name := _configured(git, base, known)):
            return name
        if name := target_branch(environ)[0] or _default_of_ci(environ):
            return name
        return next(_defaults(git, known), "")
    except GitError:
        return ""


def _configured(git: Git, base: str, known: Iterable[str]) -> str:
    """The branch that the configuration names: ``origin/main`` is ``main``, a tag is none."""
    name = base.removeprefix("refs/heads/").removeprefix("refs/remotes/")
    for remote in known:
        if name.startswith(f"{remote}/"):
            return name.removeprefix(f"{remote}/")
    homes = [f"refs/heads/{name}", *(f"refs/remotes/{remote}/{name}" for remote in known)]
    return name if any(_exists(git, ref) for ref in homes) else ""


def _default_of_ci(environ: Mapping[str, str]) -> str:
    github = _NAMES.get(ci_name(environ)) is _GITHUB
    repository = event_of(environ).get("repository") if github else None
    said = repository.get("default_branch") if isinstance(repository, dict) else ""
    if isinstance(said, str) and said:
        return said
    if environ.get("BRANCH_IS_PRIMARY") == "true":  # Jenkins
        return environ.get("BRANCH_NAME", "")
    return next((environ[variable] for variable in DEFAULTS if environ.get(variable)), "")


def _defaults(git: Git, known: Iterable[str]) -> Iterator[str]:
    for remote in known:
        head = git.answer("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD")
        if head:
            yield head.removeprefix(f"refs/remotes/{remote}/")
    for remote in known:
        yield from (name for name in COMMON if _exists(git, f"refs/remotes/{remote}/{name}"))
    configured = git.answer("config", "--get", "init.defaultBranch")
    for name in dict.fromkeys([*filter(None, [configured]), *COMMON]):
        if _exists(git, f"refs/heads/{name}"):
            yield name


def _exists(git: Git, ref: str) -> bool:
    return bool(
        git.answer("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    )
