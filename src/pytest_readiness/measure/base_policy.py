"""The configuration at the base, as evidence tells of it."""

from __future__ import annotations

from pytest_readiness.measure.holes import Holes, not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import BasePolicy, Evidence, Reason
from pytest_readiness.model.measurement import RUN, NotMeasured


def base_policy(evidence: Evidence) -> BasePolicy | NotMeasured | None:
    """The one that all runs tell of, or why there is none; None: no run looked for it.

    One run that found it is enough, as long as nothing was lost.
    """
    view = View(evidence)
    holes = Holes(view)
    told = {base.text: base for _, base in view.select(BasePolicy)}
    if not told and not holes.wanted("policy") and not any(True for _ in holes.gaps("policy")):
        return None
    problems = [*holes.lost("policy")]
    if not told:
        problems += holes.told("policy", frozenset())
        problems += [Hole(Reason.NO_DATA, "the policy at the base was not read")][len(problems) :]
    elif len(told) > 1:
        commits = ", ".join(sorted({base.commit[:12] for base in told.values()}))
        problems.append(Hole(Reason.ERROR, f"the runs have different bases ({commits})"))
    return not_measured(RUN, problems) if problems else next(iter(told.values()))
