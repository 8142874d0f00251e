"""What is exact about density profiles, imposed on those that networks give."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.quantities import BOTH
from surrogate_app.electrolyte.system import N_BINS, amounts

Array = NDArray[np.float64]
Real = TypeVar("Real", bound=np.floating[Any])


def constrain(n: Array, parameters: Array) -> tuple[Array, Array]:
    """Impose what is exact: evenness, n ≥ 0, ∫n₋ dz = ν₋ c h, ∫(z₊n₊ + z₋n₋) dz = 2|σ_s|/e.

    Profiles are averaged with their mirror images, negative values set to zero, and each
    species multiplied by the factor that makes its total right.

    Parameters
    ----------
    n : ndarray, shape (N, 2, 502)
        Cation and anion densities in mol/L.
    parameters : ndarray, shape (N, 5) or (N, 9)
        Their systems.

    Returns
    -------
    n : ndarray, shape (N, 2, 502)
        Densities that obey the constraints.
    correction : ndarray, shape (N, 2)
        Relative change of each species' total.
    """
    even = np.maximum(0.5 * (n + n[..., ::-1]), 0.0)
    half, correction = constrain_half(even[..., : N_BINS // 2].T, parameters)
    return mirrored(half), correction.T


def constrain_half(
    half: NDArray[Real], parameters: Array, species: tuple[int, ...] = BOTH
) -> tuple[NDArray[Real], Array]:
    """Multiply left halves of profiles by the factors that make their totals right.

    Parameters
    ----------
    half : ndarray, shape (251, number of species, N)
        Densities in mol/L.
    parameters : ndarray, shape (N, 5) or (N, 9)
        Their systems.
    species : tuple of int, optional
        0 for cations, 1 for anions.

    Returns
    -------
    half : ndarray, shape (251, number of species, N)
        Densities that obey the constraints, in the precision of the argument.
    correction : ndarray, shape (number of species, N)
        Relative change of each species' total.
    """
    h = parameters[:, 0]
    totals = np.array(amounts(parameters))[list(species)]
    factor = totals / (half.sum(axis=0, dtype=float) * (2.0 * h / N_BINS))
    return half * factor.astype(half.dtype), factor - 1.0


def mirrored(half: NDArray[Real], out: NDArray[Real] | None = None) -> NDArray[Real]:
    """Complete left halves, shape (251, 2, N), to profiles, shape (N, 2, 502)."""
    if out is None:
        out = np.empty((*half.shape[:0:-1], N_BINS), half.dtype)
    out[..., : N_BINS // 2] = half.T
    out[..., N_BINS // 2 :] = out[..., N_BINS // 2 - 1 :: -1]
    return out
