"""Studies: sets of trainings that answer one question each, and where their results are kept.

`losses`
    Do soft labels help? The paper's network on four fifths of the grid, with each of three losses
    and from three seeds.
`noise`
    Do they help where labels are noisier? The same losses and seeds on half of the grid, as it is,
    with the paper's noise and with four times that; with fewer epochs.
`default`
    Is the default model better when it is trained on dense systems and the grid besides the Sobol
    points?
`hyperparameters`
    The paper's grid search over the units of both hidden layers and the batch, with fewer epochs.
`systems`, `length`
    What would more simulations buy, what longer ones? The paper's network and the default one on
    the first so many Sobol systems, and on the same systems in shorter runs.

`study_runs` does the trainings; this module lists them and reads their results.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.resources import pretrained_dir
from surrogate_app.electrolyte.surrogate.model import MODELS

Array = NDArray[np.float64]

_PAPER = MODELS["basenn"].recipe

PAPER_UNITS = _PAPER.units
"""Units of the two hidden layers of the paper's networks, N₁ and N₂."""

PAPER_BATCH = _PAPER.batch
"""Systems in a batch of the paper's networks."""

LOSSES = ("basenn", "modnn", "weighted")
"""The paper's network trained on means, on soft labels, and with weights of 1/ε²."""

SEARCH_EPOCHS = 500
"""Epochs of the grid search."""

NOISE_EPOCHS = 2_400
"""Epochs of the trainings on noisy labels."""

NOISE_RATES = (1e-3, 0.01)
"""Their learning rate at the beginning, five times that of the paper's network, and the share of it
that is left at the end of a cosine decay: so they need fewer epochs."""

CURVE_STEPS = {"basenn": 64_000, "wallnet": 24_000}
"""Steps of each training for the curves of error against number and length of simulations."""


@dataclass(frozen=True)
class Trial:
    """One training of a study.

    Parameters
    ----------
    model : str
        Name of the model.
    data : str
        Name of the training systems, see `training.train`.
    seed, epochs : int
        Seed of the split, the initial weights, the batches and the labels; most epochs.
    systems : int, optional
        How many of the systems, in their order; all by default.
    units : tuple of int, optional
        Units of the hidden layers of the paper's network.
    batch : int, optional
        Its batch.
    to_the_end : bool, optional
        Whether it goes on to the last epoch, however long validation has not improved.
    rates : tuple of float, optional
        Learning rate at the beginning, and the share of it that is left at the end of a cosine
        decay; those of the model by default.
    """

    model: str
    data: str
    seed: int
    epochs: int
    systems: int | None = None
    units: tuple[int, ...] = PAPER_UNITS
    batch: int = PAPER_BATCH
    to_the_end: bool = False
    rates: tuple[float, float] | None = None

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Trial:
        """Return the trial that a record was written of."""
        rates = stored.get("rates")
        lists = {"units": tuple(stored["units"]), "rates": None if rates is None else tuple(rates)}
        return cls(**{**stored, **lists})

    @property
    def name(self) -> str:
        """Name of the trial's files."""
        return f"{self.kind}-{self.seed}"

    @property
    def kind(self) -> str:
        """Name of all trials that differ by the seed only."""
        parts = [self.model, self.data]
        if self.systems is not None:
            parts.append(str(self.systems))
        if (self.units, self.batch) != (PAPER_UNITS, PAPER_BATCH):
            parts.append(f"{self.units[0]}x{self.units[1]}-b{self.batch}")
        if self.epochs != MODELS[self.model].recipe.epochs:
            parts.append(f"e{self.epochs}")
        return "-".join(parts)


def _curve(model: str, data: str, systems: int, seed: int) -> Trial:
    per_batch = {"basenn": PAPER_BATCH, "wallnet": 4.5}[model]  # systems
    epochs = round(CURVE_STEPS[model] * per_batch / systems)
    return Trial(model, data, seed, epochs, systems, to_the_end=True)


