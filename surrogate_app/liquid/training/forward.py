"""Forward models from simulations: structure by least squares, noise by averages over blocks."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import read_campaign
from surrogate_app.common.files import write_atomically
from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.provenance import provenance, sha256
from surrogate_app.liquid.data.dataset import Structures, sides
from surrogate_app.liquid.data.designs import data_dir
from surrogate_app.liquid.data.fluctuations import count_shape, count_variance, waves, whole
from surrogate_app.liquid.forward.draws import unbounded
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.noise import NOISE, NoiseCard, NoiseModel
from surrogate_app.liquid.forward.structure import boltzmann_factor, structure
from surrogate_app.liquid.forward.surrogate import STRUCTURE, ForwardSurrogate, StructureCard
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.simulation.bins import N_BINS, WIDTH, distances
from surrogate_app.liquid.state import CORE_DENSITY, from_reduced
from surrogate_app.liquid.training.least_squares import fit_expansion

Array = NDArray[np.float64]
ERROR_CLASSES = 5
"""Classes of coupling in which the error of the surrogate is averaged."""

_CORE = 20
_SHELLS = 80
_MIDDLE = slice(6, 36)
_CORRECTIONS = 2

Fitted = tuple[dict[str, Any], type[ModelCard], dict[str, Any]]
"""Arrays of a model and what its metadata say."""


def fit_model(name: str, folder: Path) -> dict[str, Any]:
    """Fit a model and store it with its metadata.

    Parameters
    ----------
    name : str
        Name in `LEAST_SQUARES`.
    folder : Path
        Where the model goes.

    Returns
    -------
    dict
        The metadata stored with the model.

    Raises
    ------
    ValueError
        If its campaign has not been run.
    """
    arrays, card, details = LEAST_SQUARES[name]()
    path, buffer = folder / f"{name}.npz", io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomically(path, buffer.getvalue())
    filled = card(name=name, **provenance(), weights_sha256=sha256(path), **details)
    filled.write(folder)
    return filled.to_dict()


def fit_structure_model() -> Fitted:
    """Fit the forward model to the training states, corrected for the size of their boxes."""
    parts = sides()
    training = parts[0]
    expansion = fit_states(training)
    for _ in range(_CORRECTIONS):
        expansion = fit_states(unbounded(training, expansion), expansion)
    names = ("training", "validation", "test")
    counts = {name: len(part) for name, part in zip(names, parts, strict=True)}
    return (
        {"weights": expansion.weights},
        StructureCard,
        {
            "data": {**training.description, **counts},
            "states": np.round(training.parameters, 5).tolist(),
        },
    )


def fit_states(training: Structures, start: Expansion | None = None) -> Expansion:
    """Fit the forward model to simulated states, perhaps from a good initial estimate."""
    place = training.coupling, training.attraction
    factor = boltzmann_factor(distances(), WIDTH, *(x[:, None] for x in place))
    return fit_expansion(*place, training.g, factor, weights(training), start)


def weights(part: Structures) -> Array:
    """One over the variance of every bin by counts."""
    return 1.0 / (count_variances(part)[:, None] * count_shape(distances(), WIDTH, part.g))


def fit_noise_model() -> Fitted:
    """Collect how the blocks of simulated states scatter."""
    description, results = read_campaign(data_dir("noise"))
    coupling, attraction = from_reduced(*results["parameters"].astype(float).T)
    expansion = ForwardSurrogate.load().expansion
    held_out = unbounded(sides()[1], expansion)
    covariance = whole(results["covariance"].astype(float))
    model = NoiseModel(coupling, attraction, covariance, np.zeros((2, 1)))
    model = replace(model, error=surrogate_error(model, held_out))
    arrays = {
        "crowding": CORE_DENSITY * coupling,
        "attraction": attraction,
        "covariance": results["covariance"],
        "error": model.error * [[CORE_DENSITY], [1.0]],
        "scatter": typical_scatter(model, held_out),
    }
    return arrays, NoiseCard, {"data": {**description, "systems": len(coupling)}}


def surrogate_error(noise: NoiseModel, held_out: Structures) -> Array:
    """Measure how much more waves of simulated states vary about the surrogate than runs scatter.

    Parameters
    ----------
    noise : NoiseModel
        Its covariance only.
    held_out : Structures
        States that the surrogate was not trained on.

    Returns
    -------
    ndarray, shape (2, ERROR_CLASSES)
        Median coupling and median variance, in units of `noise.count_shape`, of classes of states;
        the standard error where it is larger.
        The largest eigenvalues of the covariance, which slow relaxation dominates, and the least,
        which the core has, are left out.
    """
    expansion, over = ForwardSurrogate.load().expansion, waves(distances(), WIDTH)
    place = held_out.coupling, held_out.attraction
    model = structure(expansion, distances(), WIDTH, *place)
    extra = []
    for g, fitted, *state in zip(held_out.g, model, *place, strict=True):
        white = (g - fitted) / np.sqrt(count_shape(distances(), WIDTH, fitted))
        variances, modes = np.linalg.eigh(noise.near(*state))
        counts = count_variance(white[_SHELLS:])
        heights = (white @ over) @ modes
        extra.append(np.mean((heights**2 - counts * variances)[_MIDDLE]))
    order = np.array_split(np.argsort(held_out.coupling), ERROR_CLASSES)
    centres = [np.median(held_out.coupling[part]) for part in order]
    classes = [np.array(extra)[part] for part in order]
    # none is said to be smaller than it could be told to be
    told = [float(np.std(each) / len(each) ** 0.5) for each in classes]
    errors = [max(np.median(each), least) for each, least in zip(classes, told, strict=True)]
    return np.array([centres, errors])


def typical_scatter(noise: NoiseModel, held_out: Structures) -> float:
    """Median κ of simulated states, corrected for their boxes, about the forward surrogate."""
    forward = ForwardSurrogate.load()
    t, width = distances()[_CORE:], np.full(N_BINS - _CORE, WIDTH)
    rows = zip(held_out.g[:, _CORE:], held_out.coupling, held_out.attraction, strict=True)
    kappas = [
        Measurement.of(forward, noise, t, width, g).compare(coupling, attraction, 0.0)[1]
        for g, coupling, attraction in rows
    ]
    return float(np.median(kappas))


def count_variances(part: Structures) -> Array:
    """Variance of each run's g by counts in units of `noise.count_shape`, from its blocks, (N,)."""
    shape = count_shape(distances(), WIDTH, part.g)
    return np.asarray(np.median((part.g_sem**2 / shape)[:, N_BINS // 4 :], axis=1))


LEAST_SQUARES: dict[str, Callable[[], Fitted]] = {
    STRUCTURE: fit_structure_model,
    NOISE: fit_noise_model,
}
"""How each forward model is fitted, by name."""


TRAINABLE = (*LEAST_SQUARES, *(name for name, model in MODELS.items() if model.training))
"""Models that can be trained, each after those that it rests on."""


def require_trainable(model: str) -> None:
    """Raise a ValueError with one sentence if there is no such model to train."""
    if model not in TRAINABLE:
        raise ValueError(f"there is no model {model!r} to train; choose {' or '.join(TRAINABLE)}")
