"""Which runs are of proposed code, of which branch they are, and which branch moves baselines."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_readiness.collect.branch import Place, base_branch, branch_of_ci, place
from pytest_readiness.collect.git import TreeState, tree_state
from pytest_readiness.collect.proposal import FORK, REQUEST, proposal

GITHUB = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop"}
HEAD = "1" * 40


def repository(name: str, **more: object) -> dict[str, object]:
    return {"full_name": name, "default_branch": "main", **more}


def request(head: object) -> dict[str, object]:
    return {"pull_request": {"head": {"repo": head}, "base": {"repo": repository("acme/shop")}}}


@pytest.mark.parametrize(
    ("name", "event", "told"),
    [
        ("push", {"repository": repository("acme/shop")}, ""),
        ("schedule", {}, ""),
        ("workflow_dispatch", {}, ""),
        ("pull_request", request(repository("acme/shop")), REQUEST),
        ("pull_request", request(repository("mallory/shop", fork=True)), FORK),
        # a fork on its way: the project may be a fork itself
        ("pull_request", request(repository("acme/shop", fork=True)), REQUEST),
        ("pull_request", request(None), FORK),  # deleted since
        ("pull_request", {}, REQUEST),
        ("pull_request_target", request(repository("mallory/shop")), FORK),
        ("pull_request_review", request(repository("acme/shop")), REQUEST),
        ("merge_group", {}, REQUEST),
        ("issue_comment", {"issue": {"pull_request": {}}}, REQUEST),
        ("issue_comment", {"issue": {}}, ""),
        ("workflow_run", {"workflow_run": {"event": "push"}}, ""),
        (
            "workflow_run",
            {
                "workflow_run": {
                    "event": "pull_request",
                    "head_repository": repository("mallory/shop"),
                    "repository": repository("acme/shop"),
                }
            },
            FORK,
        ),
    ],
)
@pytest.mark.parametrize("forge", ["GITHUB_ACTIONS", "FORGEJO_ACTIONS"])
def test_an_event_of_github_tells(
    tmp_path: Path, forge: str, name: str, event: dict[str, object], told: str
) -> None:
    payload = tmp_path / "event.json"
    payload.write_text(json.dumps(event), encoding="utf-8")
    environ = {**GITHUB, forge: "true", "GITHUB_EVENT_NAME": name}
    assert proposal({**environ, "GITHUB_EVENT_PATH": str(payload)}) == told


@pytest.mark.parametrize("content", [None, "", "[]", '{"pull_request": 3}', "[" * 100_000])
def test_a_payload_that_cannot_be_read_leaves_a_request_one(
    tmp_path: Path, content: str | None
) -> None:
    payload = tmp_path / "event.json"
    if content is not None:
        payload.write_text(content, encoding="utf-8")
    environ = {**GITHUB, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(payload)}
    assert proposal(environ) == REQUEST


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, ""),
        ({"CHANGE_ID": "3"}, ""),  # at a desk it means nothing
        ({"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main"}, ""),
        (
            {
                "GITLAB_CI": "true",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "5",
                "CI_MERGE_REQUEST_PROJECT_ID": "5",
            },
            REQUEST,
        ),
        (
            {
                "GITLAB_CI": "true",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "66",
                "CI_MERGE_REQUEST_PROJECT_ID": "5",
            },
            FORK,
        ),
        ({"GITLAB_CI": "true", "CI_EXTERNAL_PULL_REQUEST_IID": "2"}, REQUEST),
        ({"TF_BUILD": "True"}, ""),
        ({"TF_BUILD": "True", "SYSTEM_PULLREQUEST_PULLREQUESTID": "5"}, REQUEST),
        (
            {
                "TF_BUILD": "True",
                "SYSTEM_PULLREQUEST_PULLREQUESTID": "5",
                "SYSTEM_PULLREQUEST_ISFORK": "False",
            },
            REQUEST,
        ),
        (
            {
                "TF_BUILD": "True",
                "SYSTEM_PULLREQUEST_PULLREQUESTID": "5",
                "SYSTEM_PULLREQUEST_ISFORK": "True",
            },
            FORK,
        ),
        ({"BITBUCKET_BUILD_NUMBER": "1"}, ""),
        ({"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_PR_ID": "4"}, REQUEST),
        ({"BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "false"}, ""),
        (
            {
                "BUILDKITE": "true",
                "BUILDKITE_PULL_REQUEST": "12",
                "BUILDKITE_PULL_REQUEST_REPO": "https://github.com/Acme/shop.git",
                "BUILDKITE_REPO": "git@github.com:acme/shop.git",
            },
            REQUEST,
        ),
        (
            {
                "BUILDKITE": "true",
                "BUILDKITE_PULL_REQUEST": "12",
                "BUILDKITE_PULL_REQUEST_REPO": "git://github.com/mallory/shop.git",
                "BUILDKITE_REPO": "git@github.com:acme/shop.git",
            },
            FORK,
        ),
        ({"CIRCLECI": "true", "CIRCLE_PULL_REQUEST": "https://github.com/a/b/pull/1"}, ""),
        ({"CIRCLECI": "true", "CIRCLE_PR_NUMBER": "1"}, FORK),
        ({"TRAVIS": "true", "TRAVIS_PULL_REQUEST": "false"}, ""),
        (
            {
                "TRAVIS": "true",
                "TRAVIS_PULL_REQUEST": "9",
                "TRAVIS_PULL_REQUEST_SLUG": "acme/shop",
                "TRAVIS_REPO_SLUG": "acme/shop",
            },
            REQUEST,
        ),
        (
            {
                "TRAVIS": "true",
                "TRAVIS_PULL_REQUEST": "9",
                "TRAVIS_PULL_REQUEST_SLUG": "mallory/shop",
                "TRAVIS_REPO_SLUG": "acme/shop",
            },
            FORK,
        ),
        ({"APPVEYOR": "True"}, ""),
        ({"APPVEYOR": "True", "APPVEYOR_PULL_REQUEST_NUMBER": "9"}, REQUEST),
        (
            {
                "APPVEYOR": "True",
                "APPVEYOR_PULL_REQUEST_NUMBER": "9",
                "APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME": "mallory/shop",
                "APPVEYOR_REPO_NAME": "acme/shop",
            },
            FORK,
        ),
        ({"JENKINS_URL": "https://ci"}, ""),
        ({"JENKINS_URL": "https://ci", "CHANGE_ID": "3"}, REQUEST),
        ({"JENKINS_URL": "https://ci", "CHANGE_ID": "3", "CHANGE_FORK": "mallory"}, FORK),
        ({"DRONE": "true"}, ""),
        ({"DRONE": "true", "DRONE_PULL_REQUEST": "3"}, REQUEST),
        ({"CI": "woodpecker"}, ""),
        ({"CI": "woodpecker", "CI_COMMIT_PULL_REQUEST": "3"}, REQUEST),
        ({"CIRRUS_CI": "true"}, ""),
        ({"CIRRUS_CI": "true", "CIRRUS_PR": "3"}, REQUEST),
        ({"CODEBUILD_BUILD_ID": "x", "CODEBUILD_WEBHOOK_EVENT": "PUSH"}, ""),
        ({"CODEBUILD_BUILD_ID": "x", "CODEBUILD_WEBHOOK_EVENT": "PULL_REQUEST_UPDATED"}, REQUEST),
        ({"CODEBUILD_BUILD_ID": "x", "CODEBUILD_WEBHOOK_EVENT": "PULL_REQUEST_MERGED"}, ""),
        ({"CF_BUILD_ID": "x", "CF_PULL_REQUEST_NUMBER": "3"}, REQUEST),
        ({"SEMAPHORE": "true", "SEMAPHORE_GIT_PR_NUMBER": "3"}, REQUEST),
    ],
)
def test_other_cis_tell_by_their_variables(environ: dict[str, str], told: str) -> None:
    assert proposal(environ) == told


@pytest.mark.parametrize(
    ("environ", "branch"),
    [
        ({}, ""),
        ({"GITHUB_REF": "refs/heads/main"}, ""),  # at a desk
        ({**GITHUB, "GITHUB_REF": "refs/heads/main"}, "main"),
        ({**GITHUB, "GITHUB_REF": "refs/heads/fix/a", "GITHUB_SHA": HEAD}, "fix/a"),
        # a job that checked out something else than what started it
        ({**GITHUB, "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "2" * 40}, ""),
        ({**GITHUB, "GITHUB_REF": "refs/tags/v1"}, ""),
        ({**GITHUB, "GITHUB_REF": "refs/pull/3/merge", "GITHUB_HEAD_REF": "fix"}, "fix"),
        ({**GITHUB, "GITHUB_REF": "refs/pull/3/merge"}, ""),
        ({"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": HEAD}, "main"),
        ({"GITLAB_CI": "true", "CI_COMMIT_TAG": "v1", "CI_COMMIT_REF_NAME": "v1"}, ""),
        ({"GITLAB_CI": "true", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "fix"}, "fix"),
        ({"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/heads/main"}, "main"),
        ({"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/pull/3/merge"}, ""),
        ({"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/tags/v1"}, ""),
        ({"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_BRANCH": "main"}, "main"),
        ({"BUILDKITE": "true", "BUILDKITE_BRANCH": "main", "BUILDKITE_COMMIT": "HEAD"}, "main"),
        ({"BUILDKITE": "true", "BUILDKITE_BRANCH": "v1", "BUILDKITE_TAG": "v1"}, ""),
        ({"CIRCLECI": "true", "CIRCLE_BRANCH": "main", "CIRCLE_SHA1": HEAD}, "main"),
        ({"CIRCLECI": "true", "CIRCLE_BRANCH": "pull/3"}, "pull/3"),
        ({"TRAVIS": "true", "TRAVIS_BRANCH": "main", "TRAVIS_PULL_REQUEST_BRANCH": ""}, "main"),
        ({"TRAVIS": "true", "TRAVIS_BRANCH": "main", "TRAVIS_PULL_REQUEST_BRANCH": "fix"}, "fix"),
        ({"TRAVIS": "true", "TRAVIS_BRANCH": "v1", "TRAVIS_TAG": "v1"}, ""),
        ({"APPVEYOR": "True", "APPVEYOR_REPO_BRANCH": "main"}, "main"),
        ({"JENKINS_URL": "u", "GIT_BRANCH": "origin/main"}, "main"),
        ({"JENKINS_URL": "u", "BRANCH_NAME": "PR-3", "CHANGE_BRANCH": "fix"}, "fix"),
        ({"DRONE": "true", "DRONE_BRANCH": "main", "DRONE_SOURCE_BRANCH": "fix"}, "fix"),
        ({"CI": "woodpecker", "CI_COMMIT_BRANCH": "main"}, "main"),
        ({"CIRRUS_CI": "true", "CIRRUS_BRANCH": "main"}, "main"),
        ({"CODEBUILD_BUILD_ID": "x", "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/main"}, "main"),
        ({"SEMAPHORE": "true", "SEMAPHORE_GIT_BRANCH": "main"}, "main"),
    ],
)
def test_a_bare_commit_has_the_branch_that_the_ci_builds(
    environ: dict[str, str], branch: str
) -> None:
    assert branch_of_ci(environ, HEAD) == branch


class Tree:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str) -> str:
        names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(
            ["git", *names, *arguments], cwd=self.path, check=True, capture_output=True, text=True
        ).stdout.strip()

    def started(self, *branches: str) -> Tree:
        self.git("init", "-q", "-b", branches[0])
        self.git("commit", "-q", "--allow-empty", "-m", "first")
        for branch in branches[1:]:
            self.git("branch", branch)
        return self

    def base(self, base: str = "auto", environ: Mapping[str, str] = {}) -> str:
        return base_branch(self.path, base, environ)


@pytest.fixture(autouse=True)
def without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def test_the_base_branch(tmp_path: Path) -> None:
    assert Tree(tmp_path / "none").base() == ""
    home = Tree(tmp_path / "home").started("trunk", "dev", "release")
    assert home.base() == "trunk"
    assert home.base("dev") == "dev"
    assert home.base("refs/heads/dev") == "dev"
    home.git("tag", "v1")
    assert home.base("v1") == "trunk"  # no branch: what it is compared with moves nothing
    clone = Tree(tmp_path / "clone")
    clone.git("clone", "-q", str(home.path), ".")
    clone.git("checkout", "-q", "-b", "main")  # ours, and not what the remote takes for the default
    assert clone.base() == "trunk"
    assert clone.base("origin/release") == "release"
    assert clone.base("origin/gone") == "gone"
    assert clone.base(environ={"CI": "true", "CI_DEFAULT_BRANCH": "dev"}) == "dev"
    assert clone.base(environ={"GITHUB_BASE_REF": "release"}) == "release"
    primary = {"JENKINS_URL": "u", "BRANCH_IS_PRIMARY": "true", "BRANCH_NAME": "dev"}
    assert clone.base(environ=primary) == "dev"
    only = Tree(tmp_path / "only").started("feature")
    assert only.base() == ""


def test_github_names_the_default_branch(tmp_path: Path) -> None:
    payload = tmp_path / "event.json"
    payload.write_text(json.dumps({"repository": repository("a/b", default_branch="next")}))
    tree = Tree(tmp_path / "tree").started("main")
    assert tree.base(environ={**GITHUB, "GITHUB_EVENT_PATH": str(payload)}) == "next"
    # whose variables a session merely inherited is of no account
    assert tree.base(environ={"GITHUB_EVENT_PATH": str(payload)}) == "main"


def test_the_place_of_a_run(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree").started("main")
    here = tree_state(tree.path)
    assert (here.branch, place(tree.path, "auto", {}, here)) == ("main", Place(target="main"))
    tree.git("checkout", "-q", "--detach")
    detached = tree_state(tree.path)
    environ = {**GITHUB, "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": detached.commit}
    expected = Place(branch="main", target="main")
    assert place(tree.path, "auto", environ, detached) == expected
    # called like the base branch, and yet not of it
    environ |= {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_HEAD_REF": "main"}
    found = place(tree.path, "auto", environ, detached)
    assert (found.branch, found.target, found.proposal) == ("main", "main", REQUEST)
    assert place(tmp_path / "nowhere", "auto", {}, TreeState()) == Place()
