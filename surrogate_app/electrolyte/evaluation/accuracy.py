"""Figures of accuracy of density profiles against simulations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte import scores as metrics
from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.data.reference import PAPER_BLOCKS
from surrogate_app.electrolyte.system import bin_centres

Array = NDArray[np.float64]


def figures(prediction: Array, dataset: Dataset) -> dict[str, float]:
    """Measure predictions of many systems.

    Parameters
    ----------
    prediction : ndarray, shape (N, 2, 502)
        Densities in mol/L.
    dataset : Dataset
        The N systems, simulated.

    Returns
    -------
    dict of str to float
        `mse`, `mse_walls`, `mse_bulk` (E 7), in all bins and in the two parts that the paper takes
        apart; `rmse_bin_pos`, `rmse_bin_neg`, means over bins of (E 8); `rmse_system_median`,
        `rmse_system_worst` (E 9); `relative_rms` (`together`), `relative_median`, `relative_p95`,
        `relative_worst` (`metrics.relative_rmse`), and `relative_rms_contact` and
        `relative_contact`, the first two near contact; medians of
        success rates (E 10) in all bins that ions visit and near contact, with ε that of the
        data, the deviation of eight blocks; √10 standard errors, which the deviation of the
        paper's ten blocks amounts to; or the standard error.
    """
    truth, sem, eps = mirror(dataset.n), mirror(dataset.sem), mirror(dataset.eps)
    ten = math.sqrt(PAPER_BLOCKS) * sem
    contact = contact_bins(dataset)
    per_bin = metrics.rmse_per_bin(truth, prediction)
    per_system = metrics.rmse_per_system(truth, prediction)
    relative = metrics.relative_rmse(truth, prediction, sem)
    near = metrics.relative_rmse(truth, prediction, sem, contact)

    def success(epsilon: Array, mask: NDArray[np.bool_] | None = None) -> float:
        rates = metrics.success_rate(truth, prediction, epsilon, mask=mask)
        return float(np.nanmedian(rates))

    return {
        "mse": metrics.mse(truth, prediction),
        "mse_walls": metrics.mse(truth[..., metrics.WALLS], prediction[..., metrics.WALLS]),
        "mse_bulk": metrics.mse(truth[..., metrics.BULK], prediction[..., metrics.BULK]),
        "rmse_bin_pos": float(per_bin[0].mean()),
        "rmse_bin_neg": float(per_bin[1].mean()),
        "rmse_system_median": float(np.median(per_system)),
        "rmse_system_worst": float(per_system.max()),
        "relative_rms": together(truth, prediction, sem),
        "relative_median": float(np.median(relative)),
        "relative_p95": float(np.quantile(relative, 0.95)),
        "relative_worst": float(relative.max()),
        "relative_rms_contact": together(truth, prediction, sem, contact),
        "relative_contact": float(np.median(near)),
        "success_ten": success(ten),
        "success_ten_contact": success(ten, contact),
        "success_block": success(eps),
        "success_block_contact": success(eps, contact),
        "success_sem": success(sem),
        "success_sem_contact": success(sem, contact),
    }


def together(
    truth: Array, prediction: Array, sem: Array, mask: NDArray[np.bool_] | None = None
) -> float:
    """Relative root mean square error of all systems together, noise subtracted.

    Parameters as in `metrics.relative_square`; 0 if the noise is as large as the deviations.
    """
    square = float(np.mean(metrics.relative_square(truth, prediction, sem, mask)))
    return math.sqrt(max(square, 0.0))


def contact_bins(dataset: Dataset) -> NDArray[np.bool_]:
    """Mark the bins near contact, see `metrics.near_contact`; shape (N, 2, 502)."""
    h, diameters = dataset.parameters[:, 0], dataset.parameters[:, 2:4]
    return metrics.near_contact(bin_centres(h), h, diameters)


def of_system(prediction: Array, dataset: Dataset) -> dict[str, float]:
    """Measure a prediction of one system as the electrolyte paper does for its systems I to IV.

    Parameters
    ----------
    prediction : ndarray, shape (1, 2, 502)
        Densities in mol/L.
    dataset : Dataset
        The system, simulated.

    Returns
    -------
    dict of str to float
        `rmse_pos`, `rmse_neg` (E 9) in mol/L; `success` (E 10), with the ε of the simulation;
        `relative`, relative error, noise subtracted.
    """
    truth, sem, eps = mirror(dataset.n), mirror(dataset.sem), mirror(dataset.eps)
    per_system = metrics.rmse_per_system(truth, prediction).ravel()
    return {
        "rmse_pos": float(per_system[0]),
        "rmse_neg": float(per_system[1]),
        "success": float(metrics.success_rate(truth, prediction, eps)[0]),
        "relative": float(metrics.relative_rmse(truth, prediction, sem)[0]),
    }
