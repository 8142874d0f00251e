r"""A Lennard-Jones fluid: potential, thermodynamic state, and the two numbers behind its structure.

With :math:`u(r) = C_{12}/r^{12} - C_6/r^6` the structure depends on two dimensionless numbers only.
The usual ones are ρ* = ρσ³ and T* = k_BT/ε. The surrogates use two others, which stay
finite however hot the fluid is: with the core length :math:`s = (C_{12}/k_BT)^{1/12}`

.. math:: \frac{u(r)}{k_BT} = \left(\frac{s}{r}\right)^{12} - a \left(\frac{s}{r}\right)^6,
    \qquad a = \frac{C_6}{\sqrt{C_{12} k_BT}} = \frac{2}{\sqrt{T^*}},
    \qquad \Gamma = \rho^* T^{*-1/4} = \rho s^3 / \sqrt{2}.

The strength of the attraction a goes to zero when T* goes to infinity, and the coupling Γ becomes
the only number on which the structure of soft spheres, a fluid of inverse twelfth powers, depends;
they freeze at Γ = 0.813 (Hoover et al., J. Chem. Phys. 52, 4931 (1970)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.checks import positive
from surrogate_app.common.units import GAS_CONSTANT

UNITS = {"c12": "kJ/mol nm¹²", "c6": "kJ/mol nm⁶", "density": "nm⁻³", "temperature": "K"}
"""Unit of each field of a state."""

PARAMETERS = tuple(UNITS)
"""Order of the fields in every array of states."""

TABLE_1 = {
    "c12": (5e-6, 1e-4),
    "c6": (2e-3, 2.5e-2),
    "density": (8.0, 19.4),
    "temperature": (290.0, 400.0),
}
"""Ranges of the liquid paper's Table 1; that of C6, missing in our copy, is our choice."""

TRANSFERABILITY = TABLE_1 | {"density": (1.96, 20.49), "temperature": (200.0, 500.0)}
"""The wider box in which the paper tests outside Table 1."""

CUTOFF = 3.5
"""Distance in σ at which the simulated potential is cut (not shifted)."""

CORE_DENSITY = math.sqrt(2.0)
"""Density in core lengths, ρs³, of a fluid whose coupling Γ is 1."""


Array = NDArray[np.float64]


