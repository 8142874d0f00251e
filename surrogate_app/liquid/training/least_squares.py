r"""Penalised least squares for the forward model: one smooth surface through all simulations.

With :math:`g = e^{-u/k_BT} e^{w}` and w linear in the weights of an `expansion.Expansion`,
Gauss–Newton steps minimise

.. math:: \sum_{states, bins} \frac{(g - g_{sim})^2}{\sigma^2}
    + \lambda \sum_{splines} \overline{|\nabla^3 c|^2}
    + \mu \sum_{splines} \overline{|\Delta^3 c|^2}

with c the coefficients of the splines, their derivatives and means over the square to which Γ and a
are mapped, and Δ³ the differences between neighbouring splines; the last term only matters inside
the core, where nothing is measured. Splines overlap with three neighbours only, so that the
normal matrix is banded and a step takes a fraction of a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from surrogate_app.liquid.forward.expansion import DEGREE, Expansion, degrees, terms
from surrogate_app.liquid.forward.splines import SPLINE_DEGREE, spline_matrix
from surrogate_app.liquid.simulation.bins import distances

Array = NDArray[np.float64]

SMOOTHNESS = 0.1
"""Weight λ of the roughness, chosen by the errors of fits to the validation states."""

CORE_SMOOTHNESS = 0.1
"""Weight μ of the roughness in t."""

_ORDER = 3
_POINTS = 24
_STEPS = 30
_LONGEST = 1.0
_SMALL = 1e-5
_VISIBLE = 0.05
_LEAST_FACTOR = 1e-9
_HIGHEST = 50.0


def fit_expansion(
    coupling: Array,
    attraction: Array,
    g: Array,
    factor: Array,
    weight: Array,
    start: Expansion | None = None,
) -> Expansion:
    """Fit the forward model to simulated radial distribution functions.

    Parameters
    ----------
    coupling, attraction : ndarray, shape (N,)
        The states.
    g : ndarray, shape (N, 400)
        Radial distribution functions in the bins of `bins.distances`.
    factor : ndarray, shape (N, 400)
        Boltzmann factors of the bins, `structure.boltzmann_factor`.
    weight : ndarray, shape (N, 400)
        One over the variance of each value.
    start : Expansion, optional
        An initial estimate; a linear fit of ln g by default.

    Returns
    -------
    Expansion
    """
    splines, basis = spline_matrix(distances()), terms(coupling, attraction)
    rough = Roughness.of(splines.shape[1])
    if start is None:
        # ln(g / factor) where there are pairs
        weights = np.zeros((basis.shape[1], splines.shape[1]))
        slope = np.where(g > _VISIBLE, g, 0.0)
        ratio = np.maximum(g, _VISIBLE) / np.maximum(factor, _LEAST_FACTOR)
        weights = _solve(
            *(splines, basis, rough, weights, weight * slope**2),
            weight * slope**2 * np.log(ratio),
        )
    else:
        weights = start.weights
    for _ in range(_STEPS):
        model = factor * np.exp(np.minimum(basis @ weights @ splines.T, _HIGHEST))
        step = _solve(
            *(splines, basis, rough, weights, weight * model**2),
            weight * model * (g - model),
        )
        weights = weights + np.clip(step, -_LONGEST, _LONGEST)
        if np.abs(model * (basis @ step @ splines.T)).max() < _SMALL:
            break
    return Expansion(weights)


@dataclass(frozen=True)
class Roughness:
    """Penalty on the weights W: tr(Wᵀ S W) in the state and tr(Wᵀ M W T) in t.

    Parameters
    ----------
    state : ndarray, shape (m, m)
        Mean square of all third derivatives over the square, times λ.
    mean : ndarray, shape (m, m)
        Mean square of the value over the square, times μ.
    distance : ndarray, shape (n, n)
        Sum of squares of the third differences between splines.
    """

    state: Array
    mean: Array
    distance: Array

    @classmethod
    def of(cls, n: int) -> Roughness:
        """Roughness of n spline coefficients."""
        x = np.linspace(-1.0, 1.0, _POINTS)
        values = [
            chebyshev.chebval(x, chebyshev.chebder(np.eye(DEGREE + 1), order)).T
            for order in range(_ORDER + 1)
        ]
        i, j = degrees()

        def form(first: int, second: int) -> Array:
            flat = np.einsum("pi,qi->pqi", values[first][:, i], values[second][:, j])
            flat = flat.reshape(_POINTS**2, len(i))
            return np.asarray(flat.T @ flat / _POINTS**2)

        state = sum(math.comb(_ORDER, k) * form(k, _ORDER - k) for k in range(_ORDER + 1))
        difference = np.diff(np.eye(n), SPLINE_DEGREE, axis=0)
        return cls(
            SMOOTHNESS * np.asarray(state), CORE_SMOOTHNESS * form(0, 0), difference.T @ difference
        )

    def gradient(self, weights: Array) -> Array:
        """Half the gradient of the penalty, shape (m, n)."""
        return np.asarray(self.state @ weights + self.mean @ weights @ self.distance)


def _solve(
    splines: Array, basis: Array, rough: Roughness, weights: Array, curvature: Array, pull: Array
) -> Array:
    """One Gauss–Newton step for all weights, from the banded normal equations."""
    m, n = weights.shape
    banded = np.zeros(((SPLINE_DEGREE + 1) * m, m * n))  # lower form, splines outermost
    for distance in range(SPLINE_DEGREE + 1):
        for spline in range(n - distance):
            share = curvature @ (splines[:, spline] * splines[:, spline + distance])
            block = (basis.T * share) @ basis
            block += rough.distance[spline, spline + distance] * rough.mean
            if distance == 0:
                block += rough.state
            for column in range(m):
                first = 0 if distance else column
                row = distance * m - column
                banded[row + first : row + m, spline * m + column] += block[first:, column]
    right = (pull @ splines).T @ basis - rough.gradient(weights).T
    solved = solveh_banded(banded, right.ravel(), lower=True)
    return np.asarray(solved.reshape(n, m).T)
