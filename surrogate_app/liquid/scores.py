"""Measures of accuracy of the liquid paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def rdf_error(r: ArrayLike, g: ArrayLike, g_model: ArrayLike) -> Array:
    r"""Error in the total variation of an RDF (L 7).

    .. math:: \int |g_{model} - g| r^2 dr / \int g\, r^2 dr

    Parameters
    ----------
    r : array_like, shape (n,)
        Distances, equally spaced or not.
    g, g_model : array_like, shape (..., n)
        Reference and model.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> float(rdf_error([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [1.5, 0.5, 1.5]))
    0.5
    """
    distance, reference, model = (np.asarray(values, dtype=float) for values in (r, g, g_model))
    weight = distance**2
    deviation = _integral(np.abs(model - reference) * weight, distance)
    return np.asarray(deviation / _integral(reference * weight, distance))


def mape(truth: ArrayLike, predicted: ArrayLike) -> Array:
    r"""Mean absolute percentage error as the liquid paper defines it.

    .. math:: 100 \sum_i |p_i - t_i| / \sum_i |t_i|

    Parameters
    ----------
    truth, predicted : array_like, shape (n, ...)
        Values; summed over the first axis.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> float(mape([1.0, 3.0], [1.5, 2.5]))
    25.0
    """
    true, found = np.asarray(truth, dtype=float), np.asarray(predicted, dtype=float)
    error = np.abs(found - true).sum(axis=0) / np.abs(true).sum(axis=0)
    return np.asarray(100.0 * error)


def _integral(values: Array, x: Array) -> Array:
    return np.asarray(np.sum(0.5 * (values[..., 1:] + values[..., :-1]) * np.diff(x), axis=-1))
