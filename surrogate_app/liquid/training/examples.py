"""What the networks of the liquid are trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.simulation.bins import N_BINS, REACH
from surrogate_app.network import Network
from surrogate_app.training import Floats, Recipe, Score

BIN_EDGES = np.linspace(0.0, REACH, N_BINS + 1)
"""Edges of the bins of the simulations in ρ^(−1/3)."""


@dataclass(frozen=True)
class TrainingSet:
    """Examples of one network, and how it is judged by them.

    Parameters
    ----------
    inputs, targets : ndarray of float32
        Examples.
    score : callable
        Losses of a network on training and validation examples.
    finish : callable
        ``finish(network)`` returns what the metadata are to say of the trained network.
    """

    inputs: Floats
    targets: Floats
    score: Score
    finish: Callable[[Network], dict[str, Any]]


@dataclass(frozen=True)
class Training:
    """How the network of an inverse model is trained.

    Parameters
    ----------
    recipe : Recipe
        How the network is built and its loss minimised.
    examples : callable
        ``examples(states, number, seed)`` makes so many random examples of simulated states.
    number : int
        Number of examples of the shipped model.
    """

    recipe: Recipe
    examples: Callable[[Structures, int, int], TrainingSet]
    number: int


def cosine_decay(start: float) -> Callable[[int], Any]:
    """Return a learning rate that falls from its start to 0.3 % of it along a cosine."""
    return lambda steps: keras.optimizers.schedules.CosineDecay(start, steps, 0.003)
