"""The picture of this half in the list of pages."""

from __future__ import annotations

from surrogate_app.common.palette import ANION, CATION
from surrogate_app.common.sketch import Curve, sketch
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import Electrolyte

SYSTEM = Electrolyte(4.5, 1.9, 0.4, 0.6, -0.015)
"""What is drawn: the paper's concentrated system, with layers of both ions."""

WALL = 0.2
"""Width in nm that is drawn of each wall."""


def picture() -> str:
    """Draw the default model's densities of both ions between the walls, as SVG.

    Examples
    --------
    >>> picture().startswith("<svg")
    True
    """
    profile = Surrogate.load().predict(SYSTEM)
    half = 0.5 * SYSTEM.h
    return sketch(
        [Curve(profile.z, profile.n_pos, CATION), Curve(profile.z, profile.n_neg, ANION)],
        "position between the walls",
        "ion density",
        bands=[(-half - WALL, -half), (half, half + WALL)],
    )
