"""Data sets of the liquid campaigns: measured structures in reduced form, and physical draws."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import read_campaign
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.data.designs import DESIGNS, REDUCED, data_dir, physical_states
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.finite_size import FiniteSizeCorrection
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.state import from_reduced

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Structures:
    """Radial distribution functions of many simulated states, on one grid of t = r ρ^(1/3).

    Parameters
    ----------
    crowding, attraction : ndarray, shape (N,)
        The states.
    g, g_sem : ndarray, shape (N, 400)
        g in the bins of `bins.distances`, and its standard error.
    results : dict of ndarray
        `pressure`, `energy`, their `…_sem`, `atoms`, and for physical states `parts`.
    parameters : ndarray, shape (N, 2) or (N, 4)
        ρ* and T*, or C12, C6, density and temperature.
    description : dict
        How the data were made.
    """

    crowding: Array
    attraction: Array
    g: Array
    g_sem: Array
    results: dict[str, NDArray[Any]]
    parameters: Array
    description: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, design: str | Path) -> Structures:
        """Read the finished states of a campaign by the name of its design or its folder."""
        folder = data_dir(design) if design in DESIGNS else Path(design)
        description, results = read_campaign(folder)
        parameters = results.pop("parameters").astype(float)
        if tuple(description["names"]) == REDUCED:
            crowding, attraction = from_reduced(*parameters.T)
        else:
            c12, c6, density, temperature = parameters.T
            thermal = GAS_CONSTANT * temperature
            crowding, attraction = density * (c12 / thermal) ** 0.25, c6 / np.sqrt(c12 * thermal)
        g, g_sem = (results.pop(name).astype(float) for name in ("g", "g_sem"))
        description = {**description, "systems": len(g)}
        return cls(crowding, attraction, g, g_sem, results, parameters, description)

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.crowding)

    def take(self, indices: NDArray[Any]) -> Structures:
        """Pick the states at `indices`, integers or a boolean mask."""
        results = {name: values[indices] for name, values in self.results.items()}
        return Structures(
            self.crowding[indices],
            self.attraction[indices],
            self.g[indices],
            self.g_sem[indices],
            results,
            self.parameters[indices],
            self.description,
        )

    def unbounded(self, expansion: Expansion) -> Structures:
        """Correct g for the size of the simulated boxes, see `finite_size`."""
        missing = FiniteSizeCorrection.over(distances(), WIDTH).of(
            expansion, self.crowding, self.attraction
        )
        return replace(self, g=self.g + missing / self.results["atoms"][:, None])


SHARES = (0.75, 0.125, 0.125)
"""Shares of the simulated states for training, validation and test."""


def split(states: int, seed: int = 1) -> tuple[NDArray[np.intp], ...]:
    """Split states at random into those for training, validation and test.

    Examples
    --------
    >>> [len(part) for part in split(800)]
    [600, 100, 100]
    """
    order = np.random.default_rng(seed).permutation(states)
    ends = np.rint(np.cumsum(SHARES)[:-1] * states).astype(int)
    return tuple(np.split(order, ends))


@dataclass(frozen=True)
class Draws:
    """Physical systems with a radial distribution function as one run would give it.

    Parameters
    ----------
    parameters : ndarray, shape (N, 4)
        C12, C6, density and temperature.
    g : ndarray of float32, shape (N, 400)
        g in the bins of `bins.distances`.
    run : ndarray of int, shape (N,)
        Which simulation the noise of each is that of.
    """

    parameters: Array
    g: NDArray[np.float32]
    run: NDArray[np.intp]

    def take(self, indices: NDArray[Any] | slice) -> Draws:
        """Pick the systems at `indices`, integers, a boolean mask or a slice."""
        return Draws(self.parameters[indices], self.g[indices], self.run[indices])

    @property
    def runs(self) -> int:
        """Number of simulations behind the systems."""
        return len(np.unique(self.run))

    @property
    def independent(self) -> float:
        """Number of runs of equal shares whose mean would scatter as that of these systems.

        Examples
        --------
        >>> run = np.array([0, 0, 7, 7])
        >>> Draws(np.ones((4, 4)), np.ones((4, 400), np.float32), run).independent
        2.0
        """
        shares = np.unique(self.run, return_counts=True)[1]
        return float(len(self.run) ** 2 / np.sum(shares**2))


def draw_systems(
    states: Structures,
    forward: Expansion,
    box: dict[str, tuple[float, float]],
    number: int,
    seed: int,
) -> tuple[Draws, ...]:
    """Draw physical systems uniformly from a box and give each the g(r) of a run by scaling.

    By the law of corresponding states g depends on γ and a only. Each system takes the
    measured g, noise included, of the simulated state nearest to it, corrected for the size of the
    box, plus the small difference that the forward model predicts between the two. The system
    belongs to the side of that state in `split`, so that no run is on two sides. Systems that share
    a run share its noise: they are not independent.

    Parameters
    ----------
    states : Structures
        Simulated states.
    forward : Expansion
        The forward model.
    box : dict
        Range of each of `state.PARAMETERS`.
    number, seed : int
        Number of systems on all sides together, and seed of the draws.

    Returns
    -------
    tuple of Draws
        Training, validation and test side.
    """
    from scipy.spatial import cKDTree

    drawn = physical_states(box, number, seed)
    c12, c6, density, temperature = drawn.T
    thermal = GAS_CONSTANT * temperature
    place = density * (c12 / thermal) ** 0.25, c6 / np.sqrt(c12 * thermal)
    _, nearest = cKDTree(np.stack((states.crowding, states.attraction), axis=1)).query(
        np.stack(place, axis=1)
    )
    known = structure(forward, distances(), WIDTH, states.crowding, states.attraction)
    noise = (states.unbounded(forward).g - known)[nearest]
    sides = []
    for part in split(len(states)):
        mine = np.isin(nearest, part)
        smooth = structure(forward, distances(), WIDTH, place[0][mine], place[1][mine])
        g = np.maximum(smooth + noise[mine], 0.0).astype(np.float32)
        sides.append(Draws(drawn[mine], g, nearest[mine]))
    return tuple(sides)
