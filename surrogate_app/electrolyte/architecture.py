r"""How a network's outputs become density profiles.

Two architectures share one interface, `densities`.

``profile``
    The electrolyte paper's: five inputs, 1,004 outputs, the densities in all bins.

``wall``
    One small network that is asked point by point, for both species alike,

    .. math:: n_s(z) = c\, e^{-u_w(z)/k_BT}\, e^{f(\text{point})},

    with the exact Boltzmann factor of the walls, so that contact edges move exactly with d and h,
    and f a smooth function of the point's distance to the nearer wall in units of the lengths that
    matter: the ion's own diameter, the other ion's, their mean, the Debye length
    (`point_features`). f is computed at 64 nodes per species and interpolated.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.system import BJERRUM_LENGTH, N_BINS
from surrogate_app.electrolyte.walls import wall_factor
from surrogate_app.network import Network
from surrogate_app.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3

Array = NDArray[np.float64]

NODES = 64
"""Points per species at which the wall network is evaluated."""

INNERMOST = 0.42
"""First node's distance from the wall in ion diameters; the wall factor is below 1e-9 there."""

CROWDING = 1.8
"""Exponent by which the nodes crowd towards the wall."""

_DAMPING = 0.7
_HALF = N_BINS // 2


def densities(kind: str, network: Network, parameters: Array) -> Array:
    """Density profiles that a network stands for, before any constraint.

    Parameters
    ----------
    kind : str
        "profile" or "wall".
    network : Network
        The network.
    parameters : ndarray, shape (N, 5)
        Systems in the order h, c, d₊, d₋, σ_s.

    Returns
    -------
    ndarray, shape (N, 2, 502)
        Cation and anion densities in mol/L.

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    if kind not in _KINDS:
        raise ValueError(f"unknown architecture {kind!r}; choose {' or '.join(_KINDS)}")
    return _KINDS[kind](network, parameters)


def _profile(network: Network, parameters: Array) -> Array:
    return network.predict(parameters).reshape(-1, 2, N_BINS).astype(float)


def _wall(network: Network, parameters: Array) -> Array:
    nodes = node_distances(parameters)
    features = point_features(parameters, nodes)
    values = network.predict(features.reshape(-1, features.shape[-1])).reshape(nodes.shape)
    half = np.exp(interpolate(values.astype(float), parameters))
    c = parameters[:, 1, None, None]
    factor = wall_factor(parameters[:, :1], parameters[:, 2:4], N_BINS)
    return np.asarray(c * factor * np.concatenate((half, half[..., ::-1]), axis=-1))


_KINDS: dict[str, Callable[[Network, Array], Array]] = {"profile": _profile, "wall": _wall}


def point_features(parameters: Array, r: Array) -> NDArray[np.float32]:
    r"""Describe points to the wall network.

    With the distance from contact x = r − d/2, d the ion's own and d' the other ion's diameter,
    d̄ their mean, q = ±1, κ the inverse Debye length of all ions in the slab and
    ψ the linearised Poisson–Boltzmann potential of the two walls: x/d, (r − d'/2)/d', x/d̄, κx,
    exp(−κx), r/h, h, d, d', ln c, σ_s, q, the packing fraction, q σ_s exp(−κx), c d³, c d'³, qψ, ψ,
    and for each of the three lengths ℓ the damped waves exp(−0.7 x/ℓ) sin, cos(2π x/ℓ), the form
    that layering takes.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5)
        Systems.
    r : ndarray, shape (N, 2, M)
        Distances from the nearer wall in nm, for cations and anions.

    Returns
    -------
    ndarray of float32, shape (N, 2, M, 24)
    """
    h, c, d_pos, d_neg, sigma_s = (column[:, None, None] for column in parameters.T)
    own = parameters[:, 2:4, None]
    other = parameters[:, 3:1:-1, None]
    mean = 0.5 * (own + other)
    charge = np.array([1.0, -1.0])[:, None]
    surface = np.abs(sigma_s) * C_PER_M2_TO_E_PER_NM2
    anions = c * MOLAR_TO_PER_NM3
    cations = anions + 2.0 * surface / h
    kappa = np.sqrt(4.0 * np.pi * BJERRUM_LENGTH * (cations + anions))
    x = r - 0.5 * own
    outside = np.maximum(x, 0.0)
    decay = np.exp(-kappa * outside)
    packing = np.pi / 6.0 * (cations * d_pos**3 + anions * d_neg**3)
    charged = 0.5 * h - 0.5 * np.minimum(d_pos, d_neg)
    to_middle = np.minimum(0.5 * h - r, charged + 0.1)
    potential = 4.0 * np.pi * BJERRUM_LENGTH * surface / kappa
    potential = potential * np.cosh(kappa * to_middle) / np.sinh(kappa * charged)
    columns = [
        x / own,
        (r - 0.5 * other) / other,
        x / mean,
        kappa * x,
        decay,
        r / h,
        h,
        own,
        other,
        np.log(c),
        sigma_s,
        charge,
        packing,
        charge * sigma_s * decay,
        anions * own**3,
        anions * other**3,
        charge * potential,
        potential,
    ]
    for length in (own, other, mean):
        damped = np.exp(-_DAMPING * outside / length)
        phase = 2.0 * np.pi * x / length
        columns += [damped * np.sin(phase), damped * np.cos(phase)]
    features = np.empty((*r.shape, len(columns)), np.float32)
    for index, column in enumerate(columns):
        features[..., index] = column
    return features


def node_distances(parameters: Array) -> Array:
    """Return the distances from the wall, in nm, at which f is computed: shape (N, 2, 64)."""
    first, span = _range(parameters)
    return np.asarray(first + span * np.linspace(0.0, 1.0, NODES) ** CROWDING)


def bin_distances(parameters: Array) -> Array:
    """Return the wall distances of the left half's bin centres in nm, shape (N, 1, 251)."""
    return np.asarray(parameters[:, :1, None] * (np.arange(_HALF) + 0.5) / N_BINS)


def interpolate(values: Array, parameters: Array) -> Array:
    """Carry values at the nodes over to the left half's bins by local cubic polynomials.

    Parameters
    ----------
    values : ndarray, shape (N, 2, 64)
        Values at `node_distances`.
    parameters : ndarray, shape (N, 5)
        Systems.

    Returns
    -------
    ndarray, shape (N, 2, 251)
        Values at `bin_distances`; constant nearer to the wall than the first node.
    """
    first, span = _range(parameters)
    place = np.maximum((bin_distances(parameters) - first) / span, 0.0)
    place = place ** (1.0 / CROWDING) * (NODES - 1)
    left = np.clip(place.astype(np.intp), 1, NODES - 3)
    t = place - left
    weights = (
        -t * (t - 1.0) * (t - 2.0) / 6.0,
        (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
        -(t + 1.0) * t * (t - 2.0) / 2.0,
        (t + 1.0) * t * (t - 1.0) / 6.0,
    )
    result = np.zeros_like(place)
    for offset, weight in zip((-1, 0, 1, 2), weights, strict=True):
        result += weight * np.take_along_axis(values, left + offset, axis=-1)
    return result


def _range(parameters: Array) -> tuple[Array, Array]:
    """Place of the first node and distance from there to the midplane, shape (N, 2, 1)."""
    first = INNERMOST * parameters[:, 2:4, None]
    return first, 0.5 * parameters[:, :1, None] - first
