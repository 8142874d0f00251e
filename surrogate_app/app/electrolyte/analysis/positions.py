"""Positions in the slit that follow the sliders: contact, the middle, or a distance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from surrogate_app.app.numbers import number
from surrogate_app.electrolyte import Electrolyte

POSITIONS: Mapping[str, tuple[str, Callable[[Electrolyte], float]]] = MappingProxyType(
    {
        "contact_pos": ("Contact of cations", lambda system: 0.5 * system.d_pos),
        "contact_neg": ("Contact of anions", lambda system: 0.5 * system.d_neg),
        "0.3": ("0.3 nm from the wall", lambda _: 0.3),
        "1.0": ("1 nm from the wall", lambda _: 1.0),
        "middle": ("Middle", lambda system: 0.5 * system.h),
    }
)
"""Label and distance from the nearer wall, in nm, of the positions that are offered by name."""

PAPER_POSITIONS = ("0.2", "0.3", "0.4", "0.7", "1.25")
"""Distances from the wall, in nm, of the five positions of the paper's Fig. 8 and its text."""

MAX_POSITIONS = 5
"""Number of positions that can be examined together."""


def label(position: str) -> str:
    """Return what the page calls a position.

    Examples
    --------
    >>> label("contact_neg"), label("0.45")
    ('Contact of anions', '0.45 nm from the wall')
    """
    return (
        POSITIONS[position][0]
        if position in POSITIONS
        else f"{number(float(position))} nm from the wall"
    )


def distance(position: str, system: Electrolyte) -> float:
    """Return the distance of a position from the nearer wall in nm.

    Raises
    ------
    ValueError
        If it lies farther from one wall than from the other.
    """
    r = POSITIONS[position][1](system) if position in POSITIONS else float(position)
    if r > 0.5 * system.h:
        raise ValueError(
            f"{number(r)} nm from the wall is beyond the middle of the slit, which is "
            f"{number(0.5 * system.h)} nm from either wall; choose a smaller distance"
        )
    return r


def coordinate(position: str, system: Electrolyte) -> float:
    """Return the coordinate z of a position in nm, that in the left half of the slit."""
    return round(distance(position, system) - 0.5 * system.h, 9)


def at_distance(r: float) -> str:
    """Return the position at a distance from the nearer wall, in nm.

    Raises
    ------
    ValueError
        If the distance is negative or not a number.

    Examples
    --------
    >>> at_distance(0.45)
    '0.45'
    """
    if not (math.isfinite(r) and r >= 0.0):
        raise ValueError(f"a distance from the wall must be a number in nm, at least 0, got {r:g}")
    return repr(round(float(r), 6))


def read(text: str) -> str:
    """Return the position that an entry of a link names.

    Raises
    ------
    ValueError
        If it names none.
    """
    if text in POSITIONS:
        return text
    try:
        return at_distance(float(text))
    except ValueError:
        raise ValueError(f"the link's position “{text[:40]}” is unknown and was ignored") from None
