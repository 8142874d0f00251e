r"""Profiles of a network that is evaluated point by point, for both species alike.

.. math:: n_s(z) = c\, e^{-u_w(z)/k_BT}\, e^{f(\text{point})},

with the exact Boltzmann factor of the walls, so that contact edges move exactly with d and h, and
f, the network's output, a smooth function of the point's distance to the nearer wall in units of
the lengths that matter: the ion's own diameter, the other ion's, their mean, the Debye length
(`point_features`). f is computed at 36 nodes per species and interpolated by cubic splines.

Arrays are laid out with systems last, so that every operation runs over many of them at once.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.quantities import BOTH
from surrogate_app.electrolyte.surrogate.decoder import Decoder
from surrogate_app.electrolyte.surrogate.splines import spline_pieces
from surrogate_app.electrolyte.system import BJERRUM_LENGTH, N_BINS
from surrogate_app.electrolyte.walls import tabulated_factor
from surrogate_app.network import Network

Array = NDArray[np.float64]
Single = NDArray[np.float32]

NODES = 36
"""Points per species at which the network of the paper's box is evaluated."""

INNER = 3
"""How many of them lie nearer to the wall than contact, where the features have a kink."""

BLOCK = 16384
"""Values at bins that are interpolated together: what they need stays in a core's cache."""

INNERMOST = 0.42
"""First node's distance from the wall in ion diameters; the wall factor is below 1e-9 there."""

CROWDING = 2.1
"""Logarithm of the ratio of the nodes' distances at the midplane to those at contact."""

_CONTACT = 0.5
_DAMPING = 0.7
_HALF = N_BINS // 2
_CHARGES = np.array([[1.0], [-1.0]])
_CENTRES = (np.arange(_HALF, dtype=np.float32) + np.float32(0.5)) / np.float32(N_BINS)


def half_densities(network: Network, parameters: Array, species: tuple[int, ...] = BOTH) -> Single:
    """Return left halves of profiles, (251, species, N) in mol/L; see `Decoder.half`."""
    r = node_distances(parameters, species)
    features = _features(parameters, r, species)
    values = network.columns(features.reshape(len(features), -1))
    half = interpolate(values.reshape(r.shape), parameters, species)
    np.exp(half, out=half)
    half *= parameters[:, 1].astype(np.float32)
    factor = tabulated_factor(parameters[:, 0], parameters.T[[2 + s for s in species]], N_BINS)
    half[: len(factor)] *= factor
    return half


POINTS = Decoder.of_halves("wall", half_densities)
"""Decoder of networks that are evaluated point by point."""


