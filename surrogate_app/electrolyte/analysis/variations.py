"""Systems that differ from one by some of their inputs, and what a surrogate says of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.analysis.quantities import Positions
from surrogate_app.electrolyte.surrogate.surrogate import Progress, Surrogate
from surrogate_app.electrolyte.system import DOMAIN, PARAMETERS, Electrolyte

Array = NDArray[np.float64]


def vary(system: Electrolyte, values: Mapping[str, Array]) -> Array:
    """Return systems, shape (N, 5), that differ from one by some inputs' values, N each."""
    number = next(iter(values.values())).size
    systems = np.tile(system.to_array(), (number, 1))
    for name, column in values.items():
        systems[:, PARAMETERS.index(name)] = column.ravel()
    return systems


def respond(
    surrogate: Surrogate,
    systems: Array,
    quantity: str,
    where: Positions,
    h_varies: bool,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """Values of a quantity, shape (N, M), at the distances of some positions from the wall."""
    trained = surrogate.metadata.get("training_range", DOMAIN)
    # a system's own bins need no interpolation, but move with h
    r = None if where.bins and not h_varies else where.r
    return surrogate.response(systems, quantity, r, progress, trained)
