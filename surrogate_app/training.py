"""Training of Keras networks, resumable at any epoch; shared by both halves.

Only modules called `training…` need TensorFlow.
"""

from __future__ import annotations

import hashlib
import io
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from surrogate_app.common.files import write_atomically
from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.provenance import provenance, sha256
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.network import Dense, Network, Rescaling

Floats = NDArray[np.float32]
Score = Callable[[Network], tuple[float, ...]]
"""Training and validation loss of a network, and what else its learning curve is to show; the
second decides which weights are kept."""

SAVE_EVERY = 60.0
"""Seconds after which the state of a training is stored."""


@dataclass(frozen=True)
class Recipe:
    """How a network is built and trained.

    Parameters
    ----------
    build : callable
        ``build(inputs, seed)`` returns the Keras model for the inputs trained on.
    loss : callable
        ``loss(seed)`` returns the Keras loss; one that draws random numbers has its
        generator as an attribute `generator`.
    learning_rate : callable
        ``learning_rate(steps)`` returns a constant or a schedule for a training of that length.
    batch, epochs : int
        Examples per batch; most epochs.
    evaluate_every, patience : int
        Epochs between evaluations; epochs without a better one after which training stops.
    deploy : callable, optional
        ``deploy(model)`` returns the model that is evaluated and stored, if that is not the
        one that is trained.
    """

    build: Callable[[Floats, int], keras.Sequential]
    loss: Callable[[int], Any]
    learning_rate: Callable[[int], Any]
    batch: int
    epochs: int
    evaluate_every: int
    patience: int
    deploy: Callable[[keras.Sequential], keras.Sequential] = field(
        default=lambda model: model, kw_only=True
    )


@dataclass(frozen=True)
class Checkpoint:
    """What is left of a finished training.

    Parameters
    ----------
    best_path : Path
        The weights with the lowest validation loss, a `.keras` file.
    curve : list of list of float
        Epoch, training and validation loss, and what else was recorded, at every evaluation.
    """

    best_path: Path
    curve: list[list[float]]

    @property
    def best(self) -> list[float]:
        """Row of the learning curve that belongs to the best weights."""
        return _best(self.curve)


def _best(curve: list[list[float]]) -> list[float]:
    return min(curve, key=lambda row: row[2], default=[0, math.inf, math.inf])


