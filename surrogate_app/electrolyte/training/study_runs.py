"""Trainings of the studies, one after another or beside each other, resumable at any moment.

Each trial is a task of its own. Who trains it needs the data sets of the package, and keeps the
state of an unfinished training; who asked for the study writes its results.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.files import write_atomically, write_json
from surrogate_app.common.provenance import provenance
from surrogate_app.common.workers import unordered
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

FILLED = 0.3
"""Share of a system's mean density above which a bin is not nearly empty."""


def run(
    study: str,
    minutes: float = math.inf,
    report: Callable[[str], None] = print,
    jobs: int = 1,
    dask: str | None = None,
) -> int:
    """Do the trials of a study that are not done yet.

    Parameters
    ----------
    study : str
        Name in `STUDIES`.
    minutes : float, optional
        Pause after this time.
    report : callable, optional
        Called with a line whenever a trial begins.
    jobs : int, optional
        Number of processes, each of which trains one network.
    dask : str, optional
        Address of a Dask scheduler that runs the trials instead, see `common.workers.unordered`.
        A trial whose worker dies begins anew elsewhere.

    Returns
    -------
    int
        Number of trials left to do.

    Raises
    ------
    ValueError
        If there is no such study, or training or test systems are missing.
    OSError
        If the scheduler or a process is lost.
    """
    require_study(study)
    stop = time.monotonic() + 60.0 * minutes
    tests = len(Dataset.load("test"))
    left = [trial for trial in STUDIES[study] if not is_done(study, trial, tests)]

    def work() -> Iterator[Callable[[], Results | None]]:
        for number, trial in enumerate(left):
            now = time.monotonic()
            if number and now > stop:
                return
            to_do = f"{len(left) - number} of {len(STUDIES[study])} trials to do"
            report(f"{trial.name}: training, {to_do}")
            yield partial(_do, trial, (stop - now) / 60.0)

    done = 0
    for results in unordered(work(), jobs, dask):
        if results is not None:
            _write(study, *results)
            done += 1
    return len(left) - done


def model_of(trial: Trial) -> ProfileModel:
    """Return the model of a trial, with its own sizes if it is one of the paper's network."""
    model = MODELS[trial.model]
    recipe = model.recipe
    if trial.model in LOSSES:
        recipe = recipe.resized(trial.units, trial.batch)
    if trial.rates is not None:
        first, left = trial.rates
        recipe = replace(recipe, learning_rate=first, final_rate=left)
    if trial.to_the_end:
        recipe = replace(recipe, patience=trial.epochs)
    return replace(model, recipe=recipe)


Results = tuple[Trial, list[list[float]], dict[str, Any]]
"""A trial, its learning curve, and its counts, losses and figures of accuracy."""


def _do(trial: Trial, minutes: float) -> Results | None:
    """Train the network of a trial and measure it; None if the training paused before its end."""
    training_set = TrainingSet.prepare(model_of(trial), trial.data, trial.seed, trial.systems)
    scratch = scratch_dir("electrolyte", trial.kind, trial.seed)
    checkpoint = training_set.fit(trial.seed, trial.epochs, minutes, scratch)
    if checkpoint is None:
        return None
    return trial, checkpoint.curve, _measured(training_set, checkpoint)


def _write(study: str, trial: Trial, curve: list[list[float]], measured: dict[str, Any]) -> None:
    path = record_path(study, trial)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (",".join(f"{value:.5g}" for value in row) for row in curve)
    header = ",".join(CURVE[: len(curve[0])])
    write_atomically(path.with_suffix(".csv"), "\n".join([header, *rows, ""]).encode())
    write_json(path, {"trial": asdict(trial), **provenance(), **measured})


def _measured(training_set: TrainingSet, checkpoint: Checkpoint) -> dict[str, Any]:
    network = Network.load(checkpoint.best_path)
    raw_densities = training_set.model.decoder.raw
    test = Dataset.load("test")
    record = {
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
        record["label_epsilon"] = label_epsilon(training_set.training)
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


def label_epsilon(dataset: Dataset) -> float:
    """Median of ε (E 4) over the density, of the bins of all systems that are not nearly empty."""
    filled = dataset.n > FILLED * dataset.n.mean(axis=(1, 2), keepdims=True)
    return float(np.median(dataset.eps[filled] / dataset.n[filled]))


def _figures(raw: Array, dataset: Dataset) -> dict[str, dict[str, float]]:
    """Figures of a network's densities as they are, and after the constraints."""
    constrained = constrain(raw, dataset.parameters)[0]
    return {"raw": figures(raw, dataset), "constrained": figures(constrained, dataset)}
