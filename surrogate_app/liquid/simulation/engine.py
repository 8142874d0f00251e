"""What both simulation engines of a Lennard-Jones fluid share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.state import CUTOFF, LJState

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Averages over a stretch of a run.

    Parameters
    ----------
    g : ndarray, shape (400,)
        Radial distribution function in the bins of `distances`.
    energy, virial : float
        Potential energy and −Σ r u'(r) of the cut potential, per atom in k_BT.
    """

    g: Array
    energy: float
    virial: float


def cutoff(state: LJState, atoms: int, most: float | None = None) -> float:
    """Distance in σ at which the potential is cut in a box of so many atoms, at most `most`."""
    half_box = 0.5 * math.pow(atoms / state.reduced_density, 1.0 / 3.0)
    return min(CUTOFF if most is None else most, half_box)
