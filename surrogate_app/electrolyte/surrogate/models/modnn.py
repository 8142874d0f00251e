"""ModNN: the electrolyte paper's network, trained on soft labels.

For every batch, each label is drawn anew from a normal distribution of the simulated mean and of
standard deviation ε (E 4, E 5), even as the profiles are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from surrogate_app.electrolyte.surrogate.bins import BINS
from surrogate_app.electrolyte.surrogate.model import ProfileModel
from surrogate_app.electrolyte.surrogate.paper_network import paper_recipe


def soft_labels(ops: Any, target: Any, output: Any, normal: Callable[[Any], Any]) -> Any:
    """Mean square deviation from labels drawn anew from N(y, ε²) at every call (E 5)."""
    mean, epsilon = ops.split(target, 2, axis=-1)
    label = mean + epsilon * normal(mean)
    return ops.mean(ops.square(label - output), axis=-1)


MODNN = ProfileModel(
    name="modnn",
    label="ModNN (paper, soft labels)",
    colour="#009E73",
    rank=3,
    decoder=BINS,
    recipe=paper_recipe(soft_labels),
)
