r"""Which input shapes the structure where: variance-based sensitivity at every z at once.

The variance V of a quantity over independent spreads of the inputs is a sum of parts, one for each
set of inputs that act together (Sobol, Math. Model. Comput. Exp. 1, 407 (1993)). The electrolyte
paper's S₊ and S₋ (E 11–13) are the first-order indices, those of single inputs; the remainder,
which it takes to be zero, are the interactions. The paper samples a million systems. The surrogate
is smooth, so that here Gauss quadrature on a tensor grid of some hundred systems does, refined
until the indices no longer change.

Points are held at their distance from the nearer wall. Only where h has a spread does that
matter: the layers of ions stand at the walls and move with them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.checks import positive
from surrogate_app.electrolyte.analysis.input_distributions import NORMAL, Spread
from surrogate_app.electrolyte.analysis.uncertain_system import UncertainSystem
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import Electrolyte
from surrogate_app.network import one_thread

Array = NDArray[np.float64]
Names = tuple[str, ...]

TOLERANCE = 0.01
"""Change of any index, from one grid to the next, below which the grid is fine enough."""

WEIGHTY = 0.01
"""Standard deviation relative to the largest at any z from which on changes are looked at."""

COARSEST = 27
"""Size of the smallest grid."""

MOST_SYSTEMS = {1: 54, 2: 400, 7: 16_384}
"""Size of the largest grid for so many inputs by default; for other numbers 10,000 systems."""

ROUNDING = 1e-5
"""Standard deviation relative to the largest value at any z below which indices are not defined:
single precision is no finer."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Shares of the variance of one quantity that single inputs and sets of them bring about.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    system : Electrolyte
        Centre of the spreads.
    quantity : str
        What varies: a name in `QUANTITIES`.
    spreads : tuple of Spread
        The inputs that vary.
    z : ndarray, shape (n,)
        Positions in nm for `system`; held at their distance from the nearer wall if h varies.
    mean, std : ndarray, shape (n,)
        Mean and standard deviation of the quantity over the spreads, in its unit.
    indices : dict of tuple of str to ndarray, shape (n,)
        Share of the variance for each set of inputs; at every z they add up to 1. NaN where the
        quantity does not vary, as inside the walls.
    error : ndarray, shape (n,)
        Largest change of any index against the grid that is the next coarser one.
    systems : int
        Number of systems that were predicted.
    outside : dict of str to float
        Share of each spread outside the domain.
    warnings : tuple of str
        Sentences about that, and about grids that stayed too coarse.
    """

    model: str
    system: Electrolyte
    quantity: str
    spreads: tuple[Spread, ...]
    z: Array
    mean: Array
    std: Array
    indices: dict[Names, Array]
    error: Array
    systems: int
    outside: dict[str, float]
    warnings: tuple[str, ...]

    @property
    def names(self) -> Names:
        """Inputs that vary, in the order of `ALL_PARAMETERS`."""
        return tuple(one.name for one in self.spreads)

    @property
    def r(self) -> Array:
        """Distances from the left wall in nm, shape (n,)."""
        return self.z + 0.5 * self.system.h

    @property
    def defined(self) -> NDArray[np.bool_]:
        """Whether the quantity varies at all, so that there are shares, shape (n,)."""
        return np.asarray(np.isfinite(self.indices[self.names]))

    @property
    def weighty(self) -> NDArray[np.bool_]:
        """Whether the standard deviation is at least 1 % of its largest value, shape (n,)."""
        return np.asarray(self.std >= WEIGHTY * self.std.max())

    @cached_property
    def first_order(self) -> dict[str, Array]:
        """Share of each input by itself, S₊ and S₋ of the electrolyte paper (E 12, 13)."""
        return {name: self.indices[(name,)] for name in self.names}

    @cached_property
    def total(self) -> dict[str, Array]:
        """Share of each input together with all sets that it belongs to."""
        return {
            name: np.sum([part for names, part in self.indices.items() if name in names], axis=0)
            for name in self.names
        }

    @cached_property
    def interaction(self) -> dict[Names, Array]:
        """Share of each set of two or more inputs."""
        return {names: part for names, part in self.indices.items() if len(names) > 1}


def sensitivity(
    surrogate: Surrogate,
    system: Electrolyte,
    spread: Mapping[str, float],
    z: ArrayLike | None = None,
    quantity: str = "charge_density",
    distribution: str | Mapping[str, str] = NORMAL,
    tolerance: float = TOLERANCE,
    most_systems: int | None = None,
) -> Sensitivity:
    """First-order, total and interaction indices of a quantity, at every z at once.

    Parameters
    ----------
    surrogate, system, spread, z, quantity, distribution
        What is uncertain and what is looked at, see `UncertainSystem.of`.
    tolerance : float, optional
        The grid is refined until no index changes by more where the standard deviation is at
        least 1 % of its largest value, or until it would exceed `most_systems`.
    most_systems : int, optional
        Size of the largest grid; `MOST_SYSTEMS` if left out. Networks with kinks, as the
        electrolyte paper's two with their rectifiers, need more systems than the default one.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ValueError
        As `UncertainSystem.of`, or if `tolerance` is not positive.

    Examples
    --------
    >>> system = Electrolyte(h=4.5, c=1.9, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
    >>> s = sensitivity(Surrogate.load(), system, {"d_pos": 0.01, "d_neg": 0.015}, z=[-2.05])
    >>> bool(s.first_order["d_pos"][0] > 0.99)
    True
    """
    tolerance = positive("tolerance", tolerance)
    uncertain = UncertainSystem.of(surrogate, system, spread, z, quantity, distribution)
    names, where = uncertain.names, uncertain.positions

    def decompose(number: int) -> tuple[Array, Array, dict[Names, Array]]:
        rules = [one.rule(number) for one in uncertain.spreads]
        grids = np.meshgrid(*(nodes for nodes, _ in rules), indexing="ij")
        values = uncertain.respond(dict(zip(names, grids, strict=True)))
        shape = (*grids[0].shape, values.shape[-1])
        return variance_parts(values.reshape(shape), [weights for _, weights in rules], names)

    systems, finest, worst, error = 0, 0, math.inf, np.array(math.inf)
    indices: dict[Names, Array] = {}
    for number in _sizes(len(names), most_systems):
        coarser, finest = indices, number
        mean, std, indices = decompose(number)
        systems += number ** len(names)
        if coarser:
            changes = [np.abs(indices[key] - coarser[key]) for key in indices]
            error = np.nan_to_num(np.max(changes, axis=0))
            worst = float(error[std >= WEIGHTY * std.max()].max(initial=0.0))
            if worst <= tolerance:
                break
    warnings = list(uncertain.warnings)
    if worst > tolerance:
        warnings.append(
            f"With {finest} values of each input some indices still change by {worst:.2g}: "
            "smaller spreads, or fewer inputs at a time, are resolved better."
        )
    return Sensitivity(
        model=surrogate.name,
        system=system,
        quantity=quantity,
        spreads=uncertain.spreads,
        z=where.z,
        mean=mean[where.index] * where.sign,
        std=std[where.index],
        indices={key: part[where.index] for key, part in indices.items()},
        error=error[where.index],
        systems=systems,
        outside=uncertain.outside,
        warnings=tuple(warnings),
    )


def variance_parts(
    values: NDArray[Any], weights: Sequence[Array], names: Names
) -> tuple[Array, Array, dict[Names, Array]]:
    """Split the variance on a tensor grid into the shares of all sets of inputs.

    Parameters
    ----------
    values : ndarray, shape (q₁, ..., q_d, n)
        Values of n quantities on the grid.
    weights : sequence of ndarray, shapes (q₁,), ..., (q_d,)
        Weights of each input's values; they add up to 1.
    names : tuple of str
        Names of the d inputs.

    Returns
    -------
    mean, std : ndarray, shape (n,)
        Moments of the quantities.
    indices : dict of tuple of str to ndarray, shape (n,)
        Shares of the variance; NaN where there is next to none.

    Examples
    --------
    >>> x, weights = np.array([-1.0, 1.0]), np.array([0.5, 0.5])
    >>> product_and_sum = np.stack((np.outer(x, x), np.add.outer(x, x)), axis=-1)
    >>> _, _, indices = variance_parts(product_and_sum, [weights, weights], ("a", "b"))
    >>> {names: part.tolist() for names, part in indices.items()}
    {('a',): [0.0, 0.5], ('b',): [0.0, 0.5], ('a', 'b'): [1.0, 0.0]}
    """
    axes = range(len(names))
    everything = tuple(axes)
    largest = float(np.abs(values).max())
    # subtracting a typical value keeps the digits of small variances
    typical = values.reshape(-1, values.shape[-1]).mean(axis=0, dtype=float)
    conditional = {everything: values - typical}
    for order in reversed(axes):
        for kept in combinations(axes, order):
            added = next(axis for axis in axes if axis not in kept)
            wider = tuple(sorted((*kept, added)))
            conditional[kept] = _average(conditional[wider], weights[added], wider.index(added))
    mean = conditional[()]
    closed = {}
    for kept, averages in conditional.items():
        squares = (averages - mean) ** 2
        for axis in reversed(kept):
            squares = _average(squares, weights[axis], kept.index(axis))
        closed[kept] = squares
    variance = closed[everything]
    defined = np.sqrt(variance) > ROUNDING * largest
    indices = {}
    for order in axes:
        for kept in combinations(axes, order + 1):
            smaller = [part for size in range(order + 2) for part in combinations(kept, size)]
            share = sum((-1.0) ** (len(kept) - len(part)) * closed[part] for part in smaller)
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(defined, np.maximum(share, 0.0) / variance, np.nan)
            indices[tuple(names[axis] for axis in kept)] = share
    return mean + typical, np.sqrt(variance), indices


def _average(values: NDArray[Any], weights: Array, axis: int) -> Array:
    before, after = math.prod(values.shape[:axis]), math.prod(values.shape[axis + 1 :])
    split = values.reshape(before, len(weights), after)
    with one_thread():
        averages = np.matmul(weights[None, None], split)
    return np.asarray(averages.reshape(*values.shape[:axis], *values.shape[axis + 1 :]))


def _sizes(inputs: int, most: int | None) -> list[int]:
    """Values of each input on grids from the coarsest to the finest that is tried."""
    sizes = (3, 4, 6, 9, 13, 19, 27, 38, 54)
    most = MOST_SYSTEMS.get(inputs, 10_000) if most is None else most
    chosen = [size for size in sizes if COARSEST <= size**inputs <= most]
    if len(chosen) < 2:
        raise ValueError(f"{most} systems are too few to resolve {inputs} inputs")
    return chosen
