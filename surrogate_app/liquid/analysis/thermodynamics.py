r"""Pressure of a Lennard-Jones fluid from its structure.

.. math:: p = \rho k_BT - \frac{2\pi}{3} \rho^2 \int_0^\infty r\, u'(r)\, g(r)\, r^2 dr

(virial equation). Beyond the reach of the forward surrogate g is one.
"""

from __future__ import annotations

import math
import warnings

import numpy as np

from surrogate_app.common.units import AVOGADRO
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.state import LJState

KJ_PER_MOL_NM3_TO_MPA = 1e24 / AVOGADRO
"""One kJ/mol nm⁻³ in MPa (1.660539)."""

_POINTS = 4_000


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
    end = surrogate.r_max(state)
    width = end / _POINTS
    r = (np.arange(_POINTS) + 0.5) * width
    g = surrogate.curve(state, r)
    # −r u' = 12 C12/r¹² − 6 C6/r⁶; in the empty core it overflows, times nothing
    twelve, six = 12.0 * state.c12, 6.0 * state.c6
    inside = np.sum(np.where(g > 0.0, (twelve * r**-12.0 - six * r**-6.0) * g * r**2, 0.0)) * width
    beyond = twelve * end**-9 / 9.0 - six * end**-3 / 3.0
    virial = 4.0 * math.pi * float(inside + beyond)
    energy_density = state.density * (state.thermal_energy + state.density * virial / 6.0)
    return energy_density * KJ_PER_MOL_NM3_TO_MPA
