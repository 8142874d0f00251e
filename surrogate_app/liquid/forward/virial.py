r"""Pressure and energy of fluids from their structure.

.. math:: \frac{p}{\rho k_BT} = 1 - \frac{2\pi\rho}{3 k_BT} \int_0^\infty r\, u'(r)\, g(r)\, r^2 dr,
    \qquad \frac{U}{N} = 2\pi\rho \int_0^\infty u(r)\, g(r)\, r^2 dr

Beyond the reach of the forward surrogate g is one.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.simulation.bins import REACH

Array = NDArray[np.float64]

_POINTS = 400
_HIGHEST = 1e6
"""Bound on (s/r)⁶ in the empty core, where it overflows, times nothing."""


def virial(expansion: Expansion, coupling: Array, attraction: Array) -> tuple[Array, Array]:
    """Compressibility factor p/ρk_BT and potential energy per atom in k_BT of states.

    Parameters
    ----------
    expansion : Expansion
        The forward model.
    coupling, attraction : ndarray, shape (m,)
        States.

    Returns
    -------
    factor, energy : ndarray, shape (m,)

    Examples
    --------
    >>> from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
    >>> expansion = ForwardSurrogate.load().expansion
    >>> factor, energy = virial(expansion, np.array([0.05]), np.array([1.0]))
    >>> print(f"{factor[0]:.2f} {energy[0]:.2f}")  # a dilute gas
    1.02 -0.10
    """
    points = _points()
    g = points.g(expansion, coupling, attraction)
    a = attraction[:, None]
    x = np.minimum(2.0 * coupling[:, None] ** 2 / points.t**6, _HIGHEST)  # (s/r)⁶
    seen = np.where(g > 0.0, g, 0.0) * points.t**2 * (REACH / _POINTS)
    force = np.sum((12.0 * x**2 - 6.0 * a * x) * seen, axis=1)  # −r u'(r)/k_BT
    energy = np.sum((x**2 - a * x) * seen, axis=1)
    twelve = 4.0 * coupling**4 / (9.0 * REACH**9)
    six = 2.0 * attraction * coupling**2 / (3.0 * REACH**3)
    factor = 1.0 + 2.0 * math.pi / 3.0 * (force + 12.0 * twelve - 6.0 * six)
    return np.asarray(factor), np.asarray(2.0 * math.pi * (energy + twelve - six))


@cache
def _points() -> Shells:
    return Shells.over(np.asarray((np.arange(_POINTS) + 0.5) * (REACH / _POINTS), float), 0.0)
