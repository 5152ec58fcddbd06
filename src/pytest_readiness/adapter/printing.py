"""The conclusion on pytest's terminal."""

from __future__ import annotations

import contextlib
import sys

import pytest

from pytest_readiness.adapter.conclusion import Conclusion
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.terminal import headline, headline_markup, section

_MAX_WARNINGS_ERROR = 6
"""Of ``pytest.ExitCode``, since 9.2."""
_PROBE = "\u2500\u2714\u2026"


def show(
    conclusion: Conclusion, plan: Plan, reporter: pytest.TerminalReporter, exit_status: int
) -> None:
    """Print the section; ``exit_status`` is pytest's own, before any gate."""
    terminal = reporter.config.get_terminal_writer()
    verbosity = reporter.config.option.verbose
    writer = Writer(terminal.fullwidth, _unicode(terminal))
    reporter.ensure_newline()
    scorecard = conclusion.scorecard
    if scorecard is None:
        _show_recording(conclusion, plan, reporter, writer, verbosity)
        return
    status = exit_status or _too_many_warnings(reporter) or conclusion.exit_code
    lines = section(
        scorecard,
        verbosity=verbosity,
        width=writer.width,
        unicode=writer.unicode,
        exit_status=status,
    )
    if verbosity >= 0:
        markup = dict.fromkeys(headline_markup(scorecard), True)
        reporter.write_sep("=", headline(scorecard), **markup)
    for line in lines:
        _write(reporter, line)
    if verbosity >= 0:
        for file in conclusion.files:
            _write_all(reporter, writer.paragraph(file, ("light",)))


def _too_many_warnings(reporter: pytest.TerminalReporter) -> int:
    """The status that ``--max-warnings`` will set when all summaries are printed; 0: none."""
    config = reporter.config
    limit = getattr(config.option, "max_warnings", None)
    with contextlib.suppress(KeyError, ValueError):  # pytest before 9.2, and -p no:warnings
        limit = config.getini("max_warnings") if limit is None else limit
    if limit is None or len(reporter.stats.get("warnings", ())) <= int(limit):
        return 0
    return _MAX_WARNINGS_ERROR


def print_text(text: str) -> None:
    """To standard output as it stands; what its encoding does not hold is escaped."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def _show_recording(
    conclusion: Conclusion,
    plan: Plan,
    reporter: pytest.TerminalReporter,
    writer: Writer,
    verbosity: int,
) -> None:
    why = f"shard {plan.shard.index} of {plan.shard.total}" if plan.shard else "collect mode"
    if verbosity >= 0 or conclusion.problems:
        title = "NOT RECORDED" if conclusion.problems else "recorded"
        bad = bool(conclusion.problems)
        reporter.write_sep("=", f"readiness: {title}, {why}", red=bad, bold=bad)
    for problem in conclusion.problems:
        status = f" (exit status {conclusion.exit_code})" if conclusion.exit_code else ""
        _write_all(reporter, writer.paragraph(problem + status, ("red",)))
    if verbosity >= 0:
        for file in conclusion.files:
            _write_all(reporter, writer.paragraph(file))
        if not conclusion.problems:
            hint = "to judge: pytest-readiness judge EVIDENCE... with the files of all runs"
            _write_all(reporter, writer.paragraph(hint, ("light",)))


def _write_all(reporter: pytest.TerminalReporter, lines: list[Line]) -> None:
    for line in lines:
        _write(reporter, line)


def _write(reporter: pytest.TerminalReporter, line: Line) -> None:
    for span in line:
        reporter.write(span.text, **dict.fromkeys(span.markup, True))
    reporter.write("\n")


def _unicode(terminal: object) -> bool:
    """Whether the terminal's encoding holds more than ASCII; pytest escapes what it cannot write."""
    encoding = getattr(getattr(terminal, "_file", sys.stdout), "encoding", None) or "ascii"
    with contextlib.suppress(LookupError, UnicodeError):
        _PROBE.encode(encoding)
        return True
    return False
