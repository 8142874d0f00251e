"""Figures of accuracy that the studies record of each network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte import metrics
from surrogate_app.electrolyte.constraints import constrain
from surrogate_app.electrolyte.dataset import Dataset, mirror
from surrogate_app.electrolyte.system import bin_centres

Array = NDArray[np.float64]


def figures(raw: Array, dataset: Dataset) -> dict[str, float]:
    """Measure a network on simulated systems.

    Parameters
    ----------
    raw : ndarray, shape (N, 2, 502)
        Its densities in mol/L, before any constraint.
    dataset : Dataset
        The N systems, simulated.

    Returns
    -------
    dict of str to float
        Of the densities as they are: `mse`, `mse_walls`, `mse_bulk` (E 7, all bins and the paper's
        two parts) and `rmse_bin_pos`, `rmse_bin_neg` (means over bins of E 8). Of what is shown,
        after `constrain`: medians of the success rate (E 10), `success_block` and
        `success_block_contact`, and `relative_median`, `relative_p95`, `relative_worst`
        (`metrics.relative_rmse`).
    """
    parameters = dataset.parameters
    truth, sem, eps = mirror(dataset.n), mirror(dataset.sem), mirror(dataset.eps)
    shown = constrain(raw, parameters)[0]
    contact = metrics.near_contact(
        bin_centres(parameters[:, 0]), parameters[:, 0], parameters[:, 2:4]
    )
    per_bin = metrics.rmse_per_bin(truth, raw)
    relative = metrics.relative_rmse(truth, shown, sem)

    def success(mask: NDArray[np.bool_] | None = None) -> float:
        rates = metrics.success_rate(truth, shown, eps, count_empty=False, mask=mask)
        return float(np.nanmedian(rates))

    return {
        "mse": metrics.mse(truth, raw),
        "mse_walls": metrics.mse(truth[..., metrics.WALLS], raw[..., metrics.WALLS]),
        "mse_bulk": metrics.mse(truth[..., metrics.BULK], raw[..., metrics.BULK]),
        "rmse_bin_pos": float(per_bin[0].mean()),
        "rmse_bin_neg": float(per_bin[1].mean()),
        "success_block": success(),
        "success_block_contact": success(contact),
        "relative_median": float(np.median(relative)),
        "relative_p95": float(np.quantile(relative, 0.95)),
        "relative_worst": float(relative.max()),
    }


def of_system(raw: Array, dataset: Dataset) -> dict[str, float]:
    """Measure a network on one system as the electrolyte paper does on its systems I to IV.

    Parameters
    ----------
    raw : ndarray, shape (1, 2, 502)
        Its densities in mol/L, before any constraint.
    dataset : Dataset
        The system, simulated.

    Returns
    -------
    dict of str to float
        `rmse_pos`, `rmse_neg` (E 9) in mol/L; `success` (E 10), with the ε of the simulation;
        `relative`, relative error after `constrain`, noise subtracted.
    """
    truth, sem, eps = mirror(dataset.n), mirror(dataset.sem), mirror(dataset.eps)
    per_system = metrics.rmse_per_system(truth, raw)
    shown = constrain(raw, dataset.parameters)[0]
    return {
        "rmse_pos": float(per_system.ravel()[0]),
        "rmse_neg": float(per_system.ravel()[1]),
        "success": float(metrics.success_rate(truth, raw, eps, count_empty=False)[0]),
        "relative": float(metrics.relative_rmse(truth, shown, sem)[0]),
    }
