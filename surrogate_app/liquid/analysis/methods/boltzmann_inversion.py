"""Iterative Boltzmann inversion, projected on the 12-6 form after every step."""

from __future__ import annotations

import numpy as np

from surrogate_app.liquid.analysis.method import Answer, Method
from surrogate_app.liquid.analysis.problem import Problem

STEPS = 1_000
TOLERANCE = 1e-6
SHARE = 0.5
"""Share of each correction that is applied: whole ones go to and fro in dense fluids."""

LEAST = 0.05
"""g(r) below which its logarithm is left out."""

_REACH = 2.5
_LONGEST = 0.1


def solve(problem: Problem) -> Answer:
    r"""Iterate :math:`u \leftarrow u + k_BT \ln (g_{model}/g)` (Reith et al. 2003) on 12-6.

    The correction is projected by least squares weighted with g t², up to where the fit's
    potential is negligible.
    """
    before = problem.engine.evaluations
    x, converged = problem.start.copy(), False
    first = problem.t[int(np.argmax(problem.g))]
    basis = np.stack((problem.t**-12.0, -(problem.t**-6.0)), axis=1)
    tolerance = TOLERANCE if problem.engine is problem.surrogate else 1e-3
    for _ in range(STEPS if problem.engine is problem.surrogate else 30):
        model = problem.engine.g(x[None])[0]
        used = (problem.g > LEAST) & (model > LEAST) & (problem.t < _REACH * first)
        if used.sum() < 4:
            raise ValueError("g(r) of the trial potential and of the file hardly overlap")
        weight = np.sqrt(problem.g[used]) * problem.t[used]
        change = np.log(model[used] / problem.g[used])
        columns = basis[used] * x
        step = np.linalg.lstsq(columns * weight[:, None], change * weight, rcond=None)[0]
        step = np.clip(SHARE * step, -_LONGEST, _LONGEST)
        x = x * (1.0 + step)
        if np.abs(step).max() < tolerance:
            converged = True
            break
    c12, c6 = (x * problem.scale).tolist()
    note = "Boltzmann inversion gives no uncertainty."
    if not converged:
        note = f"It did not converge. {note}"
    return Answer(c12, c6, evaluations=problem.engine.evaluations - before, note=note)


METHOD = Method(
    "boltzmann_inversion", "Iterative Boltzmann inversion", solve, 50, "#CC79A7", "longdash"
)
