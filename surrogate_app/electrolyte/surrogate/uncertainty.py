r"""Uncertainty of predictions, calibrated by systems that a network was not trained on.

The standard deviation of a prediction is

.. math:: \sigma_s(z) = [a\, n_s(z) + (1 - a)\, c]\, t_s(x)\, e^{\frac{1}{2} w \cdot \varphi},
    \qquad x = r - d_s/2,

t the root mean square error at a distance from contact, in units that are a mixture of the
predicted density and c: errors of networks that know the walls' repulsion fall with the density
inside of contact, those of others do not. The last factor is that by which errors of a system like
this one are larger or smaller than usual: φ are products of up to two inputs, the packing fraction
counted as one. `calibration` fits a, t and w.

Of models for all salts, the species' own mean density takes the place of c, the coupling counts as
an input, too, and every salt has a factor of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.domain import SALTS, WIDE, bjerrum_lengths
from surrogate_app.electrolyte.system import (
    MARGIN,
    N_BINS,
    PARAMETERS,
    amounts,
    bin_centres,
    packing_fraction,
)

Array = NDArray[np.float64]

WEAK = 0.02
"""Expected error over the mean density above which a user is warned."""

_NARROW, _WIDE = np.array([MARGIN[name] for name in PARAMETERS]).T
_MOST_PACKED = packing_fraction(np.array([[_NARROW[0], *_WIDE[1:4], _NARROW[4]]]))[0]
_CENTRES = (np.arange(N_BINS // 2) + 0.5) / N_BINS
_BOX_ENDS = np.array([*map(MARGIN.get, PARAMETERS), (0.0, _MOST_PACKED)])
_BOX_ENDS[1] = np.log(_BOX_ENDS[1])
_BOX_SUM = _BOX_ENDS.sum(axis=1, keepdims=True)
_BOX_SPAN = np.diff(_BOX_ENDS, axis=1)
_SALTS = np.array(SALTS)
_LENGTHS = (0.5, 1.4)  # Bjerrum lengths in nm between which those of the wide domain mostly lie
_SALTS_ENDS = np.array(
    [
        np.log(WIDE.ranges["h"]),
        np.log(WIDE.ranges["c"]),
        WIDE.ranges["d_pos"],
        WIDE.ranges["d_neg"],
        (0.0, np.sqrt(-WIDE.ranges["sigma_s"][0])),
        (0.0, WIDE.filling),
        np.log(_LENGTHS),
        (0.0, WIDE.coupling),
    ]
)
_TABLE = ("distance", "pos", "neg")
_SALTS_SUM = _SALTS_ENDS.sum(axis=1, keepdims=True)
_SALTS_SPAN = np.diff(_SALTS_ENDS, axis=1)


def is_complete(uncertainty: Mapping[str, Any], parameters: Array) -> bool:
    """Whether a card holds all that `expected_error` reads for such systems, as finite numbers.

    Parameters
    ----------
    uncertainty : mapping
        What a card says of the errors of its model.
    parameters : ndarray, shape (N, 5) or (N, 9)
        Any systems that the model answers.
    """
    sizes = {"scale": features(parameters).shape[-1]}
    if parameters.shape[1] > len(PARAMETERS):
        sizes["salts"] = len(_SALTS)
    try:
        numbers = {name: np.asarray(uncertainty[name], float) for name in (*sizes, *_TABLE)}
        of_density = float(uncertainty["of_density"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return False
    sizes |= dict.fromkeys(_TABLE, numbers["distance"].size)
    return (
        all(numbers[name].shape == (size,) for name, size in sizes.items())
        and all(np.all(np.isfinite(values)) for values in numbers.values())
        and math.isfinite(of_density)
        and bool(np.all(np.diff(numbers["distance"]) > 0.0))
    )


def expected_error(uncertainty: Mapping[str, Any], parameters: Array, n: Array) -> Array:
    """One standard deviation of predictions.

    Parameters
    ----------
    uncertainty : mapping
        What `calibration.calibrate` returned.
    parameters : ndarray, shape (N, 5), or (N, 9) for models of all salts
        Systems.
    n : ndarray, shape (N, 2, 502)
        Densities that are predicted for them in mol/L.

    Returns
    -------
    ndarray, shape (N, 2, 502)
        Standard deviations of cation and anion densities in mol/L.
    """
    scale = np.exp(0.5 * features(parameters) @ np.asarray(uncertainty["scale"]))
    if parameters.shape[1] > len(PARAMETERS):
        scale *= np.asarray(uncertainty["salts"])[salt_numbers(parameters)]
    return np.asarray(scale[:, None, None] * usual_error(uncertainty, parameters, n))


def warnings_about(expected: Array, n: Array) -> tuple[str, ...]:
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
    share = float(np.sqrt(np.vdot(expected, expected) * n.size) / n.sum())
    if share <= WEAK:
        return ()
    return (
        f"This model is weak for systems like this one: its error is expected to be "
        f"{100.0 * share:.1f} % of the mean density; a simulation is more reliable, and so may be "
        "another model.",
    )


def features(parameters: Array) -> Array:
    """Products of up to two of the inputs and the packing fraction, scaled to −1…1 over the margin.

    c is scaled by its logarithm. Profiles of closely packed ions are the hardest to predict. Of
    models for all salts: ln h, ln c, d₊, d₋, √|σ_s|, the packing fraction, ln l_B and the coupling,
    scaled over the wide domain.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5) or (N, 9)

    Returns
    -------
    ndarray, shape (N, 28) or (N, 45)
    """
    parameters = np.asarray(parameters, float)
    of_kind = _of_box if parameters.shape[1] == len(PARAMETERS) else _of_salts
    scaled = of_kind(parameters)
    single = np.ones((len(scaled) + 1, len(parameters)))
    single[1:] = scaled
    first, second = _pairs(len(single))
    return np.asarray((single[first] * single[second]).T)


@cache
def _pairs(number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(number)


def _of_box(parameters: Array) -> Array:
    values = np.empty((len(PARAMETERS) + 1, len(parameters)))
    values[:-1] = parameters.T
    np.log(values[1], out=values[1])
    values[-1] = packing_fraction(parameters)
    return np.asarray((2.0 * values - _BOX_SUM) / _BOX_SPAN)


def _of_salts(parameters: Array) -> Array:
    h, c, d_pos, d_neg, sigma_s = parameters[:, :5].T
    length = bjerrum_lengths(parameters)
    coupling = -2.0 * parameters[:, 5] * parameters[:, 6] * length / (d_pos + d_neg)
    root, filled = np.sqrt(np.abs(sigma_s)), packing_fraction(parameters)
    values = np.array([np.log(h), np.log(c), d_pos, d_neg, root, filled, np.log(length), coupling])
    return np.asarray((2.0 * values - _SALTS_SUM) / _SALTS_SPAN)


def salt_numbers(parameters: Array) -> NDArray[np.intp]:
    """Place of each system's salt in `SALTS`, shape (N,), for systems of nine inputs."""
    same = parameters[:, None, 5:7] == _SALTS
    return np.asarray(same.all(axis=2).argmax(axis=1), np.intp)


