"""Simplex: the error in g(r) (L 7) made least by the method of Nelder and Mead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.analysis.method import Answer, Method
from surrogate_app.liquid.analysis.problem import Problem

EVALUATIONS = 400
"""Most evaluations."""

_WORST = 10.0


def solve(problem: Problem) -> Answer:
    """Minimise the total variation by ln C12 and ln C6, from the same start as the others."""
    from scipy.optimize import minimize  # too slow for serving: the other methods need none

    before = problem.engine.evaluations
    start = problem.start

    def error(p: NDArray[np.float64]) -> float:
        try:
            model = problem.engine.g((start * np.exp(np.clip(p, -3.0, 3.0)))[None])[0]
        except ValueError:  # a simulation of a solid
            return _WORST
        return float(problem.rdf_error(model))

    simulated = problem.engine is not problem.surrogate
    found = minimize(
        error,
        np.zeros(2),
        method="Nelder-Mead",
        options={
            "initial_simplex": [[0.0, 0.0], [0.1, 0.0], [0.0, 0.1]],
            "xatol": 1e-3 if simulated else 1e-6,
            "fatol": 1e-4 if simulated else 1e-8,
            "maxfev": 60 if simulated else EVALUATIONS,
        },
    )
    c12, c6 = (start * np.exp(found.x) * problem.scale).tolist()
    note = "The simplex gives no uncertainty."
    if not found.success:
        note = f"It did not converge within {found.nfev} evaluations. {note}"
    return Answer(c12, c6, evaluations=problem.engine.evaluations - before, note=note)


METHOD = Method("simplex", "Simplex (Nelder–Mead)", solve, 40, "#E69F00", "dashdot")
