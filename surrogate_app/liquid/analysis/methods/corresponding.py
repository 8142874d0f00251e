"""The default fit: corresponding states, refined by least squares on the forward surrogate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import FITTED
from surrogate_app.liquid.analysis.method import Answer, Method
from surrogate_app.liquid.analysis.problem import Problem
from surrogate_app.liquid.forward.expansion import Expansion

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Counted(Expansion):
    """An expansion that keeps how many states it was evaluated at each time."""

    states: list[int] = field(default_factory=list)

    def coefficients(self, coupling: Array, attraction: Array) -> Array:
        """Return what `Expansion.coefficients` does."""
        self.states.append(len(coupling))
        return super().coefficients(coupling, attraction)


def solve(problem: Problem) -> Answer:
    """Fit anew, so that time and evaluations are measured as for the others."""
    inverse = problem.inverse
    counted = Counted(inverse.forward.expansion.weights)
    fit = replace(inverse, forward=replace(inverse.forward, expansion=counted)).fit(
        problem.rdf, *problem.thermal
    )
    note = "" if fit.in_domain else " ".join(fit.warnings)
    return Answer(fit.c12, fit.c6, fit.c12_std, fit.c6_std, sum(counted.states), note=note)


METHOD = Method("corresponding", "Corresponding states (default)", solve, 0, FITTED)
