"""Cubic B-splines in t = r ρ^(1/3) on which the logarithm of the cavity function is given."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FIRST, LAST, SPACING = 0.24, 4.0, 0.04
"""First and last place and spacing of the knots, in t."""

SPLINE_DEGREE = 3
"""Degree of the splines."""


@cache
def knots() -> Array:
    """Knots of the splines: equally spaced, the ends repeated."""
    inner = np.arange(FIRST, LAST + 0.5 * SPACING, SPACING)
    return np.concatenate(([FIRST] * SPLINE_DEGREE, inner, [LAST] * SPLINE_DEGREE))


def spline_matrix(t: Array) -> Array:
    """Values of all splines at places t, shape (n, n_coefficients); outside the knots the ends'.

    Examples
    --------
    >>> matrix = spline_matrix(np.array([0.1, 1.0, 3.99]))
    >>> bool(np.allclose(matrix.sum(axis=1), 1.0))
    True
    """
    from scipy.interpolate import BSpline  # too slow for serving: reading a file needs none

    inside = np.clip(t, FIRST, LAST - 1e-9)
    return np.asarray(BSpline.design_matrix(inside, knots(), SPLINE_DEGREE).toarray())
