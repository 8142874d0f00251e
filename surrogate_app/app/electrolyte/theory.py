"""Poisson–Boltzmann theory that the page draws beside a prediction."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from surrogate_app.electrolyte import Electrolyte, mean_field_profile
from surrogate_app.electrolyte.export.profiles import Record

NO_THEORY = "none"
"""Name of the choice that draws none."""

APPROACHES: Mapping[str, bool] = MappingProxyType({"approach": True, "points": False})
"""Whether ions stay half a diameter away from the walls, for each kind of ions by name."""

THEORIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        NO_THEORY: (),
        "points": ("points",),
        "approach": ("approach",),
        "both": ("approach", "points"),
    }
)
"""What can be drawn: names of the kinds of ions for each choice."""

THEORY_LABELS: Mapping[str, str] = MappingProxyType(
    {
        NO_THEORY: "No theory beside it",
        "points": "Poisson–Boltzmann, point ions",
        "approach": "Poisson–Boltzmann, closest approach d/2",
        "both": "Poisson–Boltzmann, both",
    }
)
"""What the menu calls them."""

LINE_LABELS: Mapping[str, str] = MappingProxyType(
    {"approach": "PB, closest approach", "points": "PB, point ions"}
)
"""What figures call the kinds of ions."""


def theories(choice: str, system: Electrolyte) -> tuple[Record, ...]:
    """Return the profiles of a choice in `THEORIES` for a system.

    Examples
    --------
    >>> [one.model for one in theories("both", Electrolyte(5.0, 0.1, 0.4, 0.4, -0.01))]
    ['approach', 'points']
    """
    return tuple(
        Record(
            name,
            mean_field_profile(system, APPROACHES[name]),
            f"mean_field_profile({system!r}, closest_approach={APPROACHES[name]})",
            {"theory": "Poisson–Boltzmann"},
        )
        for name in THEORIES[choice]
    )
