"""Which simulated systems are trained on and which only test.

The grid is split as the electrolyte paper splits it, four fifths to one, once and for all, so that
every network of the comparison learns from the same systems and is tested on the same. The weights
that are kept are chosen by a tenth of the four fifths; the last fifth is measured only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import read_campaign
from surrogate_app.electrolyte.data.dataset import DESIGNS, SHOWN, Dataset

Indices = NDArray[np.intp]

TEST = 0.2
"""Share of the grid that is never trained on."""

VALIDATION = 0.1
"""Share of the training systems that only decide which weights are kept."""

CALIBRATION = 0.2
"""Share of systems of one's own that calibrate the uncertainty."""

LEAST_OWN = 20
"""Fewest systems of one's own that a model is trained on."""

MIXTURES: Mapping[str, Mapping[str | Path, int | None]] = {
    "all": {"sobol": None, "dense": None, "densest": None, "grid": None},
    "salts": {"wide": None, "wide-dense": None, "sobol": 400, "dense": 50, "densest": 50},
}
"""Training sets of several designs: how many systems of each, all of them by default; validation
systems are of the first design."""

GRIDS: Mapping[str | Path, tuple[str, int]] = {
    "grid": ("grid", 1),
    "grid-half": ("grid", 2),
    "grid-histogram": ("grid-histogram", 2),
    "grid-histogram-16": ("grid-histogram-16", 2),
}
"""Training sets of the grid: the design that simulated each, and of how many systems of the grid it
has one. Networks of all of them are tested on the same fifth of the grid, that of `grid_test`."""

NAMES = (*MIXTURES, *DESIGNS, *GRIDS)
"""Names of training sets; others are folders of campaigns."""

_SEED = 5


def split_grid(grid: Dataset) -> tuple[Indices, Indices]:
    """Split the grid at random into four fifths to train on and one to test.

    The systems of `SHOWN` are among the latter, as in the paper.

    Parameters
    ----------
    grid : Dataset
        The grid, in its order.

    Returns
    -------
    training, test : ndarray of int
        Indices of the systems.
    """
    order = np.random.default_rng(_SEED).permutation(len(grid))
    first = [row for row in (find(grid, system) for system in SHOWN.values()) if row >= 0]
    order = np.concatenate((first, order[~np.isin(order, first)])).astype(np.intp)
    test = round(TEST * len(grid))
    return np.sort(order[test:]), np.sort(order[:test])


def grid_test() -> Dataset:
    """Read the fifth of the grid that is only tested on."""
    grid = Dataset.load("grid")
    return grid.take(split_grid(grid)[1])


def find(dataset: Dataset, system: tuple[float, ...]) -> int:
    """Find a system, −1 if it is not there; c is as realised, hence only close."""
    tolerance = np.array([1e-6, 5e-3, 1e-6, 1e-6, 1e-6])
    near = (np.abs(dataset.parameters - np.array(system)) <= tolerance).all(axis=1)
    return int(np.argmax(near)) if near.any() else -1


def training_systems(data: str | Path) -> Dataset:
    """Read the systems of a design that may be trained on: all, but of the grid four fifths.

    Parameters
    ----------
    data : str or Path
        Name of a design or of one of `GRIDS`, or the folder of a campaign.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If nothing has been simulated yet, or not all of the half of the grid.
    """
    if data in GRIDS:
        return _training_systems_of_grid(*GRIDS[data])
    dataset = Dataset.load(data)
    return dataset.take(split_grid(dataset)[0]) if is_grid(data) else dataset


def _training_systems_of_grid(design: str, step: int) -> Dataset:
    """Of every `step`-th system of the grid, those that are not in its last fifth."""
    grid, dataset = Dataset.load("grid"), Dataset.load(design)
    rows = np.arange(len(grid))[::step]
    if design != "grid" and len(dataset) != len(rows):
        raise ValueError(
            f"{len(dataset):,} of the {len(rows):,} systems of {design} are simulated; "
            "finish the campaign of that design first"
        )
    training = split_grid(grid)[0]
    if design == "grid":
        return dataset.take(training[np.isin(training, rows)])
    return dataset.take(np.flatnonzero(np.isin(rows, training)))


def is_grid(data: str | Path) -> bool:
    """Whether data, named as in `training_systems`, are of the grid; a fifth of it only tests."""
    if data in NAMES:
        return data in GRIDS
    description = json.loads((Path(data) / "campaign.json").read_text(encoding="utf-8"))
    return bool(description["options"]["design"] == "grid")


def is_own(data: str | Path) -> bool:
    """Whether data, named as in `training_systems`, are systems of one's own, from a CSV file."""
    if data in NAMES:
        return False
    description, _ = read_campaign(Path(data))
    return description["options"]["design"] not in DESIGNS


def split_own(systems: int, seed: int) -> tuple[Indices, Indices, Indices]:
    """Split systems of one's own: trained on, held out to choose weights, held out to calibrate.

    A tenth chooses the weights, a fifth calibrates the uncertainty.

    Raises
    ------
    ValueError
        If they are fewer than `LEAST_OWN`.
    """
    if systems < LEAST_OWN:
        raise ValueError(
            f"a model of your own needs at least {LEAST_OWN} simulated systems, got {systems}; "
            "some hundred are better"
        )
    rest, held_out = split(systems, seed)
    calibration = round(CALIBRATION * systems)
    return rest[calibration:], held_out, rest[:calibration]


def split(systems: int, seed: int) -> tuple[Indices, Indices]:
    """Random split of training systems into those trained on and those held out."""
    order = np.random.default_rng(seed).permutation(systems)
    held_out = round(VALIDATION * systems)
    return order[held_out:], order[:held_out]
