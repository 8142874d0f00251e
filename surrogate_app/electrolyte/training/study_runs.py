"""Trainings of the studies, one after another, resumable at any moment."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.files import write_atomically, write_json
from surrogate_app.common.provenance import provenance
from surrogate_app.electrolyte.data.dataset import SHOWN, Dataset, mirror
from surrogate_app.electrolyte.evaluation.accuracy import figures, of_system
from surrogate_app.electrolyte.scores import rmse_per_bin
from surrogate_app.electrolyte.surrogate.constraints import constrain
from surrogate_app.electrolyte.surrogate.model import MODELS, ProfileModel
from surrogate_app.electrolyte.training.studies import (
    CURVE,
    LOSSES,
    STUDIES,
    Trial,
    is_done,
    record_path,
    require_study,
)
from surrogate_app.electrolyte.training.train import TrainingSet
from surrogate_app.network import Network
from surrogate_app.training import Checkpoint, scratch_dir

Array = NDArray[np.float64]


def run(study: str, minutes: float = math.inf, report: Callable[[str], None] = print) -> int:
    """Do the trials of a study that are not done yet.

    Parameters
    ----------
    study : str
        Name in `STUDIES`.
    minutes : float, optional
        Pause after this time.
    report : callable, optional
        Called with a line whenever a trial begins or ends.

    Returns
    -------
    int
        Number of trials left to do.

    Raises
    ------
    ValueError
        If there is no such study, or training or test systems are missing.
    """
    require_study(study)
    stop = time.monotonic() + 60.0 * minutes
    tests = len(Dataset.load("test"))
    left = [trial for trial in STUDIES[study] if not is_done(study, trial, tests)]
    while left:
        trial = left[0]
        report(f"{trial.name}: training, {len(left)} of {len(STUDIES[study])} trials to do")
        if not _do(study, trial, (stop - time.monotonic()) / 60.0):
            break
        left.pop(0)
    return len(left)


def model_of(trial: Trial) -> ProfileModel:
    """Return the model of a trial, with its own sizes if it is one of the paper's network."""
    model = MODELS[trial.model]
    recipe = model.recipe
    if trial.model in LOSSES:
        recipe = recipe.resized(trial.units, trial.batch)
    if trial.to_the_end:
        recipe = replace(recipe, patience=trial.epochs)
    return replace(model, recipe=recipe)


def _do(study: str, trial: Trial, minutes: float) -> bool:
    training_set = TrainingSet.prepare(model_of(trial), trial.data, trial.seed, trial.systems)
    scratch = scratch_dir("electrolyte", trial.kind, trial.seed)
    checkpoint = training_set.fit(trial.seed, trial.epochs, minutes, scratch)
    if checkpoint is None:
        return False
    path = record_path(study, trial)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (",".join(f"{value:.5g}" for value in row) for row in checkpoint.curve)
    header = ",".join(CURVE[: len(checkpoint.curve[0])])
    write_atomically(path.with_suffix(".csv"), "\n".join([header, *rows, ""]).encode())
    record = _record(trial, training_set, checkpoint)
    write_json(path, record)
    return True


def _record(trial: Trial, training_set: TrainingSet, checkpoint: Checkpoint) -> dict[str, Any]:
    network = Network.load(checkpoint.best_path)
    raw_densities = training_set.model.decoder.raw
    test = Dataset.load("test")
    record = {
        "trial": asdict(trial),
        **provenance(),
        "training": len(training_set.training),
        "validation": len(training_set.held_out),
        "test_systems": len(test),
        "last_epoch": checkpoint.curve[-1][0],
        "epoch": checkpoint.best[0],
        "training_loss": checkpoint.best[1],
        "validation_loss": checkpoint.best[2],
        "off_grid": _figures(raw_densities(network, test.parameters), test),
    }
    if training_set.tested is not None:
        raw = raw_densities(network, training_set.tested.parameters)
        record["tested"] = len(training_set.tested)
        record["on_grid"] = _figures(raw, training_set.tested)
        per_bin = rmse_per_bin(mirror(training_set.tested.n), raw)
        record["rmse_per_bin"] = [[float(f"{value:.4g}") for value in row] for row in per_bin]
        shown = Dataset.load("shown")
        raw = raw_densities(network, shown.parameters)
        record["shown"] = {
            name: of_system(raw[[row]], shown.take(np.array([row])))
            for row, name in enumerate(SHOWN)
        }
    return record


def _figures(raw: Array, dataset: Dataset) -> dict[str, dict[str, float]]:
    """Figures of a network's densities as they are, and after the constraints."""
    constrained = constrain(raw, dataset.parameters)[0]
    return {"raw": figures(raw, dataset), "constrained": figures(constrained, dataset)}
