"""Error estimates from the blocks of a correlated run."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCKS = 32
"""Number of blocks into which a run is divided for its error estimates."""


def merge(blocks: Array, number: int) -> Array:
    """Average successive blocks so that `number` longer ones remain, shape (number, ...).

    The last ones are left out where `number` does not divide theirs.
    """
    whole = blocks[: len(blocks) // number * number]
    return np.asarray(whole.reshape(number, -1, *blocks.shape[1:]).mean(axis=1))


def standard_error(blocks: Array) -> Array:
    """Estimate the standard error of the mean of correlated blocks, value by value.

    The error from the shortest blocks is precise but too small where successive blocks are
    correlated. It is scaled by one factor for all values: the largest ratio, over blocks merged by
    two and by four, of the root mean square error from longer blocks to that from the shortest
    (Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989)), not below 1.

    Parameters
    ----------
    blocks : ndarray, shape (m, ...)
        Block averages, at least eight; 32 in a finished run.

    Returns
    -------
    ndarray, shape (...)
        Standard error in the unit of `blocks`.

    Examples
    --------
    >>> alternating = np.resize([1.0, -1.0], (32, 1))
    >>> print(f"{standard_error(alternating)[0]:.4f}")
    0.1796
    """
    errors: list[Array] = []
    for number in (len(blocks), len(blocks) // 2, len(blocks) // 4):
        errors.append(merge(blocks, number).std(axis=0, ddof=1) / math.sqrt(number))
    rms = [math.sqrt(float(np.mean(error**2))) for error in errors]
    if rms[0] == 0.0:
        return errors[0]
    return np.asarray(errors[0] * max(rms) / rms[0])
