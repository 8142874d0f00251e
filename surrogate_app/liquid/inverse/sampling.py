r"""What the distances of g(r) stand for: points, or centres, lower or upper edges of bins.

Theories, digitised curves and thinned files give values at points, home-written codes may print
edges of bins, and a fit that takes them for centres of bins is off: by the square of the bins'
width, or by half of it. The difference d between two such curves is a column of the least squares
like any other. With d and the residual r of the fit taken without what its parameters can imitate
of them, the other curve is likelier by about :math:`d^T C^{-1} r - d^T C^{-1} d / 2` in the
logarithm. Where edges are possible all are fitted, and those that are nearly as likely as the best
widen the uncertainty by the difference of their answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.noise import Noise
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.inverse.fitting import Measurement, Solution, fit_structure
from surrogate_app.liquid.inverse.warnings import MISFIT
from surrogate_app.liquid.rdf.sampling import begins_at_zero, cells, is_even

Array = NDArray[np.float64]

GAIN = 3.0
"""How much likelier values at points must be, in the logarithm; most users have simulations."""

GAIN_OVER_COUNTS = 8.0
"""The same where distances are those of counts: the middles of bins that begin at 0."""

COARSE = 0.03
"""Distance of points in ρ^(−1/3) from which both curves differ too much for a linear estimate."""

NOTABLE = 1.5
"""Misfit over the usual one up to which the bins of a simulation program are not questioned."""

_EDGES = ("lower", "upper")
_WITHOUT_EDGES = ("centres", "points")


@dataclass(frozen=True)
class Chosen:
    """A fit with what it takes distances for.

    Parameters
    ----------
    solution : Solution
        The fit.
    sampling : str
        One of `SAMPLINGS`.
    open_to : tuple of str
        Other samplings that are about as likely.
    spread : ndarray, shape (2, 2)
        Covariance of ln Γ and a that this choice adds.
    """

    solution: Solution
    sampling: str
    open_to: tuple[str, ...] = ()
    spread: Array = field(default_factory=lambda: np.zeros((2, 2)))


def fit_as_given(
    measured: Measurement,
    start: tuple[float, float],
    points: Array,
    samplings: tuple[str, ...] = ("centres", "points"),
    counted: bool = False,
) -> Chosen:
    """Fit a radial distribution function as means over bins or as values at points.

    Parameters
    ----------
    measured : Measurement
        The function, as means over the bins of its sampling, or those with centres `points`.
    start : tuple of float
        Initial estimate of Γ and a.
    points : ndarray, shape (n,)
        The distances that are given, in ρ^(−1/3).
    samplings : tuple of str
        What the distances may be; one if it is known.
    counted : bool
        Whether pairs were counted in bins with these centres, by all that is known.

    Returns
    -------
    Chosen
    """
    if samplings == ("points",):
        return Chosen(fit_structure(measured.at_points(points), start), "points")
    over_bins = fit_structure(measured, start)
    if len(samplings) == 1:
        return Chosen(over_bins, samplings[0])
    if not is_even(points):
        needed = 0.0  # no program counts in such bins
    else:
        needed = GAIN_OVER_COUNTS if counted or begins_at_zero(points) else GAIN
        near = np.median(np.diff(points)) < COARSE
        usual = over_bins.kappa < NOTABLE * measured.noise_model.scatter
        if near and counted and usual:
            return Chosen(over_bins, "centres")
        of_edges = not counted and len(samplings) > len(_WITHOUT_EDGES)
        if near and not of_edges and gain_at_points(measured, points, over_bins) <= needed:
            return Chosen(over_bins, "centres")
    if counted:
        samplings = _WITHOUT_EDGES
    fits: dict[str, tuple[Solution, float]] = {}
    for sampling in samplings:
        seen, solution = measured, over_bins
        if sampling == "points":
            seen = measured.at_points(points)
        elif sampling != "centres":
            middles, width = cells(points, sampling)
            seen = Measurement.of(
                *(measured.forward, measured.noise_model, middles, width, measured.g),
                settings=measured.settings,
            )
        if sampling != "centres":
            solution = fit_structure(seen, start)
        if sampling in _EDGES:  # the estimate took r for centres, and noise is judged near it
            solution = fit_structure(seen, (solution.coupling, solution.attraction))
        # where a curve does not describe g, its likelihood means nothing
        described = solution.kappa < MISFIT * measured.noise_model.scatter
        if sampling == "centres" or described:
            handicap = 0.0 if sampling == "centres" else needed
            fits[sampling] = solution, _log_likelihood(seen, solution) - handicap
    return _likeliest(fits)


def _likeliest(fits: dict[str, tuple[Solution, float]]) -> Chosen:
    """Choose among fits by their likelihood, and widen the answer where edges leave it open."""
    best = max(fits, key=lambda sampling: fits[sampling][1])
    solution, likelihood = fits[best]
    open_to = tuple(
        sampling
        for sampling, (_, other) in fits.items()
        if sampling != best and likelihood - other < GAIN and {sampling, best} & set(_EDGES)
    )
    spread = np.zeros((2, 2))
    if open_to:
        place = np.array([np.log(solution.coupling), solution.attraction])
        others = [fits[sampling][0] for sampling in open_to]
        away = [np.array([np.log(o.coupling), o.attraction]) - place for o in others]
        widest = max(away, key=lambda difference: abs(float(difference[0])))
        spread = np.outer(widest, widest)
    return Chosen(solution, best, open_to, spread)


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


def _log_likelihood(measured: Measurement, solution: Solution) -> float:
    """Logarithm of the likelihood of a fit, with noise as large as it is about this fit."""
    fitted = measured.g - solution.residual
    noise = measured.noise(solution.coupling, solution.attraction, fitted)
    return of_any_kind(noise).log_likelihood(solution.residual)
