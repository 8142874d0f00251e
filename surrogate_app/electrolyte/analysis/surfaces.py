"""Response surfaces: one quantity at chosen positions as two inputs vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.electrolyte.analysis.input_distributions import NORMAL, Spread
from surrogate_app.electrolyte.analysis.uncertain_system import UncertainSystem
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import Electrolyte

Array = NDArray[np.float64]

SURFACE_REACH = 3.0
"""Standard deviations that a surface reaches to both sides of a normal spread's centre."""


@dataclass(frozen=True, eq=False)
class ResponseSurface:
    """A quantity at some positions as a function of two inputs, all others at their values.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    system : Electrolyte
        Centre of the spreads.
    quantity : str
        A name in `QUANTITIES`.
    inputs : tuple of Spread
        The two inputs, in the order of the axes.
    axes : tuple of ndarray, shapes (m,) and (m,)
        Their values, in their units.
    z : ndarray, shape (n,)
        Positions in nm for `system`; held at their distance from the nearer wall if h varies.
    values : ndarray of float32, shape (n, m, m)
        The quantity in its unit; the first input runs along the second axis.
    """

    model: str
    system: Electrolyte
    quantity: str
    inputs: tuple[Spread, Spread]
    axes: tuple[Array, Array]
    z: Array
    values: NDArray[np.float32]


def response_surface(
    surrogate: Surrogate,
    system: Electrolyte,
    spread: Mapping[str, float],
    z: ArrayLike,
    quantity: str = "charge_density",
    distribution: str | Mapping[str, str] = NORMAL,
    inputs: Sequence[str] | None = None,
    points: int = 25,
) -> ResponseSurface:
    """Response surface P(D₁, D₂; z) of a quantity to two inputs (section III.D of the paper).

    Parameters
    ----------
    surrogate, system, spread, z, quantity, distribution
        What is uncertain and what is looked at, see `UncertainSystem.of`.
    inputs : sequence of str, optional
        The two inputs of the surface, in the order of its axes; the first two with a spread if
        left out. The others stay at the values of `system`.
    points : int, optional
        Values of each input: over ±3 standard deviations of a normal spread and over the whole of
        a uniform one, but not beyond the range of the training.

    Returns
    -------
    ResponseSurface

    Raises
    ------
    ValueError
        As `UncertainSystem.of`, or if there are not two inputs, both with a spread.

    Examples
    --------
    >>> system = Electrolyte(h=4.5, c=1.9, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
    >>> spread = {"d_pos": 0.01, "d_neg": 0.015}
    >>> surface = response_surface(Surrogate.load(), system, spread, z=[-2.05, -1.95])
    >>> surface.values.shape
    (2, 25, 25)
    """
    uncertain = UncertainSystem.of(surrogate, system, spread, z, quantity, distribution)
    chosen = dict(zip(uncertain.names, uncertain.spreads, strict=True))
    pair = list(chosen)[:2] if inputs is None else list(inputs)
    if len(pair) != 2 or len(set(pair)) != 2 or not set(pair) <= set(chosen):
        raise ValueError(
            "a response surface takes two inputs that have a spread, got "
            f"{', '.join(pair) or 'none'}"
        )
    first, second = (chosen[name] for name in pair)
    axes = _reach(first, points), _reach(second, points)
    grids = np.meshgrid(*axes)
    values, where = uncertain.respond(dict(zip(pair, grids, strict=True))), uncertain.positions
    values = values[:, where.index] * where.sign.astype(np.float32)
    return ResponseSurface(
        model=surrogate.name,
        system=system,
        quantity=quantity,
        inputs=(first, second),
        axes=axes,
        z=where.z,
        values=values.T.reshape(-1, points, points),
    )


def _reach(one: Spread, points: int) -> Array:
    reach = one.width * (SURFACE_REACH if one.distribution == NORMAL else 1.0)
    low, high = max(one.centre - reach, one.low), min(one.centre + reach, one.high)
    return np.linspace(low, high, points)
