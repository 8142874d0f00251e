"""Accuracy of the pretrained models on simulations that no training has seen."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.files import write_json
from surrogate_app.common.provenance import provenance
from surrogate_app.electrolyte import scores
from surrogate_app.electrolyte.data.dataset import SHOWN, Dataset, mirror
from surrogate_app.electrolyte.data.reference import PAPER_BLOCKS, load_reference
from surrogate_app.electrolyte.domain import WIDE
from surrogate_app.electrolyte.evaluation.accuracy import (
    ACCURACY,
    contact_bins,
    coverage,
    figures,
    together,
    written,
)
from surrogate_app.electrolyte.evaluation.salts import as_tables, measure_inversion, measure_salts
from surrogate_app.electrolyte.profile import integrated_charge
from surrogate_app.electrolyte.surrogate.constraints import constrain
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate, model_dir
from surrogate_app.electrolyte.surrogate.uncertainty import warnings_about
from surrogate_app.electrolyte.system import MARGIN

Array = NDArray[np.float64]


def evaluate(names: tuple[str, ...] | None = None, folder: Path | None = None) -> dict[str, Any]:
    """Measure models on the test systems and on the molecular dynamics reference.

    All figures are of what is shown, after `constrain`. Bins that no ion visited are left out
    of the success rates.

    Parameters
    ----------
    names : tuple of str, optional
        Models to measure; all that are available by default.
    folder : Path, optional
        Where their files are; the folder of the pretrained models by default.

    Returns
    -------
    dict
        `test`, how the test systems were made and how well a perfect prediction would do;
        `weights_sha256` of each model; `models`, for each model the figures of
        `ACCURACY`; `salts` and `inversion`, for those of all salts, what `measure_salts` and
        `measure_inversion` return; and the provenance of the evaluation itself.

    Raises
    ------
    ValueError
        If the test systems are missing.
    """
    test = Dataset.load("test")
    corner = Dataset.load("corner-test")
    loaded = [Surrogate.load(name, folder) for name in names or Surrogate.available(folder)]
    return {
        **provenance("surrogate-app evaluate electrolyte"),
        "test": {
            "systems": len(test),
            "corner_systems": len(corner),
            **test.description["options"],
            **_best(test),
        },
        "weights_sha256": {each.name: each.card.weights_sha256 for each in loaded},
        "models": {each.name: measure(each, test, corner) for each in loaded},
        **_all_salts([each for each in loaded if each.domain is WIDE]),
    }


def _all_salts(loaded: list[Surrogate]) -> dict[str, Any]:
    """Measure models for all salts, beside the paper's box, on the wide domain."""
    if not loaded:
        return {}
    test, inversion = Dataset.load("wide-test"), Dataset.load("wide-inversion")
    return {
        "salts": {each.name: measure_salts(each, test) for each in loaded},
        "inversion": {each.name: measure_inversion(each, inversion) for each in loaded},
    }


def _best(test: Dataset) -> dict[str, float]:
    """Medians of the success rates that a perfect prediction would reach on the average."""
    sem = mirror(test.sem)
    bounds = {"ten": math.sqrt(PAPER_BLOCKS) * sem, "block": mirror(test.eps)}
    return {
        f"best_success_{name}{where}": float(
            np.nanmedian(scores.best_success_rate(epsilon, sem, mask))
        )
        for name, epsilon in bounds.items()
        for where, mask in (("", None), ("_contact", contact_bins(test)))
    }


