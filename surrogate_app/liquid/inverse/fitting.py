r"""Generalised least squares: the crowding and attraction that a measured g(r) has.

The model is :math:`\alpha\, [g(t; \gamma, a) - \nu D(t)]` with g from the forward model; α, close
to 1, for the normalisation of the file; and ν, one over the number of atoms, for what g lacks in a
finite box (`finite_size`). `noise` tells the covariance of the measurement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.finite_size import FiniteSizeCorrection
from surrogate_app.liquid.forward.noise import Noise, NoiseModel, count_shape, outside_core, waves
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate

Array = NDArray[np.float64]

NORMALISATION = 0.01
"""Prior standard deviation of α."""

INVERSE_ATOMS = 7e-4
"""Prior mean and standard deviation of ν: some hundreds of atoms to infinitely many."""

LOOSEST = 10.0
"""Standard deviation of ln γ and a that an RDF which tells nothing leaves."""

KNOWN = np.array([LOOSEST, LOOSEST, NORMALISATION, INVERSE_ATOMS]) ** -2.0
"""Inverse prior variances of ln γ, a, α and ν."""

_STEPS = np.array([1e-3, 2e-3])
_BOUNDS = ((np.log(0.05), 0.065, 0.8, 0.0), (np.log(1.30), 2.35, 1.2, 3e-3))
_LONGEST = np.array([0.2, 0.2, 0.05, 1e-3])
_STATE = slice(0, 2)
_ATOMS = 3
_MOST = 24
_SETTLED = 2
_SMALL = 2e-5
_PART = 0.01  # of a standard error
_BACK = 1.0 / 3.0


@dataclass(frozen=True)
class Solution:
    """The result of a fit.

    Parameters
    ----------
    crowding, attraction, level : float
        γ, a and α.
    covariance : ndarray, shape (2, 2)
        Of ln γ and a.
    residual, jacobian : ndarray, shape (n,) and (n, 4)
        What the fit leaves of g, and its derivatives by ln γ, a, α, ν.
    at_bound : bool
        Whether a parameter ran into a bound.
    converged : bool
        Whether the steps became as small as they should.
    noise : Noise
        Covariance of the measurement.
    kappa : float
        Scatter of stretches of bins about the fit in units of what `noise` lets expect.
    """

    crowding: float
    attraction: float
    level: float
    covariance: Array
    residual: Array
    jacobian: Array
    at_bound: bool
    converged: bool
    noise: Noise
    kappa: float


@dataclass(frozen=True)
class Measurement:
    """A measured radial distribution function, and what is needed to compare models with it.

    Parameters
    ----------
    t, width, g : ndarray, shape (n,)
        Middles and widths of the bins in ρ^(−1/3), and the measured function; or the points at
        which it is given, and how far they are apart.
    depletion, waves
        What of the model and of the noise depends on the bins only.
    forward : ForwardSurrogate
        The model of g.
    noise_model : NoiseModel
        The model of its noise.
    """

    t: Array
    width: Array
    g: Array
    depletion: FiniteSizeCorrection
    waves: Array
    forward: ForwardSurrogate
    noise_model: NoiseModel

    @classmethod
    def of(
        cls, forward: ForwardSurrogate, noise_model: NoiseModel, t: Array, width: Array, g: Array
    ) -> Measurement:
        """Prepare a measurement; arguments as above."""
        return cls(
            t, width, g, FiniteSizeCorrection.over(t, width), waves(t, width), forward, noise_model
        )

    def at_points(self, t: Array) -> Measurement:
        """Take the same numbers for values at points, shape (n,), not for means over bins."""
        return replace(
            self, t=t, depletion=FiniteSizeCorrection.over(t, 0.0), waves=waves(t, self.width)
        )

    @property
    def shells(self) -> Shells:
        """The bins."""
        return self.depletion.shells[1]

    def model(self, p: Array, missing: Array) -> tuple[Array, Array]:
        """α (g − ν D) and its derivatives at p = (ln γ, a, α, ν), shape (n,) and (n, 4).

        `missing` is D, whose own derivatives are neglected.
        """
        h = _STEPS
        crowding = np.exp(p[0] + np.array([0.0, h[0], -h[0], 0.0, 0.0]))
        attraction = p[1] + np.array([0.0, 0.0, 0.0, h[1], -h[1]])
        m = self.shells.g(self.forward.expansion, crowding, attraction)
        slopes = p[2] * np.stack((m[1] - m[2], m[3] - m[4])) / (2.0 * h[:, None])
        finite = m[0] - p[3] * missing
        return p[2] * finite, np.vstack((slopes, finite, -p[2] * missing)).T

    def missing(self, crowding: float, attraction: float) -> Array:
        """Tell what g lacks per inverse number of atoms near a state, D, shape (n,)."""
        place = np.array([crowding]), np.array([attraction])
        return np.asarray(self.depletion.of(self.forward.expansion, *place)[0])

    def noise(self, crowding: float, attraction: float, fitted: Array) -> Noise:
        """Covariance near a state, judged by the scatter of single bins about a fit."""
        shape = count_shape(self.t, self.width, fitted)
        residual, counted = self.g - fitted, outside_core(fitted)
        std, covariance = self.noise_model.about(crowding, attraction, shape, residual, counted)
        return Noise(std, self.waves, covariance)

    def compare(
        self, crowding: float, attraction: float, inverse_atoms: float = INVERSE_ATOMS
    ) -> tuple[Noise, float]:
        """Noise, and scatter κ in units of it, about the model of a state in a box of atoms."""
        place = np.array([crowding]), np.array([attraction])
        fitted = self.shells.g(self.forward.expansion, *place)[0]
        fitted = fitted - inverse_atoms * self.missing(crowding, attraction)
        noise = self.noise(crowding, attraction, fitted)
        return noise, noise.kappa(self.t, self.g - fitted, outside_core(fitted))


def fit_structure(measured: Measurement, start: tuple[float, float]) -> Solution:
    """Fit crowding and attraction to a radial distribution function.

    Parameters
    ----------
    measured : Measurement
        The function.
    start : tuple of float
        First guess of γ and a.

    Returns
    -------
    Solution
    """
    low, high = (np.array(bound) for bound in _BOUNDS)
    expected = np.array([0.0, 0.0, 1.0, INVERSE_ATOMS])
    p = np.array([np.log(max(start[0], 1e-9)), start[1], 1.0, INVERSE_ATOMS])
    p = np.clip(p, low, high)
    missing = np.zeros_like(measured.g)
    share, last, converged = 1.0, np.zeros_like(p), False
    for iteration in range(_MOST):
        if iteration < _SETTLED:
            place = float(np.exp(p[0])), float(p[1])
            if iteration > 0:
                missing = measured.missing(*place)
            fitted, jacobian = measured.model(p, missing)
            noise = measured.noise(*place, fitted)
        weighted = noise.weigh(jacobian)
        normal = weighted.T @ jacobian
        right = weighted.T @ (measured.g - fitted)
        normal += np.diag(KNOWN)
        right[_ATOMS - 1 :] += ((expected - p) * KNOWN)[_ATOMS - 1 :]
        step = np.clip(np.linalg.solve(normal, right), -_LONGEST, _LONGEST)
        if iteration > _SETTLED:
            share = _next_share(share, step[_STATE], last[_STATE])
        last = step = np.clip(p + share * step, low, high) - p
        p = p + step
        fitted, jacobian = measured.model(p, missing)
        small = np.abs(step[_STATE]).max() < share * _SMALL
        far_within_error = step @ normal @ step < (share * _PART) ** 2
        converged = bool(iteration >= _SETTLED and (small or far_within_error))
        if converged:
            break
    return Solution(
        crowding=float(np.exp(p[0])),
        attraction=float(p[1]),
        level=float(p[2]),
        covariance=np.linalg.inv(normal)[_STATE, _STATE],
        residual=measured.g - fitted,
        jacobian=jacobian,
        at_bound=bool(np.any(((p <= low) | (p >= high))[:_ATOMS])),
        converged=converged,
        noise=noise,
        kappa=noise.kappa(measured.t, measured.g - fitted, outside_core(fitted)),
    )


def _next_share(share: float, step: Array, last: Array) -> float:
    """Share of a whole step to go: where noise is strong, whole ones may go to and fro for ever."""
    forth = float(step @ last)
    # those that come back by less than a third of the last one get there sooner when left whole
    if forth < -_BACK * float(last @ last):
        return 0.5 * share
    return min(1.5 * share, 1.0) if forth > 0.0 else share
