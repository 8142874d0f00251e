"""The confined electrolyte: its inputs, the electrolyte paper's constants and its domain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.units import (
    C_PER_M2_TO_E_PER_NM2,
    MOLAR_NM_TO_C_PER_M2,
    MOLAR_TO_PER_NM3,
    bjerrum_length,
)

TEMPERATURE = 298.0
"""Temperature in K of the electrolyte paper."""

RELATIVE_PERMITTIVITY = 80.0
"""Relative permittivity of its implicit solvent, equal on both sides of the walls."""

BJERRUM_LENGTH = bjerrum_length(TEMPERATURE, RELATIVE_PERMITTIVITY)
"""Bjerrum length in nm at that temperature in that solvent."""

N_BINS = 502
"""Number of equal bins over (−h/2, h/2)."""

_FRACTIONS = (np.arange(N_BINS) + 0.5) / N_BINS - 0.5

PARAMETERS = ("h", "c", "d_pos", "d_neg", "sigma_s")
"""Order of the paper's five inputs in every parameter array."""

ENVIRONMENT: Mapping[str, float] = {
    "z_pos": 1,
    "z_neg": -1,
    "temperature": TEMPERATURE,
    "permittivity": RELATIVE_PERMITTIVITY,
}
"""The four further inputs, in the order in which they follow those, and the paper's values."""

KNOWN_ENVIRONMENT = (
    f"models of the paper's box know 1:1 salts at {TEMPERATURE:g} K and a relative permittivity of "
    f"{RELATIVE_PERMITTIVITY:g} only"
)
"""What is said of systems of another kind."""

ALL_PARAMETERS = (*PARAMETERS, *ENVIRONMENT)
"""Order of all nine inputs."""

VALENCIES: Mapping[str, tuple[int, ...]] = {"z_pos": (1, 2, 3), "z_neg": (-1, -2)}
"""Valencies of cations and anions that can be described."""

UNITS = {
    "h": "nm",
    "c": "mol/L",
    "d_pos": "nm",
    "d_neg": "nm",
    "sigma_s": "C/m²",
    "z_pos": "e",
    "z_neg": "e",
    "temperature": "K",
    "permittivity": "ε₀",
}
"""Unit of each input."""

DOMAIN: Mapping[str, tuple[float, float]] = {
    "h": (4.0, 5.0),
    "c": (0.1, 2.0),
    "d_pos": (0.2, 0.63),
    "d_neg": (0.2, 0.63),
    "sigma_s": (-0.02, -0.01),
}
"""Closed range of each input in the electrolyte paper's box; `domain.WIDE` is the wider domain."""

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


_EXTREME = 1e30
"""Numbers beyond this, or its inverse, would leave those of a computer when they are multiplied."""


