"""Capacitance of the walls: how their charge follows their potential."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.typing import NDArray

from surrogate_app.common.checks import whole
from surrogate_app.electrolyte.analysis.poisson_boltzmann import mean_field_profile
from surrogate_app.electrolyte.analysis.uncertain_system import vary
from surrogate_app.electrolyte.profile import FARAD_PER_M2_TO_UF_PER_CM2, potential_drop
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import Electrolyte

Array = NDArray[np.float64]

NODES = 33
"""Surface charges at which the potential drop is computed."""

THEORY_NODES = 17
"""The same for Poisson–Boltzmann theory, whose results are smooth."""

CANDIDATES = 301
"""Surface charges that are looked at to find those at which a surrogate answers."""

MOST_POINTS = 100_000
"""Largest number of surface charges at which results are given."""

DEGREE = 14
"""Degree of the polynomial in the surface charge that follows it."""


@dataclass(frozen=True, eq=False)
class Capacitance:
    """Potential drop and capacitance of each wall against its charge, all other inputs fixed.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    system : Electrolyte
        The other inputs, the amount of salt in the slit among them.
    sigma_s : ndarray, shape (m,)
        Surface charge density in C/m².
    potential_drop : ndarray, shape (m,)
        Potential of the walls against the midplane in mV.
    differential, integral : ndarray, shape (m,)
        dσ_s/dΔψ and σ_s/Δψ in µF/cm²; the latter is NaN at uncharged walls.
    at_system : float
        The differential capacitance at the system's own surface charge in µF/cm², NaN if that is
        not within the range of `sigma_s`.
    """

    model: str
    system: Electrolyte
    sigma_s: Array
    potential_drop: Array
    differential: Array
    integral: Array
    at_system: float


def capacitance(surrogate: Surrogate, system: Electrolyte, points: int = 61) -> Capacitance:
    r"""Capacitance of the walls over all surface charges at which the surrogate answers.

    .. math:: C = \frac{d\sigma_s}{d\Delta\psi}, \qquad
        C_{int} = \frac{\sigma_s}{\Delta\psi}, \qquad \Delta\psi = \psi(\pm h/2) - \psi(0)

    The potential drop is computed at Chebyshev's nodes of the range and followed by a polynomial in
    σ_s, whose derivative is exact: differences of a network in single precision would amplify its
    rounding. Point ions at weakly charged walls of a wide slit give ε₀ε_rκ (Debye and Hückel), and
    ε₀ε_rκ cosh(eψ/2k_BT) at charged ones (Grahame, Chem. Rev. 41, 441 (1947)) if the electrolyte
    is symmetric. The salt in the slit is held, not a reservoir's chemical potential.

    Parameters
    ----------
    surrogate : Surrogate
        Model to evaluate.
    system : Electrolyte
        The other inputs, inside the domain.
    points : int, optional
        Number of surface charges.

    Returns
    -------
    Capacitance

    Raises
    ------
    ValueError
        If the system lies outside the domain of the surrogate, or the number of points is none.

    Examples
    --------
    >>> system = Electrolyte(h=4.5, c=1.0, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
    >>> curve = capacitance(Surrogate.load(), system)
    >>> bool((curve.differential > 0).all())
    True
    """
    points = _checked(points)

    def drops(nodes: Array) -> list[float]:
        _, n = surrogate.predict_many(vary(system, {"sigma_s": nodes}))
        return [
            potential_drop(system.replace(sigma_s=sigma), densities)
            for sigma, densities in zip(nodes, n, strict=True)
        ]

    return _of_drops(surrogate.name, system, _range(surrogate, system), drops, NODES, points)


def capacitance_of_theory(
    system: Electrolyte,
    limits: tuple[float, float],
    closest_approach: bool = True,
    points: int = 61,
) -> Capacitance:
    """Capacitance of the walls by Poisson–Boltzmann theory, see `capacitance`.

    Parameters
    ----------
    system : Electrolyte
        The other inputs.
    limits : tuple of float
        Smallest and largest surface charge in C/m².
    closest_approach : bool, optional
        Whether ions stay d/2 away from the walls (modified Poisson–Boltzmann) or are points.
    points : int, optional
        Number of surface charges.

    Returns
    -------
    Capacitance

    Examples
    --------
    >>> curve = capacitance_of_theory(Electrolyte(8.0, 0.1, 0.4, 0.4, -0.01), (-0.02, -0.001))
    >>> print(f"{curve.at_system:.0f} µF/cm²")
    70 µF/cm²
    """

    def drops(nodes: Array) -> list[float]:
        return [
            mean_field_profile(system.replace(sigma_s=sigma), closest_approach).potential_drop
            for sigma in nodes
        ]

    points = _checked(points)
    return _of_drops("Poisson–Boltzmann", system, limits, drops, THEORY_NODES, points)


def _range(surrogate: Surrogate, system: Electrolyte) -> tuple[float, float]:
    """Surface charges about the system's own at which the surrogate answers."""
    domain = surrogate.domain
    domain.require(system)
    low, high = domain.ranges["sigma_s"]
    candidates = np.linspace(high, low, CANDIDATES)
    allowed = domain.inside(vary(system, {"sigma_s": candidates}))
    # ions fill the slit more the more the walls are charged
    last = CANDIDATES if allowed.all() else int(np.argmin(allowed))
    return min(float(candidates[last - 1]), system.sigma_s), high


def _checked(points: int) -> int:
    points = whole("points", points, 2)
    if points > MOST_POINTS:
        raise ValueError(f"at most {MOST_POINTS} surface charges can be asked for, got {points}")
    return points


def _of_drops(
    model: str,
    system: Electrolyte,
    limits: tuple[float, float],
    drops: Callable[[Array], Sequence[float]],
    number: int,
    points: int,
) -> Capacitance:
    low, high = limits
    places = np.cos(np.pi * (np.arange(number) + 0.5) / number)
    nodes = 0.5 * (low + high) + 0.5 * (high - low) * places
    drop = Chebyshev.fit(nodes, drops(nodes), DEGREE, domain=[low, high])
    slope = drop.deriv()
    scale = FARAD_PER_M2_TO_UF_PER_CM2 * 1e3  # F/m² from C/m² and mV
    sigma = np.linspace(low, high, points)
    values = drop(sigma)
    integral = np.divide(
        scale * sigma, values, out=np.full(points, np.nan), where=(sigma != 0.0) & (values != 0.0)
    )
    inside = low <= system.sigma_s <= high
    return Capacitance(
        model=model,
        system=system,
        sigma_s=sigma,
        potential_drop=values,
        differential=scale / slope(sigma),
        integral=integral,
        at_system=float(scale / slope(system.sigma_s)) if inside else float("nan"),
    )