STUDIES: dict[str, tuple[Trial, ...]] = {
    "losses": tuple(
        Trial(model, "grid", seed, MODELS[model].recipe.epochs)
        for model, seed in [
            *itertools.product(LOSSES, (1,)),
            *((model, seed) for seed in (2, 3) for model in LOSSES[:2]),  # what the paper compares
            *itertools.product(LOSSES[2:], (2, 3)),
        ]
    ),
    "noise": tuple(
        Trial(model, data, seed, NOISE_EPOCHS, rates=NOISE_RATES)
        for data in ("grid-histogram", "grid-histogram-16", "grid-half")
        for models in (LOSSES[:2], LOSSES[2:])  # what the paper compares first
        for seed in (1, 2, 3)
        for model in models
    ),
    "default": (  # as many steps; weights of before the end, at a high learning rate, are poor
        Trial("wallnet", "sobol", 1, 176, to_the_end=True),
        Trial("wallnet", "all", 1, 64, to_the_end=True),
    ),
    "hyperparameters": tuple(
        Trial("basenn", "grid", 1, SEARCH_EPOCHS, units=(first, second), batch=batch)
        for batch, first, second in itertools.product((32, 128), (128, 256, 512), (256, 512, 1024))
    ),
    "systems": tuple(
        _curve(model, "sobol", systems, 1)
        for systems in (128, 256, 512, 1_024, 2_048)
        for model in ("wallnet", "basenn")
    ),
    "length": tuple(
        _curve(model, data, 512, 1)
        for data in ("sobol-16", "sobol-4")
        for model in ("wallnet", "basenn")
    ),
}
"""Trials of each study, in the order in which they are done."""


def require_study(study: str) -> None:
    """Raise a ValueError with one sentence if there is no such study."""
    if study not in STUDIES:
        raise ValueError(f"there is no study {study!r}; choose {' or '.join(STUDIES)}")


def require_trainable(model: str) -> None:
    """Raise a ValueError with one sentence if there is no such model to train."""
    if model not in MODELS:
        raise ValueError(f"there is no model {model!r} to train; choose {' or '.join(MODELS)}")


@dataclass(frozen=True)
class Result:
    """The result of a trial.

    Parameters
    ----------
    trial : Trial
        What was trained.
    record : dict
        Provenance, counts, epoch and losses of the weights kept, and figures of accuracy.
    curve : ndarray, shape (evaluations, columns)
        Learning curve; columns as `CURVE`, those of tests only for networks of the grid.
    """

    trial: Trial
    record: dict[str, Any]
    curve: Array


CURVE = ("epoch", "training", "validation", "test", "test_walls", "test_bulk")
"""Columns of a learning curve: mean square errors (E 7) in (mol/L)²."""


def study_dir(study: str) -> Path:
    """Folder with the results of the trials of a study."""
    return pretrained_dir() / "electrolyte" / "studies" / study


def record_path(study: str, trial: Trial) -> Path:
    """File with the figures of a trial; its learning curve lies beside it as CSV."""
    return study_dir(study) / f"{trial.name}.json"


def results(study: str) -> list[Result]:
    """Read the results of the finished trials of a study.

    Parameters
    ----------
    study : str
        Name in `STUDIES`.

    Returns
    -------
    list of Result
        In the order of the trials; empty if none has been finished.
    """
    found = []
    for trial in STUDIES[study]:
        path = record_path(study, trial)
        if path.exists():
            record = json.loads(path.read_text(encoding="utf-8"))
            curve = np.loadtxt(path.with_suffix(".csv"), delimiter=",", skiprows=1, ndmin=2)
            found.append(Result(trial, record, curve))
    return found


def is_done(study: str, trial: Trial, test_systems: int) -> bool:
    """Whether a trial is finished, as it is defined now, and measured on all the test systems."""
    path = record_path(study, trial)
    if not path.exists():
        return False
    record = json.loads(path.read_text(encoding="utf-8"))
    return Trial.from_dict(record["trial"]) == trial and record["test_systems"] == test_systems
