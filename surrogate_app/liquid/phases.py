"""Where a Lennard-Jones system is a one-phase fluid, in reduced units ρ* = ρσ³, T* = k_BT/ε."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CRITICAL_TEMPERATURE = 1.32
"""Critical temperature T* of the equation of state of Thol et al. (2016)."""

CRITICAL_DENSITY = 0.31
"""Critical density ρ* of the equation of state of Thol et al. (2016)."""

TRIPLE_TEMPERATURE = 0.694
"""Temperature T* of the triple point (Mastny and de Pablo 2007); below it no liquid is stable."""

ACCURACY = 0.005
"""Relative uncertainty of the lines up to T* = 2; a state beyond one within it counts as stable."""

METASTABLE = (0.98, 1.015)
"""How far fluids that are metastable are known: density over that of the saturated liquid, and over
that of freezing or, below the triple point, of the denser of both."""

SOFT_TEMPERATURE = 2.0
"""Temperature T* above which freezing and melting tend to those of soft spheres."""

_FREEZING = (0.90735, -0.27120, 0.91784, -1.16270, 0.68012, -0.15284)
_MELTING = (0.908629, -0.041510, 0.514632, -0.708590, 0.428351, -0.095229)
_SIMULATED = (0.91070, -0.25124, 0.85861, -1.08918, 0.63932, -0.14433)
_SOFT_FREEZING, _SOFT_MELTING = 2.29, 1.98
_LIQUID = (
    *((0.325, 0.4313), (0.825, -0.4595), (1.0, 1.2928)),
    *((1.5, -1.0045), (2.0, 0.3903), (3.0, 0.0498)),
)
_VAPOUR = (
    *((0.325, -1.4484), (0.65, -0.1478), (1.0, -2.8257)),
    *((2.0, -3.4086), (4.0, -2.3177), (6.0, -5.1868)),
)


def freezing_density(temperature: ArrayLike) -> Array:
    r"""Density of the fluid that coexists with the solid.

    Up to T* = 2 the line of Mastny and de Pablo, J. Chem. Phys. 127, 104504 (2007), for an
    infinite system with the full potential,

    .. math:: \rho^* = T^{*1/4} (0.90735 - 0.27120 b + 0.91784 b^2 - 1.16270 b^3 + 0.68012 b^4
        - 0.15284 b^5), \qquad b = 1/T^*.

    Further up that polynomial misses the limit of soft spheres by 12 %. The continuation is this
    package's own, in the form of Khrapak and Morfill, J. Chem. Phys. 134, 094108 (2011),

    .. math:: T^* = A \rho^{*4} - B \rho^{*2},

    with A from that limit, :math:`0.813^{-4} = 2.29` (of melting, :math:`0.843^{-4} = 1.98`), and B
    such that the lines meet at T* = 2; theirs is fixed at the triple point. Up to T* = 2 the line
    is as accurate as the simulations behind it, 0.5 %; above, it is known less well: at
    T* = 2.74 it is 1.9 % denser than 1.113, which Hansen and Verlet, Phys. Rev. 184, 151 (1969),
    found.

    Parameters
    ----------
    temperature : array_like
        Temperature T*. Below that of the triple point, 0.694, both liquid and line are metastable.

    Returns
    -------
    ndarray
        Density ρ*.

    Examples
    --------
    >>> print(f"{freezing_density(0.694):.4f}")
    0.8454
    """
    return _coexistence(temperature, _FREEZING, _SOFT_FREEZING)


def melting_density(temperature: ArrayLike) -> Array:
    """Density of the solid that coexists with the fluid, from the sources of `freezing_density`.

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
    >>> print(f"{melting_density(0.694):.4f}")
    0.9606
    """
    return _coexistence(temperature, _MELTING, _SOFT_MELTING)


def simulated_freezing_density(temperature: ArrayLike) -> Array:
    r"""Line in whose units the densest fluids to simulate are chosen: van der Hoef's of freezing.

    .. math:: \rho^* = T^{*1/4} (0.91070 - 0.25124 b + 0.85861 b^2 - 1.08918 b^3 + 0.63932 b^4
        - 0.14433 b^5), \qquad b = 1/T^*

    (J. Chem. Phys. 113, 8142 (2000)). It lies 0.6 % above `freezing_density` up to T* = 2 and up to
    11 % in hotter fluids, which close to it are metastable, but hardly ever crystallise within a
    simulation.

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
    >>> print(f"{simulated_freezing_density(1.0):.4f}")
    0.9239
    """
    return _polynomial(np.asarray(temperature, dtype=float), _SIMULATED)


def saturated_liquid_density(temperature: ArrayLike) -> Array:
    r"""Density of the liquid that coexists with its vapour, the critical density above T* = 1.32.

    Fit to the equation of state of Thol et al., J. Phys. Chem. Ref. Data 45, 023101 (2016), within
    0.04 % from T* = 0.64 to 1.3 and 0.4 % up to 1.3195:

    .. math:: \rho^* = 0.31 + 0.4313\,\theta^{0.325} - 0.4595\,\theta^{0.825} + 1.2928\,\theta
        - 1.0045\,\theta^{1.5} + 0.3903\,\theta^2 + 0.0498\,\theta^3,
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
    """Whether states are stable one-phase fluids, dense enough not to be vapours.

    Above the critical temperature all densities count up to that of freezing; below it only those
    above the saturated liquid, and below the triple point none.

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
    warm = t_star >= TRIPLE_TEMPERATURE
    return np.asarray((rho > 0.0) & (rho <= freezing_density(t_star)) & liquid & warm)


class Phase(Enum):
    """What a Lennard-Jones system is at a state."""

    FLUID = "a stable fluid of one phase"
    VAPOUR = "a stable vapour"
    STRETCHED = "a liquid a little thinner than the saturated one, metastable"
    SUPERCOOLED = "a liquid a little colder than the triple point, metastable"
    COMPRESSED = "a fluid a little denser than at freezing, metastable"
    SEPARATING = "liquid and vapour"
    FREEZING = "solid, or solid and fluid"


def phase(density: float, temperature: float) -> Phase:
    """Classify a Lennard-Jones state, as stable where it is close to a line.

    Parameters
    ----------
    density, temperature : float
        ρ* and T*.

    Returns
    -------
    Phase

    Examples
    --------
    >>> phase(0.845, 0.71).name, phase(0.845, 0.68).name, phase(0.5, 1.0).name
    ('FLUID', 'SUPERCOOLED', 'SEPARATING')
    """
    freezing, liquid = float(freezing_density(temperature)), 0.0
    if temperature < CRITICAL_TEMPERATURE:
        liquid = float(saturated_liquid_density(temperature))
        if density <= saturated_vapour_density(temperature):
            return Phase.VAPOUR
    least, most = METASTABLE
    if density > most * max(freezing, liquid):
        return Phase.FREEZING
    if density < least * liquid:
        return Phase.SEPARATING
    if temperature < TRIPLE_TEMPERATURE * (1.0 - ACCURACY):
        return Phase.SUPERCOOLED
    if density > (1.0 + ACCURACY) * freezing:
        return Phase.COMPRESSED
    if density < (1.0 - ACCURACY) * liquid:
        return Phase.STRETCHED
    return Phase.FLUID


def beyond_stability(density: float, temperature: float) -> tuple[float, float, float]:
    """How far a state lies beyond saturation, freezing and the triple point, relative to each.

    Parameters
    ----------
    density, temperature : float
        ρ* and T*.

    Returns
    -------
    tuple of float
        Zeros for a stable fluid.

    Examples
    --------
    >>> [round(x, 3) for x in beyond_stability(0.845, 0.7)]
    [0.0, 0.0, 0.0]
    >>> [round(x, 3) for x in beyond_stability(0.82, 0.68)]
    [0.038, 0.0, 0.021]
    """
    stretched = 0.0
    if temperature < CRITICAL_TEMPERATURE:
        if density > CRITICAL_DENSITY:
            stretched = float(saturated_liquid_density(temperature)) / density - 1.0
        else:
            stretched = density / float(saturated_vapour_density(temperature)) - 1.0
    compressed = density / float(freezing_density(temperature)) - 1.0
    cooled = TRIPLE_TEMPERATURE / temperature - 1.0
    return max(stretched, 0.0), max(compressed, 0.0), max(cooled, 0.0)


def _polynomial(t_star: Array, coefficients: tuple[float, ...]) -> Array:
    return np.asarray(t_star**0.25 * np.polynomial.polynomial.polyval(1.0 / t_star, coefficients))


def _coexistence(temperature: ArrayLike, coefficients: tuple[float, ...], soft: float) -> Array:
    """Polynomial of Mastny and de Pablo, and where it is too hot for it, the soft-sphere form."""
    t_star = np.asarray(temperature, dtype=float)
    joint = float(_polynomial(np.asarray(SOFT_TEMPERATURE), coefficients)) ** 2
    attraction = (soft * joint**2 - SOFT_TEMPERATURE) / joint
    square = (attraction + np.sqrt(attraction**2 + 4.0 * soft * t_star)) / (2.0 * soft)
    hot = t_star > SOFT_TEMPERATURE
    cold = _polynomial(np.minimum(t_star, SOFT_TEMPERATURE), coefficients)
    return np.asarray(np.where(hot, np.sqrt(square), cold))


def _series(temperature: ArrayLike, terms: tuple[tuple[float, float], ...]) -> Array:
    below = np.maximum(CRITICAL_TEMPERATURE - np.asarray(temperature, dtype=float), 0.0)
    return np.asarray(sum(factor * below**power for power, factor in terms))
