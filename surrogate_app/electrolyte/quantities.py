"""Quantities of density profiles: one of many systems at chosen distances from the wall."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2, VACUUM_PERMITTIVITY
from surrogate_app.electrolyte.system import ENVIRONMENT, N_BINS, PARAMETERS

Array = NDArray[np.float64]

QUANTITIES = {
    "n_pos": "mol/L",
    "n_neg": "mol/L",
    "charge_density": "e mol/L",
    "integrated_charge": "C/m²",
    "potential": "mV",
}
"""Quantities that a response gives, by their names in `Profile`, with units."""

BOTH = (0, 1)
"""Indices of cations and anions."""

_SPECIES: dict[str, tuple[int, ...]] = {"n_pos": (0,), "n_neg": (1,)}


def species_of(quantity: str) -> tuple[int, ...]:
    """Species whose densities a quantity needs: 0 for cations, 1 for anions.

    Raises
    ------
    ValueError
        If there is no such quantity.

    Examples
    --------
    >>> species_of("n_neg"), species_of("charge_density")
    ((1,), (0, 1))
    """
    if quantity not in QUANTITIES:
        raise ValueError(f"there is no quantity {quantity!r}; choose {', '.join(QUANTITIES)}")
    return _SPECIES.get(quantity, BOTH)


def grid(quantity: str, h: float) -> Array:
    """Distances from the left wall, in nm, at which a profile holds a quantity: shape (251,)."""
    offset = 1.0 if quantity == "integrated_charge" else 0.5
    return np.asarray(h * (np.arange(N_BINS // 2) + offset) / N_BINS)


def checked_distances(r: ArrayLike, parameters: Array) -> Array:
    """Check distances from the left wall, in nm: between 0 and the smallest slit width.

    Raises
    ------
    ValueError
        If they are no list of numbers or lie outside the slit.
    """
    distances = np.atleast_1d(np.asarray(r, float))
    if distances.ndim != 1 or not np.isfinite(distances).all():
        raise ValueError("distances from the wall must be numbers in nm, one after the other")
    smallest = float(parameters[:, 0].min(initial=np.inf))
    outside = distances[(distances < 0.0) | (distances > smallest)]
    if outside.size:
        raise ValueError(
            f"{outside[0]:g} nm from the left wall is not between the walls, which are "
            f"{smallest:g} nm apart"
        )
    return distances


def quantity_of(
    half: NDArray[Any], quantity: str, parameters: Array, r: Array | None = None
) -> NDArray[Any]:
    """Return a quantity from the densities of the left half.

    Parameters
    ----------
    half : ndarray, shape (251, number of species, N)
        Densities in mol/L of the species that `species_of` names.
    quantity : str
        A name in `QUANTITIES`.
    parameters : ndarray, shape (N, 5) or (N, 9)
        Systems.
    r : ndarray, shape (M,), optional
        Distances from the left wall in nm; those of `grid` if left out.

    Returns
    -------
    ndarray, shape (M, N) or (251, N)
        In the unit of the quantity.
    """
    if half.shape[1] == 1:
        values = half[:, 0]
    elif parameters.shape[1] == len(PARAMETERS):
        values = half[:, 0] - half[:, 1]
    else:
        z_pos, z_neg = parameters[:, 5:7].T.astype(half.dtype)
        values = z_pos * half[:, 0] + z_neg * half[:, 1]
    h, sigma_s = parameters[:, 0], parameters[:, 4].astype(half.dtype)
    if quantity not in ("integrated_charge", "potential"):
        return values if r is None else _between(values, h, r, 0.5, even=True)
    values = np.cumsum(values, axis=0)
    values *= (h * (MOLAR_NM_TO_C_PER_M2 / N_BINS)).astype(half.dtype)
    values += sigma_s
    from_wall = np.concatenate((sigma_s[None], values))
    if quantity == "integrated_charge":
        return values if r is None else _between(from_wall, h, r, 0.0, even=False)
    walls, centres = potentials(from_wall, parameters)
    if r is None:
        return centres
    values = _between(centres, h, r, 0.5, even=True)
    # between the wall and the centre of the first bin
    share = np.minimum(r[:, None], h - r[:, None]) * (2.0 * N_BINS) / h
    near = walls + share.astype(values.dtype) * (centres[0] - walls)
    return np.asarray(np.where(share < 1.0, near, values))


def potentials(charge: NDArray[Any], parameters: Array) -> tuple[NDArray[Any], NDArray[Any]]:
    r"""Mean electrostatic potential against the midplane, see `Profile.potential`.

    .. math:: \psi(z) = \frac{1}{\epsilon_0 \epsilon_r} \int_z^0 S(z')\, dz'

    with S linear between the edges of bins.

    Parameters
    ----------
    charge : ndarray, shape (252, N)
        Integrated charge S in C/m² at the wall and at the right edges of the left half's bins.
    parameters : ndarray, shape (N, 5) or (N, 9)
        Systems.

    Returns
    -------
    walls : ndarray, shape (N,)
        Potential of the walls in mV.
    centres : ndarray, shape (251, N)
        Potential at the centres of the bins in mV.
    """
    if parameters.shape[1] == len(PARAMETERS):
        permittivity = np.full(len(parameters), ENVIRONMENT["permittivity"])
    else:
        permittivity = parameters[:, 8]
    # C/m² nm/(F/m) = 1e-9 V = 1e-6 mV
    scale = 1e-6 * parameters[:, 0] / N_BINS / (VACUUM_PERMITTIVITY * permittivity)
    scale = scale.astype(charge.dtype)
    over_bins = 0.5 * (charge[1:] + charge[:-1])
    beyond = np.cumsum(over_bins[::-1], axis=0)[::-1]
    # from a bin's centre to its right edge S is linear, too
    first_halves = 0.375 * charge[:-1] + 0.125 * charge[1:]
    return scale * beyond[0], scale * (beyond - first_halves)


def _between(values: NDArray[Any], h: Array, r: Array, first: float, even: bool) -> NDArray[Any]:
    """Values at distances r by linear interpolation; beyond the midplane by symmetry.

    The first of the values lies `first` bins from the wall.
    """
    width = h / N_BINS
    nearer = np.minimum(r[:, None], h - r[:, None])
    place = np.clip(nearer / width - first, 0.0, len(values) - 1)
    left = np.minimum(place.astype(np.intp), len(values) - 2)
    share = (place - left).astype(values.dtype)
    low, high = (np.take_along_axis(values, left + step, axis=0) for step in (0, 1))
    result = low + share * (high - low)
    return np.asarray(result if even else np.where(r[:, None] > 0.5 * h, -result, result))
