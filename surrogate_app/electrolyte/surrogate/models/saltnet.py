"""SaltNet, the default: a small network of single points that corrects mean-field theory, any salt.

Its features are lengths, couplings and the Poisson–Boltzmann profile of the very salt, so that weak
coupling and dilute small ions need no correction (`salts`). In the paper's box WallNet answers in
its place, and the two blend into each other around it (`seam`).

What it can't do: it knows mixtures of no more than one salt, whose cations are the counterions;
charged walls of equal, uniform, negative charge; ions that are soft spheres in a uniform
dielectric. It learnt from some thousand simulations of 1 to 2 % noise: strongly layered
profiles of large ions in narrow slits, large counterions of strongly charged walls and 3:1 salts at
strong coupling have the largest errors, and the stated uncertainty says so. Small features of a few
per mille, such as the last oscillations of an overcharged layer, are below its resolution.
"""

from __future__ import annotations

import numpy as np

from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.domain import WIDE, completed
from surrogate_app.electrolyte.surrogate.model import ProfileModel
from surrogate_app.electrolyte.surrogate.points import bin_distances
from surrogate_app.electrolyte.surrogate.recipe import (
    Floats,
    Layer,
    ProfileRecipe,
    correction_error,
)
from surrogate_app.electrolyte.surrogate.salts import SALTS, salt_features
from surrogate_app.electrolyte.system import N_BINS, amounts
from surrogate_app.electrolyte.walls import wall_factor

EPOCHS = 80
"""Epochs, all of which are trained for: weights of before the end, at a high rate, are poor."""

EXPECTED = 0.01
"""Relative error of the network that the weights of systems reckon with, besides their noise."""


def points(dataset: Dataset) -> tuple[Floats, Floats]:
    """Features of every other point that ions reach; densities, what is corrected, and weights.

    Densities are in units of the species' mean in the slab. The weight of a point falls with its
    density, less than that of `wallnet`: at strongly charged walls the contact layer is the error.
    That of a system falls with its noise.
    """
    parameters = completed(dataset.parameters)
    r = np.broadcast_to(bin_distances(parameters), dataset.n.shape)
    factor = wall_factor(parameters[:, :1], parameters[:, 2:4], N_BINS)[..., : N_BINS // 2]
    mean = (np.stack(amounts(parameters), axis=1) / parameters[:, :1])[..., None]
    features, logarithm = salt_features(parameters, r)
    density = dataset.n / mean
    reference = factor * np.exp(logarithm) / mean
    noise = np.mean((dataset.sem / mean) ** 2, axis=(1, 2)) / np.mean(density, axis=(1, 2)) ** 2
    weight = (EXPECTED**2 / (EXPECTED**2 + noise))[:, None, None] * (0.1 + density) ** -1.2
    reached = factor > 1e-6
    reached &= np.indices(reached.shape).sum(axis=0) % 2 == 0  # noise is correlated anyway
    targets = np.stack((density, reference, weight), axis=-1)
    return features[reached], targets[reached].astype(np.float32)


SALTNET = ProfileModel(
    name="saltnet",
    label="SaltNet (all salts)",
    colour="#56B4E9",
    rank=0,
    decoder=SALTS,
    recipe=ProfileRecipe(
        hidden=(Layer(128, "silu"),) * 3,
        output=Layer(1, "linear", initial="zeros"),
        scaling="standard",
        initial="glorot_uniform",
        examples=points,
        loss=correction_error,
        learning_rate=2e-3,
        final_rate=0.003,
        batch=2_048,
        epochs=EPOCHS,
        evaluate_every=4,
        patience=EPOCHS,
        data="salts",
        members=3,
    ),
    domain=WIDE,
    of_box="wallnet",
)
