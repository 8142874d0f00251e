r"""Structure factors, and g(r) beyond what was simulated.

Where g(r) is known, up to :math:`R = 4 \rho^{-1/3}`, it is kept. Beyond it follows from the
Ornstein–Zernike equation with the direct correlation function that fluids have there,

.. math:: \hat h(k) = \frac{\hat c(k)}{1 - \rho\, \hat c(k)}, \qquad
    c(r) = -\frac{u(r)}{k_BT} \quad (r > R)

(L. Verlet, Phys. Rev. 165, 201 (1968)): c inside R is what gives the known h there, found by
Newton's method. It begins with the asymptotic form of all dense fluids,

.. math:: r\,h(r) \sim A\, e^{-\kappa r} \cos(\omega r + \varphi)

(the leading poles of the equation; Evans et al., J. Chem. Phys. 100, 591 (1994)), whose four
numbers are fitted to the last shells that are known. At wave numbers below about 1/σ small errors
of g far out count most; there S is drawn to the compressibility of
`finite_size.structure_factor_at_zero`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.finite_size import structure_factor_at_zero
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.simulation.bins import REACH

Array = NDArray[np.float64]

FARTHEST = 16.0
"""Distance in ρ^(−1/3) up to which h is continued."""

_STEP = 0.02
_FROM = 2.3
"""Distance in ρ^(−1/3) beyond which h is nearly that of the leading poles."""

_LAG = 10
"""Steps between the values of which each follows from two before."""

_MOST = 0.97 ** (_LAG * _STEP / 0.2)
"""Most that oscillations keep over a lag: fluids far from freezing and critical point lose more."""

_LONG = 1.5
"""Wave number in ρ^(1/3) up to which S is drawn to its value at 0."""

_T: Array = np.asarray(_STEP * np.arange(1, round(FARTHEST / _STEP)), dtype=np.float64)
_KNOWN = _T <= REACH

LARGEST_K = np.pi / (2.0 * _STEP)
"""Largest wave number in ρ^(1/3) that the grid resolves."""

_EVERY = 2
"""Points of the grid per point at which the Ornstein–Zernike equation is solved."""

_LEAST = 0.02
"""Bound on S(k), for initial estimates and states that have no single fluid."""

_TOLERANCE = 1e-5
_NEWTON = 20
_HALVINGS = 10
_SHRINK = 0.97
_MOST_SHRUNK = 100
_HIGHEST = 50.0


@dataclass(frozen=True)
class _Grid:
    """Points and wave numbers of the equation, and the sine transforms between them."""

    t: Array
    k: Array
    known: int
    to_k: Array
    to_t: Array
    beyond: Array
    """From wave numbers to those points of `_T` that are not known."""

    @classmethod
    def make(cls) -> _Grid:
        t: Array = _T[_EVERY - 1 :: _EVERY]
        k: Array = np.asarray(np.pi / FARTHEST * np.arange(1, len(t) + 1), dtype=np.float64)
        spacing = 0.5 / (np.pi * FARTHEST)
        far: Array = _T[~_KNOWN]
        return cls(
            t,
            k,
            int(np.sum(t <= REACH)),
            4.0 * np.pi * _STEP * _EVERY * np.sin(np.outer(k, t)) * t / k[:, None],
            spacing * np.sin(np.outer(t, k)) * k / t[:, None],
            spacing * np.sin(np.outer(far, k)) * k / far[:, None],
        )


@cache
def _grid() -> _Grid:
    return _Grid.make()


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
    y = _T * total_correlation(expansion, coupling, attraction)
    wave = np.append(np.maximum(k, 1e-3), 1e-3)
    of_k = 1.0 + 4.0 * np.pi * _STEP * (np.sin(np.outer(wave, _T)) @ y) / wave
    inverse = 1.0 / np.maximum(of_k, 1e-3)
    place = np.array([coupling]), np.array([attraction])
    inverse = inverse + _to_compressibility(expansion, place, wave, float(inverse[-1]))
    return np.asarray(1.0 / inverse[:-1])


def _to_compressibility(
    expansion: Expansion, place: tuple[Array, Array], k: Array, longest: float
) -> Array:
    """Return what draws 1/S, which is `longest` for long waves, to that of the compressibility."""
    at_zero = 1.0 / float(structure_factor_at_zero(expansion, *place)[0])
    return np.asarray((at_zero - longest) * np.exp(-((k / _LONG) ** 2)))


def continued_g(expansion: Expansion, coupling: float, attraction: float, t: Array) -> Array:
    """Return g of a state beyond `REACH`, at t up to `FARTHEST`, any shape."""
    y = _T * total_correlation(expansion, coupling, attraction)
    return np.asarray(1.0 + np.interp(t, _T, y) / t)


def random_phase(s: Array, addition: Array) -> Array:
    """Structure factor with a weak potential added, by the random phase approximation.

    Parameters
    ----------
    s : ndarray, shape (n,)
        Structure factor without it.
    addition : ndarray, shape (n,)
        Transform of the potential times ρ/k_BT.

    Returns
    -------
    ndarray, shape (n,)
    """
    return np.asarray(s / (1.0 + s * addition))


def response(
    expansion: Expansion,
    coupling: float,
    attraction: float,
    t: Array,
    additions: Sequence[Callable[[Array], Array]],
) -> Array:
    """Return what weak potentials change of h, by the optimised random phase approximation.

    Each adds to the direct correlation function what it is in −k_BT, and inside the core, where g
    rises from 0 to 1, as much more as leaves no pairs where there are none; the linearised
    hypernetted chain equation goes over from one to the other as g rises.

    Parameters
    ----------
    expansion : Expansion
        The forward model.
    coupling, attraction : float
        The state.
    t : ndarray, shape (n,)
        Distances in ρ^(−1/3).
    additions : sequence of callable
        Each returns a potential in k_BT at distances in ρ^(−1/3).

    Returns
    -------
    ndarray, shape (m, n)
    """
    grid, place = _grid(), (np.array([coupling]), np.array([attraction]))
    g = _shells().g(expansion, *place)[0]
    h = continued(_T[_KNOWN] * (g - 1.0))[_EVERY - 1 :: _EVERY] / grid.t
    inverse = 1.0 / np.maximum(1.0 + grid.to_k @ h, _LEAST)
    inverse += _to_compressibility(expansion, place, grid.k, float(inverse[0]))
    s, core = 1.0 / np.maximum(inverse, _LEAST), slice(0, int(np.argmax(h >= 0.0)))
    into, out, empty = grid.to_k[:, core], grid.to_t[core], -h[core]
    changes = np.empty((len(additions), len(t)))
    for change, addition in zip(changes, additions, strict=True):
        potential = addition(grid.t)
        added = grid.to_k @ potential
        square = s * random_phase(s, added)
        # what a potential does by itself is exact where it ends in a step; chains are smooth
        chains = grid.to_t @ ((1.0 - square) * added)
        spread = empty[:, None] * ((out * square) @ into) + np.diag(1.0 - empty)
        more = np.linalg.solve(spread, -empty * (chains - potential)[core])
        chains += grid.to_t @ (square * (into @ more))
        change[:] = np.interp(t, grid.t, chains) - addition(t)
    return changes


def total_correlation(expansion: Expansion, coupling: float, attraction: float) -> Array:
    """Return h = g − 1 of a state at the points of the grid, known and continued."""
    grid, place = _grid(), (np.array([coupling]), np.array([attraction]))
    h = np.zeros(len(_T))
    h[_KNOWN] = _shells().g(expansion, *place)[0] - 1.0
    estimate = continued(_T[_KNOWN] * h[_KNOWN])[_EVERY - 1 :: _EVERY] / grid.t
    x = np.minimum(2.0 * coupling**2 / grid.t**6, _HIGHEST)  # (s/r)⁶
    h[~_KNOWN] = grid.beyond @ _solve(estimate, x**2 - attraction * x)
    return h


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


def _solve(estimate: Array, potential: Array) -> Array:
    """Transform of h that is as estimated where it is known, and has c = −u/k_BT beyond.

    Where that can't be reached, as in states that have no single fluid, it is the closest found.
    """
    grid = _grid()
    inner, known = slice(grid.known), estimate[: grid.known]
    to_k, to_t = grid.to_k[:, inner], grid.to_t[inner]
    of_h = np.maximum(1.0 + grid.to_k @ estimate, _LEAST)
    c = grid.to_t @ (1.0 - 1.0 / of_h)
    c[grid.known :] = -potential[grid.known :]

    def gap(c: Array) -> tuple[Array, Array] | None:
        inverse = 1.0 - grid.to_k @ c  # 1/S
        if inverse.min() <= 0.0:
            return None
        return inverse, known - to_t @ (1.0 / inverse - 1.0)

    found = gap(c)
    for _ in range(_MOST_SHRUNK):
        if found is not None:
            break
        c[inner] *= _SHRINK
        found = gap(c)
    if found is None:
        return grid.to_k @ estimate
    for _ in range(_NEWTON):
        inverse, missing = found
        if np.abs(missing).max() < _TOLERANCE:
            break
        step = np.linalg.solve((to_t / inverse**2) @ to_k, missing)
        for halving in range(_HALVINGS):
            tried = c.copy()
            tried[inner] += 0.5**halving * step
            better = gap(tried)
            if better is not None and better[1] @ better[1] < missing @ missing:
                c, found = tried, better
                break
        else:
            break
    return np.asarray(1.0 / found[0] - 1.0)
