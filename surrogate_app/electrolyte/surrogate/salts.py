r"""Profiles of any salt: mean-field theory, corrected point by point by a network.

.. math:: n_s(z) = n^{PB}_s(z)\, e^{f(\text{point})},

with n^{PB} the Poisson–Boltzmann profile of this very salt with each ion's own closest approach and
the exact Boltzmann factor of the walls (`mean_field`), and f, the network's output, a smooth
function of the point's distance to the nearer wall in units of the lengths that matter and of what
the mean field is there (`salt_features`). f is computed at the nodes of `points`, and log n
interpolated by cubic splines.

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
from surrogate_app.electrolyte.surrogate.points import interpolate, node_distances
from surrogate_app.electrolyte.system import N_BINS, amounts
from surrogate_app.electrolyte.walls import tabulated_factor
from surrogate_app.network import Network

Array = NDArray[np.float64]
Single = NDArray[np.float32]

FEATURES = 53
"""Number of inputs of the network."""

NODES = 28
"""Points per species at which it is evaluated; more change profiles by some 0.02 % only."""

_DAMPING = 0.7


def half_densities(network: Network, parameters: Array, species: tuple[int, ...] = BOTH) -> Single:
    """Return left halves of profiles, (251, species, N) in mol/L; see `Decoder.half`."""
    r = node_distances(parameters, species, NODES)
    fields = mean_fields(parameters)
    features, logarithm = _features(parameters, fields, r, species)
    values = network.columns(features.reshape(len(features), -1)).reshape(r.shape)
    values += logarithm
    half = np.exp(interpolate(values, parameters, species))
    factor = tabulated_factor(parameters[:, 0], parameters.T[[2 + s for s in species]], N_BINS)
    half[: len(factor)] *= factor
    return half


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
    h = parameters[:, 0]
    pick, swap = list(species), [1 - index for index in species]
    diameters, valencies = parameters.T[2:4], parameters.T[5:7]
    means = np.stack(amounts(parameters)) / h
    own, other = diameters[pick], diameters[swap]
    mean = 0.5 * (own + other)
    z_own, z_other = valencies[pick], valencies[swap]
    bjerrum = bjerrum_lengths(parameters)
    kappa = np.sqrt(4.0 * np.pi * bjerrum * MOLAR_TO_PER_NM3 * (means * valencies**2).sum(axis=0))
    surface = np.abs(parameters[:, 4]) * C_PER_M2_TO_E_PER_NM2
    volume = np.pi / 6.0 * diameters**3 * MOLAR_TO_PER_NM3
    filled = means * volume
    per_gouy_chapman = 2.0 * np.pi * bjerrum * valencies[0] * surface

    potential, slope = (part.T for part in fields.potential(r.T.astype(float)))
    at_contact = fields.potential(0.5 * parameters[:, 2:4])[0].T
    level = fields.level.T
    crowd_level = np.log(volume) + level

    def crowd(phi: Array, kinds: list[int]) -> Array:
        return np.asarray(np.exp(crowd_level[kinds] - valencies[kinds] * phi))

    x = r - (0.5 * own).astype(np.float32)
    outside = np.maximum(x, 0.0)
    energy = z_own * potential
    constants: tuple[Array, ...] = (
        np.log(h),
        own,
        other,
        np.log(means[pick]),
        np.log(means[swap]),
        z_own,
        z_other,
        np.sign(z_own),
        bjerrum,
        z_own**2 * bjerrum / own,
        z_other**2 * bjerrum / other,
        -z_own * z_other * bjerrum / mean,
        kappa * own,
        kappa * other,
        filled[pick],
        filled[swap],
        filled.sum(axis=0),
        surface * own**2,
        np.sqrt(surface),
        np.log1p(per_gouy_chapman * diameters[0]),
        np.log1p(per_gouy_chapman * bjerrum * valencies[0] ** 2),
        crowd(at_contact[0], [0])[0],
        crowd(at_contact[1], [1])[0],
        np.exp(crowd_level[0]),
        np.exp(crowd_level[1]),
    )
    places: tuple[Array, ...] = (
        x / own.astype(np.float32),
        r / other.astype(np.float32) - 0.5,
        x / mean.astype(np.float32),
        kappa * x,
        np.exp(-kappa * outside),
        r / h,
        (0.5 * h - r) / mean,
        energy,
        np.tanh(0.5 * energy),
        slope * own,
        np.tanh(0.5 * slope * own),
        np.arcsinh(10.0 * crowd(potential, pick)),
        np.arcsinh(10.0 * crowd(potential, swap)),
    )
    features = np.empty((FEATURES, *r.shape), np.float32)
    table = np.empty((len(constants), *own.shape), np.float32)
    for index, values in enumerate(constants):
        table[index] = values
    features[: len(constants)] = table[:, None]
    for index, values in enumerate(places, start=len(constants)):
        features[index] = values
    waves = features[len(constants) + len(places) :]
    lengths = np.stack((own, other, mean))[:, None].astype(np.float32)
    _damped_waves(x, outside, lengths, waves[:6].reshape(3, 2, *r.shape))
    np.multiply(waves[4:6], filled.sum(axis=0).astype(np.float32), out=waves[6:8])
    np.exp(outside * (-1.0 / own).astype(np.float32), out=waves[8])
    np.power(waves[8], 3, out=waves[9])
    beyond = (h - own).astype(np.float32) - x
    _damped_waves(beyond, beyond, lengths[2:], waves[10:12].reshape(1, 2, *r.shape))
    waves[10:12] += waves[4:6]
    in_lengths = per_gouy_chapman.astype(np.float32) * outside
    np.exp(-in_lengths, out=waves[12])
    np.log1p(in_lengths, out=waves[13])
    along = np.sqrt(np.pi * surface / valencies[0])
    np.exp(outside * (-along).astype(np.float32), out=waves[14])
    logarithm = np.asarray(level[pick] - energy, np.float32)
    return features, logarithm


def _damped_waves(x: Single, outside: Single, lengths: Single, out: Single) -> None:
    """Write damped sines and cosines of x, for each of the lengths, to (lengths, 2, ...)."""
    damped = np.exp(outside * (-_DAMPING / lengths))
    phase = x * (2.0 * np.pi / lengths)
    np.sin(phase, out=out[:, 0])
    np.cos(phase, out=out[:, 1])
    out *= damped[:, None]
