r"""Profiles of any salt: mean-field theory, corrected point by point by a network.

.. math:: n_s(z) = n^{PB}_s(z)\, e^{f(\text{point})},

with n^{PB} the Poisson–Boltzmann profile of this very salt with each ion's own closest approach and
the exact Boltzmann factor of the walls (`mean_field`), and f, the network's output, a smooth
function of the point's distance to the nearer wall in units of the lengths that matter and of what
the mean field is there (`salt_features`). f is computed at the nodes of `points`, and log n
interpolated by cubic splines.

Between uncharged walls nothing tells cations from anions: exchanging diameters and absolute
valencies exchanges the profiles. Training makes f obey that nearly; half of the difference that is
left at σ_s = 0 is taken from it, with a weight that falls from there to zero at `WEAKLY_CHARGED`.
The mean field obeys it by itself.

Arrays are laid out with systems last, so that every operation runs over many of them at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.domain import bjerrum_lengths
from surrogate_app.electrolyte.quantities import BOTH
from surrogate_app.electrolyte.surrogate.decoder import Decoder
from surrogate_app.electrolyte.surrogate.mean_field import MeanFields, mean_fields
from surrogate_app.electrolyte.surrogate.points import (
    damped_waves,
    interpolate,
    node_distances,
    three_lengths,
)
from surrogate_app.electrolyte.system import N_BINS
from surrogate_app.electrolyte.walls import tabulated_factor
from surrogate_app.network import Network

Array = NDArray[np.float64]
Single = NDArray[np.float32]

FEATURES = 53
"""Number of inputs of the network."""

NODES = 28
"""Points per species at which it is evaluated; more change profiles by some 0.02 % only."""

WEAKLY_CHARGED = 0.005
"""Charge density of the walls in C/m² below which the symmetry of uncharged ones counts."""

_CONJUGATE = [0, 1, 3, 2, 4, 6, 5, 7, 8]
_CONSTANTS = 25
"""Number of inputs, the first ones, that are the same at all points of a species in a system."""

_OF_OWN, _OF_OTHER = [1, 3, 5, 9, 12, 14], [2, 4, 6, 10, 13, 15]
_OF_SYSTEMS = [0, 8, 16, 18, 19, 20, 21, 22, 23, 24]


def half_densities(network: Network, parameters: Array, species: tuple[int, ...] = BOTH) -> Single:
    """Return left halves of profiles, (251, species, N) in mol/L; see `Decoder.half`."""
    half = interpolate(_logarithms(network, parameters, species), parameters, species)
    np.exp(half, out=half)
    factor = tabulated_factor(parameters[:, 0], parameters.T[[2 + s for s in species]], N_BINS)
    half[: len(factor)] *= factor
    return half


def _logarithms(network: Network, parameters: Array, species: tuple[int, ...]) -> Single:
    """Logarithms of the densities in mol/L at the nodes, without the walls' factor."""
    share = _share_of_conjugation(parameters)
    near = np.flatnonzero(share)
    if not near.size:
        f, mean_field = _corrections(network, parameters, species)
        return f + mean_field
    own, number = parameters[near], len(parameters)
    charged = own[:, 4] != 0.0
    own[:, 4] = 0.0
    conjugate = own[:, _CONJUGATE]
    conjugate[:, 5:7] *= -1.0
    f, mean_field = _corrections(
        network, np.concatenate((parameters, conjugate, own[charged])), BOTH
    )
    uncharged = f[..., near]
    uncharged[..., charged] = f[..., number + len(near) :]
    of_conjugate = f[:, ::-1, number : number + len(near)]
    f[..., near] += 0.5 * share[near] * (of_conjugate - uncharged)
    return np.asarray((f + mean_field)[:, list(species), :number])