def point_features(parameters: Array, r: Array) -> Single:
    r"""Return the network's inputs at points.

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
    return np.ascontiguousarray(_features(parameters, r.T.astype(np.float32), BOTH).T)


def _features(parameters: Array, r: Single, species: tuple[int, ...]) -> Single:
    """Features with r of shape (M, species, N) as an array of shape (24, M, species, N)."""
    h, c, d_pos, d_neg, sigma_s = parameters.T
    diameters = parameters.T[2:4]
    pick = slice(species[0], species[-1] + 1)
    own, other, charge = diameters[pick], diameters[::-1][pick], _CHARGES[pick]
    lengths = three_lengths(own, other)
    per_length = 1.0 / lengths
    surface = np.abs(sigma_s) * C_PER_M2_TO_E_PER_NM2
    anions = c * MOLAR_TO_PER_NM3
    cations = anions + 2.0 * surface / h
    kappa = np.sqrt(4.0 * np.pi * BJERRUM_LENGTH * (cations + anions))
    charged = 0.5 * h - 0.5 * np.minimum(d_pos, d_neg)
    amplitude = 2.0 * np.pi * BJERRUM_LENGTH * surface / (kappa * np.sinh(kappa * charged))
    cubes = diameters**3
    packing = np.pi / 6.0 * (cations * cubes[0] + anions * cubes[1])
    of_systems = (kappa, 0.5 * own, 1.0 / h, 0.5 * h, charged + 0.1, amplitude, charge * sigma_s)
    constants = (h, own, other, np.log(c), sigma_s, charge, packing)
    crowds = anions * cubes
    rows = (*per_length, *of_systems, *constants, crowds[pick], crowds[::-1][pick])
    table = np.empty((len(rows), *own.shape), np.float32)
    for index, values in enumerate(rows):
        table[index] = values
    per_own, per_other, per_mean, per_debye, contact, per_h, middle, most, scale, slope = table[:10]

    x = r - contact
    outside = np.maximum(x, 0.0)
    features = np.empty((24, *r.shape), np.float32)
    np.multiply(x, per_own, out=features[0])
    np.multiply(r, per_other, out=features[1])
    features[1] -= 0.5
    np.multiply(x, per_mean, out=features[2])
    np.multiply(x, per_debye, out=features[3])
    decay, potential = features[4], features[17]
    np.exp(outside * -per_debye, out=decay)
    np.multiply(r, per_h, out=features[5])
    features[6:13] = table[10:17, None]
    np.multiply(decay, slope, out=features[13])
    features[14:16] = table[17:, None]
    to_middle = middle - r
    np.minimum(to_middle, most, out=to_middle)
    to_middle *= per_debye
    np.exp(to_middle, out=potential)
    potential += np.reciprocal(potential)
    potential *= scale
    np.multiply(potential, table[15], out=features[16])
    damped_waves(x, outside, per_length, features[18:])
    return features


def three_lengths(own: Array, other: Array) -> Array:
    """Lengths of layering: both diameters and their mean, shape (3, species, N)."""
    lengths = np.empty((3, *own.shape))
    lengths[0], lengths[1], lengths[2] = own, other, 0.5 * (own + other)
    return lengths


def damped_waves(x: Single, outside: Single, per_length: Array, out: Single) -> None:
    """Write the waves that layering takes, see `point_features`, for some lengths.

    Parameters
    ----------
    x, outside : ndarray of float32, shape (M, species, N)
        Distances from contact, and these where they are positive.
    per_length : ndarray, shape (L, species, N)
        Reciprocal lengths.
    out : ndarray of float32, shape (2 L, M, species, N)
        Sine and cosine of each length in turn.
    """
    damped = outside * (-_DAMPING * per_length).astype(np.float32)[:, None]
    np.exp(damped, out=damped)
    phase = x * (2.0 * np.pi * per_length).astype(np.float32)[:, None]
    waves = out.reshape(len(per_length), 2, *x.shape)
    np.sin(phase, out=waves[:, 0])
    np.cos(phase, out=waves[:, 1])
    waves *= damped[:, None]


def node_distances(
    parameters: Array, species: tuple[int, ...] = BOTH, nodes: int = NODES
) -> Single:
    """Distances from the wall, in nm, at which f is computed.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5)
        Systems.
    species : tuple of int, optional
        0 for cations, 1 for anions.
    nodes : int, optional
        How many there are.

    Returns
    -------
    ndarray of float32, shape (nodes, number of species, N)
    """
    diameter, span = _range(parameters, species)
    of_diameter, of_span = _node_places(nodes)
    return of_diameter * diameter + of_span * span


@cache
def _node_places(nodes: int) -> tuple[Single, Single]:
    """Coefficients of `node_distances`, each of shape (nodes, 1, 1)."""
    outer = nodes - INNER
    inner = INNERMOST + (_CONTACT - INNERMOST) * np.arange(INNER) / INNER
    nearer = np.concatenate((inner, np.full(outer, _CONTACT)))
    further = np.zeros(nodes)
    further[INNER:] = np.expm1(CROWDING * np.linspace(0.0, 1.0, outer)) / np.expm1(CROWDING)
    of_diameter, of_span = nearer.astype(np.float32), further.astype(np.float32)
    return of_diameter[:, None, None], of_span[:, None, None]


def bin_distances(parameters: Array) -> Array:
    """Return the wall distances of the left half's bin centres in nm, shape (N, 1, 251)."""
    return np.asarray(parameters[:, :1, None] * (np.arange(_HALF) + 0.5) / N_BINS)


