"""The liquid paper's network: g, density and temperature in; C12 and C6, scaled to 0…1, out.

It is trained on physical systems drawn uniformly from Table 1's box, with the noise of single runs.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.forward.draws import Draws, draw_systems
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.models.deepilst import EDGES, network_inputs, scaled
from surrogate_app.liquid.state import TABLE_1
from surrogate_app.liquid.training.examples import BIN_EDGES, Training, TrainingSet, cosine_decay
from surrogate_app.network import Network
from surrogate_app.training import Floats, Recipe


@keras.saving.register_keras_serializable(package="surrogate_app")
def tanh_plus_sigmoid(x: tf.Tensor) -> tf.Tensor:
    """Activation of the liquid paper (L 4)."""
    return keras.ops.tanh(x) + keras.ops.sigmoid(x)


def build(inputs: Floats, seed: int) -> keras.Sequential:
    """Build the paper's network: 48 and 15 hidden nodes, dropout of a quarter on the second layer.

    g is divided by its largest value, powers of density and temperature are scaled to 0…1 (L 3).
    """
    keras.utils.set_random_seed(seed)
    cells = len(EDGES) - 1
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


def loss(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Half the summed square deviation of the scaled parameters (L 5)."""
    return 0.5 * keras.ops.sum(keras.ops.square(y_true - y_pred), axis=-1)


def training_set(states: Structures, number: int, seed: int) -> TrainingSet:
    """Physical systems on the training side; validation by those of other runs."""
    forward = ForwardSurrogate.load()
    sides = draw_systems(states, forward.expansion, TABLE_1, number, seed)
    examples = [inputs_and_targets(side) for side in sides[:2]]

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


def inputs_and_targets(side: Draws) -> tuple[Floats, Floats]:
    """Return inputs and targets of the paper's network for physical systems."""
    rows = []
    for (_, _, density, temperature), g in zip(side.parameters.tolist(), side.g, strict=True):
        rows.append(network_inputs(BIN_EDGES * density ** (-1.0 / 3.0), g, density, temperature))
    return np.array(rows), scaled(side.parameters[:, :2]).astype(np.float32)


TRAINING = Training(
    recipe=Recipe(
        build=build,
        loss=lambda seed: loss,  # noqa: ARG005
        learning_rate=cosine_decay(2e-3),
        batch=64,
        epochs=1_000,
        evaluate_every=10,
        patience=1_000,
    ),
    examples=training_set,
    number=26_000,
)