def _corrections(
    network: Network, parameters: Array, species: tuple[int, ...]
) -> tuple[Single, Single]:
    """Return f at the nodes, (28, species, N), and what it corrects, see `salt_features`."""
    r = node_distances(parameters, species, NODES)
    features, logarithm = _features(parameters, mean_fields(parameters), r, species)
    f = network.columns(features.reshape(len(features), len(r), -1), common=_CONSTANTS)
    return f.reshape(r.shape), logarithm


def _share_of_conjugation(parameters: Array) -> Single:
    """Share of the asymmetry at uncharged walls that is taken from f, falling with |σ_s|."""
    known = parameters[:, 5] <= 2.0  # there are no anions of valency −3
    left = np.maximum(1.0 - np.abs(parameters[:, 4]) / WEAKLY_CHARGED, 0.0) * known
    return np.asarray(left**2 * (3.0 - 2.0 * left), np.float32)


SALTS = Decoder.of_halves("salt", half_densities)
"""Decoder of networks that correct the mean field of any salt point by point."""


def salt_features(parameters: Array, r: Array) -> tuple[Single, Array]:
    r"""Return the network's inputs at points, and the logarithms of the densities that it corrects.

    With x = r − d/2 the distance from contact, d the ion's own and d' the other ion's diameter, d̄
    their mean, z and z' their valencies, n and n' their means in the slab, κ the inverse Debye
    length of all ions in the slab, φ the Poisson–Boltzmann potential and n^{PB} its densities:

    - x/d, (r − d'/2)/d', x/d̄, κx, exp(−κx), r/h and the distance from the midplane over d̄;
    - ln h, d, d', ln n, ln n', z, z', the sign of z, l_B;
    - couplings z² l_B/d, z'² l_B/d' and |zz'| l_B/d̄; κd and κd';
    - volume fractions of either kind and of both; |σ_s| d²/e, √|σ_s|, the logarithm of
      1 + d_+/μ with the Gouy–Chapman length μ, and that of 1 + z_+² l_B/μ, the coupling of the
      cations at the wall;
    - zφ, tanh of it and of φ', φ'd; volume fractions that n^{PB} and n'^{PB} would have at this
      point, at contact and at the midplane;
    - for each of d, d' and d̄ the damped waves exp(−0.7 x/ℓ) sin, cos(2π x/ℓ), the form that
      layering takes, those of d̄ times the volume fraction, and those of d̄ of both walls together;
      exp(−x/d) and exp(−3x/d);
    - exp(−x/μ), the profile of strongly coupled counterions, ln(1 + x/μ), the potential of weakly
      coupled ones, and exp(−x/a) with their distance a = (z_+ e/π|σ_s|)^(1/2) along the wall.

    Parameters
    ----------
    parameters : ndarray, shape (N, 9)
        Systems.
    r : ndarray, shape (N, 2, M)
        Distances from the nearer wall in nm, for cations and anions.

    Returns
    -------
    features : ndarray of float32, shape (N, 2, M, 53)
    logarithm : ndarray, shape (N, 2, M)
        Logarithm of n^{PB} in mol/L without the wall's factor.
    """
    fields = mean_fields(parameters)
    features, logarithm = _features(parameters, fields, r.T.astype(np.float32), BOTH)
    return np.ascontiguousarray(features.T), np.asarray(logarithm.T, float)


