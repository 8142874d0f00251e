r"""How far predictions may be off, learnt from systems that a network was not trained on.

The standard deviation of a prediction is

.. math:: \sigma_s(z) = [a\, n_s(z) + (1 - a)\, c]\, t_s(x)\, e^{\frac{1}{2} w \cdot \varphi},
    \qquad x = r - d_s/2,

t the root mean square error at a distance from contact, in units that are a mixture of the
predicted density and c: errors of networks that know the walls' repulsion fall with the density
inside of contact, those of others do not. The last factor is that by which errors of a system like
this one are larger or smaller than usual: φ are products of up to two inputs. a and w make the
errors of the calibration systems most likely. The noise of the simulations is accounted for in
all. At last t is multiplied by three factors, inside of contact, near it and beyond, that make one
and two standard deviations cover as much of the calibration systems as they should: errors of some
systems are much larger than those of others like them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.dataset import Dataset, mirror
from surrogate_app.electrolyte.metrics import CONTACT_RANGE
from surrogate_app.electrolyte.system import MARGIN, N_BINS, PARAMETERS, bin_centres
from surrogate_app.uncertainty import covering_factor, error_table

Array = NDArray[np.float64]

WEAK = 0.02
"""Expected error over the mean density above which a user is warned."""

_DISTANCE = np.concatenate((np.arange(-0.1, 0.1, 0.01), np.arange(0.1, 0.5, 0.05), [0.5, 1.0, 2.6]))
_MIXTURES = (0.0, 0.5, 0.9, 0.98)
_ZONES = (-np.inf, 0.0, CONTACT_RANGE, np.inf)
_HALF = N_BINS // 2
_THINNED = slice(3, _HALF, 8)
_PRIOR = 4.0


def expected_error(uncertainty: Mapping[str, Any], parameters: Array, n: Array) -> Array:
    """One standard deviation of predictions.

    Parameters
    ----------
    uncertainty : mapping
        What `calibrate` returned.
    parameters : ndarray, shape (N, 5)
        Systems.
    n : ndarray, shape (N, 2, 502)
        Densities that are predicted for them in mol/L.

    Returns
    -------
    ndarray, shape (N, 2, 502)
        Standard deviations of cation and anion densities in mol/L.
    """
    scale = np.exp(0.5 * features(parameters) @ np.array(uncertainty["scale"]))
    return np.asarray(scale[:, None, None] * _usual(uncertainty, parameters, n))


def doubts(expected: Array, n: Array) -> tuple[str, ...]:
    """Say why a prediction inside the domain should not be relied on; empty where it can be.

    Parameters
    ----------
    expected, n : ndarray, shape (2, 502)
        Standard deviations and densities in mol/L.

    Returns
    -------
    tuple of str
        A sentence if the expected error exceeds 2 % of the mean density.
    """
    share = float(np.sqrt(np.mean(expected**2)) / np.mean(n))
    if share <= WEAK:
        return ()
    return (
        f"This model is weak for systems like this one: its error is expected to be "
        f"{100.0 * share:.1f} % of the mean density; a simulation, or another model, tells more.",
    )


def features(parameters: Array) -> Array:
    """Products of up to two inputs, each scaled to −1…1 over the margin, c by its logarithm.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5)
        Systems.

    Returns
    -------
    ndarray, shape (N, 21)
    """
    columns = [np.ones(len(parameters))]
    for name, values in zip(PARAMETERS, np.asarray(parameters, float).T, strict=True):
        low, high = MARGIN[name]
        if name == "c":
            values, low, high = np.log(values), np.log(low), np.log(high)
        columns.append((2.0 * values - low - high) / (high - low))
    single = np.array(columns)
    first, second = np.triu_indices(len(single))
    return np.asarray((single[first] * single[second]).T)


def calibrate(prediction: Array, dataset: Dataset) -> dict[str, Any]:
    """Learn how far a network is off.

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
        share a of the density in their units; `scale`, the weights w of `features`.
    """
    tables = [_most_likely(share, prediction, dataset) for share in _MIXTURES]
    table = min(tables, key=lambda found: found[1])[0]
    parameters, noise = dataset.parameters, mirror(dataset.sem)
    deviation = np.abs(prediction - mirror(dataset.n))
    std = expected_error(table, parameters, prediction)
    place = np.stack([_from_contact(parameters, species) for species in (0, 1)], axis=1)
    for low, high in itertools.pairwise(_ZONES):
        bins = (place >= low) & (place < high) & (noise > 0.0)
        factor = covering_factor(deviation[bins], noise[bins], std[bins])
        for key in ("pos", "neg"):
            table[key] = [
                factor * value if low <= distance < high else value
                for distance, value in zip(table["distance"], table[key], strict=True)
            ]
    return table


def _most_likely(
    of_density: float, prediction: Array, dataset: Dataset
) -> tuple[dict[str, Any], float]:
    """Table and scales for one mixture in the unit, and how unlikely they leave the errors."""
    parameters = dataset.parameters
    error, noise = prediction - mirror(dataset.n), mirror(dataset.sem)
    unit = _unit(of_density, parameters, prediction)
    table: dict[str, Any] = {
        "distance": (0.5 * (_DISTANCE[1:] + _DISTANCE[:-1])).tolist(),
        "of_density": of_density,
    }
    for species, key in enumerate(("pos", "neg")):
        off, known_to = error[:, species] / unit[:, species], noise[:, species] / unit[:, species]
        table[key] = error_table(
            _from_contact(parameters, species), off, known_to, _DISTANCE
        ).tolist()
    usual = _usual(table, parameters, prediction)[..., _THINNED]
    scale, unlikely = _scale(
        features(parameters), error[..., _THINNED] ** 2, noise[..., _THINNED] ** 2, usual**2
    )
    return {**table, "scale": scale.tolist()}, unlikely


def _usual(table: Mapping[str, Any], parameters: Array, n: Array) -> Array:
    std = np.empty((len(parameters), 2, N_BINS))
    for species, name in enumerate(("pos", "neg")):
        place = _from_contact(parameters, species)
        std[:, species] = np.interp(place, table["distance"], table[name])
    return _unit(table["of_density"], parameters, n) * std


def _unit(of_density: float, parameters: Array, n: Array) -> Array:
    return np.asarray(of_density * n + (1.0 - of_density) * parameters[:, 1, None, None])


def _from_contact(parameters: Array, species: int) -> Array:
    r = 0.5 * parameters[:, 0, None] - np.abs(bin_centres(parameters[:, 0]))
    return np.asarray(r - 0.5 * parameters[:, 2 + species, None])


def _scale(phi: Array, square: Array, noise: Array, usual: Array) -> tuple[Array, float]:
    """Weights w for which errors of variance noise + usual · exp(w·φ) are most likely.

    Returned with how unlikely they leave the errors, the smaller the better.

    Bins of a profile are not independent: all of one system count as much as one number. A normal
    prior keeps weights small that the errors say nothing of.
    """
    from scipy.optimize import minimize

    counted = (usual > 0.0) & (noise > 0.0)
    number = np.maximum(counted.sum(axis=(1, 2)), 1)
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