def measure(surrogate: Surrogate, test: Dataset, corner: Dataset) -> dict[str, float]:
    """Figures of one model, by the names in `ACCURACY`.

    Parameters
    ----------
    surrogate : Surrogate
        The model.
    test, corner : Dataset
        Systems that it was not trained on, of the whole domain and of its densest corner.

    Returns
    -------
    dict of str to float
    """
    parameters = test.parameters
    prediction = predict(surrogate, test)
    correction = constrain(surrogate.raw(parameters), parameters)[1]
    sigma = surrogate.uncertainty(parameters, prediction)
    warned = [bool(warnings_about(*pair)) for pair in zip(sigma, prediction, strict=True)]
    charge = prediction[:, 0] - prediction[:, 1]
    midplane = integrated_charge(charge, parameters[:, 0], parameters[:, 4])[:, -1]
    return {
        **figures(prediction, test),
        **_systems_shown(surrogate),
        **coverage(sigma, prediction, test),
        **_densest_corner(surrogate, corner),
        "warned": float(np.mean(warned)),
        "correction_median": float(np.median(np.abs(correction))),
        "correction_worst": float(np.abs(correction).max()),
        "midplane_charge": float(np.max(np.abs(midplane / parameters[:, 4]))),
        **_against_reference(surrogate),
    }


def predict(surrogate: Surrogate, systems: Dataset) -> Array:
    """Predict simulated systems as users are shown them, (N, 2, 502) in mol/L.

    Realised concentrations of whole ions may leave the domain by a trifle.
    """
    return surrogate.predict_many(systems.parameters, limits=MARGIN)[1]


def _systems_shown(surrogate: Surrogate) -> dict[str, float]:
    systems = Dataset.load("shown")
    truth, sem = mirror(systems.n), mirror(systems.sem)
    relative = scores.relative_rmse(truth, predict(surrogate, systems), sem)
    return {f"shown_{name}": float(value) for name, value in zip(SHOWN, relative, strict=True)}


def _densest_corner(surrogate: Surrogate, corner: Dataset) -> dict[str, float]:
    prediction = predict(surrogate, corner)
    sigma = surrogate.uncertainty(corner.parameters, prediction)
    truth, sem = mirror(corner.n), mirror(corner.sem)
    covered = coverage(sigma, prediction, corner)
    return {
        "corner_rms": together(truth, prediction, sem),
        "corner_worst": float(scores.relative_rmse(truth, prediction, sem).max()),
        **{f"corner_{key}": covered[key] for key in ("coverage_1", "coverage_2", "calibration")},
    }


def _against_reference(surrogate: Surrogate) -> dict[str, float]:
    reference = load_reference()
    rows = np.array([system.to_array() for system in reference.systems])
    binned = reference.bin_alike(surrogate.predict_many(rows, limits=MARGIN)[1])
    near = scores.near_contact(reference.z, rows[:, 0], rows[:, 2:4])

    def success(mask: NDArray[np.bool_] | None = None) -> float:
        rates = scores.success_rate(reference.n, binned, reference.eps, mask=mask)
        return float(np.median(rates))

    return {"reference_success": success(), "reference_contact": success(near)}


def as_table(results: dict[str, Any]) -> str:
    """Markdown table of the results of `evaluate`, one column a model."""
    models = results["models"]
    lines = [
        f"| {results['test']['systems']} test systems | {' | '.join(models)} |",
        "|---|" + "---:|" * len(models),
    ]
    for key, (label, _) in ACCURACY.items():
        cells = " | ".join(written(key, figures[key]) for figures in models.values())
        lines.append(f"| {label} | {cells} |")
    test = results["test"]
    return "\n".join(lines) + (
        "\n\nThe paper's ε, the deviation of ten blocks, amounts to √10 standard errors; the ε "
        "stored with our data\nis the deviation of eight. The test densities themselves are known "
        "to their standard error only: a perfect\nprediction would have a success rate of "
        f"{test['best_success_ten']:.3f} with ten blocks and of {test['best_success_block']:.3f} "
        f"with eight,\nwithin 0.2 nm of contact {test['best_success_ten_contact']:.3f} and "
        f"{test['best_success_block_contact']:.3f} (medians)."
        + (f"\n\n{as_tables(results['salts'], results['inversion'])}" if "salts" in results else "")
    )


def write(results: dict[str, Any], folder: Path | None = None) -> Path:
    """Store results beside the models, by default the pretrained ones, where the app finds them."""
    path = (model_dir() if folder is None else folder) / "evaluation.json"
    write_json(path, results)
    return path
