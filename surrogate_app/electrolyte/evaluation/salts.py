"""Accuracy of models for all salts, salt by salt, and of the charge inversion that they predict."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte import scores
from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.domain import SALTS, WIDE_MARGIN
from surrogate_app.electrolyte.evaluation.accuracy import together
from surrogate_app.electrolyte.profile import integrated_charge
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate

Array = NDArray[np.float64]

FIGURES = {
    "systems": ("systems", "{:.0f}"),
    "relative_median": ("median", "{:.2%}"),
    "relative_p95": ("95th percentile", "{:.2%}"),
    "relative_worst": ("worst", "{:.2%}"),
    "relative_rms": ("all together", "{:.2%}"),
    "coverage_1": ("within ±1", "{:.1%}"),
    "coverage_2": ("within ±2", "{:.1%}"),
}
"""Figures of a salt: relative RMSE of its systems, noise subtracted; coverage by the stated σ."""

PEAK = {
    "c": ("c (mol/L)", "{:.3f}"),
    "height": ("simulated maximum of S over σ_s", "{:.3f}"),
    "height_predicted": ("predicted", "{:.3f}"),
    "place": ("its distance from the wall (nm), simulated", "{:.3f}"),
    "place_predicted": ("predicted", "{:.3f}"),
}
"""Figures of charge inversion."""


def measure_salts(surrogate: Surrogate, test: Dataset) -> dict[str, dict[str, float]]:
    """Measure a model for all salts.

    Parameters
    ----------
    surrogate : Surrogate
        The model.
    test : Dataset
        Systems of the wide domain that it was not trained on.

    Returns
    -------
    dict
        `FIGURES` of "all" systems, of those with "multivalent" ions, and of each salt, "2:1".
    """
    prediction = _predict(surrogate, test)
    sigma = surrogate.uncertainty(test.parameters, prediction)
    valencies = test.parameters[:, 5:7]
    parts: dict[str, NDArray[np.bool_]] = {
        "all": np.ones(len(test), bool),
        "multivalent": np.asarray((np.abs(valencies) > 1).any(axis=1)),
    }
    for z_pos, z_neg in SALTS:
        parts[f"{z_pos}:{-z_neg}"] = np.asarray((valencies == (z_pos, z_neg)).all(axis=1))
    truth, sem = mirror(test.n), mirror(test.sem)
    relative = scores.relative_rmse(truth, prediction, sem)
    deviation, spread, visited = np.abs(prediction - truth), np.hypot(sigma, sem), sem > 0.0

    def covered(part: NDArray[np.bool_], width: int) -> float:
        within = deviation[part] < width * spread[part]
        return float(np.mean(within[visited[part]]))

    return {
        name: {
            "systems": int(part.sum()),
            "relative_median": float(np.median(relative[part])),
            "relative_p95": float(np.quantile(relative[part], 0.95)),
            "relative_worst": float(relative[part].max()),
            "relative_rms": together(truth[part], prediction[part], sem[part]),
            "coverage_1": covered(part, 1),
            "coverage_2": covered(part, 2),
        }
        for name, part in parts.items()
        if part.any()
    }


def measure_inversion(surrogate: Surrogate, systems: Dataset) -> list[dict[str, float]]:
    """Compare how far ions overcharge the walls, and where, with simulations.

    Parameters
    ----------
    surrogate : Surrogate
        The model.
    systems : Dataset
        Systems whose integrated charge S changes its sign.

    Returns
    -------
    list of dict
        `PEAK` of each system: height and place of the maximum of S.
    """
    simulated = peaks(systems.parameters, mirror(systems.n))
    predicted = peaks(systems.parameters, _predict(surrogate, systems))
    return [
        {
            "c": float(row[1]),
            "height": float(height),
            "height_predicted": float(other_height),
            "place": float(place),
            "place_predicted": float(other_place),
        }
        for row, (height, place), (other_height, other_place) in zip(
            systems.parameters, simulated, predicted, strict=True
        )
    ]


def peaks(parameters: Array, n: Array) -> Array:
    """Largest integrated charge over |σ_s|, and its distance from the wall.

    Parameters
    ----------
    parameters : ndarray, shape (N, 9)
        Systems with charged walls.
    n : ndarray, shape (N, 2, 502)
        Densities in mol/L.

    Returns
    -------
    ndarray, shape (N, 2)
        Height, positive where ions overcharge the wall, and distance in nm, both at the top of the
        parabola through the largest value and its neighbours.
    """
    charge = np.einsum("ns,nsz->nz", parameters[:, 5:7], n)
    h, sigma_s = parameters[:, 0], parameters[:, 4]
    whole = integrated_charge(charge, h, sigma_s) / np.abs(sigma_s)[:, None]
    top = np.clip(whole.argmax(axis=1), 1, whole.shape[1] - 2)
    left, middle, right = (
        np.take_along_axis(whole, (top + step)[:, None], axis=1)[:, 0] for step in (-1, 0, 1)
    )
    bend = left - 2.0 * middle + right
    shift = np.clip(0.5 * (left - right) / np.where(bend < 0.0, bend, -np.inf), -1.0, 1.0)
    height = middle - 0.25 * (left - right) * shift
    return np.column_stack((height, h / n.shape[-1] * (top + 1 + shift)))


def as_tables(salts: dict[str, Any], inversion: dict[str, Any]) -> str:
    """Markdown tables of the results of `measure_salts` and `measure_inversion` of each model."""
    tables = []
    for model, found in salts.items():
        tables.append(_table(f"{model}: relative RMSE, coverage", FIGURES, found))
    for model, rows in inversion.items():
        numbered = {f"system {number}": row for number, row in enumerate(rows, start=1)}
        tables.append(_table(f"{model}: 3:1 salt at −0.1 C/m²", PEAK, numbered))
    return "\n\n".join(tables)


def _table(
    title: str, figures: dict[str, tuple[str, str]], rows: dict[str, dict[str, float]]
) -> str:
    lines = [
        f"| {title} | {' | '.join(label for label, _ in figures.values())} |",
        "|---|" + "---:|" * len(figures),
    ]
    for name, row in rows.items():
        cells = " | ".join(text.format(row[key]) for key, (_, text) in figures.items())
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def _predict(surrogate: Surrogate, systems: Dataset) -> Array:
    # realised concentrations of whole ions may leave the domain by a trifle
    return surrogate.predict_many(systems.parameters, limits=WIDE_MARGIN.ranges)[1]
