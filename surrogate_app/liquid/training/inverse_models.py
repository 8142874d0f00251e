"""Training of the liquid networks, which invert what the models of `learning` tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.uncertainty import covering_factor
from surrogate_app.liquid.data.dataset import Draws, Structures, draw_systems, split
from surrogate_app.liquid.data.designs import reduced_states
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.forward.structure import guess_inputs, paper_inputs, structure
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.estimators import (
    GUESS_CENTRE,
    GUESS_SCALE,
    Bins,
    corresponding,
    scaled,
)
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.pretrained import load_model, model_dir
from surrogate_app.liquid.simulation.bins import N_BINS, REACH, WIDTH, distances
from surrogate_app.liquid.state import TABLE_1, from_reduced, parameters
from surrogate_app.liquid.training.forward_models import FITTED, learn, require_trainable
from surrogate_app.liquid.training.recipes import RECIPES
from surrogate_app.network import Network
from surrogate_app.training import Checkpoint, Floats, Score, fit, scratch_dir, store

Array = NDArray[np.float64]

DRAWS = 26_000
"""Physical systems that the paper's network is trained, stopped and tested on."""

CURVES = 131_072
"""Curves that the guessing network is trained on."""

EDGES = np.linspace(0.0, REACH, N_BINS + 1)
"""Edges of the bins of the simulations."""

_NOISE = (-18.4, -9.2)
_SHORTEST = 1.4
_CORE = 20


@dataclass(frozen=True)
class TrainingSet:
    """What one network learns from.

    Parameters
    ----------
    inputs, targets : ndarray of float32
        Examples.
    score : callable
        Losses of a network on training and validation examples.
    finish : callable
        ``finish(network)`` returns what the metadata are to say of the trained network.
    """

    inputs: Floats
    targets: Floats
    score: Score
    finish: Callable[[Network], dict[str, Any]]


