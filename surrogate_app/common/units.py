"""Physical constants (CODATA 2018) and conversions between the units used at every boundary.

Lengths are in nm, concentrations in mol/L (M), surface charge densities in C/m²,
number densities in nm⁻³, energies in kJ/mol or k_BT, temperatures in K.
"""

import math

ELEMENTARY_CHARGE = 1.602176634e-19
"""Elementary charge e in C (exact)."""

AVOGADRO = 6.02214076e23
"""Avogadro constant in 1/mol (exact)."""

BOLTZMANN = 1.380649e-23
"""Boltzmann constant in J/K (exact)."""

VACUUM_PERMITTIVITY = 8.8541878128e-12
"""Vacuum permittivity in F/m."""

MOLAR_TO_PER_NM3 = AVOGADRO * 1e-24
"""One mol/L in nm⁻³ (0.602214)."""

C_PER_M2_TO_E_PER_NM2 = 1e-18 / ELEMENTARY_CHARGE
"""One C/m² in e/nm² (6.241509)."""

MOLAR_NM_TO_C_PER_M2 = MOLAR_TO_PER_NM3 / C_PER_M2_TO_E_PER_NM2
"""One M·nm of monovalent charge in C/m² (0.0964853)."""

GAS_CONSTANT = BOLTZMANN * AVOGADRO * 1e-3
"""Molar gas constant R in kJ/(mol K): k_BT per mole is R T."""


def number_density(mass_density: float, molar_mass: float) -> float:
    """Return the number density of particles from the mass density.

    Parameters
    ----------
    mass_density : float
        Mass density in g/cm³.
    molar_mass : float
        Molar mass of the particles in g/mol.

    Returns
    -------
    float
        Number density in nm⁻³.

    Examples
    --------
    >>> round(number_density(1.374, 39.948), 3)
    20.713
    """
    return mass_density / molar_mass * AVOGADRO * 1e-21


def bjerrum_length(temperature: float, relative_permittivity: float) -> float:
    r"""Distance at which two elementary charges interact with energy k_BT.

    .. math:: \ell_B = \frac{e^2}{4 \pi \epsilon_0 \epsilon_r k_B T}

    Parameters
    ----------
    temperature : float
        Temperature in K.
    relative_permittivity : float
        Relative permittivity of the solvent, dimensionless.

    Returns
    -------
    float
        Bjerrum length in nm.

    Examples
    --------
    >>> round(bjerrum_length(298.0, 80.0), 4)
    0.7009
    """
    thermal = BOLTZMANN * temperature
    permittivity = 4.0 * math.pi * VACUUM_PERMITTIVITY * relative_permittivity
    return ELEMENTARY_CHARGE**2 / (permittivity * thermal) * 1e9
