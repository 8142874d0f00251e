"""Training of the liquid models: structure and noise by least squares, networks by Keras."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.folders import model_dir
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.training.examples import Training
from surrogate_app.liquid.training.forward import LEAST_SQUARES, fit_model, require_trainable
from surrogate_app.network import Network
from surrogate_app.training import fit, scratch_dir, store


def train(
    name: str,
    seed: int = 1,
    epochs: int | None = None,
    minutes: float = math.inf,
    folder: Path | None = None,
    scratch: Path | None = None,
    states: Structures | None = None,
    examples: int | None = None,
) -> dict[str, Any]:
    """Train one model and store it with its metadata and learning curve.

    A run that is stopped, by a signal or by `minutes`, goes on where it was when repeated.

    Parameters
    ----------
    name : str
        "structure", the forward surrogate, and "noise", which the others need and which take
        seconds; or an inverse model that has a network, such as "corresponding" or "deepilst".
    seed : int, optional
        Seed of the initial weights, the batches and the random examples.
    epochs : int, optional
        Most epochs; the recipe's own number by default.
    minutes : float, optional
        Pause after this time.
    folder : Path, optional
        Where the model goes; the folder of the pretrained models by default.
    scratch : Path, optional
        Where an unfinished training is kept; in `runs/training` of the checkout by default.
    states : Structures, optional
        Simulated states that a network is trained on; those of the campaign by default.
    examples : int, optional
        Number of random examples of a network; the recipe's own number by default.

    Returns
    -------
    dict
        The metadata stored with the model; empty if training paused before its end.

    Raises
    ------
    ValueError
        If there is no model of that name or no training data.
    """
    folder = model_dir() if folder is None else folder
    require_trainable(name)
    if name in LEAST_SQUARES:
        return fit_model(name, folder)
    training: Training = MODELS[name].load_training()
    states = Structures.load("states") if states is None else states
    number = training.number if examples is None else examples
    training_set = training.examples(states, number, seed)
    checkpoint = fit(
        training.recipe,
        training_set.inputs,
        training_set.targets,
        training_set.score,
        seed=seed,
        epochs=training.recipe.epochs if epochs is None else epochs,
        minutes=minutes,
        folder=scratch_dir("liquid", name, seed) if scratch is None else scratch,
    )
    if checkpoint is None:
        return {}
    found = training_set.finish(Network.load(checkpoint.best_path))
    return store(checkpoint, name, seed, folder, found)
