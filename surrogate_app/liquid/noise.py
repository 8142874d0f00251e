r"""Noise of a measured g(r): independent from wave to wave rather than from bin to bin.

A run measures each wave of the density independently. With distances in ρ^(−1/3), M independent
configurations of N atoms give g with the covariance

.. math:: C(t, t') = \frac{1}{2 \pi N M} \left[ \frac{g(t)\,\delta(t - t')}{t^2} + \frac{2}{\pi}
    \int k^2 \left(m(k) - 1\right) \frac{\sin kt}{kt} \frac{\sin kt'}{kt'} dk \right],
    \qquad m(k) = S(k)^2 .

The first term is the scatter of counts. The second comes from the waves whose structure factor S
differs from one: near the main peak of a dense fluid whole shells rise and fall together. Such
waves also relax slowly (de Gennes narrowing, τ ∝ S/k²), so that a run holds fewer independent
values of them: :math:`m = S^2 (1 + 3 S (2\pi/k)^2)`, with a factor that suits simulations measured
every few steps. Waves with m < 1, whose low noise an error of normalisation would spoil, are
treated as if m were 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.architecture import Shells
from surrogate_app.liquid.bins import REACH
from surrogate_app.network import Network

Array = NDArray[np.float64]

WAVES = 40
"""Number of waves: sines with 1, 2, … 40 half periods up to the last bin."""

SLOWNESS = 3.0
"""Factor c of the slow relaxation near the main peak of S."""

SURROGATE_ERROR = 5e-4
"""Error of the forward surrogate's g, which no longer run of the user would remove."""

STRETCH = 0.15
"""Length in t over which the scatter is summed to see whether it is as large as thought."""

_LEAST_G = 0.02
_LEAST_S = 0.02
_SPACING = 0.02
_NORMAL_MAD2 = 0.4549  # median of the square of a standard normal number


@dataclass(frozen=True)
class Noise:
    """Covariance of a measured g(r): independent bins times independent waves.

    Parameters
    ----------
    std : ndarray, shape (n,)
        Standard deviation of each bin by counts and by the error of the surrogate.
    waves : ndarray, shape (n, WAVES)
        Waves over the bins, orthonormal where bins are many and begin at 0.
    excess : ndarray, shape (WAVES,)
        Variance of each wave in units of that of independent bins.
    """

    std: Array
    waves: Array
    excess: Array

    def weigh(self, columns: Array) -> Array:
        """Multiply columns, shape (n, …), by the inverse of the covariance."""
        std = self.std.reshape(-1, *[1] * (columns.ndim - 1))
        white = columns / std
        waves, gain = self._correlated
        return np.asarray((white - waves @ (gain @ (waves.T @ white))) / std)

    @cached_property
    def _correlated(self) -> tuple[Array, Array]:
        """Waves that vary more than counts do, and what they take from the inverse covariance."""
        more = self.excess > 1.0
        waves, extra = self.waves[:, more], self.excess[more] - 1.0
        overlap = waves.T @ waves  # over few or uneven bins waves are not orthogonal
        return waves, np.linalg.solve(np.eye(len(extra)) + extra[:, None] * overlap, np.diag(extra))

    def kappa(self, t: Array, residual: Array) -> float:
        """Scatter of stretches of bins in units of that which this covariance lets expect."""
        place = ((t - t[0]) / STRETCH).astype(int)
        sums = np.bincount(place, weights=residual)
        independent = np.bincount(place, weights=self.std**2)
        together = np.zeros((len(sums), len(self.excess)))
        np.add.at(together, place, self.std[:, None] * self.waves)
        variance = independent + together**2 @ (self.excess - 1.0)
        return float(np.sqrt(np.mean(sums[independent > 0.0] ** 2 / variance[independent > 0.0])))


def count_noise(t: Array, width: Array, g: Array, residual: Array) -> tuple[Array, float]:
    """Return the standard deviation of each bin, and how much of its variance is due to counts.

    Parameters
    ----------
    t, width : ndarray, shape (n,)
        Middles and widths of the bins in ρ^(−1/3).
    g : ndarray, shape (n,)
        The smooth function that was measured.
    residual : ndarray, shape (n,)
        Deviation of the measurement; its second differences tell the scatter of single bins,
        since smooth curves have none.

    Returns
    -------
    std : ndarray, shape (n,)
    share : float
    """
    shape = (np.maximum(g, 0.0) + _LEAST_G) / (t**2 * width)
    white = residual / np.sqrt(shape)
    second = white[2:] - 2.0 * white[1:-1] + white[:-2]
    counts = float(np.median(second**2)) / (6.0 * _NORMAL_MAD2) * shape
    variance = counts + SURROGATE_ERROR**2
    return np.sqrt(variance), float(np.mean(counts / variance))


@dataclass(frozen=True)
class Waves:
    """Sines over the bins of a measured g(r).

    Parameters
    ----------
    k : ndarray, shape (WAVES,)
        Wave numbers in ρ^(1/3).
    over_bins : ndarray, shape (n, WAVES)
        The waves in the bins.
    transform : ndarray, shape (WAVES, 200)
        Turns g − 1 of the surrogate into S(k) − 1.
    """

    k: Array
    over_bins: Array
    transform: Array

    @classmethod
    def over(cls, t: Array, width: Array) -> Waves:
        """Waves over bins with middles t and widths in ρ^(−1/3)."""
        end = t[-1] + 0.5 * width[-1]
        k = np.arange(1, WAVES + 1) * (math.pi / end)
        waves = np.sin(np.outer(t, k)) * np.sqrt(2.0 * width / end)[:, None]
        return cls(k, waves, sine_transform(k))

    def excess(self, network: Network, crowding: float, attraction: float, share: float) -> Array:
        """Variance of the waves in units of that of independent bins.

        Parameters
        ----------
        network : Network
            The structure network, for S(k).
        crowding, attraction : float
            The state.
        share : float
            Share of the variance that is due to counts; the rest is taken to be independent.

        Returns
        -------
        ndarray, shape (WAVES,)
        """
        s = np.maximum(1.0 + self.transform @ correlation(network, crowding, attraction), _LEAST_S)
        m = s**2 * (1.0 + SLOWNESS * s * (2.0 * math.pi / self.k) ** 2)
        return np.asarray(1.0 + share * np.maximum(m - 1.0, 0.0))


def structure_factor(network: Network, crowding: float, attraction: float, k: Array) -> Array:
    r"""Structure factor :math:`S(k) = 1 + 4\pi\rho\int (g - 1) \frac{\sin kr}{kr} r^2 dr`.

    Parameters
    ----------
    network : Network
        The structure network.
    crowding, attraction : float
        The state.
    k : ndarray, shape (m,)
        Wave numbers in ρ^(1/3).

    Returns
    -------
    ndarray, shape (m,)
    """
    return np.asarray(1.0 + sine_transform(k) @ correlation(network, crowding, attraction))


def sine_transform(k: Array) -> Array:
    """Matrix that turns `correlation` into S − 1 at wave numbers k, shape (m, 200)."""
    t = _places().t
    return np.asarray(4.0 * math.pi * _SPACING * np.sin(np.outer(k, t)) * t / k[:, None])


def correlation(network: Network, crowding: float, attraction: float) -> Array:
    """Return g − 1 of a state at 200 places up to the reach of the surrogate."""
    g = _places().g(network, np.array([crowding]), np.array([attraction]))[0]
    return np.asarray(g - 1.0)


@cache
def _places() -> Shells:
    middles = np.asarray((np.arange(round(REACH / _SPACING)) + 0.5) * _SPACING, float)
    return Shells.over(middles, 0.0)
