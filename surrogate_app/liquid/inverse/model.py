"""What an inverse model is, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from surrogate_app.common.registry import Registry
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import Bins
from surrogate_app.network import Network

Estimator = Callable[[Network | None, Mapping[str, Any], Measurement, Bins], Estimate]
"""``estimate(network, metadata, measured, bins)`` returns the parameters behind an RDF."""


@dataclass(frozen=True)
class InverseModel:
    """A way from g(r) to the parameters; `models` holds one file for each.

    Parameters
    ----------
    name : str
        Name on the command line, in files and links.
    label : str
        Name on the page.
    colour : str
        Colour in all figures, #rrggbb.
    estimate : callable
        Finds the parameters, see `Estimator`.
    training : str, optional
        Where the `Training` of its network is found, "module:name"; empty for a model without a
        network, which needs no files.
    rank : int, optional
        Place among the models; that of the lowest one is the default.
    """

    name: str
    label: str
    colour: str
    estimate: Estimator
    training: str = ""
    rank: int = 100


MODELS = Registry(
    "surrogate_app.liquid.inverse.models",
    InverseModel,
    order=lambda model: (model.rank, model.name),
)
"""The inverse models by name, the default one first."""
