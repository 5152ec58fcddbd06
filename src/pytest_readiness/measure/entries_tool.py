"""The catalogue's entries of what other tools found."""

from __future__ import annotations

from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit

TOOLS = (
    Metric(
        name="tool.findings",
        title="Findings of tools",
        unit=Unit.COUNT,
        direction=Direction.LOWER,
        category="findings",
        needs=("tools",),
        counts="findings",
        selects=True,
        description="What the configured tools found, all of them or those that `select` names as "
        "`TOOL`, `TOOL:LEVEL`, `TOOL:LEVEL:RULE` or `TOOL:LEVEL:RULE:PATH`, each part a glob. A finding that "
        "several runs tell of counts once. A tool that is not installed, crashed, ran into its time limit "
        "or printed what cannot be read is not measured.",
        remedy="see what each finding says",
    ),
    Metric(
        name="tool.new-findings",
        title="Findings on changed lines",
        unit=Unit.COUNT,
        direction=Direction.LOWER,
        category="findings",
        needs=("tools", "changes"),
        counts="findings",
        selects=True,
        description="Findings as in `tool.findings`, but only those on lines that differ from `base`. "
        "A finding without a line counts where its file is new or changed.",
        remedy="mend them before they are merged",
    ),
    Metric(
        name="tool.figure",
        title="Figure of a tool",
        unit=Unit.NUMBER,
        direction=Direction.NEITHER,
        category="findings",
        subject=SubjectKind.TOOL,
        needs=("tools",),
        bounded=False,
        description="The number that a tool's `figure` points at, the tool being the subject. With "
        "`metric` in the tool's table it is known under a name, and in a unit, of its own instead.",
        remedy="run the tool and read its report",
    ),
)
