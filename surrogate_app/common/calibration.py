"""Calibration of stated uncertainties by data that the networks were not trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NORMAL = (0.6827, 0.9545)
"""Share of a normal distribution within one and two standard deviations."""

_ROUNDS = 8
_FACTORS = np.geomspace(0.2, 3.0, 136)


def error_table(coordinate: Array, error: Array, noise: Array, edges: Array) -> Array:
    """Root mean square error as a function of one coordinate, reference noise subtracted.

    Parameters
    ----------
    coordinate, error, noise : ndarray, any common shape
        Where a prediction was made, its deviation from the reference, and the
        standard error of the reference.
    edges : ndarray, shape (m + 1,)
        Edges of the coordinate's bins.

    Returns
    -------
    ndarray, shape (m,)
        Square root of the mean of error² − noise² per bin, at least a tenth of the error's own
        root mean square; zero in empty bins. Means are weighted by the inverse variance of the
        squares of normal errors, (table² + noise²)⁻², so that noisy values say little.

    Examples
    --------
    >>> error_table(np.array([0.5, 0.5]), np.array([5.0, -5.0]), np.array([3.0, 3.0]),
    ...             np.array([0.0, 1.0])).tolist()
    [4.0]
    """
    place = np.clip(np.digitize(coordinate, edges) - 1, 0, len(edges) - 2).ravel()
    square, known_to = error.ravel() ** 2, noise.ravel() ** 2
    weight = np.ones(square.size)

    def mean(values: Array) -> Array:
        total, number = (
            np.bincount(place, weights=each, minlength=len(edges) - 1)
            for each in (weight * values, weight)
        )
        return np.asarray(total / np.where(number > 0.0, number, 1.0))

    for _ in range(_ROUNDS):
        found = np.maximum(mean(square - known_to), 0.01 * mean(square))
        variance = found[place] + known_to
        weight = np.where(variance > 0.0, variance, np.inf) ** -2.0
    return np.sqrt(found)


def covering_factor(deviation: Array, noise: Array, std: Array) -> float:
    """Factor of standard deviations for which ±1 and ±2 of them cover most nearly what they should.

    The larger of the two differences from 68.3 and 95.4 % is made as small as possible: errors that
    are not normal can not have both.

    Parameters
    ----------
    deviation : ndarray, any shape
        Deviations of predictions from the reference.
    noise, std : ndarray, the same shape
        Standard error of the reference, and standard deviation that was stated.

    Returns
    -------
    float
        Between 0.2 and 3.

    Examples
    --------
    >>> errors = np.random.default_rng(1).normal(size=10_000)
    >>> print(f"{covering_factor(errors, np.zeros(10_000), np.full(10_000, 0.5)):.1f}")
    2.0
    """

    def off(factor: float) -> float:
        spread = np.hypot(noise, factor * std)
        covered = [np.mean(np.abs(deviation) < width * spread) for width in (1.0, 2.0)]
        return float(np.abs(np.subtract(covered, NORMAL)).max())

    return float(min(_FACTORS, key=off))
