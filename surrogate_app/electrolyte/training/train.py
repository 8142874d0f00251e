"""Training of the electrolyte networks."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import read_campaign
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.electrolyte.data.dataset import Dataset, mirror, systems_hash
from surrogate_app.electrolyte.data.splits import (
    MIXTURES,
    NAMES,
    grid_test,
    is_grid,
    is_own,
    split,
    split_own,
    training_systems,
)
from surrogate_app.electrolyte.domain import PAPER_BOX, WIDE, WIDE_MARGIN, Domain, completed
from surrogate_app.electrolyte.scores import BULK, WALLS
from surrogate_app.electrolyte.surrogate.constraints import constrain
from surrogate_app.electrolyte.surrogate.model import MODELS, ProfileCard, ProfileModel
from surrogate_app.electrolyte.surrogate.recipe import ProfileRecipe
from surrogate_app.electrolyte.surrogate.surrogate import model_dir
from surrogate_app.electrolyte.system import ALL_PARAMETERS, DOMAIN, MARGIN, N_BINS, PARAMETERS
from surrogate_app.electrolyte.training.calibration import calibrate
from surrogate_app.electrolyte.training.networks import keras_recipe, side_by_side
from surrogate_app.electrolyte.training.studies import Trial, require_trainable
from surrogate_app.network import Network
from surrogate_app.training import Checkpoint, Floats, fit, scratch_dir, store

Array = NDArray[np.float64]

_SEEDS = 100  # between the seeds of the members of a model

OWN_STEPS = 1_200
"""Steps of a training on systems of one's own; more of them fit the noise of few systems."""

_OWN_EVALUATIONS = 20

SAMPLE = 512
"""Training systems whose error stands for that of all in the learning curves."""


@dataclass(frozen=True)
class TrainingSet:
    """The systems that a network is trained on, and those by which it is judged.

    Parameters
    ----------
    model : ProfileModel
        What is trained, and how.
    inputs, targets : ndarray of float32
        Examples.
    training, held_out : Dataset
        Systems behind the examples; validation systems, which decide which weights are kept.
    tested : Dataset or None
        Systems that are only measured: the last fifth of the grid, for networks trained on the
        rest of it.
    calibration : Dataset or None
        Systems of one's own by which the uncertainty is calibrated; others take those of the
        package.
    """

    model: ProfileModel
    inputs: Floats
    targets: Floats
    training: Dataset
    held_out: Dataset
    tested: Dataset | None
    calibration: Dataset | None = None

    @classmethod
    def prepare(
        cls, model: ProfileModel, data: str | Path, seed: int, systems: int | None = None
    ) -> TrainingSet:
        """Read the training systems, or the first so many of the first design, and split them.

        Data are named as in `train`.
        """
        (first, _), *others = MIXTURES.get(str(data), {data: None}).items()
        dataset = training_systems(first)
        dataset = _first(dataset, systems)
        if is_own(data):
            dataset = replace(dataset, parameters=completed(dataset.parameters))
            training, held_out, known = (
                dataset.take(part) for part in split_own(len(dataset), seed)
            )
            return cls(model, *model.recipe.examples(training), training, held_out, None, known)
        training, held_out = (dataset.take(part) for part in split(len(dataset), seed))
        if others:  # weights are chosen by systems of the first design only
            more = [_first(training_systems(design), number) for design, number in others]
            training = Dataset.joined([training, *more])
        return cls(
            model,
            *model.recipe.examples(training),
            training,
            held_out,
            grid_test() if is_grid(data) else None,
        )

    def score(self, network: Network) -> tuple[float, ...]:
        """Mean square errors (E 7) in (mol/L)² of the network as it is, before any constraint.

        Of training systems, `SAMPLE` at most; of validation systems; and, where there are any,
        of those tested: in all bins, near the walls and in the bulk.
        """
        parts = [self.training.take(np.arange(len(self.training))[:SAMPLE]), self.held_out]
        losses = [float(np.mean(self._square(network, part))) for part in parts]
        if self.tested is not None:
            square = self._square(network, self.tested).mean(axis=(0, 1))
            losses += [float(np.mean(square[bins])) for bins in (slice(None), WALLS, BULK)]
        return tuple(losses)

    def _square(self, network: Network, part: Dataset) -> Array:
        prediction = self.model.decoder.raw(network, part.parameters)
        return np.asarray((prediction - mirror(part.n)) ** 2)

    def fit(self, seed: int, epochs: int, minutes: float, scratch: Path) -> Checkpoint | None:
        """Train a network, or go on with a training that was stopped; see `training.fit`.

        Of a model with several members, one is trained after another.
        """
        members: list[Checkpoint] = []
        number = self.model.recipe.members
        started = time.monotonic()
        for index in range(number):
            checkpoint = fit(
                keras_recipe(self.model.recipe),
                self.inputs,
                self.targets,
                self.score,
                seed=seed + _SEEDS * index,
                epochs=epochs,
                minutes=minutes - (time.monotonic() - started) / 60.0,
                folder=scratch if number == 1 else scratch / str(index),
            )
            if checkpoint is None:
                return None
            members.append(checkpoint)
        return members[0] if number == 1 else self._mean(members, scratch / "best.keras")

    @staticmethod
    def _mean(members: list[Checkpoint], path: Path) -> Checkpoint:
        models = [keras.models.load_model(each.best_path, compile=False) for each in members]
        side_by_side(models).save(path)
        rows = [
            np.mean(same, axis=0).tolist() for same in zip(*(m.curve for m in members), strict=True)
        ]
        return Checkpoint(path, rows)

    def description(self) -> dict[str, Any]:
        """Describe the training systems, for the model card."""
        own = {} if self.calibration is None else {"calibration": len(self.calibration)}
        return {
            **self.training.description,
            "training": len(self.training),
            "validation": len(self.held_out),
            **own,
        }


