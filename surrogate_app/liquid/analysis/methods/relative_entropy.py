"""Relative entropy (A.6 to A.8): the minimum of a convex function, by Newton's method."""

from __future__ import annotations

from surrogate_app.liquid.analysis.entropy import minimum
from surrogate_app.liquid.analysis.method import Answer, Method
from surrogate_app.liquid.analysis.problem import Problem


def solve(problem: Problem) -> Answer:
    """Return the minimum in the bins of the file."""
    return minimum(problem)


def solve_wider(problem: Problem) -> Answer:
    """Return the minimum in bins twice as wide: the answer depends on how g(r) is binned."""
    return minimum(problem.coarser())


METHOD = Method("relative_entropy", "Relative entropy", solve, 20, "#009E73", "dot")

WIDER = Method(
    "relative_entropy_wider",
    "Relative entropy, bins twice as wide",
    solve_wider,
    30,
    "#56B4E9",
    "dot",
)
