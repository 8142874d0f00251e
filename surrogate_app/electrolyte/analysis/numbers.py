"""Numbers that follow from density profiles, of many systems at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.units import MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.profile import FARAD_PER_M2_TO_UF_PER_CM2, SCREENING_TOLERANCE
from surrogate_app.electrolyte.quantities import potentials, quantity_of
from surrogate_app.electrolyte.system import N_BINS
from surrogate_app.electrolyte.walls import WALL_RANGE

Array = NDArray[np.float64]

NUMBERS = {
    "contact_density_pos": "mol/L",
    "contact_density_neg": "mol/L",
    "midplane_density_pos": "mol/L",
    "midplane_density_neg": "mol/L",
    "screening_length": "nm",
    "potential_drop": "mV",
    "integral_capacitance": "µF/cm²",
    "surface_excess_pos": "1/nm²",
    "surface_excess_neg": "1/nm²",
}
"""Numbers by their names in `Profile`, of cations and anions where it has two, with units."""


def numbers_of(half: Array, parameters: Array) -> dict[str, Array]:
    """Return the numbers of many systems; `Profile` says of each what it is.

    Parameters
    ----------
    half : ndarray, shape (251, 2, N)
        Cation and anion densities in mol/L in the left half.
    parameters : ndarray, shape (N, 5) or (N, 9)
        The systems, in the order of `ALL_PARAMETERS`.

    Returns
    -------
    dict of ndarray, shape (N,)
        By the names in `NUMBERS` and in its units. Screening length and capacitance of walls that
        carry no charge are NaN.

    Examples
    --------
    >>> flat = np.ones((251, 2, 1))
    >>> numbers = numbers_of(flat, np.array([[4.0, 1.0, 0.4, 0.4, 0.0]]))
    >>> print(numbers["contact_density_pos"], numbers["surface_excess_neg"])
    [1.] [0.]
    """
    h, sigma_s = parameters[:, 0], parameters[:, 4]
    contact = [_contact(half[:, species], h, parameters[:, 2 + species]) for species in (0, 1)]
    middle = half[-1]
    excess = 0.5 * MOLAR_TO_PER_NM3 * h * (half.mean(axis=0) - middle)
    charge = np.concatenate((sigma_s[None], quantity_of(half, "integrated_charge", parameters)))
    drop, _ = potentials(charge, parameters)
    defined = (sigma_s != 0.0) & (drop != 0.0)
    capacitance = np.full_like(drop, np.nan)
    np.divide(FARAD_PER_M2_TO_UF_PER_CM2 * 1e3 * sigma_s, drop, out=capacitance, where=defined)
    found = (*contact, *middle, _screening(charge, h), drop, capacitance, *excess)
    return dict(zip(NUMBERS, found, strict=True))


def _contact(density: Array, h: Array, diameter: Array) -> Array:
    """Largest density up to the distance at which the wall's repulsion ends."""
    place = WALL_RANGE * 0.5 * diameter * N_BINS / h - 0.5  # in bins, from the first one's centre
    bins = np.arange(len(density))[:, None]
    nearer = np.where(bins < place, density, 0.0).max(axis=0)
    within = np.clip(place, 0.0, len(density) - 1)
    left = np.minimum(within.astype(np.intp), len(density) - 2)
    low, high = (np.take_along_axis(density, (left + step)[None], 0)[0] for step in (0, 1))
    return np.asarray(np.maximum(low + (within - left) * (high - low), nearer))


def _screening(charge: Array, h: Array) -> Array:
    """Smallest distance beyond which the charge, (252, N), stays within 5 % of that of the wall."""
    surface = np.abs(charge[0])
    ratio = np.divide(np.abs(charge), surface, out=np.zeros_like(charge), where=surface > 0.0)
    last = len(ratio) - 1 - np.argmax(ratio[::-1] > SCREENING_TOLERANCE, axis=0)
    defined = (surface > 0.0) & (last < len(ratio) - 1)
    last = np.minimum(last, len(ratio) - 2)
    here, beyond = (np.take_along_axis(ratio, (last + step)[None], 0)[0] for step in (0, 1))
    step = np.divide(here - SCREENING_TOLERANCE, here - beyond, out=np.zeros_like(h), where=defined)
    return np.asarray(np.where(defined, h * (last + step) / N_BINS, np.nan))
