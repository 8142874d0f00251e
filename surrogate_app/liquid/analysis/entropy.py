"""Minimum of the relative entropy between a liquid and its Lennard-Jones model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.analysis.method import Answer
from surrogate_app.liquid.analysis.problem import Problem

Array = NDArray[np.float64]

STEPS = 60
"""Most steps of Newton's method."""

TOLERANCE = 1e-6
"""Relative change of parameters below which it has converged."""

LONGEST = 0.15
"""Longest relative step of a parameter."""


def minimum(problem: Problem) -> Answer:
    r"""Find the minimum by Newton's method, and its uncertainty from the Hessian.

    The Hessian H is that of the surrogate also where g is simulated: it decides how fast the
    minimum is found, not where. The covariance is :math:`H^{-1} S H^{-1}` with S the covariance of
    the gradient that the noise of g(r) makes.

    Parameters
    ----------
    problem : Problem
        The measurement.

    Returns
    -------
    Answer
    """
    before = problem.engine.evaluations, problem.surrogate.evaluations
    x, converged = problem.start.copy(), False
    tolerance = TOLERANCE if problem.engine is problem.surrogate else 1e-3
    for _ in range(STEPS):
        gradient = problem.gradient(problem.engine.g(x[None]))[0]
        hessian = _positive(problem.hessian(x), x)
        step = -np.linalg.solve(hessian, gradient) / x
        step *= min(1.0, LONGEST / np.abs(step).max())
        x = x * (1.0 + step)
        if np.abs(step).max() < tolerance:
            converged = True
            break
    inverse = np.linalg.inv(_positive(problem.hessian(x), x))
    covariance = inverse @ problem.gradient_covariance() @ inverse
    std = np.sqrt(covariance.diagonal()) * problem.scale
    count = problem.engine.evaluations - before[0]
    if problem.engine is not problem.surrogate:
        count += problem.surrogate.evaluations - before[1]
    c12, c6 = (x * problem.scale).tolist()
    note = "" if converged else f"It did not converge within {STEPS} steps."
    c12_std, c6_std = std.tolist()
    return Answer(c12, c6, c12_std, c6_std, evaluations=count, note=note)


def _positive(hessian: Array, x: Array) -> Array:
    """Return a Hessian whose curvature, by ln x, is positive far outside the surrogate's domain."""
    scaled = hessian * np.outer(x, x)
    values, vectors = np.linalg.eigh(scaled)
    values = np.maximum(values, 1e-6 * max(values.max(), 1e-12))
    return np.asarray((vectors * values) @ vectors.T / np.outer(x, x))