def interpolate(values: Single, parameters: Array, species: tuple[int, ...] = BOTH) -> Single:
    """Carry values at the nodes over to the left half's bins.

    A cubic spline from contact to the midplane, a cubic polynomial nearer to the wall.

    Parameters
    ----------
    values : ndarray of float32, shape (nodes, number of species, N)
        Values at `node_distances`.
    parameters : ndarray, shape (N, 5)
        Systems.
    species : tuple of int, optional
        0 for cations, 1 for anions.

    Returns
    -------
    ndarray of float32, shape (251, number of species, N)
        Values at `bin_distances`; constant nearer to the wall than the first node.
    """
    diameter, span = _range(parameters, species)
    nodes, columns = len(values), diameter.size
    pieces = (_pieces(nodes) @ values.reshape(nodes, columns)).reshape(4, -1)
    h = np.concatenate((parameters[:, 0].astype(np.float32),) * len(diameter))
    diameter, span = diameter.ravel(), span.ravel()

    contact = _CONTACT * diameter
    innermost = (_CONTACT - INNERMOST) * diameter
    stretching = np.float32(np.expm1(CROWDING)) / span
    per_interval = np.float32((nodes - INNER - 1) / CROWDING)
    near = int(N_BINS * (contact / h).max(initial=0.0)) + 1
    # the first interval is the one nearer to the wall than contact
    following = columns + np.arange(columns, dtype=np.int32)
    result = np.empty((_HALF, columns), np.float32)
    step = max(BLOCK // max(columns, 1), 1)
    for start in range(0, _HALF, step):
        bins = slice(start, start + step)
        place = np.multiply.outer(_CENTRES[bins], h)
        place -= contact
        inner = place[: max(near - start, 0)] / innermost
        inner += 1.0
        np.maximum(inner, 0.0, out=inner)
        beyond = place[: len(inner)]
        np.maximum(beyond, 0.0, out=beyond)
        place *= stretching
        place += 1.0
        np.log(place, out=place)
        place *= per_interval
        interval = place.astype(np.int32)
        place -= np.floor(place)
        interval *= columns
        interval += following
        nearer = inner < 1.0
        np.copyto(beyond, inner, where=nearer)
        np.copyto(interval[: len(inner)], following - columns, where=nearer)
        where = interval.astype(np.intp)
        part = result[bins]
        pieces[3].take(where, out=part, mode="clip")
        for power in (2, 1, 0):
            part *= place
            part += pieces[power].take(where)
    return result.reshape(_HALF, *values.shape[1:])


def _range(parameters: Array, species: tuple[int, ...]) -> tuple[Single, Single]:
    """Diameters and distances from contact to the midplane, shape (number of species, N)."""
    diameter = parameters.T[2 + species[0] : 3 + species[-1]]
    span = 0.5 * (parameters[:, 0] - diameter)
    return diameter.astype(np.float32, order="C"), span.astype(np.float32, order="C")


@cache
def _pieces(nodes: int) -> Single:
    """Matrix from values at the nodes to polynomial coefficients, shape (4 · intervals, nodes).

    Rows are sorted by power, then by interval; the variable runs from 0 to 1 in each interval.
    """
    inner = np.linalg.inv(np.vander(np.linspace(0.0, 1.0, INNER + 1), increasing=True))
    knots = nodes - INNER
    outer = spline_pieces(knots)[:, :-1]
    pieces = np.zeros((4, knots, nodes))
    for power in range(4):
        pieces[power, 0, : INNER + 1] = inner[power]
        pieces[power, 1:, INNER:] = outer[power]
    return pieces.reshape(4 * knots, nodes).astype(np.float32)
