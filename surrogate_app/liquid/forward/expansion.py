"""The forward model: coefficients of the cavity function as polynomials of coupling and attraction.

Each spline coefficient of `structure` is a Chebyshev expansion in a power of coupling and
in attraction, up to a total degree. A smooth function of two variables that hundreds of noisy
simulations determine needs no more: its least squares are linear but for an exponential, have one
solution, and average the noise of all simulations nearby (see `training.least_squares`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.models import require_finite
from surrogate_app.liquid.state import CORE_DENSITY

Array = NDArray[np.float64]

DEGREE = 14
"""Largest sum of the degrees in coupling and attraction."""

POWER = 0.35
"""Power of Γ in which the expansion is made: structure changes fastest where fluids are thin."""

COUPLING = (0.04 / CORE_DENSITY, 1.36 / CORE_DENSITY)
ATTRACTION = (0.06, 2.52)
"""Ranges of Γ and a that are mapped to −1…1; all simulated states lie inside."""

_ORDERS = np.arange(DEGREE + 1)


@cache
def degrees() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Degrees in coupling and in attraction of all terms, shape (m,) each."""
    i, j = np.divmod(np.arange((DEGREE + 1) ** 2), DEGREE + 1)
    return i[i + j <= DEGREE], j[i + j <= DEGREE]


def mapped(coupling: ArrayLike, attraction: ArrayLike) -> tuple[Array, Array]:
    """Map the ranges of Γ and a to −1…1; what lies beyond counts as their ends."""
    low, high = np.array(COUPLING) ** POWER
    x = 2.0 * (np.asarray(coupling) ** POWER - low) / (high - low) - 1.0
    low, high = ATTRACTION
    y = 2.0 * (np.asarray(attraction) - low) / (high - low) - 1.0
    return np.clip(x, -1.0, 1.0), np.clip(y, -1.0, 1.0)


def terms(coupling: ArrayLike, attraction: ArrayLike) -> Array:
    """Products of Chebyshev polynomials at states of shape (n,), shape (n, m).

    Examples
    --------
    >>> terms([0.5, 1.0], [1.0, 1.0]).shape
    (2, 120)
    """
    # T_n(x) = cos(n arccos x)
    x, y = (np.cos(np.outer(np.arccos(z), _ORDERS)) for z in mapped(coupling, attraction))
    i, j = degrees()
    return np.asarray(x[:, i] * y[:, j])


@dataclass(frozen=True)
class Expansion:
    """Coefficients of the logarithm of the cavity function against the state.

    Parameters
    ----------
    weights : ndarray, shape (m, n_coefficients)
        Of each term in each spline coefficient.
    """

    weights: Array

    @classmethod
    def load(cls, path: Path) -> Expansion:
        """Read an expansion from an .npz file."""
        with np.load(path, allow_pickle=False) as arrays:
            weights = arrays["weights"]
        require_finite(path, [weights])
        return cls(weights)

    def coefficients(self, coupling: Array, attraction: Array) -> Array:
        """Spline coefficients of w(t) at states of shape (n,), shape (n, n_coefficients)."""
        return np.asarray(terms(coupling, attraction) @ self.weights)
