"""Keras networks and losses as the recipes of the models describe them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np

from surrogate_app.electrolyte.data.dataset import mirror
from surrogate_app.electrolyte.surrogate.recipe import Layer, Loss, ProfileRecipe
from surrogate_app.electrolyte.system import MARGIN, PARAMETERS
from surrogate_app.training import Floats, Recipe

_TRUNCATION = 0.87962566103423978  # deviation of a normal distribution cut at two deviations

_CONSTANT = 1e-5  # deviation over mean of inputs that differ by rounding alone


def keras_recipe(recipe: ProfileRecipe) -> Recipe:
    """Translate a recipe for `training.fit`."""
    return Recipe(
        build=partial(build, recipe),
        loss=partial(BatchLoss, recipe.loss),
        learning_rate=partial(_learning_rate, recipe),
        batch=recipe.batch,
        epochs=recipe.epochs,
        evaluate_every=recipe.evaluate_every,
        patience=recipe.patience,
        deploy=whole if recipe.even else _as_it_is,
    )


def build(recipe: ProfileRecipe, inputs: Floats, seed: int) -> keras.Sequential:
    """Build what is trained of a network: of an even one, all but the outputs of the right half.

    Parameters
    ----------
    recipe : ProfileRecipe
        Its layers.
    inputs : ndarray of float32, shape (examples, inputs)
        The inputs that it is trained on.
    seed : int
        Seed of the initial weights.

    Returns
    -------
    Sequential
        The outputs of an even network are the left halves of the profiles. Their weights are drawn
        from the Xavier normal distribution of the whole network.
    """
    seeds = _seeds(seed)
    scaling = _rescaling(recipe, inputs)
    if not recipe.even:
        return _stack(recipe, scaling, None, seeds)
    output = recipe.output
    xavier = np.sqrt(2.0 / (recipe.units[-1] + output.units)) / _TRUNCATION
    initial = keras.initializers.TruncatedNormal(stddev=xavier, seed=next(seeds))
    half = keras.layers.Dense(output.units // 2, output.activation, kernel_initializer=initial)
    return _stack(recipe, scaling, half, seeds)


def whole(left: keras.Sequential) -> keras.Sequential:
    """Return the whole network whose left half was trained."""
    *others, kernel, bias = left.get_weights()
    layers = [type(layer).from_config(layer.get_config()) for layer in left.layers[:-1]]
    last = left.layers[-1]
    both = keras.layers.Dense(2 * last.units, last.activation)
    network = keras.Sequential([keras.Input(left.input_shape[1:]), *layers, both])
    mirrored = (mirror(part.reshape(*part.shape[:-1], 2, -1)) for part in (kernel, bias))
    network.set_weights([*others, *(part.reshape(*part.shape[:-2], -1) for part in mirrored)])
    return network


def side_by_side(members: Sequence[keras.Sequential]) -> keras.Sequential:
    """Return one network whose output is the mean of the outputs of several.

    Parameters
    ----------
    members : sequence of Sequential
        Networks of the same layers and the same rescaling, with one linear output.

    Returns
    -------
    Sequential
        Hidden layers hold the units of all members; between them, only those of the same member
        are linked.
    """
    number = len(members)
    of_layers = list(zip(*(model.layers for model in members), strict=True))
    layers, weights = [], []
    dense = 0
    for same in of_layers:
        first = same[0]
        if not isinstance(first, keras.layers.Dense):
            layers.append(type(first).from_config(first.get_config()))
            continue
        kernels, biases = zip(*(layer.get_weights() for layer in same), strict=True)
        bias: Floats = np.concatenate(biases)
        if first is of_layers[-1][0]:
            kernel: Floats = np.divide(np.concatenate(kernels), number, dtype=np.float32)
            bias = sum(biases) / number
        else:
            kernel = np.concatenate(kernels, axis=1) if dense == 0 else _diagonal(kernels)
        layers.append(keras.layers.Dense(len(bias), first.activation))
        weights += [kernel, bias]
        dense += 1
    network = keras.Sequential([keras.Input(members[0].input_shape[1:]), *layers])
    network.set_weights(weights)
    return network


def _diagonal(blocks: Sequence[Floats]) -> Floats:
    inputs, outputs = blocks[0].shape
    kernel = np.zeros((len(blocks) * inputs, len(blocks) * outputs), np.float32)
    for index, block in enumerate(blocks):
        rows = slice(index * inputs, (index + 1) * inputs)
        kernel[rows, index * outputs : (index + 1) * outputs] = block
    return kernel


def _as_it_is(model: keras.Sequential) -> keras.Sequential:
    return model


def _rescaling(recipe: ProfileRecipe, inputs: Floats) -> keras.layers.Rescaling:
    if recipe.scaling == "range":
        low, high = np.array([MARGIN[name] for name in PARAMETERS]).T
        scale = 1.0 / (high - low)
        offset = -low * scale
    else:
        mean, deviation = inputs.mean(axis=0), inputs.std(axis=0)
        same = deviation <= _CONSTANT * np.abs(mean)  # of every system of one's own, say
        scale = 1.0 / np.where(same, 1.0, deviation)
        offset = -mean * scale
    return keras.layers.Rescaling(scale=scale.tolist(), offset=offset.tolist())


def _seeds(seed: int) -> Iterator[int]:
    """Yield the seeds that Keras would draw after `set_random_seed`.

    Keras draws them from the generator of the whole process, which other threads use, too.
    """
    generator = random.Random(seed)
    while True:
        yield generator.randint(1, 1_000_000_000)


def _stack(
    recipe: ProfileRecipe,
    scaling: keras.layers.Rescaling,
    output: keras.layers.Dense | None,
    seeds: Iterator[int],
) -> keras.Sequential:
    def dense(layer: Layer) -> keras.layers.Dense:
        initial = keras.initializers.get(layer.initial or recipe.initial)
        if hasattr(initial, "seed"):
            initial = type(initial)(seed=next(seeds))
        return keras.layers.Dense(layer.units, layer.activation, kernel_initializer=initial)

    layers: list[keras.layers.Layer] = [keras.Input((len(scaling.scale),)), scaling]
    for layer in recipe.hidden:
        layers.append(dense(layer))
        if layer.dropout:
            layers.append(keras.layers.Dropout(layer.dropout, seed=next(seeds)))
    return keras.Sequential([*layers, dense(recipe.output) if output is None else output])


def _learning_rate(recipe: ProfileRecipe, steps: int) -> Any:
    if recipe.final_rate is None:
        return recipe.learning_rate
    return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps, recipe.final_rate)


class BatchLoss:
    """The loss of a recipe, with random numbers of its own.

    Parameters
    ----------
    loss : callable
        See `recipe.Loss`.
    seed : int
        Seed of the random numbers.
    """

    def __init__(self, loss: Loss, seed: int) -> None:
        self._loss = loss
        self.generator = keras.random.SeedGenerator(seed)

    def __call__(self, target: Any, output: Any) -> Any:
        """Loss of each example of a batch."""
        return self._loss(keras.ops, target, output, self._normal)

    def _normal(self, like: Any) -> Any:
        return keras.random.normal(keras.ops.shape(like), seed=self.generator)
