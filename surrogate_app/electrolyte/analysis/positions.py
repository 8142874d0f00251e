"""Positions in a slit, and the distances from its walls at which surrogates are evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.electrolyte.quantities import grid, species_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Positions:
    """Positions in a slit, and how values on its left side carry over to them.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Positions from the middle of the slit in nm.
    r : ndarray, shape (M,)
        Distances from the left wall in nm, at most h/2.
    index : ndarray of int, shape (n,)
        For each position which of the distances it has from the nearer wall.
    sign : ndarray, shape (n,)
        Factor by which a value near the left wall is that near the right wall: 1, or −1 for the
        integrated charge right of the middle.
    bins : bool
        Whether the distances are those of `grid`.
    """

    z: Array
    r: Array
    index: NDArray[np.intp]
    sign: Array
    bins: bool

    @classmethod
    def of(cls, h: float, quantity: str, z: ArrayLike | None = None) -> Positions:
        """Check positions z, in nm; those at which a `Profile` holds the quantity if left out.

        Raises
        ------
        ValueError
            If there is no such quantity, or a position lies outside the slit.

        Examples
        --------
        >>> Positions.of(4.0, "n_pos", [-1.5, 1.5]).r.tolist()
        [0.5, 0.5]
        """
        even = quantity != "integrated_charge"
        species_of(quantity)
        if z is None:
            r = grid(quantity, h)
            left = np.arange(len(r))
            index = np.concatenate((left, left[::-1])) if even else left
            where = np.concatenate((r - 0.5 * h, 0.5 * h - r[::-1])) if even else r - 0.5 * h
            return cls(where, r, index, np.ones(len(index)), bins=True)
        where = listed("positions z", z)
        beyond = where[np.abs(where) > 0.5 * h]
        if beyond.size:
            raise ValueError(
                f"z = {beyond[0]:g} nm lies outside the slit, which reaches from {-0.5 * h:g} to "
                f"{0.5 * h:g} nm"
            )
        sign = np.ones(len(where)) if even else np.where(where > 0.0, -1.0, 1.0)
        return cls(where, 0.5 * h - np.abs(where), np.arange(len(where)), sign, bins=False)


def united(lists: Sequence[Positions]) -> tuple[Positions, list[slice]]:
    """Put lists of positions together.

    Returns
    -------
    positions : Positions
        Those of all lists; of a single one as it is.
    parts : list of slice
        Where the distances of each list are among theirs.

    Examples
    --------
    >>> lists = [Positions.of(4.0, "n_pos", z) for z in ([0.0], [-1.5, 1.5])]
    >>> together, parts = united(lists)
    >>> together.r[parts[1]].tolist()
    [0.5, 0.5]
    """
    ends = np.cumsum([len(one.r) for one in lists]).tolist()
    starts = [0, *ends[:-1]]
    parts = [slice(*pair) for pair in zip(starts, ends, strict=True)]
    if len(lists) == 1:
        return lists[0], parts
    z, r, sign = (np.concatenate([getattr(one, k) for one in lists]) for k in ("z", "r", "sign"))
    index = np.concatenate([one.index + start for one, start in zip(lists, starts, strict=True)])
    return Positions(z, r, index, sign, bins=False), parts


def listed(name: str, values: ArrayLike, unit: str = "nm") -> Array:
    """Return a list of finite numbers, at least one, or raise a ValueError that names it.

    Examples
    --------
    >>> listed("distances", ["wide"])
    Traceback (most recent call last):
    ValueError: distances must be numbers in nm, one after the other, at least one
    """
    try:
        array = np.atleast_1d(np.asarray(values, float))
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise ValueError(f"{name} must be numbers in {unit}, one after the other, at least one")
    return array
