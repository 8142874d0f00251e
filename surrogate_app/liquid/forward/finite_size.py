r"""What the size of a canonical simulation does to its g(r).

In a box of N atoms the density cannot fluctuate, so that g(r) is smaller than in an unbounded fluid
of the same density ρ by

.. math:: g(r) - g_N(r) = \frac{S(0)}{2N} \frac{\partial^2 \rho^2 g(r)}{\partial \rho^2}
    + O(N^{-2}), \qquad S(0) = k_BT \frac{\partial \rho}{\partial p}

(Salacuse, Denton and Egelstaff, Phys. Rev. E 53, 2382 (1996)): by 1/N for an ideal gas, by some
hundredths of it in a liquid, by several times it near the critical point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.equation_of_state import HOTTEST, inverse_compressibility
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.forward.virial import virial
from surrogate_app.liquid.state import to_reduced

Array = NDArray[np.float64]

LARGEST = 5.0
"""Bound on S(0): beyond it, next to the critical point, terms of higher order count."""

_STEP = 0.12  # of ln ρ; long enough not to show the noise of the model
_SCALES = (math.exp(-_STEP / 3.0), 1.0, math.exp(_STEP / 3.0))
_HOTTER = 2.0
"""Factor in T* over which the virial equation takes the place of the equation of state."""


@dataclass(frozen=True)
class FiniteSizeCorrection:
    """What g lacks per inverse number of atoms, in given bins.

    Parameters
    ----------
    shells : tuple of Shells
        The bins, seen from a fluid that is thinner, the same, and denser.

    Examples
    --------
    >>> from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
    >>> expansion = ForwardSurrogate.load().expansion
    >>> correction = FiniteSizeCorrection.over(np.array([3.0]), 0.0)
    >>> far = correction.of(expansion, np.array([0.05]), np.array([1.0]))
    >>> print(f"{far[0, 0]:.1f}")  # S(0) of a dilute gas
    1.0
    """

    shells: tuple[Shells, Shells, Shells]

    @classmethod
    def over(cls, t: Array, width: Array | float) -> FiniteSizeCorrection:
        """Bins with middles t and widths in ρ^(−1/3), shape (n,) each."""
        below, here, above = (Shells.over(t * scale, width * scale) for scale in _SCALES)
        return cls((below, here, above))

    def of(self, expansion: Expansion, coupling: Array, attraction: Array) -> Array:
        """N times the difference between an unbounded fluid and N atoms.

        Parameters
        ----------
        expansion : Expansion
            The forward model.
        coupling, attraction : ndarray, shape (m,)
            States.

        Returns
        -------
        ndarray, shape (m, n)
        """
        below, here, above = (
            shells.g(expansion, coupling * scale**3, attraction)
            for shells, scale in zip(self.shells, _SCALES, strict=True)
        )
        slope = (above - below) / (2.0 * _STEP)
        curvature = (above - 2.0 * here + below) / _STEP**2
        # with x = ln ρ, ∂²(ρ² g)/∂ρ² = g'' + 3 g' + 2 g
        s0 = structure_factor_at_zero(expansion, coupling, attraction)
        return np.asarray(0.5 * s0[:, None] * (curvature + 3.0 * slope + 2.0 * here))


def structure_factor_at_zero(expansion: Expansion, coupling: Array, attraction: Array) -> Array:
    """Reduced compressibility S(0) = k_BT ∂ρ/∂p of states, shape (m,).

    It is that of the equation of state, which knows how a fluid responds to compression next to
    freezing and saturation, too, where densities a little higher or lower have no structure that
    could have been simulated. Hotter fluids than the equation was fitted to, which lie far from
    both lines, take it from the virial equation.
    """
    density, t_star = to_reduced(coupling, attraction)
    stiffness = inverse_compressibility(density, t_star)
    hot = t_star > HOTTEST
    if np.any(hot):
        share = np.minimum(np.log(t_star[hot] / HOTTEST) / math.log(_HOTTER), 1.0)
        virial = _virial_stiffness(expansion, coupling[hot], attraction[hot])
        stiffness[hot] += share * (virial - stiffness[hot])
    return np.asarray(1.0 / np.maximum(stiffness, 1.0 / LARGEST))


def _virial_stiffness(expansion: Expansion, coupling: Array, attraction: Array) -> Array:
    """∂p/∂ρ k_BT of states by the virial equation, shape (m,)."""
    scales = np.exp([[-_STEP], [_STEP]])
    both = (scales * coupling).ravel(), np.tile(attraction, 2)
    below, above = scales * virial(expansion, *both)[0].reshape(2, -1)
    return np.asarray((above - below) / (2.0 * _STEP))
