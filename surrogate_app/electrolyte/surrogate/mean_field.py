r"""Poisson–Boltzmann profiles of many systems at once: what a network of all salts corrects.

Each ion keeps its own closest approach to the walls by their soft repulsion, whose Boltzmann factor
w_i is exact,

.. math:: n_i(r) = N_i\, \frac{w_i(r)\, e^{-z_i \phi(r)}}{\int w_i\, e^{-z_i \phi}\, dr}, \qquad
    -\phi'' = 4\pi\ell_B \sum_i z_i n_i,

on a coarse graded mesh with a fixed number of Newton steps: a smooth function of all inputs within
a few per mille of the solution, in a fraction of a millisecond and without SciPy.
`analysis.poisson_boltzmann` solves the equation accurately.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.domain import bjerrum_lengths
from surrogate_app.electrolyte.surrogate.splines import spline_pieces
from surrogate_app.electrolyte.system import amounts
from surrogate_app.electrolyte.walls import accessible

Array = NDArray[np.float64]

KNOTS = 32
"""Nodes of the mesh between the innermost point that ions reach and the midplane."""

GRADING = 3.0
"""Logarithm of the ratio of the mesh's largest to its smallest step."""

INNERMOST = 0.42
"""First node's distance from the wall in diameters of the smaller ion."""

STEPS = 3
"""Newton steps."""

_PLACES = np.linspace(0.0, 1.0, KNOTS)
_NODES = np.expm1(GRADING * _PLACES) / np.expm1(GRADING)
_HALVES = np.expm1(GRADING * (_PLACES[1:] - 0.5 / (KNOTS - 1))) / np.expm1(GRADING)
_LARGEST_STEP = 3.0


@dataclass(frozen=True, eq=False)
class MeanFields:
    """Reduced potentials of N systems.

    Parameters
    ----------
    first, span : ndarray, shape (N,)
        Distance from the wall of the first node, and from there to the midplane, in nm.
    phi : ndarray, shape (N, 32)
        Reduced potential eψ/k_BT at the nodes, zero at the midplane.
    level : ndarray, shape (N, 2)
        Logarithm of each species' density in mol/L where the potential vanishes.
    """

    first: Array
    span: Array
    phi: Array
    level: Array

    def potential(self, r: Array) -> tuple[Array, Array]:
        """Interpolate the potential by cubic splines over the numbers of the nodes.

        Parameters
        ----------
        r : ndarray, shape (N, ...)
            Distances from the nearer wall in nm.

        Returns
        -------
        phi, slope : ndarray, the same shape
            Reduced potential, and its derivative to r in 1/nm; both constant nearer to the wall
            than the first node.
        """
        number = len(self.phi)
        last = KNOTS - 1
        column = (number, *(1,) * (r.ndim - 1))
        share = np.clip((r - self.first.reshape(column)) / self.span.reshape(column), 0.0, 1.0)
        stretched = 1.0 + np.expm1(GRADING) * share
        place = np.minimum(np.log(stretched) * (last / GRADING), last - 1e-9)
        left = place.astype(np.intp)
        place -= left
        pieces = spline_pieces(KNOTS) @ self.phi[:, None, :, None]
        where = np.arange(number).reshape(column), left
        a, b, c, d = (pieces[:, power, :, 0][where] for power in range(4))
        phi = a + place * (b + place * (c + place * d))
        steepness = b + place * (2.0 * c + place * 3.0 * d)
        per_length = last / GRADING * np.expm1(GRADING) / stretched / self.span.reshape(column)
        return phi, steepness * per_length


def mean_fields(parameters: Array) -> MeanFields:
    """Solve the Poisson–Boltzmann equation of many systems.

    Parameters
    ----------
    parameters : ndarray, shape (N, 9)
        Systems, in the order of `ALL_PARAMETERS`.

    Returns
    -------
    MeanFields
    """
    h, diameters, valency = parameters[:, 0], parameters[:, 2:4], parameters[:, 5:7]
    bjerrum = bjerrum_lengths(parameters)
    surface = np.abs(parameters[:, 4]) * C_PER_M2_TO_E_PER_NM2
    half = 0.5 * np.stack(amounts(parameters), axis=1) * MOLAR_TO_PER_NM3

    first = INNERMOST * diameters.min(axis=1)
    span = 0.5 * h - first
    r = first[:, None] + span[:, None] * _NODES
    between = first[:, None] + span[:, None] * _HALVES
    edges = np.concatenate((first[:, None], between, 0.5 * h[:, None]), axis=1)
    mass = np.diff(accessible(edges[:, None, :], diameters[:, :, None]), axis=-1)
    stiffness = 1.0 / (4.0 * np.pi * bjerrum[:, None] * np.diff(r, axis=1))

    number, last = len(parameters), KNOTS - 1  # the potential vanishes at the midplane
    beside = stiffness[:, : last - 1]
    stiff = stiffness.copy()
    stiff[:, 1:] += beside
    phi = np.zeros((number, KNOTS))
    phi[:, :last] = _guess(parameters, r, bjerrum, surface)
    weights = mass[..., :last]
    at_midplane = mass[..., last]
    minus_valency = -valency[:, :, None]
    charge = half * valency
    factors = np.stack((charge, charge * valency), axis=1)
    root = (np.sqrt(half) * valency)[:, :, None]
    for _ in range(STEPS):
        share = np.exp(minus_valency * phi[:, None, :last])
        share *= weights
        share /= (share.sum(axis=-1) + at_midplane)[..., None]
        downhill, stiffer = np.matmul(factors, share).transpose(1, 0, 2)
        field = stiffness * np.diff(phi, axis=1)
        downhill = downhill + field
        downhill[:, 1:] -= field[:, :-1]
        downhill[:, 0] -= surface
        share *= root
        curved = np.matmul(share.transpose(0, 2, 1), -share)
        flat = curved.reshape(number, -1)
        flat[:, :: last + 1] += stiff + stiffer
        flat[:, 1 :: last + 1] -= beside
        flat[:, last :: last + 1] -= beside
        move = np.linalg.solve(curved, downhill[..., None])[..., 0]
        largest = np.abs(move).max(axis=1, keepdims=True)
        phi[:, :last] += move * (_LARGEST_STEP / np.maximum(largest, _LARGEST_STEP))
    weights = mass * np.exp(-valency[:, :, None] * phi[:, None, :])
    level = np.log(half / MOLAR_TO_PER_NM3 / weights.sum(axis=-1))
    return MeanFields(first, span, phi, level)


def _guess(parameters: Array, r: Array, bjerrum: Array, surface: Array) -> Array:
    """Potential of a single plate after Gouy and Chapman, of salt of the cations' valency."""
    z_pos = parameters[:, 5:6]
    cations, anions = amounts(parameters)
    density = (cations + anions) / parameters[:, 0] * MOLAR_TO_PER_NM3
    kappa = np.sqrt(4.0 * np.pi * bjerrum * density)[:, None] * z_pos
    steepness = 2.0 * np.pi * (bjerrum * surface)[:, None] * z_pos / kappa
    offset = np.arcsinh(1.0 / np.maximum(steepness, 1e-12))
    x = np.maximum(r - 0.5 * parameters[:, 2:3], 0.0)
    decay = np.exp(-kappa * x - offset)
    phi = -2.0 / z_pos * np.log((1.0 + decay) / (1.0 - decay))
    return np.asarray((phi - phi[:, -1:])[:, :-1])
