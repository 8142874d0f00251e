"""BaseNN: the electrolyte paper's network, trained on the mean densities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from surrogate_app.electrolyte.surrogate.bins import BINS
from surrogate_app.electrolyte.surrogate.model import ProfileModel
from surrogate_app.electrolyte.surrogate.paper_network import paper_recipe


def mean_square_error(
    ops: Any,
    target: Any,
    output: Any,
    normal: Callable[[Any], Any],  # noqa: ARG001
) -> Any:
    """Mean square deviation from the simulated densities (E 3)."""
    mean, _ = ops.split(target, 2, axis=-1)
    return ops.mean(ops.square(mean - output), axis=-1)


BASENN = ProfileModel(
    name="basenn",
    label="BaseNN (paper, squared error)",
    colour="#24292F",
    rank=2,
    decoder=BINS,
    recipe=paper_recipe(mean_square_error),
)
