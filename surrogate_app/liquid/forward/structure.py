r"""What the outputs of the models mean: g(r) from coupling and attraction.

.. math:: g(r) = e^{-u(r)/k_BT}\, e^{w(t)}, \qquad t = r \rho^{1/3}

The Boltzmann factor is exact and carries the steep rise at contact; what is left, the logarithm w
of the cavity function, is smooth also inside the core. An expansion turns (Γ, a) into the
coefficients of w on cubic B-splines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.splines import spline_matrix
from surrogate_app.liquid.state import CORE_DENSITY, CUTOFF

Array = NDArray[np.float64]

FINEST = 0.0125
"""Width in t up to which w is taken at the middle of a shell; wider ones are divided."""

_POINTS = 3
_GAUSS = np.polynomial.legendre.leggauss(_POINTS)
_FARTHEST = 30.0
"""(s/r)⁶ beyond which no pair is found, and no number overflows."""

_STEP = 0.01
"""Length in t over which the potential ends at the cut-off: a jump would have no derivative."""

_HIGHEST = 50.0
"""Bound on w and −u/k_BT, for what no fluid has: w inside the core, where nothing was measured, and
wells far below the triple point."""


def boltzmann_factor(t: Array, width: Array | float, coupling: Array, attraction: Array) -> Array:
    r"""Mean of :math:`e^{-u/k_BT}` over shells, as a histogram of g(r) sees it.

    Parameters
    ----------
    t : ndarray, shape (n,)
        Middles of the shells in ρ^(−1/3).
    width : float or ndarray, shape (n,)
        Their widths; 0 for values at points.
    coupling, attraction : ndarray, shape (m, 1)
        States.

    Returns
    -------
    ndarray, shape (m, n)
    """
    return _Nodes.over(t, width).boltzmann_factor(coupling, attraction)


@dataclass(frozen=True)
class _Nodes:
    """Places by which means over shells are taken, each with what does not depend on the state.

    Parameters
    ----------
    place, inverse6, share : ndarray, shape (3, n)
        Place t, its −6th power, and its share of the mean over the shell.
    """

    place: Array
    inverse6: Array
    share: Array

    @classmethod
    def over(cls, t: Array, width: Array | float) -> _Nodes:
        nodes, weights = _GAUSS
        place = np.maximum(t + 0.5 * nodes[:, None] * width, 1e-6)
        share = weights[:, None] * place**2
        return cls(place, place**-6.0, share / share.sum(axis=0))

    def boltzmann_factor(self, coupling: Array, attraction: Array) -> Array:
        """Means over shells in states of shape (m, 1), shape (m, n)."""
        a = attraction[..., None]
        density = CORE_DENSITY * coupling[..., None]
        cut = CUTOFF * (density / a**0.5) ** (1.0 / 3.0)  # ρ* = ρs³/√a
        inverse6 = np.minimum(density**2 * self.inverse6, _FARTHEST)
        inside = np.clip((0.5 + cut / _STEP) - self.place / _STEP, 0.0, 1.0)
        energy = inverse6 * (inverse6 - a) * inside
        return np.asarray(np.sum(self.share * np.exp(np.minimum(-energy, _HIGHEST)), axis=-2))


@dataclass(frozen=True)
class Shells:
    """Where g(r) is wanted, and what of it does not depend on the state.

    Parameters
    ----------
    t, width : ndarray, shape (m,)
        Middles and widths of shells in ρ^(−1/3), wide ones divided into several.
    splines : ndarray, shape (m, n_coefficients)
        Values of all splines at t.
    first : ndarray of int, shape (n,)
        Index of the first part of each shell.
    """

    t: Array
    width: Array
    splines: Array
    first: NDArray[np.intp]

    @classmethod
    def over(cls, t: Array, width: Array | float) -> Shells:
        """Shells with middles t and widths, shape (n,) each; a width of 0 stands for points."""
        widths = np.broadcast_to(np.asarray(width, dtype=float), t.shape)
        parts = np.maximum(np.ceil(widths / FINEST - 1e-6), 1.0).astype(int)
        first = np.cumsum(parts) - parts
        number = np.arange(parts.sum()) - np.repeat(first, parts)
        fine = np.repeat(widths / parts, parts)
        middles = np.repeat(t - 0.5 * widths, parts) + (number + 0.5) * fine
        middles = np.maximum(middles, 0.0)
        return cls(middles, fine, spline_matrix(middles), first)

    @cached_property
    def _nodes(self) -> _Nodes:
        return _Nodes.over(self.t, self.width)

    def g(self, expansion: Expansion, coupling: Array, attraction: Array) -> Array:
        """Radial distribution functions of states, shape (m,) each, in the shells, (m, n)."""
        coefficients = expansion.coefficients(coupling, attraction)
        exponent = np.minimum(coefficients @ self.splines.T, _HIGHEST)
        factor = self._nodes.boltzmann_factor(coupling[:, None], attraction[:, None])
        fine: Array = factor * np.exp(exponent)
        if len(self.first) == len(self.t):
            return fine
        volume = self.t**2 * self.width + 1e-15
        total = np.add.reduceat(fine * volume, self.first, axis=1)
        return np.asarray(total / np.add.reduceat(volume, self.first))


def structure(
    expansion: Expansion, t: Array, width: Array | float, coupling: Array, attraction: Array
) -> Array:
    """Radial distribution functions of some states.

    Parameters
    ----------
    expansion : Expansion
        The forward model.
    t, width : ndarray, shape (n,)
        Middles and widths of the shells in ρ^(−1/3); a width of 0 for values at points.
    coupling, attraction : ndarray, shape (m,)
        States.

    Returns
    -------
    ndarray, shape (m, n)
    """
    return Shells.over(t, width).g(expansion, coupling, attraction)