def _features(
    parameters: Array, fields: MeanFields, r: Single, species: tuple[int, ...]
) -> tuple[Single, Single]:
    """Features with r of shape (M, species, N) as an array of shape (53, M, species, N)."""
    columns = parameters.T
    h, diameters, valencies = columns[0], columns[2:4], columns[5:7]
    pick = slice(species[0], species[-1] + 1)
    own, other, z_own, z_other = (
        kind[pick] for kind in (diameters, diameters[::-1], valencies, valencies[::-1])
    )
    lengths = three_lengths(own, other)
    means = fields.amounts / h
    bjerrum = bjerrum_lengths(parameters)
    squares = valencies**2
    kappa = np.sqrt(4.0 * np.pi * bjerrum * MOLAR_TO_PER_NM3 * (means * squares).sum(axis=0))
    surface = np.abs(columns[4]) * C_PER_M2_TO_E_PER_NM2
    volume = np.pi / 6.0 * MOLAR_TO_PER_NM3 * diameters**3
    filled = means * volume
    crowded = filled[0] + filled[1]
    per_gouy_chapman = 2.0 * np.pi * bjerrum * valencies[0] * surface

    places = np.empty((len(r) * len(species) + 2, r.shape[-1]))
    places[:-2], places[-2:] = r.reshape(-1, r.shape[-1]), 0.5 * diameters
    potentials, slopes = fields.potential(places)
    potential, slope = potentials[:-2].reshape(r.shape), slopes[:-2].reshape(r.shape)
    energy = z_own * potential
    crowd_level = np.log(volume) + fields.level
    at_contact = np.exp(crowd_level - valencies * potentials[-2:])

    strength = squares * bjerrum / diameters
    of_ions = np.array((diameters, np.log(means), valencies, strength, kappa * diameters, filled))
    of_systems = (
        *(np.log(h), bjerrum, crowded, np.sqrt(surface)),
        np.log1p(per_gouy_chapman * diameters[0]),
        np.log1p(per_gouy_chapman * bjerrum * squares[0]),
        *at_contact,
        *np.exp(crowd_level),
    )
    table = np.empty((_CONSTANTS, *own.shape), np.float32)
    table[_OF_OWN], table[_OF_OTHER] = of_ions[:, pick], of_ions[:, ::-1][:, pick]
    table[_OF_SYSTEMS] = np.array(of_systems)[:, None]
    table[7] = np.sign(z_own)
    table[11] = -z_own * z_other * bjerrum / lengths[2]
    table[17] = surface * own**2
    features = np.empty((FEATURES, *r.shape), np.float32)
    features[:_CONSTANTS] = table[:, None]

    own32, other32, mean32 = lengths.astype(np.float32)
    h32, kappa32 = h.astype(np.float32), kappa.astype(np.float32)
    x = r - np.float32(0.5) * own32
    outside = np.maximum(x, 0.0)
    local = features[_CONSTANTS:]
    np.divide(x, own32, out=local[0])
    np.divide(r, other32, out=local[1])
    local[1] -= 0.5
    np.divide(x, mean32, out=local[2])
    np.multiply(x, kappa32, out=local[3])
    np.exp(outside * -kappa32, out=local[4])
    np.divide(r, h32, out=local[5])
    np.divide(np.float32(0.5) * h32 - r, mean32, out=local[6])
    local[7], local[9] = energy, slope * own
    np.multiply(local[7:10:2], 0.5, out=local[8:11:2])
    np.tanh(local[8:11:2], out=local[8:11:2])
    crowds = local[11:13]
    crowds[0] = crowd_level[pick] - energy
    crowds[1] = crowd_level[::-1][pick] - z_other * potential
    np.exp(crowds, out=crowds)
    crowds *= 10.0
    np.arcsinh(crowds, out=crowds)

    waves = local[13:]
    damped_waves(x, outside, 1.0 / lengths, waves[:6])
    np.multiply(waves[4:6], crowded.astype(np.float32), out=waves[6:8])
    np.exp(outside * (-1.0 / own).astype(np.float32), out=waves[8])
    np.multiply(waves[8], waves[8], out=waves[9])
    waves[9] *= waves[8]
    beyond = (h - own).astype(np.float32) - x
    damped_waves(beyond, beyond, 1.0 / lengths[2:], waves[10:12])
    waves[10:12] += waves[4:6]
    in_lengths = per_gouy_chapman.astype(np.float32) * outside
    np.exp(-in_lengths, out=waves[12])
    np.log1p(in_lengths, out=waves[13])
    along = np.sqrt(np.pi * surface / valencies[0])
    np.exp(outside * (-along).astype(np.float32), out=waves[14])
    return features, np.asarray(fields.level[pick] - energy, np.float32)