def train(
    name: str,
    seed: int = 1,
    epochs: int | None = None,
    minutes: float = math.inf,
    data: str | Path | None = None,
    folder: Path | None = None,
    scratch: Path | None = None,
) -> dict[str, Any]:
    """Train one network and store it with its metadata and learning curve.

    A run that is stopped, by a signal or by `minutes`, goes on where it was when repeated.

    Parameters
    ----------
    name : str
        Name in `MODELS`: "saltnet", "wallnet", "basenn", "modnn" or "weighted".
    seed : int, optional
        Seed of the split, the initial weights, the batches and the soft labels.
    epochs : int, optional
        Most epochs; the recipe's own number by default.
    minutes : float, optional
        Pause after this time.
    data : str or Path, optional
        Training systems: the name of a design or of a mixture of them (`splits.MIXTURES`), or the
        folder of a campaign; the recipe's own by default. A model that was trained on systems of
        your own, from a CSV file, answers in their range only, and a fifth of them calibrates its
        uncertainty.
    folder : Path, optional
        Where the model goes; the folder of the pretrained models by default, which systems of your
        own may not have.
    scratch : Path, optional
        Where an unfinished training is kept; by default `runs/training` at the top of the checkout,
        or, for systems of your own, `unfinished` in that folder.

    Returns
    -------
    dict
        The metadata stored with the model; empty if training paused before its end.

    Raises
    ------
    ValueError
        If there is no model of that name or no training data, or systems of your own are given
        without a folder or to a model that knows the paper's box only.
    """
    require_trainable(name)
    model = MODELS[name]
    data = model.recipe.data if data is None else data
    own = is_own(data)
    if own:
        folder = _own_folder(model, folder)
        scratch = folder / "unfinished" / f"{name}-{seed}" if scratch is None else scratch
        model = replace(model, recipe=own_recipe(model.recipe, len(training_systems(data)), epochs))
    training_set = TrainingSet.prepare(model, data, seed)
    epochs = model.recipe.epochs if epochs is None else epochs
    if scratch is None:  # the same as that of a study's trial, which need not be trained again
        known = data if data in NAMES else f"folder-{Path(data).name}"
        kind = Trial(name, str(known), seed, epochs).kind
        scratch = scratch_dir("electrolyte", kind, seed)
    checkpoint = training_set.fit(seed, epochs, minutes, scratch)
    if checkpoint is None:
        return {}
    calibrating = training_set.calibration or calibration_systems(data, model.domain)
    raw = model.decoder.raw(Network.load(checkpoint.best_path), calibrating.parameters)
    metadata = {
        "architecture": model.decoder.architecture,
        "parameters": list(model.domain.columns),
        "training_range": training_range(training_set.training.parameters, model.domain),
        "data": training_set.description(),
        "uncertainty": calibrate(constrain(raw, calibrating.parameters)[0], calibrating),
    }
    if own:
        domain = Domain.of_systems(read_campaign(Path(data))[1]["parameters"])
        ranges = {name: list(ends) for name, ends in domain.ranges.items()}
        metadata |= {"domain": domain.to_dict(), "training_range": ranges}
        metadata["systems_sha256"] = systems_hash(data)
    folder = model_dir() if folder is None else folder
    return store(checkpoint, name, seed, folder, metadata, ProfileCard)


