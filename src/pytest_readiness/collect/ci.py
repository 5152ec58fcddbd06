"""Which CI a session runs in, by its environment variables."""

from __future__ import annotations

from collections.abc import Mapping

VENDORS = (
    # forges that imitate GitHub's variables stand before it
    ("FORGEJO_ACTIONS", "Forgejo Actions"),
    ("GITEA_ACTIONS", "Gitea Actions"),
    ("GITHUB_ACTIONS", "GitHub Actions"),
    ("GITLAB_CI", "GitLab CI"),
    ("TF_BUILD", "Azure Pipelines"),
    ("BITBUCKET_BUILD_NUMBER", "Bitbucket Pipelines"),
    ("BUILDKITE", "Buildkite"),
    ("CIRCLECI", "CircleCI"),
    ("TRAVIS", "Travis CI"),
    ("APPVEYOR", "AppVeyor"),
    ("CIRRUS_CI", "Cirrus CI"),
    ("DRONE", "Drone"),
    ("CODEBUILD_BUILD_ID", "AWS CodeBuild"),
    ("CF_BUILD_ID", "Codefresh"),
    ("SEMAPHORE", "Semaphore"),
    ("TEAMCITY_VERSION", "TeamCity"),
    ("bamboo_buildNumber", "Bamboo"),
    ("JENKINS_URL", "Jenkins"),
)
"""Variables that only a CI sets, and its name."""

GENERIC = ("CI", "BUILD_NUMBER", "CONTINUOUS_INTEGRATION")
TOX = "__TOX_ENVIRONMENT_VARIABLE_ORIGINAL_CI"
"""tox 4 hides ``CI`` from the tests and keeps it under this name."""


def ci_name(environ: Mapping[str, str]) -> str:
    """Name of the CI system, ``CI`` for one that does not tell; empty at a developer's desk."""
    for variable, name in VENDORS:
        if _set(environ, variable):
            return name
    if environ.get("CI", "").strip().lower() == "woodpecker":
        return "Woodpecker CI"
    if any(_set(environ, variable) for variable in GENERIC):
        return "CI"
    return "CI (through tox)" if _set(environ, TOX) else ""


def _set(environ: Mapping[str, str], variable: str) -> bool:
    return environ.get(variable, "").strip().lower() not in ("", "0", "false", "no")
