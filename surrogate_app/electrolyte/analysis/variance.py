r"""Shares of a variance: on a tensor grid for few inputs, by pairs of inputs for many.

A function of d independent inputs is a sum of parts, one for each set of inputs, and its variance
the sum of theirs. A grid of all inputs gives all parts, but grows exponentially with d. Of many
inputs, the function is expanded about the centre of the spreads instead (cut-HDMR, Rabitz and Alış,
J. Math. Chem. 25, 197 (1999)),

.. math:: f \approx f_0 + \sum_i g_i(x_i) + \sum_{i<j} g_{ij}(x_i, x_j), \qquad
    g_i = f|_{i} - f_0, \quad g_{ij} = f|_{ij} - g_i - g_j - f_0,

with f|_{ij} the function when only these two inputs leave the centre: the number of systems grows
with d² only. What sets of three or more inputs contribute beyond that is measured at systems drawn
from the spreads.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.network import one_thread

Array = NDArray[np.float64]
Names = tuple[str, ...]

ROUNDING = 1e-5
"""Standard deviation relative to the largest value at any z below which indices are not defined:
single precision is no finer."""


def variance_parts(
    values: NDArray[Any], weights: Sequence[Array], names: Names
) -> tuple[Array, Array, dict[Names, Array]]:
    """Split the variance on a tensor grid into the shares of all sets of inputs.

    Parameters
    ----------
    values : ndarray, shape (q₁, ..., q_d, n)
        Values of n quantities on the grid.
    weights : sequence of ndarray, shapes (q₁,), ..., (q_d,)
        Weights of each input's values; they add up to 1.
    names : tuple of str
        Names of the d inputs.

    Returns
    -------
    mean, std : ndarray, shape (n,)
        Moments of the quantities.
    indices : dict of tuple of str to ndarray, shape (n,)
        Shares of the variance; NaN where there is next to none.

    Examples
    --------
    >>> x, weights = np.array([-1.0, 1.0]), np.array([0.5, 0.5])
    >>> product_and_sum = np.stack((np.outer(x, x), np.add.outer(x, x)), axis=-1)
    >>> _, _, indices = variance_parts(product_and_sum, [weights, weights], ("a", "b"))
    >>> {names: part.tolist() for names, part in indices.items()}
    {('a',): [0.0, 0.5], ('b',): [0.0, 0.5], ('a', 'b'): [1.0, 0.0]}
    """
    axes = range(len(names))
    everything = tuple(axes)
    largest = float(np.abs(values).max())
    # subtracting a typical value keeps the digits of small variances
    typical = values.reshape(-1, values.shape[-1]).mean(axis=0, dtype=float)
    conditional = {everything: values - typical}
    for order in reversed(axes):
        for kept in combinations(axes, order):
            added = next(axis for axis in axes if axis not in kept)
            wider = tuple(sorted((*kept, added)))
            conditional[kept] = _average(conditional[wider], weights[added], wider.index(added))
    mean = conditional[()]
    closed = {}
    for kept, averages in conditional.items():
        squares = (averages - mean) ** 2
        for axis in reversed(kept):
            squares = _average(squares, weights[axis], kept.index(axis))
        closed[kept] = squares
    variance = closed[everything]
    defined = np.sqrt(variance) > ROUNDING * largest
    indices = {}
    for order in axes:
        for kept in combinations(axes, order + 1):
            smaller = [part for size in range(order + 2) for part in combinations(kept, size)]
            part = sum((-1.0) ** (len(kept) - len(part)) * closed[part] for part in smaller)
            indices[tuple(names[axis] for axis in kept)] = _share(part, variance, defined)
    return mean + typical, np.sqrt(variance), indices


def cut_systems(centre: Sequence[float], nodes: Sequence[Array], drawn: NDArray[np.intp]) -> Array:
    """Systems at which the expansion about the centre is computed, and those that check it.

    Parameters
    ----------
    centre : sequence of float
        Values of the d inputs at the centre.
    nodes : sequence of d ndarray, shape (q,)
        Nodes of the quadrature for each input.
    drawn : ndarray of int, shape (K, d)
        Which node each input takes in the systems of the check.

    Returns
    -------
    ndarray, shape (1 + d q + d (d − 1) / 2 q² + K, d)
        The centre; lines of one input in turn; planes of two; the systems of the check.

    Examples
    --------
    >>> cut_systems([0.0, 5.0], [np.array([1.0]), np.array([2.0])], np.array([[0, 0]])).tolist()
    [[0.0, 5.0], [1.0, 5.0], [0.0, 2.0], [1.0, 2.0], [1.0, 2.0]]
    """
    axes, points = range(len(nodes)), len(nodes[0])
    rows = [np.array([centre], float)]
    for axis in axes:
        line = np.tile(rows[0], (points, 1))
        line[:, axis] = nodes[axis]
        rows.append(line)
    for first, second in combinations(axes, 2):
        plane = np.tile(rows[0], (points**2, 1))
        plane[:, first] = np.repeat(nodes[first], points)
        plane[:, second] = np.tile(nodes[second], points)
        rows.append(plane)
    rows.append(np.column_stack([nodes[axis][drawn[:, axis]] for axis in axes]))
    return np.concatenate(rows)


def cut_parts(
    values: NDArray[Any], weights: Sequence[Array], names: Names, drawn: NDArray[np.intp]
) -> tuple[Array, Array, dict[Names, Array], Array]:
    """Split the variance of an expansion about the centre into the shares of inputs and pairs.

    Parameters
    ----------
    values : ndarray, shape (S, n)
        Values of n quantities for the systems of `cut_systems`.
    weights : sequence of d ndarray, shape (q,)
        Weights of the nodes; they add up to 1.
    names : tuple of str
        Names of the d inputs.
    drawn : ndarray of int, shape (K, d)
        As in `cut_systems`, drawn with the probabilities `weights`.

    Returns
    -------
    mean, std : ndarray, shape (n,)
        Moments of the expansion.
    indices : dict of tuple of str to ndarray, shape (n,)
        Shares of its variance, of single inputs and of pairs; NaN where there is next to none.
    beyond : ndarray, shape (n,)
        Variance of what the expansion leaves out, in units of its own.
    """
    axes, points = range(len(names)), len(weights[0])
    deviations = values.astype(float) - values[0]  # keeps the digits of small variances
    lines = deviations[1 : 1 + len(names) * points].reshape(len(names), points, -1)
    planes = deviations[1 + len(names) * points : len(values) - len(drawn)]
    expansion = sum(lines[axis][drawn[:, axis]] for axis in axes)
    averages = [weights[axis] @ lines[axis] for axis in axes]
    mean = np.sum(averages, axis=0)
    lone = [lines[axis] - averages[axis] for axis in axes]
    of_pairs: dict[Names, Array] = {}
    for plane, (i, j) in zip(
        planes.reshape(-1, points, points, values.shape[1]), combinations(axes, 2), strict=True
    ):
        pair = plane - lines[i][:, None] - lines[j]
        expansion += pair[drawn[:, i], drawn[:, j]]
        over_i, over_j = _average(pair, weights[i], 0), _average(pair, weights[j], 1)
        average = weights[i] @ over_j
        mean += average
        lone[i] += over_j - average
        lone[j] += over_i - average
        pair += average - over_j[:, None] - over_i
        of_pairs[names[i], names[j]] = weights[i] @ _average(pair**2, weights[j], 1)
    parts: dict[Names, Array] = {
        (names[axis],): weights[axis] @ lone[axis] ** 2 for axis in axes
    } | of_pairs
    variance = np.sum(list(parts.values()), axis=0)
    defined = np.sqrt(variance) > ROUNDING * float(np.abs(values).max())
    missed = np.mean((deviations[len(values) - len(drawn) :] - expansion) ** 2, axis=0)
    indices = {key: _share(part, variance, defined) for key, part in parts.items()}
    return mean + values[0], np.sqrt(variance), indices, _share(missed, variance, defined)


def _share(part: Array, variance: Array, defined: NDArray[np.bool_]) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(defined, np.maximum(part, 0.0) / variance, np.nan)


def _average(values: NDArray[Any], weights: Array, axis: int) -> Array:
    before, after = math.prod(values.shape[:axis]), math.prod(values.shape[axis + 1 :])
    split = values.reshape(before, len(weights), after)
    with one_thread():
        averages = np.matmul(weights[None, None], split)
    return np.asarray(averages.reshape(*values.shape[:axis], *values.shape[axis + 1 :]))
