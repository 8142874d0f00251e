r"""Where a model for all salts leaves the answer to the model of the paper's box, and how it joins.

That model is more accurate in the box, and its answers there stay what they were. Between the box
and the edge of what it was trained on, densities are those of both models,

.. math:: n = w\, n^{box} + (1 - w)\, n^{salts}, \qquad w = \prod_i s(t_i), \quad
    s(t) = t^2 (3 - 2 t),

with t_i falling linearly from 1 at the end of the box to 0 at the end of `system.MARGIN`, for each
of the five inputs, and from 1 at the paper's Bjerrum length to 0 at 3 % less or more. Both obey the
same exact constraints, hence their mixture does; densities and their first derivatives are
continuous.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.domain import bjerrum_lengths
from surrogate_app.electrolyte.system import BJERRUM_LENGTH, DOMAIN, MARGIN, PARAMETERS, ROUNDING

Array = NDArray[np.float64]

TOLERANCE = 0.03
"""Relative deviation from the paper's Bjerrum length at which the box's model ends."""

_LOW, _HIGH = np.array([DOMAIN[name] for name in PARAMETERS]).T
_LEAST, _MOST = np.array([MARGIN[name] for name in PARAMETERS]).T
_SLACK = ROUNDING * (_HIGH - _LOW)
_BELOW, _ABOVE = _LOW - _SLACK - _LEAST, _MOST - _HIGH - _SLACK


def share_of_box(parameters: Array) -> Array:
    """Weight w of the model of the paper's box.

    Parameters
    ----------
    parameters : ndarray, shape (N, 9)
        Systems, in the order of `ALL_PARAMETERS`.

    Returns
    -------
    ndarray, shape (N,)
        1 in the box, 0 for other salts and beyond the margin.

    Examples
    --------
    >>> row = [4.5, 1.0, 0.4, 0.4, -0.015, 1, -1, 298.0, 80.0]
    >>> share_of_box(np.array([row, [5.05, *row[1:]], [*row[:5], 2, *row[6:]]])).round(4).tolist()
    [1.0, 0.5, 0.0]
    """
    monovalent = (parameters[:, 5:7] == (1.0, -1.0)).all(axis=1)
    if not monovalent.any():
        return np.zeros(len(parameters))
    values = parameters[:, : len(PARAMETERS)]
    ramps = np.empty((len(parameters), len(PARAMETERS) + 1))
    ramps[:, :-1] = np.minimum((values - _LEAST) / _BELOW, (_MOST - values) / _ABOVE)
    off = np.abs(bjerrum_lengths(parameters) / BJERRUM_LENGTH - 1.0)
    ramps[:, -1] = 1.0 - (off - ROUNDING) / TOLERANCE
    np.maximum(ramps, 0.0, out=ramps)
    np.minimum(ramps, 1.0, out=ramps)
    smooth = ramps**2 * (3.0 - 2.0 * ramps)
    return np.asarray(smooth.prod(axis=1) * monovalent)
