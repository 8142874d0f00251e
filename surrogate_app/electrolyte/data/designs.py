"""Designs of campaigns over the wide domain: every salt its own Sobol sequence, all in turn.

Inputs are drawn evenly in coordinates in which profiles vary evenly: ln h, ln c, d₊, d₋, √|σ_s| and
one for temperature and permittivity, of which the model knows only the product. Half of the systems
have a Bjerrum length of 0.65 to 0.85 nm, as water has between its freezing and its boiling point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import sobol
from surrogate_app.electrolyte.domain import SALTS, Domain
from surrogate_app.electrolyte.system import (
    BJERRUM_LENGTH,
    RELATIVE_PERMITTIVITY,
    TEMPERATURE,
)

Array = NDArray[np.float64]


UNCHARGED = 0.001
"""Charge density in C/m² below which a system is drawn with uncharged walls instead: so little
charge takes a cell that is far wider than the ions need."""

_WATER = (0.65, 0.85)  # Bjerrum lengths in nm of half of the systems


def wide(number: int, seed: int, limits: Domain) -> Array:
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
        _of_salt(each, salt, seed * len(SALTS) + place, limits) for place, salt in enumerate(SALTS)
    ]
    return np.stack(columns, axis=1).reshape(-1, columns[0].shape[1])[:number]


def _of_salt(number: int, salt: tuple[int, int], seed: int, limits: Domain) -> Array:
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
        rows = rows[limits.inside(rows)]
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
