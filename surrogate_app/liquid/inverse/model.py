"""What an inverse model is, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.models import ModelSpec, model_registry
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import Bins

Estimator = Callable[[Any, Any, Measurement, Bins], Estimate]
"""``estimate(network, card, measured, bins)`` returns the parameters behind an RDF; network and
card are None for a model that is not trained."""


@dataclass(frozen=True, kw_only=True)
class InverseModel(ModelSpec):
    """A way from g(r) to the parameters; `models` holds one file for each.

    Parameters
    ----------
    estimate : callable
        Finds the parameters, see `Estimator`.
    card : type, optional
        What is stored with the weights of its network.
    """

    estimate: Estimator
    card: type[ModelCard] = ModelCard


MODELS = model_registry("surrogate_app.liquid.inverse.models", InverseModel)
"""The inverse models by name, the default one first."""
