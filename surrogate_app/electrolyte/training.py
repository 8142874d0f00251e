"""Training of the electrolyte networks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.architecture import densities
from surrogate_app.electrolyte.dataset import Dataset, mirror
from surrogate_app.electrolyte.surrogate import constrain, model_dir
from surrogate_app.electrolyte.system import MARGIN, PARAMETERS, bin_centres
from surrogate_app.electrolyte.training_recipes import RECIPES
from surrogate_app.network import Network
from surrogate_app.training import fit, scratch_dir, store
from surrogate_app.uncertainty import error_table

Array = NDArray[np.float64]

VALIDATION = 0.1
"""Share of the training systems that only decide which weights are kept."""

_DISTANCE = np.concatenate((np.arange(-0.1, 0.1, 0.01), np.arange(0.1, 0.5, 0.05), [0.5, 1.0, 2.6]))


def _mse(architecture: str, network: Network, dataset: Dataset) -> float:
    error = densities(architecture, network, dataset.parameters) - mirror(dataset.n)
    return float(np.mean(error**2))


def train(
    name: str,
    seed: int = 1,
    epochs: int | None = None,
    minutes: float = math.inf,
    data: str | Path = "sobol",
    folder: Path | None = None,
    scratch: Path | None = None,
) -> dict[str, Any]:
    """Train one network and store it with its metadata and learning curve.

    A run that is stopped, by a signal or by `minutes`, goes on where it was when repeated.

    Parameters
    ----------
    name : str
        Name in `RECIPES`: "wallnet", "basenn" or "modnn".
    seed : int, optional
        Seed of the split, the initial weights, the batches and the soft labels.
    epochs : int, optional
        Most epochs; the recipe's own number by default.
    minutes : float, optional
        Pause after this time.
    data : str or Path, optional
        Design or folder of the training systems.
    folder : Path, optional
        Where the model goes; the folder of the pretrained models by default.
    scratch : Path, optional
        Where an unfinished training is kept; `runs/training` at the top of the checkout by default.

    Returns
    -------
    dict
        The metadata stored with the model; empty if training paused before its end.

    Raises
    ------
    ValueError
        If there is no model of that name or no training data.
    """
    if name not in RECIPES:
        raise ValueError(f"there is no model {name!r} to train; choose {' or '.join(RECIPES)}")
    recipe = RECIPES[name]
    epochs = recipe.epochs if epochs is None else epochs
    folder = model_dir() if folder is None else folder
    dataset = Dataset.load(data)
    parts = [dataset.take(part) for part in split(len(dataset), seed)]
    taught, held_out = parts

    def score(network: Network) -> tuple[float, float]:
        training, validation = (_mse(recipe.architecture, network, part) for part in parts)
        return training, validation

    keeper = fit(
        recipe,
        *recipe.prepare(taught),
        score,
        seed=seed,
        epochs=epochs,
        minutes=minutes,
        folder=scratch_dir("electrolyte", name, seed) if scratch is None else scratch,
    )
    if keeper is None:
        return {}
    metadata = {
        "architecture": recipe.architecture,
        "parameters": list(PARAMETERS),
        "training_range": {key: list(value) for key, value in MARGIN.items()},
        "data": {**dataset.description, "training": len(taught), "validation": len(held_out)},
        "uncertainty": uncertainty_table(
            recipe.architecture, Network.load(keeper.best_path), held_out
        ),
    }
    return store(keeper, name, seed, folder, metadata)


def split(systems: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Random split of training systems into those trained on and those held out."""
    order = np.random.default_rng(seed).permutation(systems)
    held_out = round(VALIDATION * systems)
    return order[held_out:], order[:held_out]


def uncertainty_table(
    architecture: str, network: Network, held_out: Dataset
) -> dict[str, list[float]]:
    """Error of a network on validation systems against the distance from contact, r − d/2.

    Parameters
    ----------
    architecture : str
        Its architecture.
    network : Network
        Trained network.
    held_out : Dataset
        Systems that it was not trained on.

    Returns
    -------
    dict
        `distance` in nm (centres of the classes); `pos`, `neg`, root mean square error in units
        of c.
    """
    parameters = held_out.parameters
    n, _ = constrain(densities(architecture, network, parameters), parameters)
    error, noise = n - mirror(held_out.n), mirror(held_out.sem)
    r = 0.5 * parameters[:, 0, None] - np.abs(bin_centres(parameters[:, 0]))
    table = {"distance": (0.5 * (_DISTANCE[1:] + _DISTANCE[:-1])).tolist()}
    for species, key in enumerate(("pos", "neg")):
        c = parameters[:, 1, None]
        distance = r - 0.5 * parameters[:, 2 + species, None]
        relative = error_table(distance, error[:, species] / c, noise[:, species] / c, _DISTANCE)
        table[key] = relative.tolist()
    return table
