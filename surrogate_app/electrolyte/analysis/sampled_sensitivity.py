"""Sensitivity by the electrolyte paper's own route: a grid of random values, a million systems."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.electrolyte.analysis.uncertain_system import UncertainSystem
from surrogate_app.electrolyte.surrogate.surrogate import Progress, Surrogate
from surrogate_app.electrolyte.system import Electrolyte

Array = NDArray[np.float64]

_GROUPS = 20
"""Groups of values by which the standard errors are estimated."""


def sampled(
    surrogate: Surrogate,
    system: Electrolyte,
    spread: Mapping[str, float],
    samples: int = 1000,
    seed: int = 1,
    z: ArrayLike | None = None,
    quantity: str = "charge_density",
    progress: Progress | None = None,
) -> tuple[dict[str, Array], dict[str, Array]]:
    """First-order indices of two inputs by the electrolyte paper's route (E 11–13).

    Random values of both inputs from normal distributions, every pair of them a system.

    Parameters
    ----------
    surrogate, system, spread, z, quantity
        See `UncertainSystem.of`; two inputs must have a spread.
    samples : int, optional
        Values of each input, at least 40; the paper takes 1,000, which makes a million systems.
    seed : int, optional
        Seed of the values.
    progress : callable, optional
        Called with the fraction done, from 0 to 1.

    Returns
    -------
    first_order : dict of str to ndarray, shape (n,)
        The indices, NaN where the quantity does not vary.
    error : dict of str to ndarray, shape (n,)
        Their standard errors due to the choice of the values, by the delete-a-group jackknife with
        20 groups of either input's values.

    Raises
    ------
    ValueError
        As `UncertainSystem.of`, or if not two inputs have a spread.
    """
    uncertain = UncertainSystem.of(surrogate, system, spread, z, quantity)
    names, where = uncertain.names, uncertain.positions
    if len(names) != 2:
        raise ValueError(f"the paper's route takes two inputs with a spread, got {len(names)}")
    if samples < 2 * _GROUPS:
        raise ValueError(f"at least {2 * _GROUPS} values of each input are needed, got {samples}")
    rng = np.random.default_rng(seed)
    first, second = (one.quantile(rng.random(samples)) for one in uncertain.spreads)
    group = np.arange(samples) * _GROUPS // samples
    n = len(where.r)
    # sums over the groups of the second input for each value of the first, and conversely
    along, across = np.empty((samples, _GROUPS, n)), np.zeros((_GROUPS, samples, n))
    squares = np.zeros((_GROUPS, _GROUPS, n))
    starts = np.searchsorted(group, np.arange(_GROUPS))
    for row, value in enumerate(first):
        pairs = {names[0]: np.full(samples, value), names[1]: second}
        values = uncertain.respond(pairs).astype(float)
        along[row] = np.add.reduceat(values, starts)
        across[group[row]] += values
        values *= values
        squares[group[row]] += np.add.reduceat(values, starts)
        if progress is not None:
            progress((row + 1) / samples)
    sizes = np.bincount(group)

    def indices(keep: Array, keep_other: Array) -> tuple[Array, Array]:
        rows, columns = keep[group] > 0.0, keep_other[group] > 0.0
        number, other = float(keep @ sizes), float(keep_other @ sizes)
        of_first = np.einsum("rgn,g->rn", along[rows], keep_other) / other
        of_second = np.einsum("grn,g->rn", across[:, columns], keep) / number
        mean = of_first.mean(axis=0)
        variance = np.einsum("ghn,g,h->n", squares, keep, keep_other) / (number * other) - mean**2
        with np.errstate(divide="ignore", invalid="ignore"):
            return of_first.var(axis=0) / variance, of_second.var(axis=0) / variance

    everything = np.ones(_GROUPS)
    full = indices(everything, everything)
    replicas = []
    for left_out in range(_GROUPS):
        rest = 1.0 - np.eye(_GROUPS)[left_out]
        replicas += [indices(rest, everything), indices(everything, rest)]
    scatter = np.array(replicas)  # (2 · groups, 2, n)
    spread_of = scatter.reshape(_GROUPS, 2, 2, n)
    deviation = spread_of - spread_of.mean(axis=0)
    error = np.sqrt((_GROUPS - 1) / _GROUPS * (deviation**2).sum(axis=(0, 1)))
    return (
        {name: full[i][where.index] for i, name in enumerate(names)},
        {name: error[i][where.index] for i, name in enumerate(names)},
    )
