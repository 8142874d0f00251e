"""The wide domain of electrolytes, in which all nine inputs vary; the paper's box lies inside.

`system.DOMAIN` is the box of the models that know the electrolyte paper's salt only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.system import (
    ALL_PARAMETERS,
    BJERRUM_LENGTH,
    ENVIRONMENT,
    PARAMETERS,
    RELATIVE_PERMITTIVITY,
    TEMPERATURE,
    UNITS,
    Electrolyte,
    packing_fraction,
    within,
)

Array = NDArray[np.float64]

RANGES: Mapping[str, tuple[float, float]] = {
    "h": (2.0, 10.0),
    "c": (0.02, 2.0),
    "d_pos": (0.2, 0.7),
    "d_neg": (0.2, 0.7),
    "sigma_s": (-0.15, 0.0),
    "temperature": (273.0, 373.0),
    "permittivity": (40.0, 90.0),
}
"""Closed range of each input that is not a valency."""

SALTS = ((1, -1), (2, -1), (1, -2), (2, -2), (3, -1))
"""Valencies of cation and anion: NaCl-, CaCl2-, Na2SO4-, MgSO4- and LaCl3-like salts."""

LARGEST_COUPLING = 6.0
"""Largest coupling of cation and anion, see `Electrolyte.coupling`."""

LARGEST_FILLING = 0.36
"""Largest volume fraction of ions in the slab, see `packing_fraction`."""


def outside(system: Electrolyte) -> list[str]:
    """Say in a sentence for each limit that a system breaks what it is and what would be allowed.

    The domain: h 2–10 nm; c 0.02–2 mol/L; diameters 0.2–0.7 nm; σ_s 0 to −0.15 C/m²; 273–373 K;
    relative permittivity 40–90; salts 1:1, 2:1, 1:2, 2:2 and 3:1; coupling
    z₊|z₋| l_B/((d₊ + d₋)/2) up to 6; ions fill at most 36 % of the slab.

    Parameters
    ----------
    system : Electrolyte
        Any system.

    Returns
    -------
    list of str
        Empty inside the domain.

    Examples
    --------
    >>> outside(Electrolyte(h=5.0, c=0.5, d_pos=0.3, d_neg=0.3, sigma_s=-0.1, z_pos=3))
    ['the coupling of cation and anion is 7.01, more than 6: choose a mean diameter of 0.351 nm or \
more, or a product of temperature and permittivity of 27851 K or more']
    """
    sentences = []
    for name, (low, high) in RANGES.items():
        value = getattr(system, name)
        if not within(value, low, high):
            unit = f" {UNITS[name]}" if name != "permittivity" else ""
            sentences.append(f"{name} = {value:.9g}{unit} is outside {low:g} to {high:g}{unit}")
    if (system.z_pos, system.z_neg) not in SALTS:
        known = ", ".join(f"{z_pos}:{-z_neg}" for z_pos, z_neg in SALTS)
        sentences.append(
            f"a {system.z_pos}:{-system.z_neg} salt is none of those known: choose {known}"
        )
    if not within(system.coupling, 0.0, LARGEST_COUPLING):
        ratio = system.coupling / LARGEST_COUPLING
        diameter = 0.5 * (system.d_pos + system.d_neg) * ratio
        product = system.temperature * system.permittivity * ratio
        sentences.append(
            f"the coupling of cation and anion is {system.coupling:.3g}, more than "
            f"{LARGEST_COUPLING:g}: choose a mean diameter of {_up(diameter):.3f} nm or more, or a "
            f"product of temperature and permittivity of {np.ceil(product):.0f} K or more"
        )
    if not within(system.packing_fraction, 0.0, LARGEST_FILLING):
        sentences.append(
            f"ions fill {system.packing_fraction:.3g} of the slab, more than {LARGEST_FILLING:g}: "
            + _looser(system)
        )
    return sentences


def require(system: Electrolyte) -> None:
    """Raise ValueError with one sentence if a system lies outside the domain."""
    sentences = outside(system)
    if sentences:
        raise ValueError("; ".join(sentences))


def inside(
    parameters: Array,
    ranges: Mapping[str, tuple[float, float]] = RANGES,
    coupling: float = LARGEST_COUPLING,
    filling: float = LARGEST_FILLING,
) -> NDArray[np.bool_]:
    """Whether each of many systems lies in the domain, or within other limits.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5) or (N, 9)
        Systems, in the order of `ALL_PARAMETERS`.
    ranges : mapping, optional
        Ranges of the inputs that are not valencies.
    coupling, filling : float, optional
        Largest coupling and volume fraction.

    Returns
    -------
    ndarray of bool, shape (N,)

    Examples
    --------
    >>> inside(np.array([[4.8, 1.5, 0.415, 0.63, -0.02], [1.9, 1.5, 0.415, 0.63, -0.02]]))
    array([ True, False])
    """
    rows = completed(parameters)
    low, high = np.array([ranges[name] for name in ranges]).T
    columns = [ALL_PARAMETERS.index(name) for name in ranges]
    mine = within(rows[:, columns], low, high).all(axis=1)
    z_pos, z_neg, temperature, permittivity = rows[:, len(PARAMETERS) :].T
    mine &= (rows[:, None, 5:7] == np.array(SALTS)).all(axis=2).any(axis=1)
    contact = 0.5 * (rows[:, 2] + rows[:, 3])
    bjerrum = BJERRUM_LENGTH * TEMPERATURE * RELATIVE_PERMITTIVITY / (temperature * permittivity)
    strength = -z_pos * z_neg * bjerrum / contact
    mine &= within(strength, 0.0, coupling) & within(packing_fraction(rows), 0.0, filling)
    return np.asarray(mine)


def completed(parameters: Array) -> Array:
    """Systems of nine inputs from those of five or nine, the missing ones the paper's.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5) or (N, 9)

    Returns
    -------
    ndarray, shape (N, 9)
    """
    if parameters.shape[1] == len(ALL_PARAMETERS):
        return parameters
    missing = np.broadcast_to(list(ENVIRONMENT.values()), (len(parameters), len(ENVIRONMENT)))
    return np.hstack((parameters, missing))


def _looser(system: Electrolyte) -> str:
    """Advise what to lower so that the ions fill less."""
    bare = packing_fraction(np.where(np.arange(9) == 1, 0.0, completed(system.to_array()[None])))
    salt = system.packing_fraction - float(bare[0])
    most = system.c * (LARGEST_FILLING - float(bare[0])) / salt
    if most >= RANGES["c"][0]:
        return f"choose c up to {np.floor(1e3 * most) / 1e3:.3f} mol/L, or smaller ions"
    return "choose smaller ions, a wider slit or walls of less charge"


def _up(value: float) -> float:
    return float(np.ceil(1e3 * value) / 1e3)
