"""Relative permittivities of solvents: water at any temperature, and a few others."""

from __future__ import annotations

from dataclasses import dataclass

FREEZING, BOILING = 273.0, 373.2
"""Range in K in which `water_permittivity` holds, rounded outwards to tenths."""


@dataclass(frozen=True)
class Solvent:
    """A solvent as one source gives it.

    Parameters
    ----------
    label : str
        What it is called.
    permittivity : float
        Its relative permittivity.
    temperature : float
        The temperature in K at which that was measured.
    source : str
        Where it is from.
    """

    label: str
    permittivity: float
    temperature: float
    source: str


_HANDBOOK = "CRC Handbook of Chemistry and Physics, 95th edition (2014), section 6"

SOLVENTS = (
    Solvent("Ethylene carbonate, 313 K", 89.78, 313.2, _HANDBOOK),
    Solvent("Propylene carbonate, 293 K", 66.14, 293.2, _HANDBOOK),
    Solvent("Dimethyl sulfoxide, 293 K", 47.24, 293.2, _HANDBOOK),
    Solvent("Glycerol, 293 K", 46.53, 293.2, _HANDBOOK),
)
"""Solvents whose permittivity lies in the domain of the models for all salts."""


def water_permittivity(temperature: float) -> float:
    r"""Relative permittivity of liquid water at atmospheric pressure.

    .. math:: \epsilon_r = 87.740 - 0.40008\,t + 9.398 \cdot 10^{-4} t^2
        - 1.410 \cdot 10^{-6} t^3

    with the temperature t in °C (Malmberg and Maryott, J. Res. Natl. Bur. Stand. 56, 1 (1956)), who
    measured from 0 to 100 °C with a standard deviation of 0.05.

    Parameters
    ----------
    temperature : float
        Temperature in K.

    Raises
    ------
    ValueError
        If water is not liquid at this temperature.

    Examples
    --------
    >>> print(f"{water_permittivity(298.15):.2f}")
    78.30
    """
    if not FREEZING <= temperature <= BOILING:
        raise ValueError(
            f"the permittivity of water is known from {FREEZING:g} to {BOILING:g} K, got "
            f"{temperature:g} K"
        )
    t = temperature - 273.15
    return 87.740 - 0.40008 * t + 9.398e-4 * t**2 - 1.410e-6 * t**3
