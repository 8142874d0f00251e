"""The periodic cell in which a confined electrolyte is simulated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.system import Electrolyte

MIN_ANIONS = 250
"""Fewest anions in a simulation cell."""

MOST_IONS = 20_000
"""Most ions in a simulation cell; a run of so many takes days."""


CROWDED = 1_000
"""Ions beyond which a cell holds fewer anions, since strongly charged walls bring most of them."""


def default_anions(system: Electrolyte) -> int:
    """Fewest anions in the cell of a system: 250, or fewer where the walls bring most of the ions.

    Examples
    --------
    >>> default_anions(Electrolyte(h=4.0, c=0.1, d_pos=0.3, d_neg=0.3, sigma_s=-0.02))
    250
    >>> default_anions(Electrolyte(h=10.0, c=0.02, d_pos=0.3, d_neg=0.3, sigma_s=-0.15))
    57
    """
    per_unit = system.stoichiometry
    charge = 2.0 * abs(system.sigma_s) * C_PER_M2_TO_E_PER_NM2 / system.z_pos
    counterions = charge / (system.c * MOLAR_TO_PER_NM3 * system.h)  # per formula unit
    fitting = CROWDED * per_unit[1] / (sum(per_unit) + counterions)
    return min(MIN_ANIONS, math.ceil(fitting))


@dataclass(frozen=True)
class Cell:
    """The periodic cell that realises a system with whole ions.

    Parameters
    ----------
    system : Electrolyte
        The system as realised: c = N₋/(ν₋L²h), σ_s exactly as requested.
    length : float
        Lateral period L in nm.
    n_pos, n_neg : int
        Number of cations (salt and counterions) and anions.
    """

    system: Electrolyte
    length: float
    n_pos: int
    n_neg: int

    @classmethod
    def of(cls, system: Electrolyte, min_anions: int = MIN_ANIONS) -> Cell:
        """Choose L so that σ_s is exact, with at least `min_anions` anions and c nearly as asked.

        The number of counterions M fixes the area, L² = z₊ M e/(2|σ_s|). Of the areas up to
        a tenth larger than the smallest possible one, that with the smallest relative error of
        the number of formula units is taken; the error of c is at most half of one of them. Cells
        are at least as wide as the slit: the interaction of ions with the periodic images of others
        is smooth then.

        Raises
        ------
        ValueError
            If that takes more than 20,000 ions.
        """
        per_unit = system.stoichiometry
        least_units = math.ceil(min_anions / per_unit[1])
        charge = 2.0 * abs(system.sigma_s) * C_PER_M2_TO_E_PER_NM2 / system.z_pos
        units_per_area = system.c * MOLAR_TO_PER_NM3 * system.h
        smallest = max((least_units - 0.5) / units_per_area, system.h**2)
        if charge == 0.0:
            units = max(least_units, math.ceil(smallest * units_per_area))
            area, counterions = units / units_per_area, 0
        else:
            least = math.ceil(smallest * charge)
            candidates = np.arange(least, max(math.floor(1.1 * smallest * charge), least) + 1)
            wanted = units_per_area * candidates / charge
            error = np.where(
                np.rint(wanted) < least_units, 1.0, np.abs(np.rint(wanted) / wanted - 1)
            )
            best = int(np.argmin(error))
            counterions, units = int(candidates[best]), int(np.rint(wanted[best]))
            area = counterions / charge
        n_pos, n_neg = units * per_unit[0] + counterions, units * per_unit[1]
        if n_pos + n_neg > MOST_IONS:
            raise ValueError(
                f"a cell of this system takes {n_pos + n_neg:,} ions, at most "
                f"{MOST_IONS:,} can be simulated: choose a narrower slit, a lower concentration, "
                "or walls of no charge or of more charge"
            )
        realised = system.replace(c=units / (area * system.h * MOLAR_TO_PER_NM3))
        return cls(realised, math.sqrt(area), n_pos, n_neg)
