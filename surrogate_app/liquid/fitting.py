r"""Generalised least squares: the crowding and attraction that a measured g(r) has.

The model is :math:`\alpha\, g(t; \gamma, a)` with g from the structure network and α, close to 1,
for the normalisation of the file; `noise` tells the covariance of the measurement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.architecture import Shells, structure
from surrogate_app.liquid.noise import Noise, Waves, count_noise
from surrogate_app.network import Network

Array = NDArray[np.float64]

NORMALISATION = 0.01
"""Prior standard deviation of α."""

LOOSEST = 10.0
"""Standard deviation of ln γ and a that an RDF which tells nothing leaves."""

_STEPS = np.array([1e-3, 2e-3])
_BOUNDS = ((np.log(0.05), 0.05, 0.8), (np.log(1.30), 2.36, 1.2))
_LONGEST = np.array([0.2, 0.2, 0.05])
_MOST = 12
_SETTLED = 2
_SMALL = 2e-5


@dataclass(frozen=True)
class Solution:
    """The result of a fit.

    Parameters
    ----------
    crowding, attraction, level : float
        γ, a and α.
    covariance : ndarray, shape (2, 2)
        Of ln γ and a.
    at_bound : bool
        Whether a parameter ran into a bound.
    noise : Noise
        Covariance of the measurement.
    kappa : float
        Scatter of stretches of bins about the fit in units of what `noise` lets expect.
    """

    crowding: float
    attraction: float
    level: float
    covariance: Array
    at_bound: bool
    noise: Noise
    kappa: float


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
    shells, waves = Shells.over(t, width), Waves.over(t, width)
    low, high = (np.array(bound) for bound in _BOUNDS)

    def model(p: Array) -> tuple[Array, Array]:
        h = _STEPS
        crowding = np.exp(p[0] + np.array([0.0, h[0], -h[0], 0.0, 0.0]))
        attraction = p[1] + np.array([0.0, 0.0, 0.0, h[1], -h[1]])
        m = shells.g(network, crowding, attraction)
        slopes = p[2] * np.stack((m[1] - m[2], m[3] - m[4])) / (2.0 * h[:, None])
        return p[2] * m[0], np.vstack((slopes, m[0])).T

    p = np.clip(np.array([np.log(max(start[0], 1e-9)), start[1], 1.0]), low, high)
    fitted, jacobian = model(p)
    for iteration in range(_MOST):
        if iteration < _SETTLED:
            noise = noise_about(
                network, waves, t, width, g, fitted, (float(np.exp(p[0])), float(p[1]))
            )
        weighted = noise.weigh(jacobian)
        normal = weighted.T @ jacobian
        right = weighted.T @ (g - fitted)
        normal += np.diag([LOOSEST**-2, LOOSEST**-2, NORMALISATION**-2])
        right[2] += (1.0 - p[2]) * NORMALISATION**-2
        step = np.clip(np.linalg.solve(normal, right), -_LONGEST, _LONGEST)
        step = np.clip(p + step, low, high) - p
        p = p + step
        fitted, jacobian = model(p)
        if iteration >= _SETTLED and np.abs(step[:2]).max() < _SMALL:
            break
    return Solution(
        crowding=float(np.exp(p[0])),
        attraction=float(p[1]),
        level=float(p[2]),
        covariance=np.linalg.inv(normal)[:2, :2],
        at_bound=bool(np.any((p <= low) | (p >= high))),
        noise=noise,
        kappa=noise.kappa(t, g - fitted),
    )


def compare(
    network: Network, t: Array, width: Array, g: Array, crowding: float, attraction: float
) -> tuple[Noise, float]:
    """Noise and scatter κ of a measured g(r) about that of a state; arguments as above."""
    fitted = structure(network, t, width, np.array([crowding]), np.array([attraction]))[0]
    waves = Waves.over(t, width)
    noise = noise_about(network, waves, t, width, g, fitted, (crowding, attraction))
    return noise, noise.kappa(t, g - fitted)


def noise_about(
    network: Network,
    waves: Waves,
    t: Array,
    width: Array,
    g: Array,
    fitted: Array,
    state: tuple[float, float],
) -> Noise:
    """Covariance of a measured g(r), judged by its scatter about a fit near a state (γ, a)."""
    std, share = count_noise(t, width, fitted, g - fitted)
    return Noise(std, waves.over_bins, waves.excess(network, *state, share))
