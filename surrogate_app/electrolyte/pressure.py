r"""Normal pressure of the ions in a slit, at the soft walls and across any plane between them.

At the wall every ion is pushed back by the wall's repulsion u_w, and the walls' charges are drawn
inwards by the Maxwell stress:

.. math:: P = k_B T \sum_i \int_{-h/2}^0 n_i \Bigl(-\frac{du_{w,i}}{dz}\Bigr) dz
    - \frac{\sigma_s^2}{2 \epsilon_0 \epsilon_r},

with u_w in k_BT. Across a plane z₀ it is the momentum that ions carry through, and the force that
ions and wall on its right feel from those on its left: forces between ions of the same side cancel
by Newton's third law, and the charges of the walls contribute the same Maxwell stress whatever the
plane,

.. math:: P = k_B T \Bigl[\sum_i n_i(z_0) + \sum_i \int_{z_0}^{h/2} n_i \langle F\rangle_i dz\Bigr]
    - \frac{\sigma_s^2}{2 \epsilon_0 \epsilon_r},

with the mean force F of all other ions along z in k_BT/nm. The solvent's own pressure is no part of
the model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.units import AVOGADRO, BOLTZMANN, VACUUM_PERMITTIVITY
from surrogate_app.electrolyte.system import N_BINS, Electrolyte
from surrogate_app.electrolyte.walls import wall_factor

Array = NDArray[np.float64]

_PA_PER_BAR = 1e5
_LITRES = 1e3
_CENTRAL = 0.25  # share of the slit over whose planes a pressure is averaged
_EMPTY = 1e-9


def thermal_pressure(system: Electrolyte) -> float:
    """Pressure in bar of an ideal gas of 1 mol/L at the system's temperature."""
    return AVOGADRO * BOLTZMANN * system.temperature * _LITRES / _PA_PER_BAR


def maxwell_stress(system: Electrolyte) -> float:
    """Stress σ_s²/2ε₀ε_r in bar with which the field pulls at a wall."""
    permittivity = VACUUM_PERMITTIVITY * system.permittivity
    return system.sigma_s**2 / (2.0 * permittivity) / _PA_PER_BAR


def contact_sum(system: Electrolyte, n: Array) -> Array:
    """Force per area in bar with which ions push at a wall, the mean of both walls.

    Parameters
    ----------
    system : Electrolyte
        The system.
    n : ndarray, shape (..., 2, 502)
        Densities of cations and anions in mol/L.

    Returns
    -------
    ndarray, shape (...)
    """
    total = np.zeros(n.shape[:-2])
    for species, diameter in enumerate((system.d_pos, system.d_neg)):
        factor = wall_factor(system.h, diameter, N_BINS)
        rise = np.diff(_at_edges(system.h, diameter))  # of the Boltzmann factor w, over each bin
        push = np.divide(np.abs(rise), factor, out=np.zeros(N_BINS), where=factor > _EMPTY)
        total += 0.5 * n[..., species, :] @ push
    return thermal_pressure(system) * total


def across_planes(system: Electrolyte, n: Array, force: Array) -> Array:
    """Momentum and force of ions per area in bar, the mean of planes in the slit's central quarter.

    Parameters
    ----------
    system : Electrolyte
        The system.
    n : ndarray, shape (..., 2, 502)
        Densities of cations and anions in mol/L.
    force : ndarray, shape (..., 2, 502)
        n⟨F⟩: densities times mean force of all other ions along z, in mol/L k_BT/nm.

    Returns
    -------
    ndarray, shape (...)
    """
    density, push = n.sum(axis=-2), force.sum(axis=-2) * system.h / N_BINS
    to_the_right = np.cumsum(push[..., ::-1], axis=-1)[..., ::-1] - 0.5 * push
    to_the_left = np.cumsum(push, axis=-1) - 0.5 * push
    pressure = density + 0.5 * (to_the_right - to_the_left)
    half = round(0.5 * _CENTRAL * N_BINS)
    middle = slice(N_BINS // 2 - half, N_BINS // 2 + half)
    return np.asarray(thermal_pressure(system) * pressure[..., middle].mean(axis=-1))


def _at_edges(h: float, diameter: float) -> Array:
    """Boltzmann factor of both walls at the edges of the bins, shape (503,)."""
    r = h * np.arange(N_BINS + 1) / N_BINS
    r = np.minimum(r, r[::-1])
    ratio = np.divide(0.5 * diameter, r, out=np.full_like(r, np.inf), where=r > 0.0)
    return np.asarray(np.exp(-(np.maximum(2.0 * ratio**6 - 1.0, 0.0) ** 2)))
