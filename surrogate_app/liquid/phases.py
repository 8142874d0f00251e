"""Where a Lennard-Jones system is a one-phase fluid, in reduced units ρ* = ρσ³, T* = k_BT/ε."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CRITICAL_TEMPERATURE = 1.32
"""Critical temperature T* of the equation of state of Thol et al. (2016)."""

CRITICAL_DENSITY = 0.31
"""Critical density ρ* of the equation of state of Thol et al. (2016)."""

TRIPLE_TEMPERATURE = 0.69
"""Temperature T* of the triple point, below which there is no liquid."""

FREEZING_MARGIN = 0.97
"""Fraction of the freezing density up to which a state counts as fluid."""

_FREEZING = (0.91070, -0.25124, 0.85861, -1.08918, 0.63932, -0.14433)
_LIQUID = ((0.325, 0.4250), (1.0, 0.4083), (1.5, -0.1767))
_VAPOUR = (
    *((0.325, -1.4484), (0.65, -0.1478), (1.0, -2.8257)),
    *((2.0, -3.4086), (4.0, -2.3177), (6.0, -5.1868)),
)


def freezing_density(temperature: ArrayLike) -> Array:
    r"""Density of the fluid at freezing.

    .. math:: \rho^* = T^{*1/4} (0.91070 - 0.25124 b + 0.85861 b^2 - 1.08918 b^3 + 0.63932 b^4
        - 0.14433 b^5), \qquad b = 1/T^*

    (van der Hoef, J. Chem. Phys. 113, 8142 (2000)). Made for T* up to about 2; further up it
    overestimates: in the limit of inverse twelfth powers it gives 0.911 T*^¼, where 0.81 T*^¼
    is known. Hot fluids close to it are metastable, but don't crystallise within a simulation.

    Parameters
    ----------
    temperature : array_like
        Temperature T*, above that of the triple point, 0.69.

    Returns
    -------
    ndarray
        Density ρ*.

    Examples
    --------
    >>> print(f"{freezing_density(1.0):.4f}")
    0.9239
    """
    t_star = np.asarray(temperature, dtype=float)
    return np.asarray(t_star**0.25 * np.polynomial.polynomial.polyval(1.0 / t_star, _FREEZING))


def saturated_liquid_density(temperature: ArrayLike) -> Array:
    r"""Density of the liquid that coexists with its vapour, the critical density above T* = 1.32.

    Least-squares fit, within 0.4 % from T* = 0.68 to 1.3195, to the equation of state of Thol et
    al., J. Phys. Chem. Ref. Data 45, 023101 (2016):

    .. math:: \rho^* = 0.31 + 0.4250\,\theta^{0.325} + 0.4083\,\theta - 0.1767\,\theta^{1.5},
        \qquad \theta = 1.32 - T^*

    Parameters
    ----------
    temperature : array_like
        Temperature T*.

    Returns
    -------
    ndarray
        Density ρ*.

    Examples
    --------
    >>> print(f"{saturated_liquid_density(0.85):.2f}")
    0.78
    """
    return np.asarray(CRITICAL_DENSITY + _series(temperature, _LIQUID))


def saturated_vapour_density(temperature: ArrayLike) -> Array:
    """Density of the vapour that coexists with its liquid, the critical density above T* = 1.32.

    Fit like `saturated_liquid_density`, of the logarithm, within 0.3 %.

    Parameters
    ----------
    temperature : array_like
        Temperature T*.

    Returns
    -------
    ndarray
        Density ρ*.
    """
    return np.asarray(CRITICAL_DENSITY * np.exp(_series(temperature, _VAPOUR)))


def is_fluid(density: ArrayLike, temperature: ArrayLike) -> NDArray[np.bool_]:
    """Whether states are one-phase fluids, dense enough not to be vapours.

    Above the critical temperature all densities count up to `FREEZING_MARGIN` times that of
    freezing; below it only those above the saturated liquid.

    Parameters
    ----------
    density, temperature : array_like
        ρ* and T*.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> is_fluid([0.3, 0.3, 0.8, 1.0], [1.0, 1.5, 1.0, 1.0]).tolist()
    [False, True, True, False]
    """
    rho, t_star = np.asarray(density, dtype=float), np.asarray(temperature, dtype=float)
    liquid = (t_star > CRITICAL_TEMPERATURE) | (rho > saturated_liquid_density(t_star))
    return np.asarray((rho > 0.0) & (rho < FREEZING_MARGIN * freezing_density(t_star)) & liquid)


def _series(temperature: ArrayLike, terms: tuple[tuple[float, float], ...]) -> Array:
    below = np.maximum(CRITICAL_TEMPERATURE - np.asarray(temperature, dtype=float), 0.0)
    return np.asarray(sum(factor * below**power for power, factor in terms))
