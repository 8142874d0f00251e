"""The liquid paper's network: one evaluation, without comparing g(r)."""

from __future__ import annotations

from surrogate_app.common.palette import UPLOADED
from surrogate_app.liquid.analysis.method import Answer, Method
from surrogate_app.liquid.analysis.problem import Problem
from surrogate_app.liquid.inverse.surrogate import InverseSurrogate


def solve(problem: Problem) -> Answer:
    """Evaluate the network; its standard deviations are those of validation systems."""
    fit = InverseSurrogate.load("deepilst").fit(problem.rdf, *problem.thermal)
    note = "" if fit.in_domain else " ".join(fit.warnings)
    return Answer(fit.c12, fit.c6, fit.c12_std, fit.c6_std, note=note)


METHOD = Method("deepilst", "DeepILST (paper)", solve, 10, UPLOADED, "dash")
