from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pytest_readiness.collect.ci import ci_name


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"CI": "true"}, "CI"),
        ({"CI": "1", "GITHUB_ACTIONS": "true"}, "GitHub Actions"),
        ({"GITHUB_ACTIONS": "true", "GITEA_ACTIONS": "true"}, "Gitea Actions"),
        ({"CI": "true", "GITLAB_CI": "true"}, "GitLab CI"),
        ({"TF_BUILD": "True"}, "Azure Pipelines"),
        ({"BUILD_NUMBER": "17"}, "CI"),
        ({"BUILD_NUMBER": "17", "JENKINS_URL": "https://ci.example"}, "Jenkins"),
        ({"CI": "woodpecker"}, "Woodpecker CI"),
        ({"__TOX_ENVIRONMENT_VARIABLE_ORIGINAL_CI": "true"}, "CI (through tox)"),
        ({"CI": "false"}, ""),
        ({"CI": "0"}, ""),
        ({"CI": ""}, ""),
        ({"CI": "No"}, ""),
        ({"TF_BUILD": "False"}, ""),
    ],
)
def test_a_ci_is_known_by_its_variables(environ: dict[str, str], name: str) -> None:
    assert ci_name(environ) == name


@pytest.mark.parametrize("variable", ["CI", "BUILD_NUMBER"])
@pytest.mark.parametrize("value", ["true", "1", "17"])
def test_what_pytest_takes_for_a_ci_we_do_too(variable: str, value: str) -> None:
    # the oracle is pytest itself; in a process of its own, since it looks at os.environ
    script = (
        "import _pytest.assertion.util as old, _pytest.compat as new\n"
        "print((getattr(new, 'running_on_ci', None) or old.running_on_ci)())"
    )
    environ = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    environ[variable] = value
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip() == "True") is bool(ci_name(environ))
