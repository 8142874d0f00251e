"""Measures of how well predicted density profiles agree with simulated ones.

Every function takes arrays of shape (N, 2, 502): N systems, cations before anions, and the bins
of z; a leading axis of length one serves for a single system. Densities are in mol/L. Equation
numbers are those of the electrolyte paper, whose P = 1004 outputs are the 2 · 502 densities.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CONTACT_RANGE = 0.2
"""Distance from contact in nm within which a bin counts as near contact."""

WALLS = np.r_[9:30, 469:490]
"""Bins that the electrolyte paper calls near the interfaces, its k from 10 to 30, 470 to 490."""

BULK = np.r_[229:270]
"""Bins that it calls the bulk, its k from 230 to 270."""


def mse(truth: Array, prediction: Array) -> float:
    r"""Mean square error over all systems and bins (E 7).

    .. math:: \mathrm{MSE} = \frac{1}{N P} \sum_{j=1}^{N} \sum_{k=1}^{P} (y_j^k - \hat y_j^k)^2

    Parameters
    ----------
    truth, prediction : ndarray, shape (N, 2, 502)
        Densities y and ŷ in mol/L.

    Returns
    -------
    float
        Mean square error in (mol/L)².
    """
    return float(np.mean((truth - prediction) ** 2))


def rmse_per_bin(truth: Array, prediction: Array) -> Array:
    r"""Root mean square error of each bin over all systems (E 8).

    .. math:: \mathrm{RMSE}_k = \left(\frac{1}{N} \sum_{j=1}^{N}
        (y_j^k - \hat y_j^k)^2\right)^{1/2}

    Parameters
    ----------
    truth, prediction : ndarray, shape (N, 2, 502)
        Densities y and ŷ in mol/L.

    Returns
    -------
    ndarray, shape (2, 502)
        RMSE of cations and anions in mol/L.
    """
    return np.asarray(np.sqrt(np.mean((truth - prediction) ** 2, axis=0)))


def rmse_per_system(truth: Array, prediction: Array) -> Array:
    r"""Root mean square error of each system and species over all bins (E 9).

    .. math:: \mathrm{RMSE}_j^{\pm} = \left(\frac{2}{P} \sum_{k=1}^{P/2}
        (y_j^k - \hat y_j^k)^2\right)^{1/2}

    Parameters
    ----------
    truth, prediction : ndarray, shape (N, 2, 502)
        Densities y and ŷ in mol/L.

    Returns
    -------
    ndarray, shape (N, 2)
        RMSE of cations and anions in mol/L.
    """
    return np.asarray(np.sqrt(np.mean((truth - prediction) ** 2, axis=-1)))


def success_rate(
    truth: Array,
    prediction: Array,
    epsilon: Array,
    mask: NDArray[np.bool_] | None = None,
) -> Array:
    r"""Fraction of bins of each system in which the prediction errs by less than ε (E 10).

    .. math:: A_j = \frac{1}{P} \sum_{k=1}^{P} \Theta(|y_j^k - \hat y_j^k|, \epsilon_j^k),
        \qquad \Theta(x, \epsilon) = 1 \text{ for } x < \epsilon, \text{ else } 0

    Bins with ε = 0, inside a wall where no ion went, are left out and P is the number of the
    others: no prediction can err by less than nothing.

    Parameters
    ----------
    truth, prediction : ndarray, shape (N, 2, 502)
        Densities y and ŷ in mol/L.
    epsilon : ndarray, shape (N, 2, 502)
        Uncertainty ε of the truth in mol/L.
    mask : ndarray of bool, shape (N, 2, 502), optional
        Only bins where it is True count.

    Returns
    -------
    ndarray, shape (N,)
        Success rate between 0 and 1; NaN for a system without any bin that counts.
    """
    counted = epsilon > 0.0 if mask is None else (epsilon > 0.0) & mask
    hit = np.abs(truth - prediction) < epsilon
    number = counted.sum(axis=(1, 2))
    hits = (hit & counted).sum(axis=(1, 2))
    return np.where(number > 0, hits / np.maximum(number, 1), np.nan)


def best_success_rate(epsilon: Array, sem: Array, mask: NDArray[np.bool_] | None = None) -> Array:
    r"""Success rate that a perfect prediction would reach on the average.

    .. math:: \langle A_j \rangle = \frac{1}{P} \sum_{k=1}^{P}
        \mathrm{erf}\left(\frac{\epsilon_j^k}{\sqrt 2\, s_j^k}\right)

    The simulated densities, with normal standard errors s, stray from the true ones by more than ε
    now and then. Bins with ε = 0 are left out.

    Parameters
    ----------
    epsilon : ndarray, shape (N, 2, 502)
        Uncertainty ε that success is judged by, in mol/L.
    sem : ndarray, shape (N, 2, 502)
        Standard error s of the simulated densities in mol/L.
    mask : ndarray of bool, shape (N, 2, 502), optional
        Only bins where it is True count.

    Returns
    -------
    ndarray, shape (N,)
        Between 0 and 1; NaN for a system without any bin that counts.

    Examples
    --------
    >>> one = np.ones((1, 2, 502))
    >>> print(f"{best_success_rate(2.0 * one, one)[0]:.4f}")
    0.9545
    """
    from scipy.special import erf

    counted = epsilon > 0.0 if mask is None else (epsilon > 0.0) & mask
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(counted, erf(epsilon / (np.sqrt(2.0) * sem)), 0.0)
        return np.asarray(share.sum(axis=(1, 2)) / counted.sum(axis=(1, 2)))


def relative_rmse(
    truth: Array,
    prediction: Array,
    sem: Array | None = None,
    mask: NDArray[np.bool_] | None = None,
) -> Array:
    r"""Root mean square error of each system over its mean density.

    .. math:: R_j = \left[\max(0, R_j^2)\right]^{1/2}

    with the square of `relative_square`. For a prediction that is as good as the truth is known it
    can turn negative; R is 0 then.

    Parameters
    ----------
    truth, prediction : ndarray, shape (N, 2, 502)
        Densities y and ŷ in mol/L.
    sem : ndarray, shape (N, 2, 502), optional
        Standard error s of the truth in mol/L; zero if left out.
    mask : ndarray of bool, shape (N, 2, 502), optional
        Bins that all means are taken over; all bins if left out.

    Returns
    -------
    ndarray, shape (N,)
        Relative error, dimensionless.
    """
    return np.asarray(np.sqrt(np.maximum(relative_square(truth, prediction, sem, mask), 0.0)))


def relative_square(
    truth: Array,
    prediction: Array,
    sem: Array | None = None,
    mask: NDArray[np.bool_] | None = None,
) -> Array:
    r"""Mean square error of each system over its squared mean density, noise subtracted.

    .. math:: R_j^2 = \frac{1}{\bar y_j^2} \frac{1}{P} \sum_{k=1}^{P}
        \left((y_j^k - \hat y_j^k)^2 - (s_j^k)^2\right), \qquad
        \bar y_j = \frac{1}{P} \sum_{k=1}^{P} y_j^k

    With s the standard error of the truth, its noise is taken out in quadrature: the expectation is
    the error of the prediction against the noiseless truth. It scatters, to below zero as well, so
    that its mean over systems is right while a median of roots would be too small.

    Parameters
    ----------
    truth, prediction : ndarray, shape (N, 2, 502)
        Densities y and ŷ in mol/L.
    sem : ndarray, shape (N, 2, 502), optional
        Standard error s of the truth in mol/L; zero if left out.
    mask : ndarray of bool, shape (N, 2, 502), optional
        Bins that all means are taken over; all bins if left out.

    Returns
    -------
    ndarray, shape (N,)
        Dimensionless.
    """
    counted = True if mask is None else mask

    def mean(values: Array) -> Array:
        return np.asarray(np.mean(values, axis=(1, 2), where=counted))

    square = mean((truth - prediction) ** 2)
    if sem is not None:
        square = square - mean(sem**2)
    return np.asarray(square / mean(truth) ** 2)


def near_contact(z: Array, h: ArrayLike, diameters: ArrayLike) -> NDArray[np.bool_]:
    r"""Bins within 0.2 nm of contact with a wall, or closer to it.

    .. math:: \frac{h}{2} - |z| \le \frac{d_\pm}{2} + 0.2\,\mathrm{nm}

    Parameters
    ----------
    z : ndarray, shape (N, 502)
        Positions of the bins in nm.
    h : array_like, shape (N,)
        Slit widths in nm.
    diameters : array_like, shape (N, 2)
        Cation and anion diameters in nm.

    Returns
    -------
    ndarray of bool, shape (N, 2, 502)
        Mask for `success_rate`.
    """
    wall_distance = 0.5 * np.asarray(h, float)[:, None] - np.abs(z)
    reach = 0.5 * np.asarray(diameters, float) + CONTACT_RANGE
    return np.asarray(wall_distance[:, None, :] <= reach[:, :, None])
