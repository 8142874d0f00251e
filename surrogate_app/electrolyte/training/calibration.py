"""Calibration of the uncertainty of a network's predictions.

a, t and w of `uncertainty` are those that make the errors of systems that the network was not
trained on most likely, the noise of their simulations accounted for. At last t is multiplied by
three factors, inside of contact, near it and beyond, that make one and two standard deviations
cover as much of these systems as they should: errors of some systems are much larger than those of
others like them. Models for all salts have such a factor for every salt as well.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.calibration import covering_factor, error_table
from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.domain import SALTS
from surrogate_app.electrolyte.scores import CONTACT_RANGE
from surrogate_app.electrolyte.surrogate.uncertainty import (
    expected_error,
    features,
    from_contact,
    salt_numbers,
    unit,
    usual_error,
)
from surrogate_app.electrolyte.system import N_BINS, PARAMETERS

Array = NDArray[np.float64]

INDEPENDENT = 20
"""Number of independent errors that a system's profiles hold, about: one in 0.2 nm of each."""

_DISTANCE = np.concatenate((np.arange(-0.1, 0.1, 0.01), np.arange(0.1, 0.5, 0.05), [0.5, 1.0, 2.6]))
_MIXTURES = (0.0, 0.5, 0.9, 0.98)
_ZONES = (-np.inf, 0.0, CONTACT_RANGE, np.inf)
_ROUNDS = 4
_THINNED = slice(3, N_BINS // 2, 8)
_PRIOR = 4.0


def calibrate(prediction: Array, dataset: Dataset) -> dict[str, Any]:
    """Fit the uncertainty of a network's predictions to its errors.

    Parameters
    ----------
    prediction : ndarray, shape (N, 2, 502)
        Its densities in mol/L, after `constrain`.
    dataset : Dataset
        The N systems, simulated; it was not trained on them.

    Returns
    -------
    dict
        `distance`, from contact, in nm; `pos`, `neg`, usual errors there, t; `of_density`, the
        share a of the density in their units; `scale`, the weights w of `features`; for models of
        all salts `salts`, the factors of `SALTS`.
    """
    tables = [_most_likely(share, prediction, dataset) for share in _MIXTURES]
    table = min(tables, key=lambda found: found[1])[0]
    parameters, noise = dataset.parameters, mirror(dataset.sem)
    deviation = np.abs(prediction - mirror(dataset.n))
    std = expected_error(table, parameters, prediction)
    place = np.stack([from_contact(parameters, species) for species in (0, 1)], axis=1)
    for low, high in itertools.pairwise(_ZONES):
        bins = (place >= low) & (place < high) & (noise > 0.0)
        factor = covering_factor(deviation[bins], noise[bins], std[bins])
        for key in ("pos", "neg"):
            table[key] = [
                factor * value if low <= distance < high else value
                for distance, value in zip(table["distance"], table[key], strict=True)
            ]
    if "salts" in table:
        std = expected_error(table, parameters, prediction)
        numbers = salt_numbers(parameters)
        for number in range(len(SALTS)):
            bins = (numbers == number)[:, None, None] & (noise > 0.0)
            if bins.any():
                table["salts"][number] = covering_factor(deviation[bins], noise[bins], std[bins])
    return table


def _most_likely(
    of_density: float, prediction: Array, dataset: Dataset
) -> tuple[dict[str, Any], float]:
    """Table and scales for one mixture in the unit, and how unlikely they leave the errors."""
    parameters = dataset.parameters
    error, noise = prediction - mirror(dataset.n), mirror(dataset.sem)
    place = [from_contact(parameters, species) for species in (0, 1)]
    phi, units = features(parameters), unit(of_density, parameters, prediction)
    table: dict[str, Any] = {
        "distance": (0.5 * (_DISTANCE[1:] + _DISTANCE[:-1])).tolist(),
        "of_density": of_density,
    }
    if parameters.shape[1] > len(PARAMETERS):
        table["salts"] = [1.0] * len(SALTS)
    scale, unlikely = np.zeros(phi.shape[1]), np.inf
    for _ in range(_ROUNDS):  # t is fitted in units of w's factor, and w in those of t
        of_system = units * np.exp(0.5 * phi @ scale)[:, None, None]
        off, known_to = error / of_system, noise / of_system
        for species, key in enumerate(("pos", "neg")):
            table[key] = error_table(
                place[species], off[:, species], known_to[:, species], _DISTANCE
            ).tolist()
        usual = usual_error(table, parameters, prediction)[..., _THINNED]
        scale, unlikely = _scale(
            phi, error[..., _THINNED] ** 2, noise[..., _THINNED] ** 2, usual**2
        )
    return {**table, "scale": scale.tolist()}, unlikely


def _scale(phi: Array, square: Array, noise: Array, usual: Array) -> tuple[Array, float]:
    """Weights w for which errors of variance noise + usual · exp(w·φ) are most likely.

    Returned with how unlikely they leave the errors, the smaller the better.

    Bins of a profile are not independent: those of both species count as `INDEPENDENT` numbers. A
    normal prior keeps weights small that the errors say nothing of.
    """
    from scipy.optimize import minimize

    counted = (usual > 0.0) & (noise > 0.0)
    number = np.maximum(counted.sum(axis=(1, 2)), 1) / INDEPENDENT
    usual, noise = np.where(counted, usual, 0.0), np.where(counted, noise, 1.0)
    square = np.where(counted, square, 1.0)  # what is not counted adds a constant

    def loss(w: Array) -> tuple[float, Array]:
        signal = usual * np.exp(np.clip(phi @ w, -20.0, 20.0))[:, None, None]
        variance = noise + signal
        each = 0.5 * (np.log(variance / noise) + square / variance)
        slope = 0.5 * signal / variance * (1.0 - square / variance)
        value = float(np.sum(each.sum(axis=(1, 2)) / number) + 0.5 * _PRIOR * w[1:] @ w[1:])
        gradient = phi.T @ (slope.sum(axis=(1, 2)) / number)
        gradient[1:] += _PRIOR * w[1:]
        return value, gradient

    found = minimize(loss, np.zeros(phi.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x), float(found.fun)
