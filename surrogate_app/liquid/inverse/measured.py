r"""Fits of measured curves, g(r) or S(q), whose errors are those of diffraction.

Corrections for absorption, multiple and inelastic scattering, and the potential's being no exact
12-6 one, leave errors of some per cent of the structure that vary slowly along the curve; counting
statistics is small beside them. So a curve y is described by

.. math:: y(x) = \alpha + c\,[y_{LJ}(x + s x; \Gamma, a) - 1]

with level α, scale c and stretch 1 + s near 1 as nuisance parameters. The stretch is that of x in
units of the density: along an isomorph, Γ being constant, the structure hardly changes, so that 1 %
of density moves ε by tens of per cent. Deviations are weighed by the size of the structure around
them. Their scatter, over stretches as long as its correlation, gives the covariance of ln Γ and a;
how differently stretches pull at them is added: it contains how far a 12-6 potential can describe
the whole curve.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.state import parameters

Array = NDArray[np.float64]
Restraint = Callable[[float, float], Array]
"""``restraint(coupling, attraction)`` returns what is 0 where a state is likely and grows by 1 for
each standard deviation that it is not."""

Curve = Callable[[float, float], Array]
"""``curve(coupling, attraction)`` returns what a Lennard-Jones fluid has, shape (n,)."""

SHELL = 0.9
"""Distance of shells of neighbours in ρ^(−1/3), roughly: the period of g(r)."""

TYPICAL = 0.04
"""Typical deviation of measured structure from that of a 12-6 fluid, in units of the structure."""

WORST = 0.12
"""Deviation above which a 12-6 potential is not said to describe a measured curve."""

_FLOOR = 0.1
_EXACT = 1e-6
_BLOCKS = 8
_STEPS = 1e-3, 2e-3
_LONGEST = np.array([0.05, 0.08])
_ITERATIONS = 30
_TOLERANCE = 1e-5
_TRIES = 6


@dataclass(frozen=True)
class Errors:
    """What may be wrong with a curve beside its scatter.

    Parameters
    ----------
    level, scale, stretch : float
        Prior standard deviations of α, c and 1 + s about 1; 0 for what is exact.
    least_scatter : float
        Least scatter of a fit in units of `TYPICAL` squared: errors that look like a change of the
        parameters leave no deviations.
    """

    level: float
    scale: float
    stretch: float
    least_scatter: float


DIFFRACTION = Errors(level=0.02, scale=0.02, stretch=0.002, least_scatter=0.2)
"""Errors of measured data: of normalisation, of the density, and of x."""


@dataclass(frozen=True)
class MeasuredSolution:
    """The result of a fit of a measured curve.

    Parameters
    ----------
    coupling, attraction, level, scale : float
        Γ, a, α and c.
    covariance : ndarray, shape (2, 2)
        Of ln Γ and a.
    fitted : ndarray, shape (n,)
        The curve of the fit.
    deviation : float
        Root mean square of the deviations over that of the structure.
    converged, at_bound : bool
        Whether the steps became small enough, and whether Γ or a ran into its bound.
    """

    coupling: float
    attraction: float
    level: float
    scale: float
    covariance: Array
    fitted: Array
    deviation: float
    converged: bool
    at_bound: bool

    def potential(self, density: float, temperature: float) -> tuple[float, float, Array]:
        """C12, C6 and the covariance of their logarithms at a density and temperature."""
        c12, c6 = parameters(self.coupling, self.attraction, density, temperature)
        # d ln C12 = 4 d ln Γ, d ln C6 = 2 d ln Γ + d ln a
        turn = np.array([[4.0, 0.0], [2.0, 1.0 / self.attraction]])
        return float(c12), float(c6), turn @ self.covariance @ turn.T


def fit_measured(
    curve: Curve,
    x: Array,
    y: Array,
    errors: Array | None,
    period: float,
    start: tuple[float, float],
    bounds: tuple[tuple[float, float], tuple[float, float]],
    restraint: Restraint | None = None,
    allowed: Errors = DIFFRACTION,
) -> MeasuredSolution:
    """Fit a measured curve.

    Parameters
    ----------
    curve : callable
        The curve of a fluid, see `Curve`.
    x, y : ndarray, shape (n,)
        Distances or wave numbers, and what was measured there.
    errors : ndarray, shape (n,), optional
        Standard errors of y by counting.
    period : float
        Period of the oscillations of y, over which the size of the structure is taken; errors are
        correlated over a quarter of it.
    start : tuple of float
        Initial estimate of Γ and a.
    bounds : tuple
        Lowest and highest ln Γ and a.
    restraint : callable, optional
        What is known beforehand of the state.
    allowed : Errors
        What may be wrong with the curve.

    Returns
    -------
    MeasuredSolution
    """
    widths = np.gradient(x)
    near = np.abs(x[:, None] - x) < 0.5 * period
    envelope = np.sqrt((near * (y - 1.0) ** 2) @ widths / (near @ widths))
    std = np.hypot(envelope, _FLOOR)
    if errors is not None:
        std = np.hypot(std, errors / TYPICAL)
    # independent pieces of information: one for a quarter of a period
    weight = widths / (0.25 * period) / (TYPICAL * std) ** 2
    nuisance = np.array([allowed.level, allowed.scale, allowed.stretch])
    prior = np.append([0.0, 0.0], np.maximum(nuisance, _EXACT) ** -2.0)
    free = 2 + int(np.count_nonzero(nuisance))
    (least, low), (most, high) = bounds
    place = np.array(
        [np.clip(np.log(start[0]), least, most), np.clip(start[1], low, high), 1, 1, 1]
    )

    def model(p: Array) -> Array:
        base = curve(float(np.exp(p[0])), float(p[1])) - 1.0
        return np.asarray(p[2] + p[3] * (base + (p[4] - 1.0) * x * np.gradient(base, x)))

    def held(p: Array) -> Array:
        if restraint is None:
            return np.zeros(1)
        return restraint(float(np.exp(p[0])), float(p[1]))

    def cost(p: Array, values: Array) -> float:
        pulled = float(np.sum(held(p) ** 2))
        return float(weight @ (y - values) ** 2 + prior @ (p - 1.0) ** 2) + pulled

    values, converged, jacobian = model(place), False, np.empty((len(x), 5))
    for _ in range(_ITERATIONS):
        pull = held(place)
        slope = np.zeros((len(pull), 5))
        for k, step in enumerate(_STEPS):
            up, down = place.copy(), place.copy()
            up[k], down[k] = place[k] + step, place[k] - step
            jacobian[:, k] = (model(up) - model(down)) / (2.0 * step)
            slope[:, k] = (held(up) - held(down)) / (2.0 * step)
        jacobian[:, 2], jacobian[:, 3] = 1.0, (values - place[2]) / place[3]
        jacobian[:, 4] = x * np.gradient(values, x)
        normal = jacobian.T @ (weight[:, None] * jacobian) + np.diag(prior + 1e-9)
        normal += slope.T @ slope
        towards = jacobian.T @ (weight * (y - values)) + prior * (1.0 - place) - slope.T @ pull
        step_to = np.linalg.solve(normal, towards)
        step_to *= min(1.0, float(np.min(_LONGEST / np.maximum(np.abs(step_to[:2]), 1e-300))))
        before = cost(place, values)
        for _ in range(_TRIES):
            new = place + step_to
            new[:2] = np.clip(new[:2], (least, low), (most, high))
            new_values = model(new)
            if cost(new, new_values) <= before:
                break
            step_to = 0.5 * step_to
        else:
            converged = True  # nothing near is better
            break
        moved = np.abs(new - place)[:2].max()
        place, values = new, new_values
        if moved < _TOLERANCE:
            converged = True
            break
    residual = y - values
    inverse = np.linalg.inv(normal)
    freedom = max(float((x[-1] - x[0]) / (0.25 * period)) - free, 1.0)
    # over stretches, in which what varies from point to point cancels
    alike = np.abs(x[:, None] - x) < 0.125 * period
    over_stretches = (alike * weight) @ residual / (alike @ weight)
    scatter = max(float(weight @ over_stretches**2) / freedom, allowed.least_scatter)
    # what is known beforehand is no better where the curve scatters less than errors usually do,
    # and a restraint that the curve violates is off by as much
    known = np.diag(prior) + slope.T @ slope * max(float(np.sum(held(place) ** 2)), 1.0)
    from_curve = scatter * jacobian.T @ (weight[:, None] * jacobian)
    covariance = inverse @ (from_curve + known) @ inverse
    covariance = covariance + _between_stretches(jacobian, weight, residual, inverse, x, free)
    structure = float(np.sqrt((y - 1.0) ** 2 @ widths))
    left = float(np.sqrt(residual**2 @ widths))
    at_bound = any(
        min(abs(place[k] - one), abs(place[k] - other)) < 1e-6
        for k, (one, other) in enumerate(((least, most), (low, high)))
    )
    return MeasuredSolution(
        *(float(np.exp(place[0])), float(place[1]), float(place[2]), float(place[3])),
        covariance=covariance[:2, :2],
        fitted=values,
        deviation=left / structure if structure > 0.0 else math.inf,
        converged=converged,
        at_bound=at_bound,
    )


def _between_stretches(
    jacobian: Array, weight: Array, residual: Array, inverse: Array, x: Array, free: int
) -> Array:
    """Covariance of the parameters by how differently stretches of the curve pull at them.

    The sandwich estimate, which is a jackknife to first order; stretches are few.
    """
    block = np.minimum((_BLOCKS * (x - x[0]) / (x[-1] - x[0])).astype(int), _BLOCKS - 1)
    pulls = np.zeros((_BLOCKS, jacobian.shape[1]))
    np.add.at(pulls, block, jacobian * (weight * residual)[:, None])
    share = _BLOCKS / (_BLOCKS - free)
    return np.asarray(share * inverse @ (pulls.T @ pulls) @ inverse)
