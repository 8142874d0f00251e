"""What each kind of electrolyte network is made of and trained on.

Both networks of the electrolyte paper have the same shape, 5 → 256 → 512 → 1004. BaseNN is trained
on the mean densities by their mean square error (E 3). ModNN is trained on soft labels: for every
batch, each label is drawn anew from a normal distribution of the simulated mean and of
standard deviation ε (E 4, E 5), even as the profiles are. Weighted is trained on the mean densities
too, each bin weighted by 1/ε², which is what maximum likelihood makes of the same uncertainties.
The wall network (`architecture`) sees single points instead and is trained on all bins of all
systems.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np

from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.surrogate.decoding import bin_distances, point_features
from surrogate_app.electrolyte.system import MARGIN, N_BINS, PARAMETERS
from surrogate_app.electrolyte.training.studies import EPOCHS, PAPER_BATCH, PAPER_UNITS
from surrogate_app.electrolyte.walls import wall_factor
from surrogate_app.training import Floats, Recipe

LEAST_EPSILON = 0.1
"""Smallest ε that weights are made of, in units of the median of all bins that ions visit."""

_TRUNCATION = 0.87962566103423978  # deviation of a normal distribution cut at two deviations


@dataclass(frozen=True)
class ProfileRecipe(Recipe):
    """How one kind of electrolyte network is built and trained.

    Parameters
    ----------
    architecture : str
        Name in `architecture.densities`.
    prepare : callable
        ``prepare(dataset)`` returns inputs and targets, one row per example.
    data : str
        Systems that it is trained on by default, named as in `training.train`.
    """

    architecture: str
    prepare: Callable[[Dataset], tuple[Floats, Floats]]
    data: str


def left_network(
    inputs: Floats, seed: int, units: tuple[int, int] = PAPER_UNITS
) -> keras.Sequential:
    """Build what is trained of the paper's network: all but the outputs of the right half.

    Inputs are scaled to 0…1 over the training range inside the model. Hidden layers of 256
    rectified linear and 512 sigmoid units, if no other numbers are given, each followed by dropout
    of 0.2; 502 rectified linear outputs, the left halves of both densities in mol/L; weights drawn
    from the Xavier normal distribution of the whole network.

    Simulated profiles are even. In the whole network, with mirrored bins that start from equal
    weights and are taught equal labels, they keep equal weights, and its loss and its gradients are
    those of the left half: training that comes to the same in two thirds of the time.
    """
    keras.utils.set_random_seed(seed)
    xavier = np.sqrt(2.0 / (units[1] + 2 * N_BINS)) / _TRUNCATION
    initial = keras.initializers.TruncatedNormal(stddev=xavier)
    return _stack(units, keras.layers.Dense(N_BINS, "relu", kernel_initializer=initial))


def whole_network(left: keras.Sequential) -> keras.Sequential:
    """Return the paper's network, 5 → 256 → 512 → 1,004, made of its left half."""
    *others, kernel, bias = left.get_weights()
    units = tuple(layer.units for layer in left.layers if isinstance(layer, keras.layers.Dense))
    whole = _stack(units[:2], keras.layers.Dense(2 * N_BINS, "relu"))
    both = (mirror(part.reshape(*part.shape[:-1], 2, -1)) for part in (kernel, bias))
    whole.set_weights([*others, *(part.reshape(*part.shape[:-2], -1) for part in both)])
    return whole