def usual_error(table: Mapping[str, Any], parameters: Array, n: Array) -> Array:
    """Return standard deviations without the factor of the system, shape (N, 2, 502), in mol/L."""
    half = N_BINS // 2
    std = np.empty((len(parameters), 2, N_BINS))
    r = parameters[:, :1] * _CENTRES
    for species, name in enumerate(("pos", "neg")):
        place = r - 0.5 * parameters[:, 2 + species, None]
        std[:, species, :half] = np.interp(place, table["distance"], table[name])
    std[..., half:] = std[..., half - 1 :: -1]
    std *= unit(table["of_density"], parameters, n)
    return std


def unit(of_density: float, parameters: Array, n: Array) -> Array:
    """Return the unit of t, that mixture of the density and c, shape (N, 2, 502), in mol/L."""
    if parameters.shape[1] == len(PARAMETERS):
        usual = parameters[:, 1, None, None]
    else:
        usual = (np.array(amounts(parameters)) / parameters[:, 0]).T[..., None]
    mixture = of_density * n
    mixture += (1.0 - of_density) * usual
    return mixture


def from_contact(parameters: Array, species: int) -> Array:
    """Return distances x of bins from contact with the nearer wall, shape (N, 502), in nm."""
    r = 0.5 * parameters[:, 0, None] - np.abs(bin_centres(parameters[:, 0]))
    return np.asarray(r - 0.5 * parameters[:, 2 + species, None])
