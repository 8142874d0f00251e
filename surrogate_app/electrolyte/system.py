"""The confined electrolyte: its five inputs, its fixed constants and its domain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3, bjerrum_length

TEMPERATURE = 298.0
"""Temperature in K."""

RELATIVE_PERMITTIVITY = 80.0
"""Relative permittivity of the implicit solvent, equal on both sides of the walls."""

BJERRUM_LENGTH = bjerrum_length(TEMPERATURE, RELATIVE_PERMITTIVITY)
"""Bjerrum length in nm."""

N_BINS = 502
"""Number of equal bins over (−h/2, h/2)."""

PARAMETERS = ("h", "c", "d_pos", "d_neg", "sigma_s")
"""Order of the five inputs in every parameter array."""

UNITS = {"h": "nm", "c": "mol/L", "d_pos": "nm", "d_neg": "nm", "sigma_s": "C/m²"}
"""Unit of each input."""

DOMAIN: Mapping[str, tuple[float, float]] = {
    "h": (4.0, 5.0),
    "c": (0.1, 2.0),
    "d_pos": (0.2, 0.63),
    "d_neg": (0.2, 0.63),
    "sigma_s": (-0.02, -0.01),
}
"""Closed range of each input in which the surrogates answer."""

ROUNDING = 1e-6
"""Share of a range by which a value may miss its end for the rounding of single precision."""

MARGIN: Mapping[str, tuple[float, float]] = {
    "h": (3.9, 5.1),
    "c": (0.08, 2.1),
    "d_pos": (0.19, 0.68),
    "d_neg": (0.19, 0.68),
    "sigma_s": (-0.022, -0.008),
}
"""Wider range from which training systems are drawn: the domain's edges are interpolated."""