def _stack(units: tuple[int, ...], last: keras.layers.Dense) -> keras.Sequential:
    low, high = np.array([MARGIN[name] for name in PARAMETERS]).T
    scale = 1.0 / (high - low)
    return keras.Sequential(
        [
            keras.Input((len(PARAMETERS),)),
            keras.layers.Rescaling(scale=scale.tolist(), offset=(-low * scale).tolist()),
            keras.layers.Dense(units[0], "relu", kernel_initializer="glorot_normal"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(units[1], "sigmoid", kernel_initializer="glorot_normal"),
            keras.layers.Dropout(0.2),
            last,
        ]
    )


def paper_examples(dataset: Dataset) -> tuple[Floats, Floats]:
    """Return inputs (N, 5); left halves of densities and of their ε, (N, 1004), in mol/L."""
    n, eps = (part.reshape(len(dataset), -1) for part in (dataset.n, dataset.eps))
    return dataset.parameters.astype(np.float32), np.hstack((n, eps)).astype(np.float32)


def weighted_examples(dataset: Dataset) -> tuple[Floats, Floats]:
    """Return what `paper_examples` does, with each ε at least a tenth of the median one.

    Bins that hardly an ion visits have an ε near zero, that says little about their error.
    """
    inputs, targets = paper_examples(dataset)
    epsilon = targets[:, N_BINS:]
    least = LEAST_EPSILON * np.median(epsilon[epsilon > 0.0])
    np.maximum(epsilon, least, out=epsilon)
    return inputs, targets


def wall_network(inputs: Floats, seed: int) -> keras.Sequential:
    """Three hidden layers of 96 SiLU units and one linear output; features standardised inside."""
    keras.utils.set_random_seed(seed)
    scale = 1.0 / inputs.std(axis=0)
    offset = -inputs.mean(axis=0) * scale
    hidden = [keras.layers.Dense(96, "silu") for _ in range(3)]
    rescaling = keras.layers.Rescaling(scale=scale.tolist(), offset=offset.tolist())
    return keras.Sequential(
        [keras.Input((inputs.shape[1],)), rescaling, *hidden, keras.layers.Dense(1)]
    )


def wall_examples(dataset: Dataset) -> tuple[Floats, Floats]:
    """Features of all points that ions reach; density over c, wall factor and weight of each.

    The weight (0.02 + n/c)^(−3/2) stands between absolute and relative errors: the noise of the
    simulations is nearly relative, while what is looked at most are the layers.
    """
    parameters = dataset.parameters
    r = np.broadcast_to(bin_distances(parameters), dataset.n.shape)
    factor = wall_factor(parameters[:, :1], parameters[:, 2:4], N_BINS)[..., : N_BINS // 2]
    density = dataset.n / parameters[:, 1, None, None]
    reached = factor > 1e-6
    targets = np.stack((density, factor, (0.02 + density) ** -1.5), axis=-1)
    return point_features(parameters, r)[reached], targets[reached].astype(np.float32)


class SoftLabels(keras.losses.Loss):  # type: ignore[misc]
    """Mean square deviation from labels drawn anew from N(y, ε²) at every call (E 5).

    The targets are y and ε side by side. With `soft=False` the labels are y itself (E 3).
    """

    def __init__(self, soft: bool, seed: int) -> None:
        super().__init__(name="soft_labels" if soft else "mean_square_error")
        self.soft = soft
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of one batch."""
        label, epsilon = keras.ops.split(y_true, 2, axis=-1)
        if self.soft:
            noise = keras.random.normal(keras.ops.shape(label), seed=self.generator)
            label = label + epsilon * noise
        return keras.ops.mean(keras.ops.square(label - y_pred), axis=-1)


def weighted_loss(y_true: Any, y_pred: Any) -> Any:
    """Mean square deviation in units of ε; the targets are y and ε side by side."""
    label, epsilon = keras.ops.split(y_true, 2, axis=-1)
    return keras.ops.mean(keras.ops.square((label - y_pred) / epsilon), axis=-1)


def wall_loss(y_true: Any, y_pred: Any) -> Any:
    """Weighted square deviation of wall factor · exp(output) from n/c."""
    density, factor, weight = keras.ops.split(y_true, 3, axis=-1)
    return weight * keras.ops.square(factor * keras.ops.exp(y_pred) - density)


LOSSES: dict[str, tuple[Callable[[Dataset], tuple[Floats, Floats]], Callable[[int], Any]]] = {
    "basenn": (paper_examples, lambda seed: SoftLabels(soft=False, seed=seed)),
    "modnn": (paper_examples, lambda seed: SoftLabels(soft=True, seed=seed)),
    "weighted": (weighted_examples, lambda seed: weighted_loss),
}
"""How each of the paper's networks, and the third beside them, is taught: examples and loss."""


def paper_recipe(
    name: str, units: tuple[int, int] = PAPER_UNITS, batch: int = PAPER_BATCH
) -> ProfileRecipe:
    """Recipe of the paper's network with one of the `LOSSES` and any size of layers and batch."""
    prepare, loss = LOSSES[name]
    return ProfileRecipe(
        architecture="profile",
        build=partial(left_network, units=units),
        deploy=whole_network,
        prepare=prepare,
        data="grid",
        loss=loss,
        learning_rate=lambda steps: 2e-4,
        batch=batch,
        epochs=EPOCHS[name],
        evaluate_every=20,
        patience=1_500,
    )


RECIPES = {
    **{name: paper_recipe(name) for name in LOSSES},
    "wallnet": ProfileRecipe(
        architecture="wall",
        build=wall_network,
        prepare=wall_examples,
        data="all",
        loss=lambda seed: wall_loss,
        learning_rate=lambda steps: keras.optimizers.schedules.CosineDecay(3e-3, steps, 0.003),
        batch=2_048,
        epochs=EPOCHS["wallnet"],
        evaluate_every=4,
        patience=EPOCHS["wallnet"],
    ),
}
