"""Density and temperature in the units in which users have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from surrogate_app.app.numbers import number
from surrogate_app.common.units import GAS_CONSTANT, number_density

PER_NM3, MASS_DENSITY, REDUCED_DENSITY = "nm⁻³", "g/cm³", "ρ*"
DENSITY_UNITS = (PER_NM3, MASS_DENSITY, REDUCED_DENSITY)

KELVIN, REDUCED_TEMPERATURE = "K", "T*"
TEMPERATURE_UNITS = (KELVIN, REDUCED_TEMPERATURE)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "density": "The density",
        "temperature": "The temperature",
        "molar_mass": "The molar mass",
        "sigma": "The unit of length",
        "epsilon": "The unit of energy",
    }
)
"""What each number is called in a sentence."""

LIMITS = (1e-6, 1e6)
"""Range of numbers that are taken, in any unit."""

_DIGITS = 5  # as many as a field shows


@dataclass(frozen=True)
class Conditions:
    """Density and temperature as they were given.

    Reduced values are those of a simulation in Lennard-Jones units: ρ* = ρσ³ and T* = k_BT/ε with
    the σ and ε that were its units. They are known before any fit and are not its results.

    Parameters
    ----------
    density : float
        In `density_unit`.
    temperature : float
        In `temperature_unit`.
    density_unit, temperature_unit : str
        One of `DENSITY_UNITS` and `TEMPERATURE_UNITS`.
    molar_mass : float
        In g/mol; counts for densities in g/cm³.
    sigma : float
        Unit of length of reduced values, in nm.
    epsilon : float
        Unit of energy of reduced values, in kJ/mol.

    Examples
    --------
    >>> liquid = Conditions(1.374, 87.3, density_unit="g/cm³")
    >>> print(f"{liquid.in_per_nm3:.3f} nm⁻³")
    20.713 nm⁻³
    """

    density: float
    temperature: float
    density_unit: str = PER_NM3
    temperature_unit: str = KELVIN
    molar_mass: float = 39.948
    sigma: float = 0.34
    epsilon: float = 1.0

    @property
    def in_per_nm3(self) -> float:
        """Number density in nm⁻³."""
        return self.density * self._per_nm3

    @property
    def in_kelvin(self) -> float:
        """Temperature in K."""
        return self.temperature * self._kelvin

    @property
    def counting(self) -> tuple[str, ...]:
        """Names of the numbers that count in these units."""
        counts = {
            "density": True,
            "temperature": True,
            "molar_mass": self.density_unit == MASS_DENSITY,
            "sigma": self.density_unit == REDUCED_DENSITY,
            "epsilon": self.temperature_unit == REDUCED_TEMPERATURE,
        }
        return tuple(name for name in NAMES if counts[name])

    @property
    def refused(self) -> dict[str, str]:
        """One sentence for each number that counts and describes no liquid, by its name."""
        low, high = LIMITS
        return {
            name: f"{NAMES[name]} must be a number from 0.000001 to 1,000,000, got {number(value)}."
            for name in self.counting
            if not low <= (value := getattr(self, name)) <= high
        }

    def in_units(
        self, density_unit: str | None = None, temperature_unit: str | None = None
    ) -> Conditions:
        """Return the same state in other units, to five digits; refused numbers stay as they are.

        Examples
        --------
        >>> Conditions(13.7, 345.0).in_units(density_unit="g/cm³").density
        0.90879
        """
        other = replace(
            self,
            density_unit=density_unit or self.density_unit,
            temperature_unit=temperature_unit or self.temperature_unit,
        )
        if self.refused or other.refused:
            return other
        density, temperature = self.density, self.temperature
        if other.density_unit != self.density_unit:
            density = _round(self.in_per_nm3 / other._per_nm3)
        if other.temperature_unit != self.temperature_unit:
            temperature = _round(self.in_kelvin / other._kelvin)
        return replace(other, density=density, temperature=temperature)

    @property
    def _per_nm3(self) -> float:
        if self.density_unit == MASS_DENSITY:
            return number_density(1.0, self.molar_mass)
        return self.sigma**-3 if self.density_unit == REDUCED_DENSITY else 1.0

    @property
    def _kelvin(self) -> float:
        return self.epsilon / GAS_CONSTANT if self.temperature_unit == REDUCED_TEMPERATURE else 1.0


def _round(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
