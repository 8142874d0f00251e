"""Distances that a program printed with few digits, put back on the even grid they came from."""

from __future__ import annotations

import numpy as np

from surrogate_app.liquid.rdf.text import Array

_NOTABLE = 1e-3
"""Share of a step by which distances must be off the grid to be put back on it."""

_MOST_DECIMALS = 8
_NEAR_HALF = 0.02
_FEWEST = 20


def even_grid(r: Array) -> Array | None:
    """Return the even grid within whose last digit distances lie; None where they need none.

    Parameters
    ----------
    r : ndarray, shape (n,)
        Distances, not falling, as a file gives them.

    Returns
    -------
    ndarray, shape (n,), or None

    Examples
    --------
    >>> fine = np.arange(200) / 1024.0
    >>> grid = even_grid(np.round(fine, 3))
    >>> bool(np.abs(grid - fine).max() < 2e-5)
    True
    """
    if len(r) < _FEWEST or not np.all(np.isfinite(r)) or r[-1] <= r[0]:
        return None
    number = np.arange(len(r))
    step = (r[-1] - r[0]) / (len(r) - 1)
    if np.abs(r - (r[0] + step * number)).max() <= _NOTABLE * step:
        return None
    step, start = np.polyfit(number, r, 1)
    digit = _last_digit(r)
    if digit is None or not step > 0.0:
        return None
    off = np.abs(r - (start + step * number)).max()
    if not _NOTABLE * step < off <= 1.02 * digit:
        return None
    # most grids begin at a whole or half multiple of their step
    halves = round(2.0 * start / step) / 2.0
    if abs(start / step - halves) < max(_NEAR_HALF, digit / step) and halves >= 0.0:
        weights = number + halves
        through = float(r @ weights / (weights @ weights))
        if np.abs(r - through * weights).max() <= 1.02 * digit:
            return np.asarray(through * weights)
    return np.asarray(np.maximum(start + step * number, 0.0))


def _last_digit(r: Array) -> float | None:
    """Return the unit of the last digit that numbers are written in; None if that is too fine."""
    for decimals in range(_MOST_DECIMALS):
        scaled = r * 10.0**decimals
        if np.all(np.abs(scaled - np.round(scaled)) < 1e-6 * np.maximum(1.0, np.abs(scaled))):
            return float(10.0**-decimals)
    return None
