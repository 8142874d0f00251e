"""Accuracy of models that were trained on systems of one's own, on others like them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from surrogate_app.common.provenance import provenance
from surrogate_app.electrolyte.data.dataset import Dataset, systems_hash
from surrogate_app.electrolyte.domain import completed
from surrogate_app.electrolyte.evaluation.accuracy import ACCURACY, coverage, figures, written
from surrogate_app.electrolyte.surrogate.constraints import constrain
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.surrogate.uncertainty import warnings_about

_WHOLE_IONS = 0.02  # of a range, by which concentrations realised with whole ions may leave it


def evaluate(data: Path, folder: Path | None = None) -> dict[str, Any]:
    """Measure models on simulated systems that they were not trained on.

    Parameters
    ----------
    data : Path
        Folder of the campaign that simulated the systems.
    folder : Path, optional
        Where the models are; the folder of the pretrained models by default.

    Returns
    -------
    dict
        As `evaluate.evaluate`, with those figures of `ACCURACY` that need no systems of the paper.

    Raises
    ------
    ValueError
        If there are no models or no systems, a system lies outside the domain of a model, or a
        model was trained on these very systems.
    """
    test = Dataset.load(data)
    names = Surrogate.available(folder)
    if not names:
        raise ValueError(f"{folder} holds no models; surrogate-app train --folder makes one")
    loaded = [Surrogate.load(name, folder) for name in names]
    systems = systems_hash(data)
    for each in loaded:
        if each.metadata.get("systems_sha256") == systems:
            raise ValueError(
                f"{each.name} was trained on the systems in {data}, which say nothing about its "
                "accuracy; simulate others"
            )
    return {
        **provenance("surrogate-app evaluate electrolyte"),
        "test": {"systems": len(test), **test.description["options"]},
        "weights_sha256": {each.name: each.card.weights_sha256 for each in loaded},
        "models": {each.name: measure(each, test) for each in loaded},
    }


def measure(surrogate: Surrogate, test: Dataset) -> dict[str, float]:
    """Figures of one model, by the names in `ACCURACY`.

    Parameters
    ----------
    surrogate : Surrogate
        The model.
    test : Dataset
        Systems of its domain that it was not trained on.

    Returns
    -------
    dict of str to float
    """
    parameters = completed(test.parameters)
    low, high = surrogate.domain.ranges["c"]
    slack = _WHOLE_IONS * (high - low)
    prediction = surrogate.predict_many(parameters, limits={"c": (low - slack, high + slack)})[1]
    correction = constrain(surrogate.raw(parameters), parameters)[1]
    sigma = surrogate.uncertainty(parameters, prediction)
    warned = [bool(warnings_about(*pair)) for pair in zip(sigma, prediction, strict=True)]
    return {
        **figures(prediction, test),
        **coverage(sigma, prediction, test),
        "warned": float(np.mean(warned)),
        "correction_median": float(np.median(np.abs(correction))),
        "correction_worst": float(np.abs(correction).max()),
    }


def as_table(results: dict[str, Any]) -> str:
    """Markdown table of the results of `evaluate`, one column a model."""
    models = results["models"]
    lines = [
        f"| {results['test']['systems']} test systems | {' | '.join(models)} |",
        "|---|" + "---:|" * len(models),
    ]
    for key, (label, _) in ACCURACY.items():
        if all(key in measured for measured in models.values()):
            cells = " | ".join(written(key, measured[key]) for measured in models.values())
            lines.append(f"| {label} | {cells} |")
    return "\n".join(lines)
