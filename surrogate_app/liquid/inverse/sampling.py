r"""Whether g(r) holds means over bins, as simulations count pairs, or values at points.

Theories, digitised curves and thinned files give values at points, and a fit that takes them for
means over bins is off by the square of their distance. The difference d between the two curves is a
column of the least squares like any other. With d and the residual r of the fit taken without what
its parameters can imitate of them, values at points are likelier by about
:math:`d^T C^{-1} r - d^T C^{-1} d / 2` in the logarithm.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.noise import Noise
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.inverse.fitting import Measurement, Solution, fit_structure
from surrogate_app.liquid.inverse.warnings import MISFIT

Array = NDArray[np.float64]

GAIN = 3.0
"""How much likelier values at points must be, in the logarithm; most users have simulations."""

GAIN_OVER_COUNTS = 8.0
"""The same where distances are those of counts: the middles of bins that begin at 0."""

COARSE = 0.03
"""Distance of points in ρ^(−1/3) from which the two curves differ too much for a linear estimate."""

NOTABLE = 1.5
"""Misfit over the usual one up to which the bins of a simulation program are not questioned."""

_UNEVEN = 0.6  # of a step; distances may be rounded to half of it
_NEAR_MIDDLE = 0.1


def fit_as_given(
    measured: Measurement,
    start: tuple[float, float],
    points: Array,
    means: bool | None = None,
    counted: bool = False,
) -> tuple[Solution, bool]:
    """Fit a radial distribution function as means over bins or as values at points.

    Parameters
    ----------
    measured : Measurement
        The function, as means over bins.
    start : tuple of float
        Initial estimate of Γ and a.
    points : ndarray, shape (n,)
        Where the values would be given, in ρ^(−1/3).
    means : bool, optional
        Whether they are means over bins; by default what is likelier.
    counted : bool
        Whether pairs were counted, by all that is known.

    Returns
    -------
    solution : Solution
    means : bool
        Whether the values were taken as means over bins.
    """
    if means is False:
        return fit_structure(measured.at_points(points), start), False
    over_bins = fit_structure(measured, start)
    if means:
        return over_bins, True
    if _uneven(points):
        needed = 0.0  # no program counts in such bins
    else:
        needed = GAIN_OVER_COUNTS if counted or _begin_at_zero(points) else GAIN
        near = np.median(np.diff(points)) < COARSE
        usual = over_bins.kappa < NOTABLE * measured.noise_model.scatter
        if near and counted and usual:
            return over_bins, True
        if near and gain_at_points(measured, points, over_bins) <= needed:
            return over_bins, True
    at_points = fit_structure(measured.at_points(points), start)
    there, here = (_log_likelihood(measured, each) for each in (at_points, over_bins))
    # where neither describes g, likelihoods mean nothing
    described = at_points.kappa < MISFIT * measured.noise_model.scatter
    return (at_points, False) if described and there - here > needed else (over_bins, True)


def gain_at_points(measured: Measurement, points: Array, solution: Solution) -> float:
    """How much likelier values at points would be, in the logarithm, near a fit of means."""
    place = np.array([solution.coupling]), np.array([solution.attraction])
    expansion = measured.forward.expansion
    there = Shells.over(points, 0.0).g(expansion, *place)[0]
    other = solution.level * (there - measured.shells.g(expansion, *place)[0])
    columns = np.column_stack((solution.jacobian, other, solution.residual))
    products = columns.T @ of_any_kind(solution.noise).weigh(columns)
    normal, rest = products[:-2, :-2] + np.diag(measured.settings.prior_weights), products[:-2, -2:]
    (information, score), _ = products[-2:, -2:] - rest.T @ np.linalg.solve(normal, rest)
    return float(score - 0.5 * information)


def of_any_kind(noise: Noise) -> Noise:
    """Noise as of a simulation and, beside it, as large in each point by itself.

    In the noise of a simulation long waves hardly occur; that of other curves is not so.
    """
    variances, shapes = np.linalg.eigh(noise.covariance)
    return replace(noise, covariance=shapes * np.maximum(variances, 1.0) @ shapes.T)


def _uneven(points: Array) -> bool:
    steps = np.diff(points)
    step = float(np.median(steps))
    return bool(np.abs(steps - step).max() > _UNEVEN * step)


def _begin_at_zero(points: Array) -> bool:
    """Tell whether points are the middles of equal bins of which the first begins at 0."""
    step = float(points[-1] - points[0]) / (len(points) - 1)
    return abs(float(points[0]) / step % 1.0 - 0.5) < _NEAR_MIDDLE


def _log_likelihood(measured: Measurement, solution: Solution) -> float:
    """Logarithm of the likelihood of a fit, with noise as large as it is about this fit."""
    fitted = measured.g - solution.residual
    noise = measured.noise(solution.coupling, solution.attraction, fitted)
    return of_any_kind(noise).log_likelihood(solution.residual)
