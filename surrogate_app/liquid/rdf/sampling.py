"""What the distances of a g(r) stand for: points, or centres or edges of bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SAMPLINGS = ("points", "centres", "lower", "upper")
"""What r may be: points at which g is given, or centres, lower or upper edges of the bins over
which it is averaged."""

SAMPLING_NAMES = {
    **{"points": "points", "centres": "centres of bins"},
    **{"lower": "lower edges of bins", "upper": "upper edges of bins"},
}
"""What distances are called that stand for these."""

_UNEVEN = 0.6  # of a step; distances may be rounded to half of it
_NEAR_MIDDLE = 0.1


def bin_edges(r: Array, sampling: str = "centres") -> Array:
    """Edges of the bins that distances stand for, none below zero.

    Parameters
    ----------
    r : ndarray, shape (n,)
        Distances in any unit.
    sampling : str, optional
        One of `SAMPLINGS`; points have the bins whose centres they are.

    Returns
    -------
    ndarray, shape (n + 1,)

    Examples
    --------
    >>> bin_edges(np.array([0.0, 0.2, 0.4])).tolist()
    [0.0, 0.1, 0.30000000000000004, 0.5]
    >>> bin_edges(np.array([0.0, 0.25, 0.5]), "lower").tolist()
    [0.0, 0.25, 0.5, 0.75]
    """
    if sampling == "lower":
        return np.append(r, 2.0 * r[-1] - r[-2])
    if sampling == "upper":
        return np.insert(r, 0, max(2.0 * r[0] - r[1], 0.0))
    middle = 0.5 * (r[1:] + r[:-1])
    first, last = r[0] - (middle[0] - r[0]), r[-1] + (r[-1] - middle[-1])
    return np.concatenate(([max(first, 0.0)], middle, [last]))


def cells(r: Array, sampling: str) -> tuple[Array, Array]:
    """Middles and widths of what distances stand for, shape (n,) each; points have no width.

    The middles of bins with given centres are these centres.
    """
    if sampling == "points":
        return r, np.zeros_like(r)
    edges = bin_edges(r, sampling)
    width = np.diff(edges)
    return (r if sampling == "centres" else edges[:-1] + 0.5 * width), width


def is_even(r: Array) -> bool:
    """Return whether distances are evenly spaced, up to their rounding."""
    steps = np.diff(r)
    step = float(np.median(steps))
    return bool(np.abs(steps - step).max() <= _UNEVEN * step)


def begins_at_zero(r: Array) -> bool:
    """Return whether distances are the middles of equal bins of which the first begins at 0."""
    step = float(r[-1] - r[0]) / (len(r) - 1)
    return abs(float(r[0]) / step % 1.0 - 0.5) < _NEAR_MIDDLE


def possible_samplings(r: Array) -> tuple[str, ...]:
    """Return what distances may stand for, by themselves, likelier ones first.

    Edges are evenly spaced, no middles of bins that begin at 0, and no bin ends at 0.

    Examples
    --------
    >>> possible_samplings(np.arange(0.05, 1.0, 0.1)), possible_samplings(np.arange(0.0, 1.0, 0.1))
    (('centres', 'points'), ('centres', 'points', 'lower'))
    """
    if not is_even(r) or begins_at_zero(r):
        return "centres", "points"
    edges = ("lower",) if r[0] == 0.0 else ("lower", "upper")
    return "centres", "points", *edges
