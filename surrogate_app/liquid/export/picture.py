"""The picture of this half in the list of pages."""

from __future__ import annotations

import numpy as np

from surrogate_app.common.palette import FITTED
from surrogate_app.common.sketch import Curve, sketch
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.state import LJState

STATE = LJState.from_sigma_epsilon(0.3405, 0.996, density=21.25, temperature=90.0)
"""What is drawn: liquid argon."""


def picture() -> str:
    """Draw g(r) of the forward surrogate, as SVG.

    Examples
    --------
    >>> picture().startswith("<svg")
    True
    """
    r = np.linspace(0.0, 1.4, 281)
    g = ForwardSurrogate.load().rdf(STATE, r)
    return sketch([Curve(r, g, FITTED)], "distance r", "g(r)")