@dataclass(frozen=True)
class Electrolyte:
    """An electrolyte between two equally charged planar walls.

    Any physically meaningful system can be described; whether a surrogate may answer for it
    is decided by its domain, see `domain.Domain`.

    Parameters
    ----------
    h : float
        Distance between the two walls in nm.
    c : float
        Salt concentration in mol/L over the whole slab: formula units of the salt per volume L²h.
        Of a 2:1 salt, anions average 2c.
    d_pos, d_neg : float
        Diameter of cation and anion in nm.
    sigma_s : float
        Charge density of each wall in C/m², not positive: the counterions are cations, of the same
        kind as those of the salt.
    z_pos, z_neg : int, optional
        Valency of cations (1, 2, 3) and anions (−1, −2).
    temperature : float, optional
        Temperature in K.
    permittivity : float, optional
        Relative permittivity of the solvent, equal on both sides of the walls.

    Raises
    ------
    ValueError
        If a value is not a finite number, has the wrong sign or no size that anything could have,
        or is not a valency; the message
        names the field, the value and what is accepted.

    Examples
    --------
    >>> system = Electrolyte(h=4.8, c=1.5, d_pos=0.415, d_neg=0.63, sigma_s=-0.02)
    >>> system.in_domain
    True
    >>> system.replace(z_pos=2)
    Electrolyte(h=4.8, c=1.5, d_pos=0.415, d_neg=0.63, sigma_s=-0.02, z_pos=2)
    """

    h: float
    c: float
    d_pos: float
    d_neg: float
    sigma_s: float
    z_pos: int = 1
    z_neg: int = -1
    temperature: float = TEMPERATURE
    permittivity: float = RELATIVE_PERMITTIVITY

    def __post_init__(self) -> None:
        """Check the values and turn them into numbers."""
        for field in fields(self):
            name, value = field.name, getattr(self, field.name)
            try:
                number = float(value)
            except (TypeError, ValueError, OverflowError):
                number = math.nan
            if name in VALENCIES:
                if number not in VALENCIES[name]:
                    *few, last = map(str, VALENCIES[name])
                    raise ValueError(f"{name} must be {', '.join(few)} or {last}, got {value!r}")
                number = int(number)
            elif not math.isfinite(number):
                raise ValueError(f"{name} must be a number in {UNITS[name]}, got {value!r}")
            elif name == "sigma_s":
                if number > 0:
                    raise ValueError(
                        "sigma_s must not be positive (its counterions are cations), "
                        f"got {number:g} C/m²"
                    )
            elif number <= 0:
                raise ValueError(f"{name} must be positive, got {number:g} {UNITS[name]}")
            if number and not 1.0 / _EXTREME < abs(number) < _EXTREME:
                raise ValueError(f"{name} = {number:g} {UNITS[name]} is no size that anything has")
            object.__setattr__(self, name, number)
        if self.h <= max(self.d_pos, self.d_neg):
            raise ValueError(
                f"h must exceed both ion diameters ({self.d_pos:g} and {self.d_neg:g} nm), "
                f"got {self.h:g} nm"
            )

    def __repr__(self) -> str:
        """Return the call that makes the system; defaults are left out."""
        return f"Electrolyte({', '.join(f'{k}={v!r}' for k, v in self._changed().items())})"

    def _changed(self) -> dict[str, float]:
        """Return the paper's five inputs, and those of the other four that are not the paper's."""
        environment = {k: getattr(self, k) for k, v in ENVIRONMENT.items() if getattr(self, k) != v}
        return {name: getattr(self, name) for name in PARAMETERS} | environment

    @classmethod
    def from_array(cls, values: ArrayLike) -> Electrolyte:
        """Build a system from five or nine numbers in the order of `ALL_PARAMETERS`."""
        array = np.asarray(values, dtype=float)
        if array.shape not in ((len(PARAMETERS),), (len(ALL_PARAMETERS),)):
            raise ValueError(
                f"five values {PARAMETERS}, or these and {tuple(ENVIRONMENT)}, are needed, got an "
                f"array of shape {array.shape}"
            )
        return cls(*array.tolist())

    def to_array(self) -> NDArray[np.float64]:
        """Return the inputs as numbers, in the order of `ALL_PARAMETERS`.

        Shape (5,) for a system of the paper's kind (1:1, 298 K, relative permittivity 80),
        otherwise (9,).
        """
        return np.array(list(self.to_dict().values()), float)

    def to_dict(self) -> dict[str, float]:
        """Return the inputs by name: five for a system of the paper's kind, otherwise nine."""
        names = PARAMETERS if self.in_paper_environment else ALL_PARAMETERS
        return {name: getattr(self, name) for name in names}

    def replace(self, **changes: Any) -> Electrolyte:
        """Return a copy with some inputs changed."""
        return replace(self, **changes)

    @property
    def in_paper_environment(self) -> bool:
        """Whether valencies, temperature and permittivity are the paper's."""
        return all(getattr(self, name) == value for name, value in ENVIRONMENT.items())

    @property
    def in_domain(self) -> bool:
        """Whether it lies in the paper's box, `DOMAIN` and `ENVIRONMENT`, where all models answer.

        `domain.WIDE` is where the model of all salts does.
        """
        return not outside_domain(self)

    @property
    def z(self) -> NDArray[np.float64]:
        """Centres of the 502 equal bins over (−h/2, h/2) in nm, shape (502,)."""
        return bin_centres(self.h)

    @property
    def stoichiometry(self) -> tuple[int, int]:
        """Numbers of cations and anions in a formula unit of the salt."""
        common = math.gcd(self.z_pos, self.z_neg)
        return -self.z_neg // common, self.z_pos // common

    @property
    def bjerrum_length(self) -> float:
        """Bjerrum length in nm, see `units.bjerrum_length`."""
        return bjerrum_length(self.temperature, self.permittivity)

    @property
    def debye_length(self) -> float:
        r"""Debye length of the salt in nm.

        .. math:: \Bigl(4 \pi \ell_B c \sum_i \nu_i z_i^2\Bigr)^{-1/2}

        with ν_i ions of valency z_i in a formula unit; counterions do not count.
        """
        ions = sum(
            n * z**2 for n, z in zip(self.stoichiometry, (self.z_pos, self.z_neg), strict=True)
        )
        density = ions * self.c * MOLAR_TO_PER_NM3
        return float((4.0 * math.pi * self.bjerrum_length * density) ** -0.5)

    @property
    def gouy_chapman_length(self) -> float:
        r"""Distance from a bare wall at which a cation's energy has changed by k_BT, in nm.

        .. math:: \mu = \frac{e}{2 \pi \ell_B z_+ |\sigma_s|}

        Infinite for walls of no charge.
        """
        surface = abs(self.sigma_s) * C_PER_M2_TO_E_PER_NM2
        if surface == 0.0:
            return math.inf
        return 1.0 / (2.0 * math.pi * self.bjerrum_length * self.z_pos * surface)

    @property
    def coupling_parameter(self) -> float:
        r"""Electrostatic coupling parameter of the counterions at the wall, dimensionless.

        .. math:: \Xi = \frac{z_+^2 \ell_B}{\mu}
            = 2 \pi z_+^3 \ell_B^2 \frac{|\sigma_s|}{e}

        with the Gouy–Chapman length μ (Moreira and Netz, Europhys. Lett. 52, 705 (2000)).
        Mean-field theory holds for Ξ ≪ 1, strong coupling sets in above 10 or so; zero at
        uncharged walls.
        """
        return float(self.z_pos**2 * self.bjerrum_length / self.gouy_chapman_length)

    @property
    def coupling(self) -> float:
        r"""Coupling of cation and anion, :math:`z_+ |z_-| \ell_B / \tfrac{1}{2}(d_+ + d_-)`.

        Their Coulomb energy at contact in k_BT: above 4 or so they form long-lived pairs.
        """
        contact = 0.5 * (self.d_pos + self.d_neg)
        return self.z_pos * -self.z_neg * self.bjerrum_length / contact

    @property
    def packing_fraction(self) -> float:
        """Volume fraction of ions in the slab, see `packing_fraction`."""
        return float(packing_fraction(self.to_array()[None])[0])


