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


@dataclass(frozen=True)
class Cell:
    """The periodic cell that realises a system with whole ions.

    Parameters
    ----------
    system : Electrolyte
        The system as realised: c = N₋/(L²h), σ_s exactly as requested.
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

        The number of counterions M fixes the area, L² = M e/(2|σ_s|). Of the areas up to
        a tenth larger than the smallest possible one, that with the smallest relative error of
        c = N₋/(L²h) is taken; the error is at most 1/(2 min_anions). Cells are at least as wide as
        the slit: the interaction of ions with the periodic images of others is smooth then.

        Raises
        ------
        ValueError
            If that takes more than 20,000 ions.
        """
        charge = 2.0 * abs(system.sigma_s) * C_PER_M2_TO_E_PER_NM2
        anions_per_area = system.c * MOLAR_TO_PER_NM3 * system.h
        smallest = max((min_anions - 0.5) / anions_per_area, system.h**2)
        if charge == 0.0:
            n_neg = max(min_anions, math.ceil(smallest * anions_per_area))
            area, counterions = n_neg / anions_per_area, 0
        else:
            least = math.ceil(smallest * charge)
            candidates = np.arange(least, max(math.floor(1.1 * smallest * charge), least) + 1)
            anions = anions_per_area * candidates / charge
            error = np.where(
                np.rint(anions) < min_anions, 1.0, np.abs(np.rint(anions) / anions - 1)
            )
            best = int(np.argmin(error))
            counterions, n_neg = int(candidates[best]), int(np.rint(anions[best]))
            area = counterions / charge
        if 2 * n_neg + counterions > MOST_IONS:
            raise ValueError(
                f"a cell of this system takes {2 * n_neg + counterions:,} ions, at most "
                f"{MOST_IONS:,} can be simulated: choose a narrower slit, a lower concentration, "
                "or walls of no charge or of more charge"
            )
        realised = system.replace(c=n_neg / (area * system.h * MOLAR_TO_PER_NM3))
        return cls(realised, math.sqrt(area), n_neg + counterions, n_neg)
