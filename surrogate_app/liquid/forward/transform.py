r"""Structure factors: g(r) beyond what was simulated, and its transform.

Where g(r) is known, up to :math:`4 \rho^{-1/3}`, it is kept. Far out every dense fluid has

.. math:: r\,h(r) \sim A\, e^{-\kappa r} \cos(\omega r + \varphi)

(the leading poles of the Ornstein–Zernike equation; Evans et al., J. Chem. Phys. 100, 591 (1994)),
whose four numbers are fitted to the last shells that are known. At wave numbers
below about 1/σ small errors of g far out count most; there S is drawn to the compressibility of
`finite_size.structure_factor_at_zero`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.finite_size import structure_factor_at_zero
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.simulation.bins import REACH

Array = NDArray[np.float64]

_STEP = 0.02
_FROM = 2.3
"""Distance in ρ^(−1/3) beyond which h is that of the leading poles."""

_LAG = 10
"""Steps between the values of which each follows from two before."""

_MOST = 0.97 ** (_LAG * _STEP / 0.2)
"""Most that oscillations keep over a lag: fluids far from freezing and critical point lose more."""

_FARTHEST = 16.0
_LONG = 1.5
"""Wave number in ρ^(1/3) up to which S is drawn to its value at 0."""

_T: Array = np.asarray(_STEP * np.arange(1, int(_FARTHEST / _STEP)), dtype=np.float64)
_KNOWN = _T <= REACH

LARGEST_K = np.pi / (2.0 * _STEP)
"""Largest wave number in ρ^(1/3) that the grid resolves."""


@cache
def _shells() -> Shells:
    """Points where g(r) is known, made when first asked for: serving starts without SciPy."""
    return Shells.over(_T[_KNOWN], 0.0)


def structure_factor(expansion: Expansion, coupling: float, attraction: float, k: Array) -> Array:
    """Structure factor of a state.

    Parameters
    ----------
    expansion : Expansion
        The forward model.
    coupling, attraction : float
        The state.
    k : ndarray, shape (n,)
        Wave numbers in ρ^(1/3), up to `LARGEST_K`.

    Returns
    -------
    ndarray, shape (n,)
    """
    place = np.array([coupling]), np.array([attraction])
    y = continued(_T[_KNOWN] * (_shells().g(expansion, *place)[0] - 1.0))
    wave = np.append(np.maximum(k, 1e-3), 1e-3)
    of_k = 1.0 + 4.0 * np.pi * _STEP * (np.sin(np.outer(wave, _T)) @ y) / wave
    inverse = 1.0 / np.maximum(of_k, 1e-3)
    at_zero = 1.0 / float(structure_factor_at_zero(expansion, *place)[0])
    inverse = inverse + (at_zero - inverse[-1]) * np.exp(-((wave / _LONG) ** 2))
    return np.asarray(1.0 / inverse[:-1])


def continued(y: Array) -> Array:
    """Continue r h(r), given up to where it is known, as the leading poles let it decay.

    Examples
    --------
    >>> wave = np.exp(-0.8 * _T) * np.cos(6.5 * _T + 0.3)
    >>> bool(np.abs(continued(wave[_KNOWN]) - wave).max() < 1e-6)
    True
    """
    whole = np.zeros(len(_T))
    whole[: len(y)] = y
    tail = y[int(_FROM / _STEP) :]
    before = np.column_stack((tail[_LAG:-_LAG], tail[: -2 * _LAG]))
    first, second = np.linalg.lstsq(before, tail[2 * _LAG :], rcond=None)[0].tolist()
    roots = np.roots([1.0, -first, -second])
    kept = np.minimum(np.abs(roots), _MOST)
    roots = np.where(np.abs(roots) > 0.0, roots * kept / np.maximum(np.abs(roots), 1e-300), 0.0)
    first, second = float(np.real(roots.sum())), -float(np.real(roots.prod()))
    for start in range(len(y), len(whole), _LAG):
        end = min(start + _LAG, len(whole))
        place = np.arange(start, end)
        whole[start:end] = first * whole[place - _LAG] + second * whole[place - 2 * _LAG]
    return whole