@dataclass(frozen=True)
class LJState:
    """A Lennard-Jones fluid of given parameters, density and temperature.

    Any positive values describe a state; whether it is a fluid is told by `phases`, whether a
    surrogate may answer for it by the surrogate.

    Parameters
    ----------
    c12 : float
        Coefficient of the repulsion in kJ/mol nm¹².
    c6 : float
        Coefficient of the attraction in kJ/mol nm⁶.
    density : float
        Number density ρ in nm⁻³.
    temperature : float
        Temperature in K.

    Raises
    ------
    ValueError
        If a value is not a positive finite number, the message names the field and the value; or
        if σ, ε, ρ* or T* is none.

    Examples
    --------
    >>> argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
    >>> print(f"{argon.sigma:.4f} nm, {argon.epsilon:.4f} kJ/mol")
    0.3410 nm, 0.9964 kJ/mol
    >>> print(f"{argon.reduced_density:.3f} {argon.reduced_temperature:.3f}")
    0.543 2.879
    """

    c12: float
    c6: float
    density: float
    temperature: float

    def __post_init__(self) -> None:
        """Check the values and turn them into floats."""
        for field in fields(self):
            value = getattr(self, field.name)
            object.__setattr__(self, field.name, positive(field.name, value, UNITS[field.name]))
        if not self._has_finite_size_and_depth():
            raise ValueError(
                f"c12 = {self.c12:g} kJ/mol nm¹² and c6 = {self.c6:g} kJ/mol nm⁶ belong to no "
                "Lennard-Jones fluid: σ, ε, ρ* and T* must be positive finite numbers; check units"
            )

    def _has_finite_size_and_depth(self) -> bool:
        try:
            derived = self.sigma, self.epsilon, self.reduced_density, self.reduced_temperature
        except (OverflowError, ZeroDivisionError):
            return False
        return all(0.0 < value < math.inf for value in derived)

    @classmethod
    def from_sigma_epsilon(
        cls, sigma: float, epsilon: float, density: float, temperature: float
    ) -> LJState:
        """Build a state from σ in nm and ε in kJ/mol.

        Raises
        ------
        ValueError
            If a value is not a positive finite number.
        """
        for name, value, unit in (("sigma", sigma, "nm"), ("epsilon", epsilon, "kJ/mol")):
            positive(name, value, unit)
        try:
            c12, c6 = 4.0 * epsilon * sigma**12, 4.0 * epsilon * sigma**6
        except OverflowError:
            raise ValueError(f"sigma must be a length of atoms in nm, got {sigma:g}") from None
        return cls(c12, c6, density, temperature)

    @classmethod
    def from_reduced(
        cls, reduced_density: float, reduced_temperature: float, sigma: float, epsilon: float
    ) -> LJState:
        """Build a state from ρ*, T*, σ in nm and ε in kJ/mol.

        Raises
        ------
        ValueError
            If a value is not a positive finite number.
        """
        rho = positive("reduced_density", reduced_density, "σ⁻³")
        t_star = positive("reduced_temperature", reduced_temperature, "ε/k_B")
        length, depth = positive("sigma", sigma, "nm"), positive("epsilon", epsilon, "kJ/mol")
        try:
            density = rho / length**3
        except (OverflowError, ZeroDivisionError):
            raise ValueError(f"sigma must be a length of atoms in nm, got {length:g}") from None
        return cls.from_sigma_epsilon(length, depth, density, t_star * depth / GAS_CONSTANT)

    def to_dict(self) -> dict[str, float]:
        """Return the four values by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    @property
    def sigma(self) -> float:
        r"""Size :math:`\sigma = (C_{12}/C_6)^{1/6}` in nm, where the potential is zero."""
        return float((self.c12 / self.c6) ** (1.0 / 6.0))

    @property
    def epsilon(self) -> float:
        r"""Depth :math:`\epsilon = C_6^2 / (4 C_{12})` of the well in kJ/mol."""
        return self.c6**2 / (4.0 * self.c12)

    @property
    def thermal_energy(self) -> float:
        """Molar thermal energy RT in kJ/mol."""
        return GAS_CONSTANT * self.temperature

    @property
    def reduced_density(self) -> float:
        """Density ρ* = ρσ³."""
        return self.density * self.sigma**3

    @property
    def reduced_temperature(self) -> float:
        """Temperature T* = k_BT/ε."""
        return self.thermal_energy / self.epsilon

    @property
    def core(self) -> float:
        """Core length s = (C₁₂/k_BT)^(1/12) in nm, where the repulsion is k_BT."""
        return float((self.c12 / self.thermal_energy) ** (1.0 / 12.0))

    @property
    def core_density(self) -> float:
        """Density in core lengths, ρs³."""
        return self.density * self.core**3

    @property
    def coupling(self) -> float:
        """Coupling Γ = ρ* T*^(−1/4) of soft spheres."""
        return self.core_density / CORE_DENSITY

    @property
    def attraction(self) -> float:
        """Strength of the attraction a = C₆/√(C₁₂ k_BT)."""
        return self.c6 / math.sqrt(self.c12 * self.thermal_energy)

    def potential(self, r: ArrayLike) -> Array:
        """Full potential u(r) in kJ/mol at distances r in nm."""
        inverse6 = np.asarray(r, dtype=float) ** -6
        return np.asarray((self.c12 * inverse6 - self.c6) * inverse6)


def to_reduced(coupling: ArrayLike, attraction: ArrayLike) -> tuple[Array, Array]:
    """Reduced density ρ* and temperature T* from coupling Γ and attraction a.

    Examples
    --------
    >>> density, temperature = to_reduced(0.6364, 2.0)
    >>> print(f"{density:.4f} {temperature:.4f}")
    0.6364 1.0000
    """
    temperature = 4.0 / np.asarray(attraction, dtype=float) ** 2
    return np.asarray(coupling, dtype=float) * temperature**0.25, temperature


def from_reduced(density: ArrayLike, temperature: ArrayLike) -> tuple[Array, Array]:
    """Coupling Γ and attraction a from reduced density ρ* and temperature T*; see `to_reduced`."""
    t_star = np.asarray(temperature, dtype=float)
    return np.asarray(density, dtype=float) * t_star**-0.25, 2.0 / np.sqrt(t_star)


def coupling_and_attraction(
    c12: ArrayLike, c6: ArrayLike, density: ArrayLike, temperature: ArrayLike
) -> tuple[Array, Array]:
    """Coupling Γ and attraction a of states in the units of `LJState`; undoes `parameters`."""
    repulsion = np.asarray(c12, dtype=float)
    thermal = GAS_CONSTANT * np.asarray(temperature, dtype=float)
    coupling = np.asarray(density, dtype=float) * (repulsion / thermal) ** 0.25 / CORE_DENSITY
    return coupling, np.asarray(c6, dtype=float) / np.sqrt(repulsion * thermal)


def parameters(
    coupling: ArrayLike, attraction: ArrayLike, density: ArrayLike, temperature: ArrayLike
) -> tuple[Array, Array]:
    r"""Potential parameters behind a structure: :math:`C_{12} = k_BT s^{12}, C_6 = a k_BT s^6`.

    Parameters
    ----------
    coupling, attraction : array_like
        Coupling Γ and attraction a.
    density, temperature : array_like
        Density in nm⁻³ and temperature in K.

    Returns
    -------
    c12, c6 : ndarray
        In kJ/mol nm¹² and kJ/mol nm⁶.

    Examples
    --------
    >>> argon = LJState(9.847e-6, 6.2647e-3, 13.7, 345.0)
    >>> c12, c6 = parameters(argon.coupling, argon.attraction, 13.7, 345.0)
    >>> print(f"{c12:.3e} {c6:.4e}")
    9.847e-06 6.2647e-03
    """
    core3 = CORE_DENSITY * np.asarray(coupling, dtype=float) / np.asarray(density, dtype=float)
    thermal = GAS_CONSTANT * np.asarray(temperature, dtype=float)
    return thermal * core3**4, np.asarray(attraction, dtype=float) * thermal * core3**2
