"""Differential capacitance: how the walls' charge follows their potential."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.typing import NDArray

from surrogate_app.electrolyte.analysis.uncertain_system import vary
from surrogate_app.electrolyte.profile import FARAD_PER_M2_TO_UF_PER_CM2, potential_drop
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import DOMAIN, Electrolyte

Array = NDArray[np.float64]

NODES = 65
"""Surface charges at which the potential drop is computed."""

DEGREE = 10
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
    r"""Capacitance of the walls over all surface charges that the surrogate knows.

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
        If the system lies outside the domain.

    Examples
    --------
    >>> system = Electrolyte(h=4.5, c=1.0, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
    >>> curve = capacitance(Surrogate.load(), system)
    >>> bool((curve.differential > 0).all())
    True
    """
    low, high = DOMAIN["sigma_s"]
    nodes = 0.5 * (low + high) + 0.5 * (high - low) * np.cos(
        np.pi * (np.arange(NODES) + 0.5) / NODES
    )
    _, n = surrogate.predict_many(vary(system, {"sigma_s": nodes}))
    drops = [
        potential_drop(system.replace(sigma_s=sigma), densities)
        for sigma, densities in zip(nodes, n, strict=True)
    ]
    drop = Chebyshev.fit(nodes, drops, DEGREE, domain=[low, high])
    slope = drop.deriv()
    scale = FARAD_PER_M2_TO_UF_PER_CM2 * 1e3  # F/m² from C/m² and mV
    sigma = np.linspace(low, high, points)
    values = drop(sigma)
    integral = np.divide(
        scale * sigma, values, out=np.full(points, np.nan), where=(sigma != 0.0) & (values != 0.0)
    )
    inside = low <= system.sigma_s <= high
    return Capacitance(
        model=surrogate.name,
        system=system,
        sigma_s=sigma,
        potential_drop=values,
        differential=scale / slope(sigma),
        integral=integral,
        at_system=float(scale / slope(system.sigma_s)) if inside else float("nan"),
    )
