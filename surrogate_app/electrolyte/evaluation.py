"""Accuracy of the pretrained models on simulations that no training has seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import write_atomically
from surrogate_app.electrolyte import metrics
from surrogate_app.electrolyte.constraints import constrain
from surrogate_app.electrolyte.dataset import Dataset, mirror
from surrogate_app.electrolyte.metrics import ACCURACY
from surrogate_app.electrolyte.profile import integrated_charge
from surrogate_app.electrolyte.reference import load_reference
from surrogate_app.electrolyte.surrogate import Surrogate, model_dir
from surrogate_app.electrolyte.system import bin_centres
from surrogate_app.provenance import provenance

Array = NDArray[np.float64]


def evaluate(names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Measure models on the test systems and on the molecular dynamics reference.

    All figures are of what is shown, after `constrain`. Bins that no ion visited are left out
    of the success rates.

    Parameters
    ----------
    names : tuple of str, optional
        Models to measure; all that are available by default.

    Returns
    -------
    dict
        `test`, how the test systems were made; `models`, for each model the figures of
        `metrics.ACCURACY`; and the provenance of the evaluation itself.

    Raises
    ------
    ValueError
        If the test systems are missing.
    """
    test = Dataset.load("test")
    models = {name: measure(Surrogate.load(name), test) for name in names or Surrogate.available()}
    return {
        **provenance("surrogate-app evaluate electrolyte"),
        "test": {"systems": len(test), **test.description["options"]},
        "models": models,
    }


def measure(surrogate: Surrogate, test: Dataset) -> dict[str, float]:
    """Figures of one model, by the names in `metrics.ACCURACY`.

    Parameters
    ----------
    surrogate : Surrogate
        The model.
    test : Dataset
        Systems that it was not trained on.

    Returns
    -------
    dict of str to float
    """
    parameters = test.parameters
    prediction, correction = constrain(surrogate.raw(parameters), parameters)
    sigma = surrogate.uncertainty(parameters)
    truth, sem, eps = mirror(test.n), mirror(test.sem), mirror(test.eps)
    contact = metrics.near_contact(
        bin_centres(parameters[:, 0]), parameters[:, 0], parameters[:, 2:4]
    )
    per_bin = metrics.rmse_per_bin(truth, prediction)
    per_system = metrics.rmse_per_system(truth, prediction)
    relative = metrics.relative_rmse(truth, prediction, sem)
    charge = prediction[:, 0] - prediction[:, 1]
    midplane = integrated_charge(charge, parameters[:, 0], parameters[:, 4])[:, -1]
    reference = load_reference()
    rows = np.array([system.to_array() for system in reference.systems])
    binned = reference.bin_alike(constrain(surrogate.raw(rows), rows)[0])
    near = metrics.near_contact(reference.z, rows[:, 0], rows[:, 2:4])

    def success(epsilon: Array, mask: NDArray[np.bool_] | None = None) -> float:
        rates = metrics.success_rate(truth, prediction, epsilon, count_empty=False, mask=mask)
        return float(np.median(rates))

    def against_reference(mask: NDArray[np.bool_] | None = None) -> float:
        rates = metrics.success_rate(
            reference.n, binned, reference.eps, count_empty=False, mask=mask
        )
        return float(np.median(rates))

    # the truth is known to within its standard error only
    spread = np.hypot(sigma, sem)
    visited = sem > 0.0
    deviation = (np.abs(prediction - truth)[visited]) / spread[visited]
    return {
        "mse": metrics.mse(truth, prediction),
        "rmse_bin_pos": float(per_bin[0].mean()),
        "rmse_bin_neg": float(per_bin[1].mean()),
        "rmse_system_median": float(np.median(per_system)),
        "rmse_system_worst": float(per_system.max()),
        "relative_median": float(np.median(relative)),
        "relative_p95": float(np.quantile(relative, 0.95)),
        "relative_worst": float(relative.max()),
        "success_block": success(eps),
        "success_block_contact": success(eps, contact),
        "success_sem": success(sem),
        "success_sem_contact": success(sem, contact),
        "coverage_1": float(np.mean(deviation < 1.0)),
        "coverage_2": float(np.mean(deviation < 2.0)),
        "correction_median": float(np.median(np.abs(correction))),
        "correction_worst": float(np.abs(correction).max()),
        "midplane_charge": float(np.max(np.abs(midplane / parameters[:, 4]))),
        "reference_success": against_reference(),
        "reference_contact": against_reference(near),
    }


def as_table(results: dict[str, Any]) -> str:
    """Markdown table of the results of `evaluate`, one column a model."""
    models = results["models"]
    lines = [
        f"| {results['test']['systems']} test systems | {' | '.join(models)} |",
        "|---|" + "---:|" * len(models),
    ]
    for key, (label, form) in ACCURACY.items():
        cells = " | ".join(form.format(figures[key]) for figures in models.values())
        lines.append(f"| {label} | {cells} |")
    return "\n".join(lines)


def write(results: dict[str, Any]) -> Path:
    """Store results beside the models, where the app finds them."""
    path = model_dir() / "evaluation.json"
    write_atomically(path, (json.dumps(results, indent=1) + "\n").encode())
    return path
