r"""What the outputs of the models mean: g(r) from crowding and attraction.

.. math:: g(r) = e^{-u(r)/k_BT}\, e^{w(t)}, \qquad t = r \rho^{1/3}

The Boltzmann factor is exact and carries the steep rise at contact; what is left, the logarithm w
of the cavity function, is smooth also inside the core. An expansion turns (γ, a) into the
coefficients of w on cubic B-splines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.state import CUTOFF

Array = NDArray[np.float64]

FIRST, LAST, SPACING = 0.24, 4.0, 0.04
"""First and last place and spacing of the knots, in t."""

FINEST = 0.0125
"""Width in t up to which w is taken at the middle of a shell; wider ones are divided."""

SPLINE_DEGREE = 3
"""Degree of the splines."""
_POINTS = 3
_GAUSS = np.polynomial.legendre.leggauss(_POINTS)
_FARTHEST = 30.0
"""(s/r)⁶ beyond which no pair is found, and no number overflows."""

_STEP = 0.01
"""Length in t over which the potential ends at the cut-off: a jump would have no derivative."""

_HIGHEST = 50.0
"""Bound on w and −u/k_BT, for what no fluid has: w inside the core, where nothing was measured, and
wells far below the triple point."""


@cache
def knots() -> Array:
    """Knots of the splines: equally spaced, the ends repeated."""
    inner = np.arange(FIRST, LAST + 0.5 * SPACING, SPACING)
    return np.concatenate(([FIRST] * SPLINE_DEGREE, inner, [LAST] * SPLINE_DEGREE))


def spline_matrix(t: Array) -> Array:
    """Values of all splines at places t, shape (n, n_coefficients); outside the knots the ends'.

    Examples
    --------
    >>> matrix = spline_matrix(np.array([0.1, 1.0, 3.99]))
    >>> bool(np.allclose(matrix.sum(axis=1), 1.0))
    True
    """
    from scipy.interpolate import BSpline  # slow to import, and reading a file needs none

    inside = np.clip(t, FIRST, LAST - 1e-9)
    return np.asarray(BSpline.design_matrix(inside, knots(), SPLINE_DEGREE).toarray())


def boltzmann_factor(t: Array, width: Array | float, crowding: Array, attraction: Array) -> Array:
    r"""Mean of :math:`e^{-u/k_BT}` over shells, as a histogram of g(r) sees it.

    Parameters
    ----------
    t : ndarray, shape (n,)
        Middles of the shells in ρ^(−1/3).
    width : float or ndarray, shape (n,)
        Their widths; 0 for values at points.
    crowding, attraction : ndarray, shape (m, 1)
        States.

    Returns
    -------
    ndarray, shape (m, n)
    """
    cut = CUTOFF * (crowding / attraction**0.5) ** (1.0 / 3.0)
    total = np.zeros(np.broadcast_shapes(t.shape, crowding.shape))
    weights = np.zeros_like(t)
    for node, weight in zip(*_GAUSS, strict=True):
        place = np.maximum(t + 0.5 * node * width, 1e-6)
        inverse6 = np.minimum((crowding ** (1.0 / 3.0) / place) ** 6, _FARTHEST)
        share = 0.5 * weight * place**2
        energy = inverse6 * (inverse6 - attraction)
        inside = np.clip(0.5 + (cut - place) / _STEP, 0.0, 1.0)
        total += share * np.exp(np.minimum(-energy * inside, _HIGHEST))
        weights = weights + share
    return np.asarray(total / weights)


@dataclass(frozen=True)
class Shells:
    """Where g(r) is wanted, and what of it does not depend on the state.

    Parameters
    ----------
    t, width : ndarray, shape (m,)
        Middles and widths of shells in ρ^(−1/3), those that were asked for divided if wide.
    splines : ndarray, shape (m, n_coefficients)
        Values of all splines at t.
    first : ndarray of int, shape (n,)
        Index of the first part of each shell that was asked for.
    """

    t: Array
    width: Array
    splines: Array
    first: NDArray[np.intp]

    @classmethod
    def over(cls, t: Array, width: Array | float) -> Shells:
        """Shells with middles t and widths, shape (n,) each; a width of 0 asks for points."""
        widths = np.broadcast_to(np.asarray(width, dtype=float), t.shape)
        parts = np.maximum(np.ceil(widths / FINEST - 1e-6), 1.0).astype(int)
        first = np.cumsum(parts) - parts
        number = np.arange(parts.sum()) - np.repeat(first, parts)
        fine = np.repeat(widths / parts, parts)
        middles = np.repeat(t - 0.5 * widths, parts) + (number + 0.5) * fine
        middles = np.maximum(middles, 0.0)
        return cls(middles, fine, spline_matrix(middles), first)

    def g(self, expansion: Expansion, crowding: Array, attraction: Array) -> Array:
        """Radial distribution functions of states, shape (m,) each, in the shells, (m, n)."""
        coefficients = expansion.coefficients(crowding, attraction)
        exponent = np.minimum(coefficients @ self.splines.T, _HIGHEST)
        factor = boltzmann_factor(self.t, self.width, crowding[:, None], attraction[:, None])
        fine: Array = factor * np.exp(exponent)
        if len(self.first) == len(self.t):
            return fine
        volume = self.t**2 * self.width + 1e-15
        total = np.add.reduceat(fine * volume, self.first, axis=1)
        return np.asarray(total / np.add.reduceat(volume, self.first))


def structure(
    expansion: Expansion, t: Array, width: Array | float, crowding: Array, attraction: Array
) -> Array:
    """Radial distribution functions of some states.

    Parameters
    ----------
    expansion : Expansion
        The forward model.
    t, width : ndarray, shape (n,)
        Middles and widths of the shells in ρ^(−1/3); a width of 0 for values at points.
    crowding, attraction : ndarray, shape (m,)
        States.

    Returns
    -------
    ndarray, shape (m, n)
    """
    return Shells.over(t, width).g(expansion, crowding, attraction)


def cell_means(edges: Array, bin_edges: Array, g: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Average a histogram over cells that need not coincide with its bins.

    Parameters
    ----------
    edges : ndarray, shape (m + 1,)
        Edges of the cells.
    bin_edges : ndarray, shape (n + 1,)
        Edges of the bins.
    g : ndarray, shape (n,)
        Values in the bins.

    Returns
    -------
    means : ndarray, shape (m,)
        0 in cells below the bins, 1 in cells that end beyond them.
    covered : ndarray of bool, shape (m,)
        Whether a cell ends within the bins.

    Examples
    --------
    >>> means, covered = cell_means(np.arange(4.0), np.array([0.5, 1.5, 2.5]), np.array([2.0, 4.0]))
    >>> means.tolist(), covered.tolist()
    ([1.0, 3.0, 1.0], [True, True, False])
    """
    integral = np.concatenate(([0.0], np.cumsum(g * np.diff(bin_edges))))
    means = np.diff(np.interp(edges, bin_edges, integral)) / np.diff(edges)
    covered = edges[1:] <= bin_edges[-1] * (1.0 + 1e-9)
    return np.where(covered, means, 1.0), covered


