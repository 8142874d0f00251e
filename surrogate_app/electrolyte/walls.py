"""The walls' repulsion, the one part of every profile that is known exactly."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

WALL_RANGE = 2.0 ** (1.0 / 6.0)
"""Range of a wall's repulsion in units of half a diameter. The ranges of both walls must not
overlap: slits are at least as wide as this times the larger diameter."""


_INNERMOST = 0.8
"""Distance from a wall in the same units below which its Boltzmann factor is less than 1e-16."""


def wall_factor(h: ArrayLike, diameter: ArrayLike, bins: int, points: int = 32) -> Array:
    """Average over each bin of the Boltzmann factor of both walls.

    Parameters
    ----------
    h : array_like
        Slit width in nm, wider than the ion.
    diameter : array_like
        Ion diameter in nm, of a shape that broadcasts with `h`; the walls repel by a 12-6 potential
        of size diameter/2, cut and shifted at its minimum.
    bins : int
        Number of equal bins over (−h/2, h/2), even.
    points : int, optional
        Midpoints per bin.

    Returns
    -------
    ndarray, shape (..., bins)
        Factor between 0 and 1, dimensionless.

    Examples
    --------
    >>> float(wall_factor(4.0, 0.4, 502)[251])
    1.0
    """
    width, size = np.broadcast_arrays(np.asarray(h, float) / bins, 0.5 * np.asarray(diameter))
    reached = int(np.ceil((WALL_RANGE * size / width).max()))
    factor = np.ones((*width.shape, bins // 2))
    near = min(reached, bins // 2)
    r = width[..., None] * (np.arange(near * points) + 0.5) / points
    overlap = np.maximum(2.0 * (size[..., None] / r) ** 6 - 1.0, 0.0)
    boltzmann = np.exp(-(overlap**2)).reshape(*width.shape, near, points)
    factor[..., :near] = boltzmann.mean(axis=-1)
    factor[factor < np.finfo(np.float32).tiny] = 0.0
    return np.concatenate((factor, factor[..., ::-1]), axis=-1)


def tabulated_factor(h: Array, diameter: Array, bins: int) -> NDArray[np.float32]:
    """Left half of `wall_factor` for many systems at once, by a table of its integral.

    Parameters
    ----------
    h : ndarray, shape (N,)
        Slit widths in nm.
    diameter : ndarray, shape (M, N)
        Ion diameters in nm.
    bins : int
        Number of equal bins over (−h/2, h/2), even.

    Returns
    -------
    ndarray of float32, shape (K, M, N)
        Factors in the first K bins of the left half, exact within 1e-6; those in the others are 1.

    Examples
    --------
    >>> exact = wall_factor(4.0, 0.4, 502, points=512)[20]
    >>> tabulated = tabulated_factor(np.array([4.0]), np.array([[0.4]]), 502)[20, 0, 0]
    >>> bool(abs(tabulated - exact) < 1e-6)
    True
    """
    table = _integral()
    step = 2.0 * h / bins / diameter
    near = min(int(np.ceil((WALL_RANGE / step).max())), bins // 2)
    place = np.multiply.outer(np.arange(near + 1.0), step)
    place -= _INNERMOST
    place *= (len(table) - 1) / (WALL_RANGE - _INNERMOST)
    np.maximum(place, 0.0, out=place)
    beyond = np.maximum(place - (len(table) - 1), 0.0)  # the integrand is 1 there
    place -= beyond
    left = np.minimum(place.astype(np.intp), len(table) - 2)
    place -= left
    place *= _rises().take(left)
    place += table.take(left)
    place += beyond * ((WALL_RANGE - _INNERMOST) / (len(table) - 1))
    return np.asarray((place[1:] - place[:-1]) / step, np.float32)


def accessible(r: ArrayLike, diameter: ArrayLike) -> Array:
    """Integral of one wall's Boltzmann factor from the wall to a distance r.

    Parameters
    ----------
    r, diameter : array_like
        Distance from the wall and diameter of the ion in nm, of shapes that broadcast.

    Returns
    -------
    ndarray
        Length in nm: about r − d/2 beyond contact.

    Examples
    --------
    >>> print(f"{accessible(2.0, 0.4):.4f}")
    1.7969
    """
    table = _integral()
    size = 0.5 * np.asarray(diameter, float)
    place = np.asarray(r, float) / size
    near = np.interp(place, _places(len(table)), table)
    return np.asarray(size * (near + np.maximum(place - WALL_RANGE, 0.0)))


@cache
def _places(points: int) -> Array:
    return np.linspace(_INNERMOST, WALL_RANGE, points)


@cache
def _integral(points: int = 8192, fine: int = 16) -> Array:
    """Integral of the Boltzmann factor over r in units of d/2, from where it is below 1e-16."""
    spacing = (WALL_RANGE - _INNERMOST) / (points * fine)
    r = _INNERMOST + spacing * (np.arange(points * fine) + 0.5)
    boltzmann = np.exp(-((2.0 / r**6 - 1.0) ** 2))
    parts = boltzmann.reshape(points, fine).sum(axis=1) * spacing
    return np.concatenate(([0.0], np.cumsum(parts)))


@cache
def _rises() -> Array:
    return np.diff(_integral())
