"""What a model of density profiles is, the registry of all of them, and their model cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.models import ModelSpec, model_registry
from surrogate_app.electrolyte.domain import PAPER_BOX, Domain
from surrogate_app.electrolyte.surrogate.decoder import Decoder
from surrogate_app.electrolyte.surrogate.recipe import ProfileRecipe


@dataclass(frozen=True, kw_only=True)
class ProfileModel(ModelSpec):
    """A kind of network that predicts density profiles; `models` holds one file for each.

    Parameters
    ----------
    decoder : Decoder
        What its outputs mean.
    recipe : ProfileRecipe
        How it is built and trained.
    domain : Domain, optional
        Where it answers; the paper's box by default.
    of_box : str, optional
        Name of the model that answers in the paper's box in place of this one, see `seam`.
    """

    decoder: Decoder
    recipe: ProfileRecipe
    domain: Domain = PAPER_BOX
    of_box: str = ""
    training: str = "surrogate_app.electrolyte.training.train:train"


@dataclass(frozen=True, kw_only=True)
class ProfileCard(ModelCard):
    """Where the weights of a model of density profiles come from.

    Parameters
    ----------
    architecture : str
        Name of its `Decoder`.
    parameters : list of str
        Inputs in their order.
    training_range : mapping
        Range of each input among the training systems.
    data : mapping
        The training systems: how they were made, and how many were trained on and held out.
    uncertainty : mapping
        What `calibration.calibrate` returned.
    domain : mapping, optional
        Where a model that was trained on systems of one's own answers (`Domain.to_dict`); that of
        its kind by default.
    metrics : mapping, optional
        Figures of accuracy on the test systems, once evaluated; not part of the card's file.
    """

    architecture: str
    parameters: list[str]
    training_range: Mapping[str, list[float]]
    data: Mapping[str, Any]
    uncertainty: Mapping[str, Any]
    domain: Mapping[str, Any] | None = None
    metrics: Mapping[str, float] | None = None


MODELS = model_registry("surrogate_app.electrolyte.surrogate.models", ProfileModel)
"""The models by name, the default one first."""