@dataclass(frozen=True)
class Electrolyte:
    """A monovalent electrolyte between two equally charged planar walls.

    Any physically meaningful system can be described; whether a surrogate may answer for it
    is decided by `require_domain`.

    Parameters
    ----------
    h : float
        Distance between the two walls in nm.
    c : float
        Salt concentration c = N−/(L²h) in mol/L, over the whole slab.
    d_pos, d_neg : float
        Diameter of cation and anion in nm.
    sigma_s : float
        Charge density of each wall in C/m², not positive: the counterions are cations.

    Raises
    ------
    ValueError
        If a value is not a finite number or has the wrong sign; the message names the field,
        the value and what is accepted.

    Examples
    --------
    >>> system = Electrolyte(h=4.8, c=1.5, d_pos=0.415, d_neg=0.63, sigma_s=-0.02)
    >>> system.in_domain
    True
    """

    h: float
    c: float
    d_pos: float
    d_neg: float
    sigma_s: float

    def __post_init__(self) -> None:
        """Check the values and turn them into floats."""
        for field in fields(self):
            name, value = field.name, getattr(self, field.name)
            try:
                number = float(value)
            except (TypeError, ValueError, OverflowError):
                number = math.nan
            if not math.isfinite(number):
                raise ValueError(f"{name} must be a number in {UNITS[name]}, got {value!r}")
            if name == "sigma_s":
                if number > 0:
                    raise ValueError(
                        "sigma_s must not be positive (its counterions are cations), "
                        f"got {number:g} C/m²"
                    )
            elif number <= 0:
                raise ValueError(f"{name} must be positive, got {number:g} {UNITS[name]}")
            object.__setattr__(self, name, number)
        if self.h <= max(self.d_pos, self.d_neg):
            raise ValueError(
                f"h must exceed both ion diameters ({self.d_pos:g} and {self.d_neg:g} nm), "
                f"got {self.h:g} nm"
            )

    @classmethod
    def from_array(cls, values: ArrayLike) -> Electrolyte:
        """Build a system from five numbers in the order of `PARAMETERS`."""
        array = np.asarray(values, dtype=float)
        if array.shape != (len(PARAMETERS),):
            raise ValueError(
                f"five values {PARAMETERS} are needed, got an array of shape {array.shape}"
            )
        return cls(*array.tolist())

    def to_array(self) -> NDArray[np.float64]:
        """Return the five inputs, shape (5,), in the order of `PARAMETERS`."""
        return np.array([getattr(self, name) for name in PARAMETERS])

    def to_dict(self) -> dict[str, float]:
        """Return the five inputs by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    def replace(self, **changes: Any) -> Electrolyte:
        """Return a copy with some inputs changed."""
        return replace(self, **changes)

    @property
    def in_domain(self) -> bool:
        """Whether all five inputs lie in `DOMAIN`."""
        return not outside_domain(self)

    @property
    def z(self) -> NDArray[np.float64]:
        """Centres of the 502 equal bins over (−h/2, h/2) in nm, shape (502,)."""
        return bin_centres(self.h)

    @property
    def debye_length(self) -> float:
        r"""Debye length of the salt, :math:`(8 \pi \ell_B c)^{-1/2}`, in nm."""
        return float((8.0 * math.pi * BJERRUM_LENGTH * self.c * MOLAR_TO_PER_NM3) ** -0.5)

    @property
    def packing_fraction(self) -> float:
        """Volume fraction of ions in the slab, see `packing_fraction`."""
        return float(packing_fraction(self.to_array()[None])[0])


def packing_fraction(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Volume fraction of ions in the slab between the walls.

    .. math:: \frac{\pi}{6} (n_+ d_+^3 + n_- d_-^3), \qquad n_- = c, \quad
        n_+ = c + \frac{2 |\sigma_s|}{e h}

    Parameters
    ----------
    parameters : ndarray, shape (N, 5)
        Systems, in the order of `PARAMETERS`.

    Returns
    -------
    ndarray, shape (N,)

    Examples
    --------
    >>> print(f"{packing_fraction(np.array([[5.0, 2.0, 0.63, 0.63, -0.02]]))[0]:.3f}")
    0.322
    """
    h, c, d_pos, d_neg, sigma_s = parameters.T
    anions = c * MOLAR_TO_PER_NM3
    cations = anions + 2.0 * np.abs(sigma_s) * C_PER_M2_TO_E_PER_NM2 / h
    return np.asarray(np.pi / 6.0 * (cations * d_pos**3 + anions * d_neg**3))


def bin_centres(h: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Centres of the 502 equal bins over (−h/2, h/2).

    Parameters
    ----------
    h : float or ndarray, shape (N,)
        Slit width in nm.

    Returns
    -------
    ndarray, shape (502,) or (N, 502)
        Bin centres in nm, antisymmetric about 0.
    """
    fractions = (np.arange(N_BINS) + 0.5) / N_BINS - 0.5
    return np.asarray(np.multiply.outer(np.asarray(h, dtype=float), fractions))


def within(
    values: float | NDArray[np.float64],
    low: float | NDArray[np.float64],
    high: float | NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Whether values lie in a closed range, up to the rounding of single precision."""
    slack = ROUNDING * (high - low)
    return np.asarray((values >= low - slack) & (values <= high + slack))


def outside_domain(system: Electrolyte) -> list[str]:
    """Say in a sentence for each input that leaves `DOMAIN` what it is and what it may be."""
    sentences = []
    for name, (low, high) in DOMAIN.items():
        value = getattr(system, name)
        if not within(value, low, high):
            sentences.append(
                f"{name} = {value:.9g} {UNITS[name]} is outside {low:g} to {high:g} {UNITS[name]}"
            )
    return sentences


def require_domain(system: Electrolyte) -> None:
    """Raise ValueError with one sentence if `system` lies outside `DOMAIN`."""
    sentences = outside_domain(system)
    if sentences:
        raise ValueError(
            "; ".join(sentences) + ": the surrogates were not trained there, choose a value inside"
        )
