"""WallNet, the best in the paper's box: a small network of single points, exact at the walls."""

from __future__ import annotations

import numpy as np

from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.surrogate.model import ProfileModel
from surrogate_app.electrolyte.surrogate.points import POINTS, bin_distances, point_features
from surrogate_app.electrolyte.surrogate.recipe import (
    Floats,
    Layer,
    ProfileRecipe,
    correction_error,
)
from surrogate_app.electrolyte.system import N_BINS
from surrogate_app.electrolyte.walls import wall_factor

EPOCHS = 64
"""Epochs, all of which are trained for: weights of before the end, at a high rate, are poor."""


def points(dataset: Dataset) -> tuple[Floats, Floats]:
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


WALLNET = ProfileModel(
    name="wallnet",
    label="WallNet (point by point)",
    colour="#CC79A7",
    rank=1,
    decoder=POINTS,
    recipe=ProfileRecipe(
        hidden=(Layer(96, "silu"),) * 3,
        output=Layer(1, "linear"),
        scaling="standard",
        initial="glorot_uniform",
        examples=points,
        loss=correction_error,
        learning_rate=3e-3,
        final_rate=0.003,
        batch=2_048,
        epochs=EPOCHS,
        evaluate_every=4,
        patience=EPOCHS,
        data="all",
    ),
)
