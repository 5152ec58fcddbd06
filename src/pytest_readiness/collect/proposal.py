"""Whether a session runs code that is only proposed: a pull or merge request, of a fork or not.

A branch's name does not tell: a fork's ``main`` is called like ours. What each CI documents does.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from pytest_readiness.collect.ci import ci_name
from pytest_readiness.model.value import NamedTuple

REQUEST = "pull request"
FORK = "fork"
_LARGEST = 32 << 20
"""Bytes: GitHub cuts payloads at 25 MB."""


class _Rule(NamedTuple):
    """How a CI marks the run of a request. A variable counts where it is set, and not ``false``."""

    request: tuple[str, ...]
    """Any of these: a request."""
    fork: tuple[str, ...] = ()
    """Any of these: a fork's."""
    projects: tuple[tuple[str, str], ...] = ()
    """Where the code comes from and where it is to go: a fork's where they differ."""


_RULES: Mapping[str, _Rule] = {
    "GitLab CI": _Rule(
        ("CI_MERGE_REQUEST_IID", "CI_EXTERNAL_PULL_REQUEST_IID"),
        projects=(
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_ID"),
            (
                "CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY",
                "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY",
            ),
        ),
    ),
    "Azure Pipelines": _Rule(
        ("SYSTEM_PULLREQUEST_PULLREQUESTID",), fork=("SYSTEM_PULLREQUEST_ISFORK",)
    ),
    "Bitbucket Pipelines": _Rule(("BITBUCKET_PR_ID",)),
    "Buildkite": _Rule(
        ("BUILDKITE_PULL_REQUEST",), projects=(("BUILDKITE_PULL_REQUEST_REPO", "BUILDKITE_REPO"),)
    ),
    # CIRCLE_PULL_REQUEST is set for every branch of which there is a request, main itself included:
    # there the branch's name tells. These two are set for forks alone.
    "CircleCI": _Rule(("CIRCLE_PR_NUMBER",), fork=("CIRCLE_PR_NUMBER", "CIRCLE_PR_USERNAME")),
    "Travis CI": _Rule(
        ("TRAVIS_PULL_REQUEST",), projects=(("TRAVIS_PULL_REQUEST_SLUG", "TRAVIS_REPO_SLUG"),)
    ),
    "AppVeyor": _Rule(
        ("APPVEYOR_PULL_REQUEST_NUMBER",),
        projects=(("APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME", "APPVEYOR_REPO_NAME"),),
    ),
    "Jenkins": _Rule(("CHANGE_ID", "ghprbPullId"), fork=("CHANGE_FORK",)),
    "Drone": _Rule(("DRONE_PULL_REQUEST",)),
    "Woodpecker CI": _Rule(("CI_COMMIT_PULL_REQUEST",)),
    "Cirrus CI": _Rule(("CIRRUS_PR",)),
    "Codefresh": _Rule(("CF_PULL_REQUEST_NUMBER",), fork=("CF_PULL_REQUEST_IS_FORK",)),
    "Semaphore": _Rule(
        ("SEMAPHORE_GIT_PR_NUMBER",),
        projects=(("SEMAPHORE_GIT_PR_SLUG", "SEMAPHORE_GIT_REPO_SLUG"),),
    ),
    "Bamboo": _Rule(("bamboo_repository_pr_key",)),
}
_GITHUB = ("GitHub Actions", "Gitea Actions", "Forgejo Actions")
_WEBHOOK = ("PULL_REQUEST_",)
"""How events of requests begin that AWS CodeBuild tells, a merged one excepted."""


def proposal(environ: Mapping[str, str]) -> str:
    """``pull request`` or ``fork``; empty for code of a branch, and at a desk. Never raises."""
    vendor = ci_name(environ)
    if vendor in _GITHUB:
        return _github(environ)
    if vendor == "AWS CodeBuild":
        event = environ.get("CODEBUILD_WEBHOOK_EVENT", "")
        return REQUEST if event.startswith(_WEBHOOK) and not event.endswith("_MERGED") else ""
    rule = _RULES.get(vendor)
    if rule is None:
        return ""
    if any(_said(environ, name) for name in rule.fork):
        return FORK
    if not any(_said(environ, name) for name in rule.request):
        return ""
    pairs = [(_project(environ, source), _project(environ, home)) for source, home in rule.projects]
    return FORK if any(source and home and source != home for source, home in pairs) else REQUEST


def event_of(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """The payload of GitHub's event, and of those who imitate it; empty where there is none to read."""
    path = environ.get("GITHUB_EVENT_PATH", "")
    try:
        if not path or os.path.getsize(path) > _LARGEST:
            return {}
        with open(path, encoding="utf-8") as file:
            event = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _github(environ: Mapping[str, str]) -> str:
    """Also of ``pull_request_target``, ``workflow_run`` and comments: all of them say that they run
    on the default branch, and what they check out may be anybody's."""
    name = environ.get("GITHUB_EVENT_NAME", "")
    event = event_of(environ)
    if name == "workflow_run":
        run = _table(event, "workflow_run")
        if not str(run.get("event", "")).startswith("pull_request"):
            return ""
        return _of(run.get("head_repository"), run.get("repository"), environ)
    if name == "issue_comment":
        return REQUEST if "pull_request" in _table(event, "issue") else ""
    if name == "merge_group":
        return REQUEST
    if name.startswith("pull_request"):
        request = _table(event, "pull_request")
        head, base = _table(request, "head"), _table(request, "base")
        return _of(head.get("repo"), base.get("repo"), environ, known="head" in request)
    return ""


def _of(head: object, base: object, environ: Mapping[str, str], *, known: bool = True) -> str:
    """By the repositories of both ends. Of a fork that was deleted since nothing is told but that."""
    if not isinstance(head, dict):
        return FORK if known else REQUEST
    home = base.get("full_name") if isinstance(base, dict) else None
    home = home or environ.get("GITHUB_REPOSITORY", "")
    return FORK if head.get("full_name") != home else REQUEST


def _table(event: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = event.get(key)
    return value if isinstance(value, dict) else {}


def _said(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").strip().lower() not in ("", "0", "false", "no")


def _project(environ: Mapping[str, str], name: str) -> str:
    """A project by its id, its name or its URL: of ``git@github.com:acme/shop.git`` the last two parts."""
    text = environ.get(name, "").strip().rstrip("/").removesuffix(".git")
    return "/".join(re.split(r"[/:]", text)[-2:]).lower()
