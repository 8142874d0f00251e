r"""Density profiles from counts and forces together, with less noise than from counts alone.

In equilibrium the density of a species obeys :math:`n(z) = e^{-u_w(z)} y(z)` with the wall energy
:math:`u_w` in k_BT and

.. math:: y'(z) = y(z) \langle F \rangle_z,

where :math:`\langle F\rangle_z` is the mean force along z, in k_BT/nm, that the other ions exert on
an ion at z (first equation of the Born-Green-Yvon hierarchy; its use as an estimator follows
Borgis, Assaraf, Rotenberg and Vuilleumier, Mol. Phys. 111, 3486 (2013)). A run gives two
independent kinds of data for each bin: the number of visits, an estimate of y with a variance
that grows as the bin shrinks, and the force, an estimate of y' without that defect. `combine` is
their weighted least-squares solution. It is linear in the data and, for any weights, unbiased; it
smooths counts over a length 1/F_rms and keeps their total exactly, so that neutrality and
concentration stay exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

Array = NDArray[np.float64]

_EMPTY = 1e-9
"""Wall factor below which a bin counts as empty."""

_FORCE_WEIGHT = 0.3
"""Share of the mean square force that adds up as noise: forces between neighbours cancel."""


def combine(
    counts: Array, forces: Array, square_force: float, factor: Array, width: float
) -> Array:
    r"""Density profile by weighted least squares over visits and forces.

    Minimises over y

    .. math:: \sum_k w_k \left(y_k - \frac{N_k}{w_k}\right)^2
        + \sum_k \frac{\bar w_k}{\Delta^2 \lambda F_{rms}^2}
          \left(y_{k+1} - y_k - \Delta \bar G_k\right)^2

    with N the visits, G the mean of force/w over neighbouring bins, w the wall factor, Δ the
    bin width and λ = 0.3 an empirical factor (the profile's error is flat around it), and returns
    n = w y. The gradient of the second sum adds up to zero over all bins, hence the total of n is
    that of N.

    Parameters
    ----------
    counts, forces : ndarray, shape (m, bins)
        Visits and summed forces (k_BT/nm) per bin in the same arbitrary unit, for m blocks.
    square_force : float
        Mean square force F_rms² in (k_BT/nm)².
    factor : ndarray, shape (bins,)
        Wall factor from `walls.wall_factor`.
    width : float
        Bin width in nm.

    Returns
    -------
    ndarray, shape (m, bins)
        Density in the unit of `counts`; the sum over bins equals that of `counts`.
    """
    open_bins = np.flatnonzero(factor > _EMPTY)
    inside = slice(open_bins[0], open_bins[-1] + 1)
    weight = factor[inside]
    link = 2.0 / (1.0 / weight[1:] + 1.0 / weight[:-1])
    slope = forces[:, inside] / weight
    jump = 0.5 * width * (slope[:, 1:] + slope[:, :-1])
    stiffness = link / (width**2 * _FORCE_WEIGHT * square_force)
    banded = np.zeros((2, len(weight)))
    banded[1] = weight
    banded[1, 1:] += stiffness
    banded[1, :-1] += stiffness
    banded[0, 1:] = -stiffness
    right = counts[:, inside].copy()
    right[:, 1:] += stiffness * jump
    right[:, :-1] -= stiffness * jump
    density = np.zeros_like(counts)
    density[:, inside] = weight * solveh_banded(banded, right.T).T
    return density


def symmetric(values: Array) -> Array:
    """Mean of the values and their mirror image about the midplane (last axis)."""
    return np.asarray(0.5 * (values + values[..., ::-1]))


def antisymmetric(values: Array) -> Array:
    """Half the difference of the values and their mirror image (last axis)."""
    return np.asarray(0.5 * (values - values[..., ::-1]))
