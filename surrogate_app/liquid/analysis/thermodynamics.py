r"""Pressure, energy and compressibility of fluids: by their structure, and by an equation of state.

The structure gives pressure and energy by the virial and the energy equation, see `virial`, and the
isothermal compressibility :math:`\kappa_T = 1 / \rho\, (\partial p / \partial \rho)` by pressures
at densities nearby; the equation of state is that of Thol et al. (2016), see
`equation_of_state`. Where the two differ by more than their uncertainties, one does not hold.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.units import AVOGADRO
from surrogate_app.liquid.equation_of_state import (
    HOTTEST,
    compressibility_factor,
    inverse_compressibility,
    potential_energy,
)
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.forward.virial import virial
from surrogate_app.liquid.inverse.surrogate import Fit, StructureFactorFit
from surrogate_app.liquid.state import LJState, coupling_and_attraction, to_reduced

Array = NDArray[np.float64]

KJ_PER_MOL_NM3_TO_MPA = 1e24 / AVOGADRO
"""One kJ/mol nm⁻³ in MPa (1.660539)."""

QUANTITIES = {
    "pressure": ("Pressure", "MPa"),
    "energy": ("Potential energy", "kJ/mol"),
    "compressibility_factor": ("Compressibility factor", "1"),
    "compressibility": ("Isothermal compressibility", "1/GPa"),
}
"""Names and units of what `thermodynamics` gives."""

BAR_PER_MPA = 10.0

_NEARBY = 0.01
"""Step in ln ρ of the derivative by density."""

_STEP = 0.005
"""Step in ln C12 and ln C6 of derivatives."""

_PLACES = np.linspace(0.0, 1.0, 200)


@dataclass(frozen=True)
class Quantity:
    """One quantity of a fluid by two ways.

    Parameters
    ----------
    name : str
        One of `QUANTITIES`.
    virial, virial_std : float
        By the structure, and its standard deviation; NaN where no uncertainty is known.
    equation, equation_std : float
        By the equation of state; NaN where that was not fitted, above T* = 9.
    """

    name: str
    virial: float
    virial_std: float
    equation: float
    equation_std: float

    @property
    def label(self) -> str:
        """What it is called."""
        return QUANTITIES[self.name][0]

    @property
    def unit(self) -> str:
        """Its unit."""
        return QUANTITIES[self.name][1]


def thermodynamics(
    surrogate: ForwardSurrogate, state: LJState, covariance: Array | None = None
) -> tuple[Quantity, ...]:
    """Pressure, energy and compressibility of a fluid by its structure and the equation of state.

    Parameters
    ----------
    surrogate : ForwardSurrogate
        What gives g(r).
    state : LJState
        The fluid.
    covariance : ndarray, shape (2, 2), optional
        Of ln C12 and ln C6, such as `Fit.log_covariance`; density and temperature are taken for
        exact. What the surrogate and the equation of state are off by is not included: of p/ρk_BT
        that is 0.004 as a rule and 0.02 close to the triple point; of the energy 0.002 ε.

    Returns
    -------
    tuple of Quantity
        In the order of `QUANTITIES`: pressure in MPa, potential energy in kJ/mol of atoms,
        p/ρk_BT, and the isothermal compressibility in 1/GPa.

    Raises
    ------
    ValueError
        If the surrogate knows no structure of the state.

    Examples
    --------
    >>> argon = LJState.from_sigma_epsilon(0.3405, 0.996, density=19.0, temperature=120.0)
    >>> pressure, energy, *_ = thermodynamics(ForwardSurrogate.load(), argon)
    >>> print(f"{pressure.virial:.0f} {pressure.equation:.0f} {pressure.unit}")
    17 17 MPa
    >>> print(f"{energy.virial:.2f} {energy.equation:.2f} {energy.unit}")
    -5.20 -5.20 kJ/mol
    """
    _require_known(surrogate, state)
    ways = _values(surrogate, state, state.c12, state.c6)
    deviations = np.full_like(ways, np.nan)
    if covariance is not None:
        slopes = []
        for c12, c6 in ((_STEP, 0.0), (0.0, _STEP)):
            up, down = (
                _values(
                    surrogate, state, state.c12 * math.exp(s * c12), state.c6 * math.exp(s * c6)
                )
                for s in (1.0, -1.0)
            )
            slopes.append((up - down) / (2.0 * _STEP))
        jacobian = np.array(slopes)
        variances = np.einsum("iwq,ij,jwq->wq", jacobian, covariance, jacobian)
        deviations = np.sqrt(np.maximum(variances, 0.0))
    rows = zip(
        QUANTITIES,
        *(way for pair in zip(ways, deviations, strict=True) for way in pair),
        strict=True,
    )
    return tuple(Quantity(name, *(float(value) for value in row)) for name, *row in rows)


def of_fit(
    fit: Fit | StructureFactorFit, surrogate: ForwardSurrogate | None = None
) -> tuple[Quantity, ...]:
    """Return `thermodynamics` of a fitted fluid with the uncertainty of the fit.

    Parameters
    ----------
    fit : Fit or StructureFactorFit
        The fit.
    surrogate : ForwardSurrogate, optional
        What gives g(r); the pretrained one by default.

    Returns
    -------
    tuple of Quantity
        Empty where the answer of the fit is not to be relied on.
    """
    known = ForwardSurrogate.load() if surrogate is None else surrogate
    if not fit.in_domain or known.domain_warnings(fit.state):
        return ()
    return thermodynamics(known, fit.state, fit.log_covariance)


def pressure(surrogate: ForwardSurrogate, state: LJState) -> float:
    """Pressure of a fluid in MPa by the virial equation.

    Warns where the surrogate does not know the structure well.

    Parameters
    ----------
    surrogate : ForwardSurrogate
        What gives g(r).
    state : LJState
        The fluid.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the surrogate knows no structure of the state.

    Examples
    --------
    >>> gas = LJState.from_sigma_epsilon(0.34, 1.0, density=2.0, temperature=400.0)
    >>> ideal = 2.0 * 400.0 * 0.01380649
    >>> print(f"{pressure(ForwardSurrogate.load(), gas) / ideal:.2f}")
    1.01
    """
    for sentence in surrogate.domain_warnings(state):
        warnings.warn(sentence, stacklevel=2)
    return silent_pressure(surrogate, state)


def silent_pressure(surrogate: ForwardSurrogate, state: LJState) -> float:
    """Return what `pressure` does, without its warnings."""
    _require_known(surrogate, state)
    place = np.array([state.coupling]), np.array([state.attraction])
    factor = float(virial(surrogate.expansion, *place)[0][0])
    return factor * state.density * state.thermal_energy * KJ_PER_MOL_NM3_TO_MPA


def _require_known(surrogate: ForwardSurrogate, state: LJState) -> None:
    surrogate.curve(state, surrogate.r_max(state) * _PLACES)


def _values(surrogate: ForwardSurrogate, state: LJState, c12: float, c6: float) -> Array:
    """All quantities of other parameters at the density and temperature of a state, (2, 4)."""
    near = np.exp(_NEARBY * np.array([0.0, -1.0, 1.0]))
    place = coupling_and_attraction(c12, c6, state.density * near, state.temperature)
    coupling, attraction = place[0], np.broadcast_to(place[1], near.shape)
    factors, energies = virial(surrogate.expansion, coupling, attraction)
    below, above = (near * factors)[1:]
    density, t_star = (float(x) for x in to_reduced(coupling[0], attraction[0]))
    ways = [
        (factors[0], energies[0], (above - below) / (2.0 * _NEARBY)),
        (
            compressibility_factor(density, t_star),
            potential_energy(density, t_star) / t_star,
            inverse_compressibility(density, t_star),
        )
        if t_star <= HOTTEST
        else (math.nan,) * 3,
    ]
    thermal = state.thermal_energy
    ideal = state.density * thermal * KJ_PER_MOL_NM3_TO_MPA
    return np.array(
        [
            [factor * ideal, energy * thermal, factor, 1e3 / (stiffness * ideal)]
            for factor, energy, stiffness in np.array(ways, dtype=float)
        ]
    )
