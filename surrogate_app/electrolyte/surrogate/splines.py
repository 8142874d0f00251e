"""Cubic splines through equally spaced knots, as matrices."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray


@cache
def spline_pieces(knots: int) -> NDArray[np.float64]:
    """Matrices from values at the knots to polynomial coefficients of each interval.

    The spline has continuous third derivatives at its last knot but one on either side, as SciPy's
    `CubicSpline` has, whose import takes longer than all predictions that a page makes.

    Parameters
    ----------
    knots : int
        Number of knots, at a distance of 1 from each other.

    Returns
    -------
    ndarray, shape (4, knots, knots)
        By power, from 0 to 3, and interval; the variable runs from 0 to 1 in each. The last row
        continues beyond the last knot.

    Examples
    --------
    >>> cubic = np.arange(6.0) ** 3
    >>> bool(abs(spline_pieces(6)[:, 2] @ cubic - [8.0, 12.0, 6.0, 1.0]).max() < 1e-9)
    True
    """
    system, right = np.zeros((2, knots, knots))
    for row in range(1, knots - 1):
        system[row, row - 1 : row + 2] = 1.0, 4.0, 1.0
        right[row, row - 1 : row + 2] = 6.0, -12.0, 6.0
    system[0, :3] = system[-1, -3:] = 1.0, -2.0, 1.0
    second = np.linalg.solve(system, right)
    value = np.eye(knots)
    pieces = np.zeros((4, knots, knots))
    pieces[0, :-1] = value[:-1]
    pieces[1, :-1] = np.diff(value, axis=0) - (2.0 * second[:-1] + second[1:]) / 6.0
    pieces[2, :-1] = 0.5 * second[:-1]
    pieces[3, :-1] = np.diff(second, axis=0) / 6.0
    return pieces
