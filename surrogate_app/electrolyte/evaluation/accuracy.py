"""Figures of accuracy by which models are judged: what each says, and how it is computed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte import scores
from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.data.reference import PAPER_BLOCKS
from surrogate_app.electrolyte.system import bin_centres

Array = NDArray[np.float64]

ACCURACY = {
    "mse": ("MSE (E 7), (mol/L)²", "{:.2e}"),
    "rmse_bin_pos": ("RMSE of cations, mean over bins (E 8), mol/L", "{:.4f}"),
    "rmse_bin_neg": ("RMSE of anions, mean over bins (E 8), mol/L", "{:.4f}"),
    "rmse_system_median": ("RMSE of a system, median (E 9), mol/L", "{:.4f}"),
    "rmse_system_worst": ("RMSE of a system, worst (E 9), mol/L", "{:.4f}"),
    "relative_rms": ("relative RMSE of all systems together", "{:.2%}"),
    "relative_median": ("relative RMSE, median", "{:.2%}"),
    "relative_p95": ("relative RMSE, 95th percentile", "{:.2%}"),
    "relative_worst": ("relative RMSE, worst", "{:.2%}"),
    "relative_rms_contact": ("within 0.2 nm of contact, all together", "{:.2%}"),
    "relative_contact": ("within 0.2 nm of contact, median", "{:.2%}"),
    "shown_I": ("relative RMSE of the paper's system I", "{:.2%}"),
    "shown_II": ("of its system II", "{:.2%}"),
    "shown_III": ("of its system III", "{:.2%}"),
    "shown_IV": ("of its system IV", "{:.2%}"),
    "success_ten": ("success rate (E 10), ε of ten blocks as in the paper, median", "{:.3f}"),
    "success_ten_contact": ("the same within 0.2 nm of contact", "{:.3f}"),
    "success_block": ("success rate (E 10), ε of our eight blocks (E 4), median", "{:.3f}"),
    "success_block_contact": ("the same within 0.2 nm of contact", "{:.3f}"),
    "success_sem": ("success rate (E 10), ε the standard error, median", "{:.3f}"),
    "success_sem_contact": ("the same within 0.2 nm of contact", "{:.3f}"),
    "coverage_1": ("simulated density within ±1 of its error and σ combined", "{:.1%}"),
    "coverage_2": ("within ±2 of them", "{:.1%}"),
    "coverage_contact_1": ("within 0.2 nm of contact, ±1", "{:.1%}"),
    "coverage_contact_2": ("within 0.2 nm of contact, ±2", "{:.1%}"),
    "calibration": ("RMS error, noise subtracted, over stated σ", "{:.2f}"),
    "calibration_contact": ("the same within 0.2 nm of contact", "{:.2f}"),
    "corner_rms": ("densest corner: relative RMSE, all together", "{:.2%}"),
    "corner_worst": ("densest corner: relative RMSE, worst", "{:.2%}"),
    "corner_coverage_1": ("densest corner: within ±1 of its error and σ combined", "{:.1%}"),
    "corner_coverage_2": ("densest corner: within ±2 of them", "{:.1%}"),
    "corner_calibration": ("densest corner: RMS error, noise subtracted, over σ", "{:.2f}"),
    "warned": ("systems whose prediction warns of a weak model", "{:.0%}"),
    "correction_median": ("change of totals by the constraints, median", "{:.2%}"),
    "correction_worst": ("change of totals by the constraints, worst", "{:.2%}"),
    "midplane_charge": ("charge S left at the midplane over σ_s, largest", "{:.0e}"),
    "reference_success": ("12 MD systems: success rate (E 10), median", "{:.3f}"),
    "reference_contact": ("the same within 0.2 nm of contact", "{:.3f}"),
}
"""Figures by which models are judged: what each says and how it is written."""


def written(figure: str, value: float) -> str:
    """Write one of the figures of `ACCURACY`.

    An error that vanishes once the noise is subtracted is reported as below it.

    Examples
    --------
    >>> written("relative_rms", 0.0007), written("relative_rms", 0.0), written("warned", 0.0)
    ('0.07%', 'below noise', '0%')
    """
    if value == 0.0 and not figure.startswith(("warned", "coverage", "success")):
        return "below noise"
    return ACCURACY[figure][1].format(value)


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
        `relative_worst` (`scores.relative_rmse`), and `relative_rms_contact` and
        `relative_contact`, the first two near contact; medians of
        success rates (E 10) in all bins that ions visit and near contact, with ε that of the
        data, the deviation of eight blocks; √10 standard errors, which the deviation of the
        paper's ten blocks amounts to; or the standard error.
    """
    truth, sem, eps = mirror(dataset.n), mirror(dataset.sem), mirror(dataset.eps)
    ten = math.sqrt(PAPER_BLOCKS) * sem
    contact = contact_bins(dataset)
    per_bin = scores.rmse_per_bin(truth, prediction)
    per_system = scores.rmse_per_system(truth, prediction)
    relative = scores.relative_rmse(truth, prediction, sem)
    near = scores.relative_rmse(truth, prediction, sem, contact)

    def success(epsilon: Array, mask: NDArray[np.bool_] | None = None) -> float:
        rates = scores.success_rate(truth, prediction, epsilon, mask=mask)
        return float(np.nanmedian(rates))

    return {
        "mse": scores.mse(truth, prediction),
        "mse_walls": scores.mse(truth[..., scores.WALLS], prediction[..., scores.WALLS]),
        "mse_bulk": scores.mse(truth[..., scores.BULK], prediction[..., scores.BULK]),
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

    Parameters as in `scores.relative_square`; 0 if the noise is as large as the deviations.
    """
    square = float(np.mean(scores.relative_square(truth, prediction, sem, mask)))
    return math.sqrt(max(square, 0.0))


def coverage(sigma: Array, prediction: Array, test: Dataset) -> dict[str, float]:
    """Measure how well stated standard deviations describe the errors of predictions.

    Parameters
    ----------
    sigma, prediction : ndarray, shape (N, 2, 502)
        Standard deviations and densities in mol/L.
    test : Dataset
        The N systems, simulated.

    Returns
    -------
    dict of str to float
        `coverage_1`, `coverage_2`: shares of bins within one and two of them, the noise of the
        simulation included; `calibration`: root mean square error, noise subtracted, over the root
        mean square of what is stated; all of them near contact as well.
    """
    # the truth is known to within its standard error only
    sem, contact = mirror(test.sem), contact_bins(test)
    spread, visited = np.hypot(sigma, sem), sem > 0.0
    deviation = np.abs(prediction - mirror(test.n))
    found = {}
    for where, bins in (("", visited), ("_contact", visited & contact)):
        for width in (1, 2):
            found[f"coverage{where}_{width}"] = float(np.mean((deviation < width * spread)[bins]))
        # in units of c, lest the densest systems should decide alone
        c = np.broadcast_to(test.parameters[:, 1, None, None], sigma.shape)[bins]
        excess = float(np.mean((deviation[bins] ** 2 - sem[bins] ** 2) / c**2))
        stated = float(np.mean((sigma[bins] / c) ** 2))
        found[f"calibration{where}"] = math.sqrt(max(excess, 0.0) / stated)
    return found


def contact_bins(dataset: Dataset) -> NDArray[np.bool_]:
    """Mark the bins near contact, see `scores.near_contact`; shape (N, 2, 502)."""
    h, diameters = dataset.parameters[:, 0], dataset.parameters[:, 2:4]
    return scores.near_contact(bin_centres(h), h, diameters)


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
    per_system = scores.rmse_per_system(truth, prediction).ravel()
    return {
        "rmse_pos": float(per_system[0]),
        "rmse_neg": float(per_system[1]),
        "success": float(scores.success_rate(truth, prediction, eps)[0]),
        "relative": float(scores.relative_rmse(truth, prediction, sem)[0]),
    }