def train(
    name: str,
    seed: int = 1,
    epochs: int | None = None,
    minutes: float = math.inf,
    folder: Path | None = None,
    scratch: Path | None = None,
) -> dict[str, Any]:
    """Train one network and store it with its metadata and learning curve.

    A run that is stopped, by a signal or by `minutes`, goes on where it was when repeated.

    Parameters
    ----------
    name : str
        "structure", the forward surrogate, and "noise", which the others need and which are fitted
        at once; "corresponding" or "deepilst".
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
    if name in FITTED:
        metadata = learn(name, folder)
        load_model.cache_clear()  # what is learnt next rests on this one
        return metadata
    recipe, training_set = RECIPES[name], TRAINING_SETS[name](seed)
    checkpoint: Checkpoint | None = fit(
        recipe,
        training_set.inputs,
        training_set.targets,
        training_set.score,
        seed=seed,
        epochs=recipe.epochs if epochs is None else epochs,
        minutes=minutes,
        folder=scratch_dir("liquid", name, seed) if scratch is None else scratch,
    )
    if checkpoint is None:
        return {}
    metadata = store(
        checkpoint, name, seed, folder, training_set.finish(Network.load(checkpoint.best_path))
    )
    load_model.cache_clear()
    return metadata


def guess_training_set(seed: int) -> TrainingSet:
    """Teach curves of the forward model with noise of any strength, half of them cut short."""
    forward = ForwardSurrogate.load()
    states = Structures.load("states")
    held_out = states.take(split(len(states))[1])
    inputs, targets = guess_examples(forward.expansion, CURVES, seed)
    real = np.array([guess_inputs(EDGES, g) for g in held_out.g])
    truth = _standardised(held_out.crowding, held_out.attraction)

    def score(network: Network) -> tuple[float, float]:
        few = slice(0, 4_096)
        return (
            float(np.mean((network.predict(inputs[few]) - targets[few]) ** 2)),
            float(np.mean((network.predict(real) - truth) ** 2)),
        )

    def finish(network: Network) -> dict[str, Any]:
        factor = inflation(network, forward, NoiseModel.load(), held_out)
        return {"inflation": factor, "curves": CURVES}

    return TrainingSet(inputs, targets, score, finish)


def guess_examples(forward: Expansion, number: int, seed: int) -> tuple[Floats, Floats]:
    """Noisy curves of the forward model as inputs of the guessing network, and γ and a."""
    rng = np.random.default_rng(seed)
    crowding, attraction = from_reduced(*reduced_states(number, seed=seed + 100).T)
    t = distances()
    inputs = np.empty((number, len(guess_inputs(EDGES, t))), np.float32)
    for start in range(0, number, 2_048):
        part = slice(start, start + 2_048)
        g = structure(forward, t, WIDTH, crowding[part], attraction[part])
        scale = np.exp(rng.uniform(*_NOISE, (len(g), 1)))
        g = g + rng.normal(size=g.shape) * np.sqrt(scale * (g + 0.02) / (t**2 * WIDTH))
        ends = np.where(
            rng.random(len(g)) < 0.5, N_BINS, rng.uniform(_SHORTEST, REACH, len(g)) / WIDTH
        )
        for row, (values, end) in enumerate(zip(g, ends.astype(int), strict=True), start=start):
            inputs[row] = guess_inputs(EDGES[: end + 1], values[:end])
    return inputs, _standardised(crowding, attraction)


def _standardised(crowding: Array, attraction: Array) -> Floats:
    places = np.stack((crowding, attraction), axis=1)
    return np.asarray((places - GUESS_CENTRE) / GUESS_SCALE, np.float32)


def inflation(
    network: Network, forward: ForwardSurrogate, noise: NoiseModel, held_out: Structures
) -> float:
    """Find what makes the errors of fits to simulated states as large as they are said to be.

    Parameters
    ----------
    network : Network
        The guessing network.
    forward : ForwardSurrogate
        The forward surrogate.
    noise : NoiseModel
        The model of the noise.
    held_out : Structures
        States that none of them was taught.

    Returns
    -------
    float
        Factor of all covariances that makes as nearly as possible 68.3 % of the true parameters lie
        within one standard deviation and 95.4 % within two.
    """
    neutral = {"inflation": 1.0}
    estimates = []
    for g in held_out.unbounded(forward.expansion).g[:, _CORE:]:
        bins = Bins(EDGES[_CORE:], g, 1.0, 300.0)
        measured = Measurement.of(forward, noise, bins.t, bins.width, g)
        estimates.append(corresponding(network, neutral, measured, bins))
    found = np.log([[each.c12, each.c6] for each in estimates])
    truth = parameters(held_out.crowding, held_out.attraction, 1.0, 300.0)
    spread = np.sqrt([np.diag(each.covariance) for each in estimates])
    error = found - np.log(np.stack(truth, axis=1))
    return covering_factor(error, np.zeros_like(error), spread) ** 2


def paper_training_set(seed: int) -> TrainingSet:
    """Teach physical systems drawn uniformly from Table 1's box, with the noise of single runs."""
    forward = ForwardSurrogate.load()
    states = Structures.load("states")
    sides = draw_systems(states, forward.expansion, TABLE_1, DRAWS, seed)
    examples = [paper_examples(side) for side in sides[:2]]

    def score(network: Network) -> tuple[float, float]:
        training, validation = (
            float(np.mean(np.sum((network.predict(x) - y) ** 2, axis=1)) / 2.0) for x, y in examples
        )
        return training, validation

    def finish(network: Network) -> dict[str, Any]:
        inputs, truth = examples[1]
        error = network.predict(inputs).astype(float) - truth
        return {
            "covariance": (error.T @ error / len(error)).tolist(),
            "draws": {
                name: len(side.parameters)
                for name, side in zip(("training", "validation", "test"), sides, strict=True)
            },
        }

    return TrainingSet(*examples[0], score, finish)


def paper_examples(side: Draws) -> tuple[Floats, Floats]:
    """Return inputs and targets of the paper's network for physical systems."""
    rows = []
    for (_, _, density, temperature), g in zip(side.parameters.tolist(), side.g, strict=True):
        rows.append(paper_inputs(EDGES * density ** (-1.0 / 3.0), g, density, temperature))
    return np.array(rows), scaled(side.parameters[:, :2]).astype(np.float32)


TRAINING_SETS: dict[str, Callable[[int], TrainingSet]] = {
    "corresponding": guess_training_set,
    "deepilst": paper_training_set,
}
"""What each network learns from, by name."""
