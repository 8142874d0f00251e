"""Naive estimate: the potential of mean force taken for the pair potential."""

from __future__ import annotations

import math

import numpy as np

from surrogate_app.common.palette import NEUTRAL
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.analysis.method import Answer, Method
from surrogate_app.liquid.analysis.problem import Problem


def solve(problem: Problem) -> Answer:
    r"""Take the well of :math:`-k_BT \ln g` for ε, and where g first passes 1 for σ."""
    density, temperature = problem.thermal
    peak = int(np.argmax(problem.g))
    below = np.flatnonzero(problem.g[:peak] < 1.0)
    if problem.g[peak] <= 1.0 or not below.size:
        raise ValueError("g(r) has no first peak that rises above 1")
    low = int(below[-1])
    g, t = problem.g[low : low + 2], problem.t[low : low + 2]
    sigma = float(np.interp(1.0, g, t)) * density ** (-1.0 / 3.0)
    epsilon = GAS_CONSTANT * temperature * math.log(problem.g[peak])
    return Answer(
        4.0 * epsilon * sigma**12,
        4.0 * epsilon * sigma**6,
        note="The potential of mean force contains what other atoms do; it gives no uncertainty.",
    )


METHOD = Method("mean_force", "Potential of mean force", solve, 60, NEUTRAL, "dashdot")
