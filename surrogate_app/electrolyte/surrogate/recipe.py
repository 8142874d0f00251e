"""How a network of density profiles is built and trained, as data: no TensorFlow is imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.data.dataset import Dataset

Floats = NDArray[np.float32]
Loss = Callable[[Any, Any, Any, Callable[[Any], Any]], Any]
"""``loss(ops, target, output, normal)`` returns the loss of each example of a batch.

`ops` has the array functions (`keras.ops`), and ``normal(array)`` draws standard normal numbers of
an array's shape."""


@dataclass(frozen=True)
class Layer:
    """A dense layer.

    Parameters
    ----------
    units : int
        Number of units.
    activation : str
        Name of a Keras activation that `network` knows too.
    dropout : float, optional
        Share of the units that is left out at random in training.
    initial : str, optional
        Keras initialiser of its weights, if not that of the recipe.
    """

    units: int
    activation: str
    dropout: float = 0.0
    initial: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProfileRecipe:
    """Layers, training set and loss of a network.

    Parameters
    ----------
    hidden, output : tuple of Layer, Layer
        Layers between the inputs and the outputs; the outputs.
    scaling : {"range", "standard"}
        Inputs are scaled inside the network, over the training range to 0…1 or to zero mean and
        unit variance.
    initial : str
        Keras initialiser of the weights.
    even : bool, optional
        Whether the outputs are profiles, whose left halves alone are trained. Simulated profiles
        are even: in the whole network, mirrored bins that start from equal weights keep equal
        weights, and its loss and gradients are those of the left half.
    examples : callable
        ``examples(dataset)`` returns inputs and targets, one row per example.
    loss : callable
        See `Loss`.
    learning_rate : float
        Of Adam's steps, at the beginning.
    final_rate : float, optional
        Share of it that is left at the end of a cosine decay; constant by default.
    batch, epochs : int
        Examples per batch; maximum number of epochs.
    evaluate_every, patience : int
        Epochs between evaluations; epochs without a better one after which training stops.
    data : str
        Training systems, named as in `training.train`.
    members : int, optional
        Networks that are trained from different seeds, whose mean is the model.
    """

    hidden: tuple[Layer, ...]
    output: Layer
    scaling: Literal["range", "standard"]
    initial: str
    even: bool = False
    examples: Callable[[Dataset], tuple[Floats, Floats]]
    loss: Loss
    learning_rate: float
    final_rate: float | None = None
    batch: int
    epochs: int
    evaluate_every: int
    patience: int
    data: str
    members: int = 1

    @property
    def units(self) -> tuple[int, ...]:
        """Units of the hidden layers."""
        return tuple(layer.units for layer in self.hidden)

    def resized(self, units: tuple[int, ...], batch: int) -> ProfileRecipe:
        """Return the recipe with other numbers of hidden units, and another batch."""
        hidden = (replace(layer, units=n) for layer, n in zip(self.hidden, units, strict=True))
        return replace(self, hidden=tuple(hidden), batch=batch)


def correction_error(
    ops: Any,
    target: Any,
    output: Any,
    normal: Callable[[Any], Any],  # noqa: ARG001
) -> Any:
    """Weighted square deviation of reference · exp(output) from the density.

    For networks that give the logarithm of what a reference is corrected by; targets hold the
    density, the reference and the weight of each point.
    """
    density, reference, weight = ops.split(target, 3, axis=-1)
    return weight * ops.square(reference * ops.exp(output) - density)
