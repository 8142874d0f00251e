"""Places in the slit that follow the sliders: contact of either ion, the middle, or a distance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from surrogate_app.app.numbers import number
from surrogate_app.electrolyte import Electrolyte

PLACES: Mapping[str, tuple[str, Callable[[Electrolyte], float]]] = MappingProxyType(
    {
        "contact_pos": ("Contact of cations", lambda system: 0.5 * system.d_pos),
        "contact_neg": ("Contact of anions", lambda system: 0.5 * system.d_neg),
        "0.3": ("0.3 nm from the wall", lambda _: 0.3),
        "1.0": ("1 nm from the wall", lambda _: 1.0),
        "middle": ("Middle", lambda system: 0.5 * system.h),
    }
)
"""Label and distance from the nearer wall, in nm, of the places that are offered by name."""

PAPER = ("0.2", "0.3", "0.4", "0.7", "1.25")
"""Distances from the wall, in nm, of the five positions of the paper's Fig. 8 and its text."""

MOST = 5
"""Number of places that can be looked at together."""


def label(place: str) -> str:
    """Return how the page calls a place.

    Examples
    --------
    >>> label("contact_neg"), label("0.45")
    ('Contact of anions', '0.45 nm from the wall')
    """
    return PLACES[place][0] if place in PLACES else f"{number(float(place))} nm from the wall"


def distance(place: str, system: Electrolyte) -> float:
    """Return the distance of a place from the nearer wall in nm.

    Raises
    ------
    ValueError
        If it lies farther from one wall than from the other.
    """
    r = PLACES[place][1](system) if place in PLACES else float(place)
    if r > 0.5 * system.h:
        raise ValueError(
            f"{number(r)} nm from the wall is beyond the middle of the slit, which is "
            f"{number(0.5 * system.h)} nm from either wall; choose a smaller distance"
        )
    return r


def position(place: str, system: Electrolyte) -> float:
    """Return the position z of a place in nm, that in the left half of the slit."""
    return round(distance(place, system) - 0.5 * system.h, 9)


def at_distance(r: float) -> str:
    """Return the place at a distance from the nearer wall, in nm.

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
        raise ValueError(f"a distance from the wall is a number in nm from 0 on, got {r:g}")
    return repr(round(float(r), 6))


def read(text: str) -> str:
    """Return the place that an entry of a link names.

    Raises
    ------
    ValueError
        If it names none.
    """
    if text in PLACES:
        return text
    try:
        return at_distance(float(text))
    except ValueError:
        raise ValueError(f"the link's place “{text[:40]}” is unknown and was ignored") from None
