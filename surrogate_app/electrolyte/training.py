"""Training of the electrolyte networks with Keras, resumable at any epoch.

This module and `training_recipes` are the only ones here that need TensorFlow.
"""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from surrogate_app.campaign import write_atomically
from surrogate_app.electrolyte.architecture import densities
from surrogate_app.electrolyte.dataset import Dataset, mirror
from surrogate_app.electrolyte.surrogate import constrain, model_dir
from surrogate_app.electrolyte.system import MARGIN, PARAMETERS, bin_centres
from surrogate_app.electrolyte.training_recipes import RECIPES, Floats, Recipe
from surrogate_app.network import Network
from surrogate_app.provenance import provenance, sha256
from surrogate_app.resources import pretrained_dir
from surrogate_app.uncertainty import error_table

Array = NDArray[np.float64]

VALIDATION = 0.1
"""Share of the training systems that only decide which weights are kept."""

_DISTANCE = np.concatenate((np.arange(-0.1, 0.1, 0.01), np.arange(0.1, 0.5, 0.05), [0.5, 1.0, 2.6]))


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Evaluates now and then, keeps the best weights and the learning curve, stops in time.

    Parameters
    ----------
    recipe : Recipe
        What is trained.
    parts : tuple of Dataset
        Training and validation systems, on which the MSE (E 7) of the raw network is recorded.
    folder : Path
        Where the state is kept between runs.
    deadline : float
        Time on the monotonic clock after which training pauses.
    """

    def __init__(
        self, recipe: Recipe, parts: tuple[Dataset, Dataset], folder: Path, deadline: float
    ) -> None:
        super().__init__()
        self.recipe = recipe
        self.parts = parts
        self.best_path = folder / "best.keras"
        self.current_path = folder / "current.keras"
        self.curve_path = folder / "curve.json"
        self.deadline = deadline
        known = self.curve_path.exists()
        self.curve: list[list[float]] = json.loads(self.curve_path.read_text()) if known else []

    @property
    def best(self) -> list[float]:
        """Epoch, training and validation loss of the best weights so far."""
        return min(self.curve, key=lambda row: row[2], default=[0, math.inf, math.inf])

    def exhausted(self, epochs: int) -> bool:
        """Whether nothing is left to train: all epochs done or no improvement for too long."""
        last = self.curve[-1][0] if self.curve else 0
        every = self.recipe.evaluate_every
        return last + every > epochs or last - self.best[0] > self.recipe.patience

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Record the losses; stop when they no longer improve or time is up."""
        if (epoch + 1) % self.recipe.evaluate_every == 0:
            best = self.best[2]
            bare = [keras.Input(self.model.input_shape[1:]), *self.model.layers]
            keras.Sequential(bare).save(self.current_path)  # without the optimiser's state
            network = Network.load(self.current_path)
            losses = [_mse(self.recipe.architecture, network, part) for part in self.parts]
            self.curve = [row for row in self.curve if row[0] <= epoch]
            self.curve.append([epoch + 1, *losses])
            if losses[1] < best:
                self.current_path.replace(self.best_path)
            write_atomically(self.curve_path, json.dumps(self.curve).encode())
            if epoch + 1 - self.best[0] > self.recipe.patience:
                self.model.stop_training = True
        if time.monotonic() > self.deadline:
            self.model.stop_training = True


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
    scratch = pretrained_dir().parent / "runs" / "training" if scratch is None else scratch
    state = scratch / f"{name}-{seed}"
    state.mkdir(parents=True, exist_ok=True)
    dataset = Dataset.load(data)
    taught, held_out = (dataset.take(part) for part in split(len(dataset), seed))

    inputs, targets = recipe.prepare(taught)
    steps = len(inputs) // recipe.batch
    model = recipe.build(inputs, seed)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate(steps * epochs)),
        loss=recipe.loss(seed),
        steps_per_execution=steps,
        jit_compile=False,  # XLA's products are slower than oneDNN's on a CPU
    )
    keeper = Keeper(recipe, (taught, held_out), state, time.monotonic() + 60.0 * minutes)
    backup = keras.callbacks.BackupAndRestore(
        state / "backup", save_freq=10 * recipe.evaluate_every * steps, delete_checkpoint=False
    )
    if not keeper.exhausted(epochs):
        model.fit(
            batches(inputs, targets, recipe.batch, seed),
            epochs=epochs,
            callbacks=[backup, keeper],
            shuffle=False,  # the batches are shuffled already
            verbose=0,
        )
        if not keeper.exhausted(epochs):
            return {}
    path = folder / f"{name}.keras"
    write_atomically(path, keeper.best_path.read_bytes())
    metadata = {
        "name": name,
        "architecture": recipe.architecture,
        **provenance(),
        "seed": seed,
        "weights_sha256": sha256(path),
        "parameters": list(PARAMETERS),
        "training_range": {key: list(value) for key, value in MARGIN.items()},
        "data": {**dataset.description, "training": len(taught), "validation": len(held_out)},
        "epoch": keeper.best[0],
        "training_mse": keeper.best[1],
        "validation_mse": keeper.best[2],
        "uncertainty": uncertainty_table(recipe.architecture, Network.load(path), held_out),
    }
    write_atomically(path.with_suffix(".json"), (json.dumps(metadata, indent=1) + "\n").encode())
    lines = ["epoch,training_mse,validation_mse"]
    lines += [f"{row[0]:.0f},{row[1]:.6g},{row[2]:.6g}" for row in keeper.curve]
    write_atomically(folder / f"{name}.history.csv", ("\n".join(lines) + "\n").encode())
    return metadata


def split(systems: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Random split of training systems into those trained on and those held out."""
    order = np.random.default_rng(seed).permutation(systems)
    held_out = round(VALIDATION * systems)
    return order[held_out:], order[:held_out]


def batches(inputs: Floats, targets: Floats, size: int, seed: int) -> tf.data.Dataset:
    """Whole batches of shuffled examples, in another order every epoch."""
    rng = np.random.default_rng(seed)

    def shuffled() -> Any:
        order = rng.permutation(len(inputs))
        for start in range(0, len(order) - size + 1, size):
            rows = order[start : start + size]
            yield inputs[rows], targets[rows]

    signature = tuple(
        tf.TensorSpec((size, part.shape[1]), tf.float32) for part in (inputs, targets)
    )
    examples = tf.data.Dataset.from_generator(shuffled, output_signature=signature)
    return examples.apply(tf.data.experimental.assert_cardinality(len(inputs) // size)).prefetch(2)


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
