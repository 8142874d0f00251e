"""Data sets of the liquid campaigns: measured structures in reduced form, and physical draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import read_campaign
from surrogate_app.liquid.data.designs import DESIGNS, REDUCED, data_dir
from surrogate_app.liquid.state import coupling_and_attraction, from_reduced

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Structures:
    """Radial distribution functions of many simulated states, on one grid of t = r ρ^(1/3).

    Parameters
    ----------
    coupling, attraction : ndarray, shape (N,)
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

    coupling: Array
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
            coupling, attraction = from_reduced(*parameters.T)
        else:
            coupling, attraction = coupling_and_attraction(*parameters.T)
        g, g_sem = (results.pop(name).astype(float) for name in ("g", "g_sem"))
        description = {**description, "systems": len(g)}
        return cls(coupling, attraction, g, g_sem, results, parameters, description)

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.coupling)

    def take(self, indices: NDArray[Any]) -> Structures:
        """Pick the states at `indices`, integers or a boolean mask."""
        results = {name: values[indices] for name, values in self.results.items()}
        return Structures(
            self.coupling[indices],
            self.attraction[indices],
            self.g[indices],
            self.g_sem[indices],
            results,
            self.parameters[indices],
            self.description,
        )


TRAINED = ("states", "cold")
"""Designs whose states the forward surrogate is trained on, by `sides`."""

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


def join(parts: Sequence[Structures]) -> Structures:
    """Put the states of several campaigns in a row, with the results that all of them have."""
    first = parts[0]
    shared = [name for name in first.results if all(name in part.results for part in parts)]
    return Structures(
        np.concatenate([part.coupling for part in parts]),
        np.concatenate([part.attraction for part in parts]),
        np.concatenate([part.g for part in parts]),
        np.concatenate([part.g_sem for part in parts]),
        {name: np.concatenate([part.results[name] for part in parts]) for name in shared},
        np.concatenate([part.parameters for part in parts]),
        {"campaigns": [part.description for part in parts]},
    )


def sides(states: Structures | None = None) -> tuple[Structures, ...]:
    """States for training, validation and test, each campaign of `TRAINED` split for itself.

    Parameters
    ----------
    states : Structures, optional
        Stand in for those of the design `states`.

    Returns
    -------
    tuple of Structures

    Raises
    ------
    ValueError
        If a campaign is missing.

    Examples
    --------
    >>> [len(side) for side in sides()]
    [780, 130, 130]
    """
    first = Structures.load(TRAINED[0]) if states is None else states
    campaigns = (first, *(Structures.load(design) for design in TRAINED[1:]))
    parts = [[part.take(rows) for rows in split(len(part))] for part in campaigns]
    return tuple(join(side) for side in zip(*parts, strict=True))
