"""Scatter of a simulated g(r): counts in each bin, and waves that many bins share.

Counts of independent pairs scatter with a variance proportional to g / t² Δt. What the pairs of a
fluid have in common shows in the covariance of a few sines over the reach of the bins, in units of
that variance; the blocks of a run give it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.simulation.bins import REACH, WIDTH, distances

Array = NDArray[np.float64]

WAVES = 40
"""Number of waves: sines with 1, 2, … 40 half periods over the reach of the bins."""

_LEAST_G = 0.02
_FEWEST = 10
_NORMAL_MAD2 = 0.4549  # median of the square of a standard normal number


def waves(t: Array, width: Array | float) -> Array:
    """Mean of each wave over bins with middles t and widths in ρ^(−1/3), shape (n, WAVES).

    Orthonormal if the bins are many and cover the whole reach.
    """
    widths = np.broadcast_to(width, t.shape)
    first, half = math.pi / REACH * t, 0.5 * math.pi / REACH * widths
    # sin jx for all j as powers of a complex number, which is faster than as many sines; the mean
    # over a bin is that at its middle times sin(jw)/jw
    turned = np.exp(1j * np.stack((first, half)))[..., None]
    sines = np.cumprod(np.broadcast_to(turned, (*turned.shape[:-1], WAVES)), axis=-1).imag
    order = np.arange(1, WAVES + 1)
    mean = sines[0] * sines[1] / (order * np.where(half > 0.0, half, 1.0)[:, None])
    return np.asarray(mean * np.sqrt(2.0 * widths / REACH)[:, None])


def outside_core(g: Array) -> NDArray[np.bool_]:
    """Whether pairs occur: in the empty core a measured g is exactly 0 and tells no noise.

    All bins count where hardly any would, as with a fit to an RDF that ends inside the core.
    """
    outside = np.asarray(g > _LEAST_G)
    return outside if outside.sum() >= _FEWEST else np.ones_like(outside)


def count_shape(t: Array, width: Array | float, g: Array) -> Array:
    """Variance of independent counts up to a factor, (g + 0.02) / (t² Δt), shape of g."""
    return np.asarray((np.maximum(g, 0.0) + _LEAST_G) / (t**2 * width))


def count_variance(white: Array) -> float:
    """Variance of independent numbers to which smooth curves were added, from second differences.

    Parameters
    ----------
    white : ndarray, shape (..., n)
        The sums.
    """
    second = white[..., 2:] - 2.0 * white[..., 1:-1] + white[..., :-2]
    return float(np.median(second**2)) / (6.0 * _NORMAL_MAD2)


def covariance_of_waves(blocks: Array) -> Array:
    """Covariance of the waves of g in units of that of independent counts.

    Parameters
    ----------
    blocks : ndarray, shape (m, 400)
        g(r) of the blocks of a run, in the bins of `bins.distances`.

    Returns
    -------
    ndarray, shape (WAVES, WAVES)
    """
    t, mean = distances(), blocks.mean(axis=0)
    white = (blocks - mean) / np.sqrt(count_shape(t, WIDTH, mean))
    amplitudes = white @ waves(t, WIDTH)
    scale = count_variance(white[:, outside_core(mean)]) * (len(blocks) - 1)
    return np.asarray(amplitudes.T @ amplitudes / scale)


def upper(covariance: Array) -> Array:
    """Upper triangles of symmetric matrices row by row, shape (..., WAVES, WAVES) to (..., 820)."""
    i, j = np.triu_indices(WAVES)
    return np.asarray(covariance[..., i, j])


def whole(triangles: Array) -> Array:
    """Symmetric matrices from their upper triangles, shape (..., 820) to (..., WAVES, WAVES)."""
    i, j = np.triu_indices(WAVES)
    covariance = np.zeros((*triangles.shape[:-1], WAVES, WAVES))
    covariance[..., i, j] = covariance[..., j, i] = triangles
    return covariance
