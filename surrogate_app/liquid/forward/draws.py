"""Physical systems made of simulated ones by the law of corresponding states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.data.dataset import Structures, split
from surrogate_app.liquid.data.designs import physical_states
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.finite_size import FiniteSizeCorrection
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.state import CORE_DENSITY, coupling_and_attraction

Array = NDArray[np.float64]


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


def unbounded(states: Structures, expansion: Expansion) -> Structures:
    """Correct g of simulated states for the size of their boxes, see `finite_size`."""
    missing = FiniteSizeCorrection.over(distances(), WIDTH).of(
        expansion, states.coupling, states.attraction
    )
    return replace(states, g=states.g + missing / states.results["atoms"][:, None])


def draw_systems(
    states: Structures,
    forward: Expansion,
    box: dict[str, tuple[float, float]],
    number: int,
    seed: int,
) -> tuple[Draws, ...]:
    """Draw physical systems uniformly from a box and give each the g(r) of a run by scaling.

    By the law of corresponding states g depends on Γ and a only. Each system takes the
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
    place = coupling_and_attraction(*drawn.T)
    _, nearest = cKDTree(_positions(states.coupling, states.attraction)).query(_positions(*place))
    known = structure(forward, distances(), WIDTH, states.coupling, states.attraction)
    noise = (unbounded(states, forward).g - known)[nearest]
    sides = []
    for part in split(len(states)):
        mine = np.isin(nearest, part)
        smooth = structure(forward, distances(), WIDTH, place[0][mine], place[1][mine])
        g = np.maximum(smooth + noise[mine], 0.0).astype(np.float32)
        sides.append(Draws(drawn[mine], g, nearest[mine]))
    return tuple(sides)


def _positions(coupling: Array, attraction: Array) -> Array:
    """Coordinates in which structures that are close differ little: ρs³ and a, shape (n, 2)."""
    return np.stack((CORE_DENSITY * coupling, attraction), axis=1)
