"""The walls' repulsion, the one part of every profile that is known exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_REACH = 2.0 ** (1.0 / 6.0)
"""Range of a wall's repulsion in units of half a diameter; the walls' ranges never overlap."""


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
    reached = int(np.ceil((_REACH * size / width).max()))
    factor = np.ones((*width.shape, bins // 2))
    near = min(reached, bins // 2)
    r = width[..., None] * (np.arange(near * points) + 0.5) / points
    overlap = np.maximum(2.0 * (size[..., None] / r) ** 6 - 1.0, 0.0)
    boltzmann = np.exp(-(overlap**2)).reshape(*width.shape, near, points)
    factor[..., :near] = boltzmann.mean(axis=-1)
    factor[factor < np.finfo(np.float32).tiny] = 0.0
    return np.concatenate((factor, factor[..., ::-1]), axis=-1)
