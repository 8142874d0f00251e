"""The electrolyte paper's network, trained on the mean densities with weights of 1/ε².

That is what maximum likelihood makes of the uncertainties that ModNN draws its labels with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.surrogate.bins import BINS
from surrogate_app.electrolyte.surrogate.model import ProfileModel
from surrogate_app.electrolyte.surrogate.paper_network import paper_recipe, profiles_with_epsilon
from surrogate_app.electrolyte.surrogate.recipe import Floats
from surrogate_app.electrolyte.system import N_BINS

LEAST_EPSILON = 0.1
"""Smallest ε that weights are made of, in units of the median of all bins that ions visit."""


def profiles_with_bounded_epsilon(dataset: Dataset) -> tuple[Floats, Floats]:
    """Return what `profiles_with_epsilon` does, with each ε at least a tenth of the median one.

    Bins that hardly an ion visits have an ε near zero, which says little about their error.
    """
    inputs, targets = profiles_with_epsilon(dataset)
    epsilon = targets[:, N_BINS:]
    least = LEAST_EPSILON * np.median(epsilon[epsilon > 0.0])
    np.maximum(epsilon, least, out=epsilon)
    return inputs, targets


def weighted_square_error(
    ops: Any,
    target: Any,
    output: Any,
    normal: Callable[[Any], Any],  # noqa: ARG001
) -> Any:
    """Mean square deviation in units of ε."""
    mean, epsilon = ops.split(target, 2, axis=-1)
    return ops.mean(ops.square((mean - output) / epsilon), axis=-1)


WEIGHTED = ProfileModel(
    name="weighted",
    label="Weighted (paper’s network, 1/ε²)",
    colour="#E69F00",
    rank=4,
    decoder=BINS,
    recipe=paper_recipe(weighted_square_error, profiles_with_bounded_epsilon),
)
