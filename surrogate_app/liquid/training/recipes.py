"""What each liquid network is made of and trained on.

`corresponding` guesses (γ, a) from g in reduced distances; it is trained on curves of the forward
model with noise of any strength, cut off anywhere. `deepilst`
is the liquid paper's network: g, density and temperature in; C12 and C6, scaled to 0…1, out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from surrogate_app.liquid.forward.structure import PAPER_EDGES
from surrogate_app.training import Floats, Recipe


def _standardised(inputs: Floats, seed: int, *layers: keras.layers.Layer) -> keras.Sequential:
    """Stack layers behind a rescaling of the inputs to zero mean and unit variance."""
    scale = 1.0 / inputs.std(axis=0)
    offset = -inputs.mean(axis=0) * scale
    rescaling = keras.layers.Rescaling(scale=scale.tolist(), offset=offset.tolist())
    return keras.Sequential([keras.Input((inputs.shape[1],)), rescaling, *layers])


def guess_network(inputs: Floats, seed: int) -> keras.Sequential:
    """Three hidden layers of 96 SiLU units; scaled γ and a as linear outputs."""
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(96, "silu") for _ in range(3)]
    return _standardised(inputs, seed, *hidden, keras.layers.Dense(2))


@keras.saving.register_keras_serializable(package="surrogate_app")
def tanh_plus_sigmoid(x: tf.Tensor) -> tf.Tensor:
    """Activation of the liquid paper (L 4)."""
    return keras.ops.tanh(x) + keras.ops.sigmoid(x)


def paper_network(inputs: Floats, seed: int) -> keras.Sequential:
    """Build the paper's network: 48 and 15 hidden nodes, dropout of a quarter on the second layer.

    g is divided by its largest value, powers of density and temperature are scaled to 0…1 (L 3).
    """
    keras.utils.set_random_seed(seed)
    cells = len(PAPER_EDGES) - 1
    low, high = inputs[:, cells:].min(axis=0), inputs[:, cells:].max(axis=0)
    powers = 1.0 / (high - low)
    scale = np.concatenate((np.full(cells, 1.0 / inputs[:, :cells].max()), powers))
    offset = np.concatenate((np.zeros(cells), -low * powers))
    return keras.Sequential(
        [
            keras.Input((inputs.shape[1],)),
            keras.layers.Rescaling(scale=scale.tolist(), offset=offset.tolist()),
            keras.layers.Dense(48, tanh_plus_sigmoid),
            keras.layers.Dense(15, tanh_plus_sigmoid),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(2, "sigmoid"),
        ]
    )


def paper_loss(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Half the summed square deviation of the scaled parameters (L 5)."""
    return 0.5 * keras.ops.sum(keras.ops.square(y_true - y_pred), axis=-1)


def _decay(start: float) -> Callable[[int], Any]:
    return lambda steps: keras.optimizers.schedules.CosineDecay(start, steps, 0.003)


RECIPES = {
    "corresponding": Recipe(
        build=guess_network,
        loss=lambda seed: "mean_squared_error",
        learning_rate=_decay(2e-3),
        batch=1_024,
        epochs=120,
        evaluate_every=4,
        patience=120,
    ),
    "deepilst": Recipe(
        build=paper_network,
        loss=lambda seed: paper_loss,
        learning_rate=_decay(2e-3),
        batch=64,
        epochs=1_000,
        evaluate_every=10,
        patience=1_000,
    ),
}