GUESS_EDGES = np.linspace(0.3, 3.5, 65)
"""Edges in t of the cells of g(r) that the first guess of γ and a is made from."""


def guess_inputs(bin_edges: Array, g: Array) -> NDArray[np.float32]:
    """Return the inputs of the network that guesses γ and a: g in 64 cells, its end.

    Parameters
    ----------
    bin_edges : ndarray, shape (n + 1,)
        Edges of the bins in ρ^(−1/3).
    g : ndarray, shape (n,)
        Radial distribution function.

    Returns
    -------
    ndarray of float32, shape (65,)
    """
    means, covered = cell_means(GUESS_EDGES, bin_edges, g)
    return np.append(means, covered.mean()).astype(np.float32)


PAPER_EDGES = np.linspace(0.2, 1.2, 101)
"""Edges in nm of the 100 cells of g(r) that the liquid paper's network sees (our choice)."""

PAPER_POWERS = 3
"""Highest power of density and temperature among its inputs."""


def paper_inputs(
    bin_edges: Array, g: Array, density: float, temperature: float
) -> NDArray[np.float32]:
    """Return the inputs of the liquid paper's network (L 3), before scaling.

    Parameters
    ----------
    bin_edges : ndarray, shape (n + 1,)
        Edges of the bins in nm.
    g : ndarray, shape (n,)
        Radial distribution function.
    density, temperature : float
        Density in nm⁻³ and temperature in K.

    Returns
    -------
    ndarray of float32, shape (106,)
    """
    means, _ = cell_means(PAPER_EDGES, bin_edges, g)
    powers = np.arange(1, PAPER_POWERS + 1)
    return np.concatenate((means, density**powers, temperature**powers)).astype(np.float32)
