r"""Which input shapes the structure where: variance-based sensitivity at every z at once.

The variance V of a quantity over independent spreads of the inputs is a sum of parts, one for each
set of inputs that act together (Sobol, Math. Model. Comput. Exp. 1, 407 (1993)). The electrolyte
paper's S₊ and S₋ (E 11–13) are the first-order indices, those of single inputs; the remainder,
which it takes to be zero, are the interactions. The paper samples a million systems. The surrogate
is smooth, so that here Gauss quadrature on a tensor grid of some hundred systems does, refined
until the indices no longer change; for more than three inputs, sets of up to two (`variance`).

Points are held at their distance from the nearer wall. Only where h has a spread does that
matter: the layers of ions stand at the walls and move with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.checks import positive
from surrogate_app.electrolyte.analysis.input_distributions import NORMAL, Spread
from surrogate_app.electrolyte.analysis.positions import united
from surrogate_app.electrolyte.analysis.uncertain_system import UncertainSystem
from surrogate_app.electrolyte.analysis.variance import (
    Names,
    cut_parts,
    cut_systems,
    variance_parts,
)
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import Electrolyte

Array = NDArray[np.float64]

TOLERANCE = 0.01
"""Change of any index, from one grid to the next, below which the grid is fine enough."""

WEIGHTY = 0.01
"""Standard deviation relative to the largest at any z from which on changes are looked at."""

MOST_CROSSED = 3
"""Most inputs all of whose values are crossed; more are looked at in pairs, see `variance`."""

COARSEST, COARSEST_OF_PAIRS = 27, 6
"""Size of the smallest grid of crossed inputs; values of each input in the smallest of pairs."""

MOST_SYSTEMS = {1: 54, 2: 400, 3: 10_000, 4: 2_000}
"""Size of the largest grid for so many inputs by default; the last one for more."""

CHECKS = 64
"""Systems by which the expansion in pairs of inputs is checked."""

Split = Callable[[slice], tuple[Array, Array, dict[Names, Array], Array]]
"""Moments, shares and what is left out of the variance at some of the positions."""


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
        Share of the variance for each set of inputs, of more than three inputs for sets of up to
        two; at every z they add up to 1. NaN where the quantity does not vary, as inside the walls.
    error : ndarray, shape (n,)
        Largest change of any index against the grid that is the next coarser one; NaN without one.
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
        least 1 % of its largest value, or until it would exceed `most_systems`. With infinity the
        coarsest grid does, and the error is NaN.
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
    (found,) = sensitivities(
        surrogate, system, spread, [z], quantity, distribution, tolerance, most_systems
    )
    return found


def sensitivities(
    surrogate: Surrogate,
    system: Electrolyte,
    spread: Mapping[str, float],
    z: Sequence[ArrayLike | None],
    quantity: str = "charge_density",
    distribution: str | Mapping[str, str] = NORMAL,
    tolerance: float = TOLERANCE,
    most_systems: int | None = None,
) -> list[Sensitivity]:
    """Return what `sensitivity` does for several lists of positions, from the same predictions.

    Parameters
    ----------
    z : sequence
        Lists of positions as `sensitivity` takes them; each is refined as it needs.
    surrogate, system, spread, quantity, distribution, tolerance, most_systems
        As there.

    Returns
    -------
    list of Sensitivity
        One for each list of positions.
    """
    if tolerance != math.inf:
        tolerance = positive("tolerance", tolerance)
    if not z:
        return []
    lists = [
        UncertainSystem.of(surrogate, system, spread, each, quantity, distribution) for each in z
    ]
    together, parts = united([one.positions for one in lists])
    uncertain = replace(lists[0], positions=together)
    refined = [_Refined() for _ in lists]
    for number in _sizes(len(uncertain.names), most_systems):
        left = [one for one in refined if not one.systems or one.worst > tolerance]
        if not left:
            break
        systems, split = _decomposition(uncertain, number)
        for one, part in zip(refined, parts, strict=True):
            if one in left:
                one.refine(number, systems, *split(part))
    return [one.finish(each, tolerance) for one, each in zip(refined, lists, strict=True)]


def _decomposition(uncertain: UncertainSystem, number: int) -> tuple[int, Split]:
    """Predict on a grid of so many values of each input; return its size and what splits it."""
    names, spreads = uncertain.names, uncertain.spreads
    nodes, weights = zip(*(one.rule(number) for one in spreads), strict=True)
    if len(names) <= MOST_CROSSED:
        grids = np.meshgrid(*nodes, indexing="ij")
        values = uncertain.respond(dict(zip(names, grids, strict=True)))
        shaped = values.reshape(*grids[0].shape, values.shape[-1])
        nothing = np.zeros(1)
        return len(values), lambda part: (
            *variance_parts(shaped[..., part], weights, names),
            nothing,
        )
    rng = np.random.default_rng(1)
    drawn = np.stack([rng.choice(number, CHECKS, p=each / each.sum()) for each in weights], axis=1)
    rows = cut_systems([one.centre for one in spreads], nodes, drawn)
    values = uncertain.respond(dict(zip(names, rows.T, strict=True)))
    return len(values), lambda part: cut_parts(values[:, part], weights, names, drawn)


class _Refined:
    """Indices on the finest grid so far, and how far they are from those of the one before."""

    def __init__(self) -> None:
        self.finest = self.systems = 0
        self.worst = math.inf
        self.mean = self.std = self.error = self.beyond = np.zeros(1)
        self.indices: dict[Names, Array] = {}

    def refine(
        self,
        number: int,
        systems: int,
        mean: Array,
        std: Array,
        indices: dict[Names, Array],
        beyond: Array,
    ) -> None:
        """Take the indices of a finer grid."""
        coarser = self.indices
        self.finest, self.systems = number, self.systems + systems
        self.mean, self.std, self.indices, self.beyond = mean, std, indices, beyond
        if not coarser:
            self.error = np.full_like(std, np.nan)
        else:
            changes = [np.abs(indices[key] - coarser[key]) for key in indices]
            self.error = np.nan_to_num(np.max(changes, axis=0))
            self.worst = self._largest(self.error)

    def finish(self, uncertain: UncertainSystem, tolerance: float) -> Sensitivity:
        """Return the result, with sentences about what is not resolved."""
        where, warnings = uncertain.positions, list(uncertain.warnings)
        if self.worst > tolerance:
            warnings.append(
                f"With {self.finest} values of each input some indices still change by "
                f"{self.worst:.2g}: smaller spreads, or fewer inputs at a time, are resolved "
                "better."
            )
        if (missed := self._largest(self.beyond)) > tolerance:
            warnings.append(
                "Sets of three or more inputs are left out; at some positions they bring about "
                f"{100.0 * missed:.2g} % of the variance: choose up to {MOST_CROSSED} inputs to "
                "resolve all sets."
            )
        return Sensitivity(
            model=uncertain.surrogate.name,
            system=uncertain.system,
            quantity=uncertain.quantity,
            spreads=uncertain.spreads,
            z=where.z,
            mean=self.mean[where.index] * where.sign,
            std=self.std[where.index],
            indices={key: part[where.index] for key, part in self.indices.items()},
            error=self.error[where.index],
            systems=self.systems,
            outside=uncertain.outside,
            warnings=tuple(warnings),
        )

    def _largest(self, values: Array) -> float:
        weighty = self.std >= WEIGHTY * self.std.max()
        return float(np.nan_to_num(np.broadcast_to(values, weighty.shape))[weighty].max(initial=0))


def _sizes(inputs: int, most: int | None) -> list[int]:
    """Values of each input on grids from the coarsest to the finest that is tried."""
    sizes = (3, 4, 6, 9, 13, 19, 27, 38, 54)
    if inputs <= MOST_CROSSED:
        most = MOST_SYSTEMS[inputs] if most is None else most
        chosen = [size for size in sizes if COARSEST <= size**inputs <= most]
    else:
        most = MOST_SYSTEMS[MOST_CROSSED + 1] if most is None else most
        pairs = inputs * (inputs - 1) // 2
        chosen = [
            size
            for size in sizes
            if size >= COARSEST_OF_PAIRS and 1 + inputs * size + pairs * size**2 + CHECKS <= most
        ]
    if len(chosen) < 2:
        raise ValueError(f"{most} systems are too few to resolve {inputs} inputs")
    return chosen