class _Training:
    """A network, its optimiser and their state, with one epoch compiled as a whole."""

    def __init__(
        self, recipe: Recipe, inputs: Floats, targets: Floats, seed: int, epochs: int
    ) -> None:
        self.recipe, self.seed, self.epochs = recipe, seed, epochs
        self.steps = len(inputs) // recipe.batch
        self.examples = tuple(tf.constant(part) for part in (inputs, targets))
        self.model = recipe.build(inputs, seed)
        self.optimiser = keras.optimizers.Adam(recipe.learning_rate(self.steps * epochs))
        self.optimiser.build(self.model.trainable_variables)
        self.loss = keras.losses.get(recipe.loss(seed))
        self.epoch = 0
        self.curve: list[list[float]] = []
        self.best = self._weights()
        generator = getattr(self.loss, "generator", None)
        self._variables = [*self.model.variables, *self.optimiser.variables]
        self._variables += [generator.state] if generator else []
        digest = hashlib.sha256(repr((seed, epochs, recipe.batch, recipe.patience)).encode())
        for array in (inputs, targets, *self._weights()):
            digest.update(array.tobytes())
        self.identity = digest.hexdigest()

    @property
    def finished(self) -> bool:
        """Whether all epochs are done or validation has not improved for too long."""
        over = self.epoch + self.recipe.evaluate_every > self.epochs
        return over or self.epoch - _best(self.curve)[0] > self.recipe.patience

    def advance(self, score: Score) -> None:
        """Train for as many epochs as lie between two evaluations, then evaluate."""
        for epoch in range(self.epoch, self.epoch + self.recipe.evaluate_every):
            order = np.random.default_rng([self.seed, epoch]).permutation(len(self.examples[0]))
            rows = order[: self.steps * self.recipe.batch].reshape(self.steps, -1)
            self._pass_over(tf.constant(rows, tf.int32))
        self.epoch += self.recipe.evaluate_every
        losses = score(as_network(self.recipe.deploy(self.model)))
        if losses[1] < _best(self.curve)[2]:
            self.best = self._weights()
        self.curve.append([self.epoch, *losses])

    @tf.function  # type: ignore[untyped-decorator]
    def _pass_over(self, batches: tf.Tensor) -> None:
        inputs, targets = self.examples
        for rows in batches:
            with tf.GradientTape() as tape:
                outputs = self.model(tf.gather(inputs, rows), training=True)
                loss = tf.reduce_mean(self.loss(tf.gather(targets, rows), outputs))
            self._update(tape.gradient(loss, self.model.trainable_variables))

    # one pass over the weights; products are faster without XLA
    @tf.function(jit_compile=True)  # type: ignore[untyped-decorator]
    def _update(self, gradients: list[tf.Tensor]) -> None:
        self.optimiser.apply(gradients, self.model.trainable_variables)

    def save(self, path: Path) -> None:
        """Store everything that the following epochs depend on."""
        arrays = {f"variable_{i}": v.numpy() for i, v in enumerate(self._variables)}
        arrays |= {f"best_{i}": weights for i, weights in enumerate(self.best)}
        buffer = io.BytesIO()
        np.savez(buffer, identity=self.identity, epoch=self.epoch, curve=self.curve, **arrays)
        write_atomically(path, buffer.getvalue())

    def resume(self, path: Path) -> None:
        """Take up a stored state, unless it is one of other data or another recipe."""
        if not path.exists():
            return
        with np.load(path, allow_pickle=False) as state:
            if state["identity"] != self.identity:
                return
            for index, variable in enumerate(self._variables):
                variable.assign(state[f"variable_{index}"])
            self.best = [state[f"best_{i}"] for i in range(len(self.best))]
            self.epoch, self.curve = int(state["epoch"]), state["curve"].tolist()

    def save_best(self, path: Path) -> None:
        """Store the model with its best weights, without the optimiser's state."""
        current = self._weights()
        self.model.set_weights(self.best)
        self.recipe.deploy(self.model).save(path)
        self.model.set_weights(current)

    def _weights(self) -> list[Floats]:
        return [np.array(weights) for weights in self.model.get_weights()]


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
) -> Checkpoint | None:
    """Train a network, or go on with a training that was stopped.

    The state is stored once a minute, so that a training killed at any moment loses no more. One
    that was resumed ends, on the same machine, with the same weights to the last bit as one that
    was not. A state of other data, another seed or another length of training is not resumed.

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
    Checkpoint or None
        The best weights and the learning curve; None if training paused before its end.

    Raises
    ------
    ValueError
        If there are fewer epochs than lie between two evaluations.
    """
    if epochs < recipe.evaluate_every:
        raise ValueError(f"epochs must be at least {recipe.evaluate_every}, got {epochs}")
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "state.npz"
    training = _Training(recipe, inputs, targets, seed, epochs)
    training.resume(state)
    started = saved = time.monotonic()
    while not training.finished:
        training.advance(score)
        now = time.monotonic()
        paused = now - started > 60.0 * minutes
        if paused or training.finished or now - saved > SAVE_EVERY:
            training.save(state)
            saved = now
        if paused:
            break
    if not training.finished:
        return None
    best_path = folder / "best.keras"
    training.save_best(best_path)
    return Checkpoint(best_path, training.curve)


def as_network(model: keras.Sequential) -> Network:
    """Take the weights of a Keras model as they are now; `Network.load` reads them from a file."""
    layers: list[Dense | Rescaling] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            kernel, bias = (np.array(weights) for weights in layer.get_weights())
            layers.append(Dense(kernel, bias, layer.activation.__name__))
        elif isinstance(layer, keras.layers.Rescaling):
            scale, offset = (np.asarray(part, np.float32) for part in (layer.scale, layer.offset))
            layers.append(Rescaling(scale, offset))
    return Network(layers)


def store(
    checkpoint: Checkpoint,
    name: str,
    seed: int,
    folder: Path,
    details: dict[str, Any],
    kind: type[ModelCard] = ModelCard,
) -> dict[str, Any]:
    """Store the best weights with their model card and the learning curve; return the metadata.

    Parameters
    ----------
    checkpoint : Checkpoint
        A finished training.
    name : str
        Name of the model, and of its files.
    seed : int
        Seed of the training.
    folder : Path
        Where they go.
    details : dict
        What the card holds besides seed, provenance, hash and losses.
    kind : type, optional
        Class derived from `ModelCard`, where such models have one.
    """
    path = folder / f"{name}.keras"
    write_atomically(path, checkpoint.best_path.read_bytes())
    card = kind.from_dict(
        {
            "name": name,
            **provenance(),
            "seed": seed,
            "weights_sha256": sha256(path),
            "epoch": checkpoint.best[0],
            "training_loss": checkpoint.best[1],
            "validation_loss": checkpoint.best[2],
            **details,
        }
    )
    card.write(folder)
    lines = ["epoch,training_loss,validation_loss"]
    lines += [f"{row[0]:.0f},{row[1]:.6g},{row[2]:.6g}" for row in checkpoint.curve]
    write_atomically(folder / f"{name}.history.csv", ("\n".join(lines) + "\n").encode())
    return card.to_dict()


def scratch_dir(half: str, name: str, seed: int) -> Path:
    """Folder of an unfinished training, in `runs/training` at the top of the checkout."""
    return pretrained_dir().parent / "runs" / "training" / half / f"{name}-{seed}"