def _own_folder(model: ProfileModel, folder: Path | None) -> Path:
    if model.domain is PAPER_BOX:
        able = " or ".join(name for name, other in MODELS.items() if other.domain is not PAPER_BOX)
        raise ValueError(
            f"{model.name} knows the electrolyte paper's box only and can't be trained on systems "
            f"of your own; choose {able}"
        )
    if folder is None or folder.resolve() == (pretrained_dir() / "electrolyte").resolve():
        raise ValueError(
            "a model of systems of your own would replace a shipped one; name another folder for "
            "it by --folder"
        )
    return folder


def own_recipe(recipe: ProfileRecipe, systems: int, epochs: int | None = None) -> ProfileRecipe:
    """Return a recipe that trains on so few systems for as many steps as the network needs.

    Parameters
    ----------
    recipe : ProfileRecipe
        Recipe for some thousand systems.
    systems : int
        Number of simulated systems.
    epochs : int, optional
        Epochs; by default as many as make `OWN_STEPS` steps, at least the recipe's.
    """
    points = 0.7 * systems * N_BINS / 2  # of the training systems, every other one of two ions
    if epochs is None:
        epochs = max(recipe.epochs, math.ceil(OWN_STEPS * recipe.batch / points))
    every = max(recipe.evaluate_every, epochs // _OWN_EVALUATIONS)
    return replace(recipe, epochs=epochs, patience=epochs, evaluate_every=every)


def calibration_systems(data: str | Path, domain: Domain = PAPER_BOX) -> Dataset:
    """Read the systems by which the uncertainty of a network is calibrated, inside its domain.

    Networks of the grid were not trained on the Sobol points either, which show more large errors.
    """
    if domain is WIDE:
        return Dataset.load("wide-calibration")
    known = Dataset.joined([Dataset.load("calibration"), Dataset.load("corner-calibration")])
    if not is_grid(data):
        return known
    sobol = Dataset.load("sobol")
    low, high = np.array([DOMAIN[name] for name in PARAMETERS]).T
    inside = ((sobol.parameters >= low) & (sobol.parameters <= high)).all(axis=1)
    return Dataset.joined([known, sobol.take(inside)])


def training_range(parameters: Array, domain: Domain = PAPER_BOX) -> dict[str, list[float]]:
    """Range of each input among training systems: the domain's, or the margin's if beyond it."""
    margin = WIDE_MARGIN.ranges if domain is WIDE else MARGIN
    training = {}
    for name, widest in margin.items():
        values = parameters[:, ALL_PARAMETERS.index(name)]
        low, high = domain.ranges[name]
        slack = 0.01 * (high - low)  # concentrations are realised with whole ions
        within = low - slack <= values.min() and values.max() <= high + slack
        training[name] = list(domain.ranges[name] if within else widest)
    return training


def _first(dataset: Dataset, number: int | None) -> Dataset:
    return dataset.take(np.arange(len(dataset))[:number])
