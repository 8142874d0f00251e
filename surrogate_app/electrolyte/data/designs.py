"""Designs of campaigns: over the wide domain, and over ranges of one's own.

Those over the wide domain give every salt its own Sobol sequence, all in turn. Inputs are drawn
evenly in coordinates in which profiles vary evenly: ln h, ln c, d₊, d₋, √|σ_s| and one for
temperature and permittivity, of which the model knows only the product. Half of the systems have a
Bjerrum length of 0.65 to 0.85 nm, as water has between its freezing and its boiling point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import sobol, sobol_in_turn
from surrogate_app.electrolyte.domain import SALTS, Domain
from surrogate_app.electrolyte.system import (
    ALL_PARAMETERS,
    BJERRUM_LENGTH,
    RELATIVE_PERMITTIVITY,
    TEMPERATURE,
    VALENCIES,
    Electrolyte,
    packing_fraction,
)

Array = NDArray[np.float64]


UNCHARGED = 0.001
"""Charge density in C/m² below which a system is drawn with uncharged walls instead: so little
charge takes a cell that is far wider than the ions need."""

_WATER = (0.65, 0.85)  # Bjerrum lengths in nm of half of the systems


def wide(number: int, seed: int, limits: Domain, least_filling: float = 0.0) -> Array:
    """First systems of a design over all salts.

    Systems are taken in sequence: a longer design of the same seed begins with a shorter one.

    Parameters
    ----------
    number : int
        Number of systems.
    seed : int
        Seed of the scrambling.
    limits : Domain
        Where they lie.
    least_filling : float, optional
        Smallest volume fraction of ions (`packing_fraction`).

    Returns
    -------
    ndarray, shape (number, 9)
        Salts in turn, each spread evenly over what the limits allow.

    Examples
    --------
    >>> from surrogate_app.electrolyte.domain import WIDE
    >>> rows = wide(10, seed=1, limits=WIDE)
    >>> rows[:, 5:7].astype(int).tolist()[:5]
    [[1, -1], [2, -1], [1, -2], [2, -2], [3, -1]]
    >>> bool(WIDE.inside(rows).all())
    True
    """
    each = math.ceil(number / len(SALTS))
    columns = [
        _of_salt(each, salt, seed * len(SALTS) + place, limits, least_filling)
        for place, salt in enumerate(SALTS)
    ]
    return np.stack(columns, axis=1).reshape(-1, columns[0].shape[1])[:number]


def _of_salt(
    number: int, salt: tuple[int, int], seed: int, limits: Domain, least_filling: float
) -> Array:
    """First systems of one salt that lie within the limits."""
    ranges = limits.ranges
    coordinates = {
        "h": _logarithms(ranges["h"]),
        "c": _logarithms(ranges["c"]),
        "d_pos": ranges["d_pos"],
        "d_neg": ranges["d_neg"],
        "sigma_s": (0.0, math.sqrt(-ranges["sigma_s"][0])),
        "environment": (0.0, 1.0),
    }
    drawn = number
    while True:
        log_h, log_c, d_pos, d_neg, root, share = sobol(coordinates, drawn, seed).T
        sigma = np.where(root**2 < UNCHARGED, 0.0, -(root**2))
        valencies = np.broadcast_to(np.array(salt, float)[:, None], (2, drawn))
        environment = _environment(share, ranges)
        rows = np.array(
            [np.exp(log_h), np.exp(log_c), d_pos, d_neg, sigma, *valencies, *environment]
        ).T
        rows = rows[limits.inside(rows) & (packing_fraction(rows) >= least_filling)]
        if len(rows) >= number:
            return np.asarray(rows[:number])
        drawn *= 2


def _environment(share: Array, ranges: Mapping[str, tuple[float, float]]) -> tuple[Array, Array]:
    """Temperatures and permittivities whose Bjerrum lengths are spread as described above.

    Both fall together, from their upper to their lower ends.
    """
    cold, hot = ranges["temperature"]
    poor, rich = ranges["permittivity"]
    reference = BJERRUM_LENGTH * TEMPERATURE * RELATIVE_PERMITTIVITY
    ends = reference / (hot * rich), reference / (cold * poor)
    length = np.interp(share, (0.0, 0.25, 0.75, 1.0), (ends[0], *_WATER, ends[1]))
    # (hot − fall (hot − cold)) (rich − fall (rich − poor)) = reference / length
    a = (hot - cold) * (rich - poor)
    b = hot * (rich - poor) + rich * (hot - cold)
    fall = (b - np.sqrt(b * b - 4.0 * a * (hot * rich - reference / length))) / (2.0 * a)
    return hot - fall * (hot - cold), rich - fall * (rich - poor)


def _logarithms(ends: tuple[float, float]) -> tuple[float, float]:
    return math.log(ends[0]), math.log(ends[1])


def drawn(given: Mapping[str, Sequence[float]], number: int, seed: int) -> Array:
    """Draw systems that fill ranges of their inputs evenly.

    Parameters
    ----------
    given : mapping of str to sequence of float
        For each input of `ALL_PARAMETERS` its value, or its lowest and its highest one.
    number, seed : int
        Number of systems and seed of the scrambled Sobol sequence. Systems are taken in sequence: a
        longer design of the same seed begins with a shorter one.

    Returns
    -------
    ndarray, shape (number, 9)
        Systems in the order of `ALL_PARAMETERS`.

    Raises
    ------
    ValueError
        If no system is asked for, an input has more than two values or they are not in order, a
        valency is a range, or what is drawn is no electrolyte.

    Examples
    --------
    >>> given = {"h": [3], "c": [0.1, 1], "d_pos": [0.4], "d_neg": [0.5], "sigma_s": [-0.02, 0]}
    >>> given |= {"z_pos": [1], "z_neg": [-1], "temperature": [298], "permittivity": [24.3]}
    >>> rows = drawn(given, 8, seed=1)
    >>> rows.shape, rows[:, 0].tolist() == [3.0] * 8
    ((8, 9), True)
    """
    fixed, ranges = _constants_and_ranges(given, number)
    rows = np.tile(fixed, (number, 1))
    if ranges:
        columns = [ALL_PARAMETERS.index(name) for name in ranges]
        rows[:, columns] = sobol(ranges, number, seed)
    for row in rows:
        Electrolyte.from_array(row)
    return rows


def drawn_in_turn(given: Mapping[str, Sequence[float]], number: int, seed: int) -> Iterator[Array]:
    """Yield the systems of `drawn`, some at a time, in bounded memory; any numbers are taken.

    Parameters
    ----------
    given : mapping of str to sequence of float
        For each input of `ALL_PARAMETERS` its value, or its lowest and its highest one.
    number, seed : int
        Number of systems and seed of the scrambled Sobol sequence.

    Returns
    -------
    iterator of ndarray, shape (n, 9)

    Raises
    ------
    ValueError
        If no system is asked for, an input has more than two values or they are not in order, or a
        valency is a range.

    Examples
    --------
    >>> given = {"h": [3], "c": [0.1, 1], "d_pos": [0.4], "d_neg": [0.5], "sigma_s": [-0.02, 0]}
    >>> given |= {"z_pos": [1], "z_neg": [-1], "temperature": [298], "permittivity": [24.3]}
    >>> [len(rows) for rows in drawn_in_turn(given, 10_000, seed=1)]
    [8192, 1808]
    """
    fixed, ranges = _constants_and_ranges(given, number)
    columns = [ALL_PARAMETERS.index(name) for name in ranges]

    def rows() -> Iterator[Array]:
        left = number
        for points in sobol_in_turn(ranges, seed) if ranges else [np.empty((1, 0))]:
            some = np.tile(fixed, (min(left, len(points)), 1))
            some[:, columns] = points[: len(some)]
            yield some
            left -= len(some)
            if left == 0:
                return

    return rows()


def _constants_and_ranges(
    given: Mapping[str, Sequence[float]], number: int
) -> tuple[Array, dict[str, tuple[float, float]]]:
    if number < 1:
        raise ValueError(f"the number of systems must be at least 1, got {number}")
    ranges = {}
    for name in ALL_PARAMETERS:
        values = tuple(map(float, given[name]))
        if len(values) > 2:
            raise ValueError(f"{name} takes one value or two, got {len(values)}")
        if name in VALENCIES and len(values) > 1:
            raise ValueError(f"{name} takes one value: draw each salt by itself")
        if len(values) == 2:
            if not values[0] < values[1]:
                raise ValueError(
                    f"the lowest {name} must come before the highest, got {values[0]:g} and "
                    f"{values[1]:g}"
                )
            ranges[name] = (values[0], values[1])
    if not ranges and number > 1:
        raise ValueError("at least one input needs a range, or all systems are the same")
    return np.array([float(given[name][0]) for name in ALL_PARAMETERS]), ranges


def to_csv(rows: Array) -> str:
    """Write systems as `dataset.read_csv` reads them, to six digits.

    Examples
    --------
    >>> print(to_csv(np.array([[3, 0.1234567, 0.4, 0.5, -0.02, 1, -1, 298, 24.3]])))
    h,c,d_pos,d_neg,sigma_s,z_pos,z_neg,temperature,permittivity
    3,0.123457,0.4,0.5,-0.02,1,-1,298,24.3
    <BLANKLINE>
    """
    lines = [",".join(ALL_PARAMETERS)]
    lines += [",".join(f"{value:.6g}" for value in row) for row in rows.tolist()]
    return "\n".join(lines) + "\n"
