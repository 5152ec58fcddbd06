"""Running git: no network, no hooks, no external diff, no locks, nothing of the user's taste."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# set inside git's own hooks: they name another index or work tree than the project's
_FOREIGN = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIFF_OPTS",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_INDEX_FILE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)
_OURS = {
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone must not fetch what is missing
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SETTINGS = ("core.fsmonitor=false", "core.quotePath=true", "protocol.allow=never")
SECONDS = 120
"""After this long a git command counts as failed."""


class GitError(Exception):
    """Git could not answer. ``str()`` says why, in git's own words where it had any."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class GitMissingError(GitError):
    """There is no git on this machine."""


class NotARepositoryError(GitError):
    """The directory belongs to no work tree."""


class Git:
    """Git commands in one directory."""

    def __init__(self, directory: Path, environ: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        environ = os.environ if environ is None else environ
        self._environ = {k: v for k, v in environ.items() if k not in _FOREIGN} | _OURS

    def run(self, *arguments: str, input: bytes | None = None) -> bytes:
        """Standard output of a command. Raises GitError, also for any exit status but 0."""
        command = ["git"]
        for setting in _SETTINGS:
            command += ["-c", setting]
        try:
            done = subprocess.run(
                [*command, *arguments],
                cwd=self.directory,
                env=self._environ,
                input=input,
                stdin=subprocess.DEVNULL if input is None else None,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            if not self.directory.is_dir():
                raise NotARepositoryError(f"{self.directory} is no directory") from error
            raise GitMissingError("git is not installed", "install git") from error
        except (OSError, subprocess.SubprocessError) as error:
            raise GitError(f"git {arguments[0]} could not be run: {error}") from error
        if done.returncode:
            raise _failure(self.directory, arguments[0], done.returncode, done.stderr)
        return done.stdout

    def text(self, *arguments: str) -> str:
        """First line of a command's output, without its end."""
        return os.fsdecode(self.run(*arguments)).partition("\n")[0]

    def answer(self, *arguments: str) -> str:
        """As :meth:`text`, but empty where git says no."""
        try:
            return self.text(*arguments)
        except (GitMissingError, NotARepositoryError):
            raise
        except GitError:
            return ""


def _failure(directory: Path, command: str, status: int, stderr: bytes) -> GitError:
    said = stderr.decode("utf-8", "replace").strip()
    if "dubious ownership" in said:
        return GitError(
            f"git refuses to read {directory}: it belongs to another user",
            f"git config --global --add safe.directory {directory}",
        )
    if "not a git repository" in said or "must be run in a work tree" in said:
        return NotARepositoryError(f"{directory} is in no git work tree")
    first = said.partition("\n")[0] or f"exit status {status}"
    return GitError(f"git {command}: {first}")
