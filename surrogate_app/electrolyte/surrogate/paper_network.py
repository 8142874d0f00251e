"""The electrolyte paper's network, 5 → 256 → 512 → 1,004, which models differ by the loss of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.surrogate.recipe import Floats, Layer, Loss, ProfileRecipe
from surrogate_app.electrolyte.system import N_BINS

DROPOUT = 0.2
"""Share of the hidden units that is left out at random in training."""


def profiles_with_epsilon(dataset: Dataset) -> tuple[Floats, Floats]:
    """Return inputs (N, 5); left halves of densities and of their ε, (N, 1004), in mol/L."""
    n, eps = (part.reshape(len(dataset), -1) for part in (dataset.n, dataset.eps))
    return dataset.parameters.astype(np.float32), np.hstack((n, eps)).astype(np.float32)


def paper_recipe(
    loss: Loss,
    examples: Callable[[Dataset], tuple[Floats, Floats]] = profiles_with_epsilon,
) -> ProfileRecipe:
    """Recipe of the paper's network with a loss and, where it needs others, training examples.

    Hidden layers of 256 rectified linear and 512 sigmoid units, each followed by dropout;
    rectified linear outputs; weights drawn from the Xavier normal distribution; trained on four
    fifths of the grid in batches of 32 for 9,500 epochs at most.
    """
    return ProfileRecipe(
        hidden=(Layer(256, "relu", DROPOUT), Layer(512, "sigmoid", DROPOUT)),
        output=Layer(2 * N_BINS, "relu"),
        scaling="range",
        initial="glorot_normal",
        even=True,
        examples=examples,
        loss=loss,
        learning_rate=2e-4,
        batch=32,
        epochs=9_500,
        evaluate_every=20,
        patience=1_500,
        data="grid",
    )