def amounts(parameters: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Cations and anions in the slab per area of one wall.

    .. math:: N_- = \nu_- c h, \qquad N_+ = \nu_+ c h + \frac{2 |\sigma_s|}{z_+ e}

    Parameters
    ----------
    parameters : ndarray, shape (N, 5) or (N, 9)
        Systems, in the order of `ALL_PARAMETERS`.

    Returns
    -------
    cations, anions : ndarray, shape (N,)
        In mol/L nm.

    Examples
    --------
    >>> cations, anions = amounts(np.array([[5.0, 1.0, 0.4, 0.4, -0.02, 2, -1, 298, 80]]))
    >>> print(f"{cations[0]:.3f} {anions[0]:.3f}")
    5.207 10.000
    """
    salt = parameters[:, 1] * parameters[:, 0]
    surplus = (2.0 / MOLAR_NM_TO_C_PER_M2) * np.abs(parameters[:, 4])
    if parameters.shape[1] == len(PARAMETERS):
        return salt + surplus, salt
    z_pos, z_neg = parameters[:, 5], parameters[:, 6]
    salt /= np.gcd(z_pos.astype(int), z_neg.astype(int))
    return surplus / z_pos - salt * z_neg, salt * z_pos


def packing_fraction(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Volume fraction of ions in the slab between the walls.

    .. math:: \frac{\pi}{6 h} (N_+ d_+^3 + N_- d_-^3)

    with the numbers of `amounts`.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5) or (N, 9)
        Systems, in the order of `ALL_PARAMETERS`.

    Returns
    -------
    ndarray, shape (N,)

    Examples
    --------
    >>> print(f"{packing_fraction(np.array([[5.0, 2.0, 0.63, 0.63, -0.02]]))[0]:.3f}")
    0.322
    """
    cations, anions = amounts(parameters)
    h, _, d_pos, d_neg = parameters[:, :4].T
    per_volume = (cations * d_pos**3 + anions * d_neg**3) * MOLAR_TO_PER_NM3 / h
    return np.asarray(np.pi / 6.0 * per_volume)


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
    return np.asarray(np.multiply.outer(np.asarray(h, dtype=float), _FRACTIONS))


def within(
    values: float | NDArray[np.float64],
    low: float | NDArray[np.float64],
    high: float | NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Whether values lie in a closed range, up to the rounding of single precision."""
    slack = ROUNDING * (high - low)
    return np.asarray((values >= low - slack) & (values <= high + slack))


def outside_domain(system: Electrolyte) -> list[str]:
    """Say in a sentence for each input that leaves `DOMAIN` what it is and what it may be.

    The surrogates know the paper's salt, temperature and solvent only, those of `ENVIRONMENT`.
    """
    sentences = [
        f"{name} = {getattr(system, name):g} is not the models' {value:g}"
        for name, value in ENVIRONMENT.items()
        if getattr(system, name) != value
    ]
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
    if not system.in_paper_environment:
        sentences[-1] += f": {KNOWN_ENVIRONMENT}; choose that of all salts, or simulate this one"
        raise ValueError("; ".join(sentences))
    if sentences:
        raise ValueError(
            "; ".join(sentences) + ": the surrogates were not trained there, choose a value inside"
        )
