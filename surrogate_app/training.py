"""Training of Keras networks, resumable at any epoch; shared by both halves.

Only modules called `training…` need TensorFlow.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from surrogate_app.campaign import write_atomically
from surrogate_app.network import Network
from surrogate_app.provenance import provenance, sha256
from surrogate_app.resources import pretrained_dir

Floats = NDArray[np.float32]
Score = Callable[[Network], tuple[float, float]]
"""Training and validation loss of a network; the second decides which weights are kept."""


@dataclass(frozen=True)
class Recipe:
    """How a network is built and trained.

    Parameters
    ----------
    build : callable
        ``build(inputs, seed)`` returns the Keras model for the inputs trained on.
    loss : callable
        ``loss(seed)`` returns the Keras loss.
    learning_rate : callable
        ``learning_rate(steps)`` returns a constant or a schedule for a training of that length.
    batch, epochs : int
        Examples per batch; most epochs.
    evaluate_every, patience : int
        Epochs between evaluations; epochs without a better one after which training stops.
    """

    build: Callable[[Floats, int], keras.Sequential]
    loss: Callable[[int], Any]
    learning_rate: Callable[[int], Any]
    batch: int
    epochs: int
    evaluate_every: int
    patience: int


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Evaluates now and then, keeps the best weights and the learning curve, stops in time.

    Parameters
    ----------
    recipe : Recipe
        What is trained.
    score : callable
        Losses of a network.
    folder : Path
        Where the state is kept between runs.
    deadline : float
        Time on the monotonic clock after which training pauses.
    """

    def __init__(self, recipe: Recipe, score: Score, folder: Path, deadline: float) -> None:
        super().__init__()
        self.recipe = recipe
        self.score = score
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
            losses = self.score(Network.load(self.current_path))
            self.curve = [row for row in self.curve if row[0] <= epoch]
            self.curve.append([epoch + 1, *losses])
            if losses[1] < best:
                self.current_path.replace(self.best_path)
            write_atomically(self.curve_path, json.dumps(self.curve).encode())
            if epoch + 1 - self.best[0] > self.recipe.patience:
                self.model.stop_training = True
        if time.monotonic() > self.deadline:
            self.model.stop_training = True


def fit(
    recipe: Recipe,
    inputs: Floats,
    targets: Floats,
    score: Score,
    *,
    seed: int,
    epochs: int,
    minutes: float,
    folder: Path,
) -> Keeper | None:
    """Train a network, or go on with a training that was stopped.

    Parameters
    ----------
    recipe : Recipe
        What to build and how.
    inputs, targets : ndarray of float32
        Examples, one a row.
    score : callable
        Losses of a network, evaluated now and then.
    seed : int
        Seed of the initial weights, the batches and the loss.
    epochs : int
        Most epochs.
    minutes : float
        Pause after this time.
    folder : Path
        Where the state is kept between runs.

    Returns
    -------
    Keeper or None
        The best weights and the learning curve; None if training paused before its end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    steps = len(inputs) // recipe.batch
    model = recipe.build(inputs, seed)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate(steps * epochs)),
        loss=recipe.loss(seed),
        steps_per_execution=steps,
        jit_compile=False,  # XLA's products are slower than oneDNN's on a CPU
    )
    keeper = Keeper(recipe, score, folder, time.monotonic() + 60.0 * minutes)
    backup = keras.callbacks.BackupAndRestore(
        folder / "backup", save_freq=10 * recipe.evaluate_every * steps, delete_checkpoint=False
    )
    if not keeper.exhausted(epochs):
        model.fit(
            batches(inputs, targets, recipe.batch, seed),
            epochs=epochs,
            callbacks=[backup, keeper],
            shuffle=False,  # the batches are shuffled already
            verbose=0,
        )
    return keeper if keeper.exhausted(epochs) else None


def store(
    keeper: Keeper, name: str, seed: int, folder: Path, metadata: dict[str, Any]
) -> dict[str, Any]:
    """Store the best weights with their metadata and the learning curve; return the metadata.

    Parameters
    ----------
    keeper : Keeper
        A finished training.
    name : str
        Name of the model, and of its files.
    seed : int
        Seed of the training.
    folder : Path
        Where they go.
    metadata : dict
        What is to be known besides seed, provenance, hash and losses.
    """
    path = folder / f"{name}.keras"
    write_atomically(path, keeper.best_path.read_bytes())
    metadata = {
        "name": name,
        **provenance(),
        "seed": seed,
        "weights_sha256": sha256(path),
        "epoch": keeper.best[0],
        "training_loss": keeper.best[1],
        "validation_loss": keeper.best[2],
        **metadata,
    }
    write_atomically(path.with_suffix(".json"), (json.dumps(metadata, indent=1) + "\n").encode())
    lines = ["epoch,training_loss,validation_loss"]
    lines += [f"{row[0]:.0f},{row[1]:.6g},{row[2]:.6g}" for row in keeper.curve]
    write_atomically(folder / f"{name}.history.csv", ("\n".join(lines) + "\n").encode())
    return metadata


def scratch_dir(half: str, name: str, seed: int) -> Path:
    """Folder of an unfinished training, in `runs/training` at the top of the checkout."""
    return pretrained_dir().parent / "runs" / "training" / half / f"{name}-{seed}"


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
