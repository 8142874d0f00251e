r"""Weighted least squares: the crowding and attraction that a measured g(r) has.

The model is :math:`\alpha\, g(t; \gamma, a)` with g from the structure network and α, close to 1,
for the normalisation of the file. Bins scatter as counts do, with a variance

.. math:: \sigma_j^2 = v\,\frac{g_j + 0.02}{t_j^2 \Delta t_j} + \delta^2

whose scale v is found from differences of neighbouring bins, and δ is the error of the surrogate.
What scatters over many bins at once, because pairs move together, shows in sums over
stretches of bins: the ratio κ of their scatter to that of independent bins widens the errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.architecture import spline_matrix, structure
from surrogate_app.network import Network

Array = NDArray[np.float64]

SURROGATE_ERROR = 5e-4
"""Error δ of the surrogate's g that no longer run of the user would remove."""

NORMALISATION = 0.01
"""Prior standard deviation of α."""

STRETCH = 0.15
"""Length in t over which scatter is summed to see whether bins are independent."""

_STEPS = np.array([1e-3, 2e-3])
_BOUNDS = ((np.log(0.05), 0.05, 0.8), (np.log(1.30), 2.36, 1.2))
_LONGEST = np.array([0.2, 0.2, 0.05])
_MOST = 12
_SMALL = 2e-5
_NORMAL_MAD2 = 0.4549  # median of the square of a standard normal number


@dataclass(frozen=True)
class Comparison:
    """A measured g(r) beside that of a state.

    Parameters
    ----------
    g : ndarray, shape (n,)
        g of the state in the measured bins.
    sigma : ndarray, shape (n,)
        Standard deviations σ of the bins.
    scatter : float
        Scale v of the noise.
    kappa : float
        Scatter κ of stretches of bins over that of independent ones.
    """

    g: Array
    sigma: Array
    scatter: float
    kappa: float


@dataclass(frozen=True)
class Solution:
    """The result of a fit.

    Parameters
    ----------
    crowding, attraction, level : float
        γ, a and α.
    covariance : ndarray, shape (2, 2)
        Of ln γ and a, for independent bins.
    at_bound : bool
        Whether a parameter ran into a bound.
    comparison : Comparison
        The measured function beside the fitted one.
    """

    crowding: float
    attraction: float
    level: float
    covariance: Array
    at_bound: bool
    comparison: Comparison


def fit_structure(
    network: Network, t: Array, width: Array, g: Array, start: tuple[float, float]
) -> Solution:
    """Fit crowding and attraction to a radial distribution function.

    Parameters
    ----------
    network : Network
        The structure network.
    t, width, g : ndarray, shape (n,)
        Middles and widths of the bins in ρ^(−1/3), and the measured function.
    start : tuple of float
        First guess of γ and a.

    Returns
    -------
    Solution
    """
    splines = spline_matrix(t)
    shape = 1.0 / (t**2 * width)
    low, high = (np.array(bound) for bound in _BOUNDS)

    def model(p: Array) -> tuple[Array, Array]:
        h = _STEPS
        crowding = np.exp(p[0] + np.array([0.0, h[0], -h[0], 0.0, 0.0]))
        attraction = p[1] + np.array([0.0, 0.0, 0.0, h[1], -h[1]])
        m = structure(network, t, width, crowding, attraction, splines)
        slopes = p[2] * np.stack((m[1] - m[2], m[3] - m[4])) / (2.0 * h[:, None])
        return p[2] * m[0], np.vstack((slopes, m[0]))

    p = np.clip(np.array([np.log(start[0]), start[1], 1.0]), low, high)
    fitted, jacobian = model(p)
    for _ in range(_MOST):
        compared = _compare(t, shape, g, fitted)
        weighted = jacobian / compared.sigma**2
        normal = weighted @ jacobian.T
        right = weighted @ (g - fitted)
        normal[2, 2] += NORMALISATION**-2
        right[2] += (1.0 - p[2]) * NORMALISATION**-2
        step = np.clip(np.linalg.solve(normal, right), -_LONGEST, _LONGEST)
        step = np.clip(p + step, low, high) - p
        p = p + step
        fitted, jacobian = model(p)
        if np.abs(step[:2]).max() < _SMALL:
            break
    return Solution(
        crowding=float(np.exp(p[0])),
        attraction=float(p[1]),
        level=float(p[2]),
        covariance=np.linalg.inv(normal)[:2, :2],
        at_bound=bool(np.any((p <= low) | (p >= high))),
        comparison=_compare(t, shape, g, fitted),
    )


def compare(
    network: Network, t: Array, width: Array, g: Array, crowding: float, attraction: float
) -> Comparison:
    """Compare a measured g(r) with that of a state; arguments as in `fit_structure`."""
    fitted = structure(network, t, width, np.array([crowding]), np.array([attraction]))[0]
    return _compare(t, 1.0 / (t**2 * width), g, fitted)


def _compare(t: Array, shape: Array, g: Array, fitted: Array) -> Comparison:
    spread = (fitted + 0.02) * shape
    scatter = _scatter((g - fitted) / np.sqrt(spread))
    sigma = np.sqrt(scatter * spread + SURROGATE_ERROR**2)
    return Comparison(fitted, sigma, scatter, _kappa((g - fitted) / sigma, t))


def _scatter(residual: Array) -> float:
    """Variance of white noise from its second differences, which smooth curves don't have."""
    second = residual[2:] - 2.0 * residual[1:-1] + residual[:-2]
    return float(np.median(second**2)) / (_NORMAL_MAD2 * 6.0)


def _kappa(z: Array, t: Array) -> float:
    place = ((t - t[0]) / STRETCH).astype(int)
    number = np.bincount(place)
    sums = np.bincount(place, weights=z)[number > 0] / np.sqrt(number[number > 0])
    return float(np.sqrt(np.mean(sums**2)))
