"""Naive estimate: the first peak of g(r) stands where the potential is lowest."""

from __future__ import annotations

import numpy as np

from surrogate_app.common.palette import NEUTRAL
from surrogate_app.liquid.analysis.method import Answer, Method
from surrogate_app.liquid.analysis.problem import Problem


def solve(problem: Problem) -> Answer:
    """Return σ from the peak at 2^(1/6) σ, found by a parabola through its three highest points."""
    density, _ = problem.thermal
    peak = int(np.argmax(problem.g))
    place = problem.t[peak]
    if 0 < peak < len(problem.g) - 1:
        left, top, right = problem.g[peak - 1 : peak + 2]
        bend = left - 2.0 * top + right
        if bend < 0.0:
            place = place + 0.5 * (left - right) / bend * (problem.t[peak + 1] - problem.t[peak])
    sigma = float(place) * density ** (-1.0 / 3.0) * 2.0 ** (-1.0 / 6.0)
    nothing = float("nan")
    return Answer(
        nothing, nothing, sigma=sigma, note="The position of the peak gives σ only, and no error."
    )


METHOD = Method("first_peak", "First peak", solve, 70, NEUTRAL, "dot")
