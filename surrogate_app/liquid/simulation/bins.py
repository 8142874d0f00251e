"""The bins in which g(r) is measured: equal ones in t = r ρ^(1/3), the same for every state."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

N_BINS = 400
"""Number of bins of g(r)."""

REACH = 4.0
"""Distance in ρ^(−1/3) up to which g(r) is measured; half a box of 512 atoms."""

WIDTH = REACH / N_BINS
"""Width of a bin in ρ^(−1/3)."""


def distances() -> Array:
    """Centres of the bins of g(r) in units of ρ^(−1/3), shape (400,)."""
    return np.asarray((np.arange(N_BINS) + 0.5) * WIDTH)


def ideal_pairs(atoms: int) -> Array:
    """Pairs per bin in a configuration of an ideal gas whose density is N/V, shape (400,)."""
    edges = np.arange(N_BINS + 1) * WIDTH
    return np.asarray(0.5 * atoms * (4.0 / 3.0) * math.pi * np.diff(edges**3))
