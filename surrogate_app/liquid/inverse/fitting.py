r"""Generalised least squares: the coupling and attraction that a measured g(r) has.

The model is :math:`\alpha\, [g(t; \Gamma, a) - \nu D(t)]` with g from the forward model; α, close
to 1, for the normalisation of the file; and ν, one over the number of atoms, for what g lacks in a
finite box (`finite_size`). `noise` gives the covariance of the measurement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.data.fluctuations import count_shape, outside_core, waves
from surrogate_app.liquid.forward.finite_size import FiniteSizeCorrection
from surrogate_app.liquid.forward.noise import Noise, NoiseModel
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.state import CORE_DENSITY

Array = NDArray[np.float64]

_STATE = slice(0, 2)
ATOMS = 3
"""Index of ν among the parameters."""


@dataclass(frozen=True)
class FitSettings:
    """Priors, bounds and stopping rules of `fit_structure`; p = (ln Γ, a, α, ν).

    Parameters
    ----------
    level_std : float
        Prior standard deviation of α about 1.
    inverse_atoms : float
        Prior mean and standard deviation of ν: some hundreds of atoms to infinitely many.
    loosest : float
        Prior standard deviation of ln Γ and a, which an RDF without information leaves.
    differences : tuple of float
        Steps in ln Γ and a of the central differences.
    lower, upper : tuple of float
        Bounds of p; those of Γ and a enclose the states that the forward model was fitted to.
    longest : tuple of float
        Longest step in p.
    iterations : int
        Most steps.
    noise_iterations : int
        First steps, before which the covariance of the noise is estimated anew; it is once more
        where they have converged.
    tolerance : float
        Steps in ln Γ and a below which the fit has converged.
    tolerance_errors : float
        The same in units of the standard error.
    reversal : float
        A step is shortened by half if it goes back by more than this share of the last one.
    """

    level_std: float = 0.01
    inverse_atoms: float = 7e-4
    loosest: float = 10.0
    differences: tuple[float, float] = (1e-3, 2e-3)
    lower: tuple[float, ...] = (math.log(0.05 / CORE_DENSITY), 0.065, 0.8, 0.0)
    upper: tuple[float, ...] = (math.log(1.355 / CORE_DENSITY), 2.5, 1.2, 3e-3)
    longest: tuple[float, ...] = (0.2, 0.2, 0.05, 1e-3)
    iterations: int = 36
    noise_iterations: int = 2
    tolerance: float = 2e-5
    tolerance_errors: float = 0.01
    reversal: float = 1.0 / 3.0

    @property
    def prior_weights(self) -> Array:
        """Inverse prior variances of ln Γ, a, α and ν."""
        return np.array([self.loosest, self.loosest, self.level_std, self.inverse_atoms]) ** -2.0


@dataclass(frozen=True)
class Solution:
    """The result of a fit.

    Parameters
    ----------
    coupling, attraction, level, inverse_atoms : float
        Γ, a, α and ν.
    covariance : ndarray, shape (2, 2)
        Of ln Γ and a.
    residual, jacobian : ndarray, shape (n,) and (n, 4)
        What the fit leaves of g, and its derivatives by ln Γ, a, α, ν.
    at_bound : bool
        Whether a parameter ran into a bound.
    converged : bool
        Whether the steps became small enough.
    noise : Noise
        Covariance of the measurement.
    kappa : float
        Scatter of stretches of bins about the fit in units of that expected from `noise`.
    """

    coupling: float
    attraction: float
    level: float
    inverse_atoms: float
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
    correction, waves
        What of the model and of the noise depends on the bins only.
    forward : ForwardSurrogate
        The model of g.
    noise_model : NoiseModel
        The model of its noise.
    settings : FitSettings
        Priors, bounds and stopping rules.
    """

    t: Array
    width: Array
    g: Array
    correction: FiniteSizeCorrection
    waves: Array
    forward: ForwardSurrogate
    noise_model: NoiseModel
    settings: FitSettings = field(default_factory=FitSettings)

    @classmethod
    def of(
        cls,
        forward: ForwardSurrogate,
        noise_model: NoiseModel,
        t: Array,
        width: Array,
        g: Array,
        settings: FitSettings | None = None,
    ) -> Measurement:
        """Prepare a measurement; arguments as above."""
        correction = FiniteSizeCorrection.over(t, width)
        settings = FitSettings() if settings is None else settings
        return cls(t, width, g, correction, waves(t, width), forward, noise_model, settings)

    def at_points(self, t: Array) -> Measurement:
        """Take the same numbers for values at points, shape (n,), not for means over bins."""
        return replace(
            self, t=t, correction=FiniteSizeCorrection.over(t, 0.0), waves=waves(t, self.width)
        )

    @property
    def shells(self) -> Shells:
        """The bins."""
        return self.correction.shells[1]

    def curves(self, p: Array) -> tuple[Array, Array]:
        """Return g and its derivatives by ln Γ and a at p, shape (n,) and (2, n)."""
        h = np.array(self.settings.differences)
        coupling = np.exp(p[0] + np.array([0.0, h[0], -h[0], 0.0, 0.0]))
        attraction = p[1] + np.array([0.0, 0.0, 0.0, h[1], -h[1]])
        m = self.shells.g(self.forward.expansion, coupling, attraction)
        return m[0], np.stack((m[1] - m[2], m[3] - m[4])) / (2.0 * h[:, None])

    def missing(self, coupling: float, attraction: float) -> Array:
        """Return what g lacks per inverse number of atoms near a state, D, shape (n,)."""
        place = np.array([coupling]), np.array([attraction])
        return np.asarray(self.correction.of(self.forward.expansion, *place)[0])

    def noise(self, coupling: float, attraction: float, fitted: Array) -> Noise:
        """Covariance near a state, judged by the scatter of single bins about a fit."""
        shape = count_shape(self.t, self.width, fitted)
        residual, counted = self.g - fitted, outside_core(fitted)
        std, covariance = self.noise_model.about(coupling, attraction, shape, residual, counted)
        return Noise(std, self.waves, covariance)

    def compare(
        self, coupling: float, attraction: float, inverse_atoms: float | None = None
    ) -> tuple[Noise, float]:
        """Noise, and scatter κ in units of it, about a state in a box of 1/inverse_atoms atoms.

        The box is as large as expected by default.
        """
        if inverse_atoms is None:
            inverse_atoms = self.settings.inverse_atoms
        place = np.array([coupling]), np.array([attraction])
        fitted = self.shells.g(self.forward.expansion, *place)[0]
        fitted = fitted - inverse_atoms * self.missing(coupling, attraction)
        noise = self.noise(coupling, attraction, fitted)
        return noise, noise.kappa(self.t, self.g - fitted, outside_core(fitted))


def fit_structure(measured: Measurement, start: tuple[float, float]) -> Solution:
    """Fit coupling and attraction to a radial distribution function.

    Parameters
    ----------
    measured : Measurement
        The function.
    start : tuple of float
        Initial estimate of Γ and a.

    Returns
    -------
    Solution
    """
    # scipy.optimize.least_squares can't estimate the noise anew between its steps; with the noise
    # known it takes half as long again, and a fit has milliseconds
    settings = measured.settings
    low, high = np.array(settings.lower), np.array(settings.upper)
    longest, prior = np.array(settings.longest), settings.prior_weights
    expected = np.array([0.0, 0.0, 1.0, settings.inverse_atoms])
    p = np.array([np.log(max(start[0], 1e-9)), start[1], *expected[2:]])
    p = np.clip(p, low, high)
    missing = np.zeros_like(measured.g)
    g, slopes = measured.curves(p)
    share, last, converged, anew = 1.0, np.zeros_like(p), False, 0
    for iteration in range(settings.iterations):
        if iteration < settings.noise_iterations or iteration == anew:
            place = float(np.exp(p[0])), float(p[1])
            if iteration > 0:
                missing = measured.missing(*place)
            fitted = p[2] * (g - p[3] * missing)
            noise = measured.noise(*place, fitted)
        jacobian = _jacobian(p, g, slopes, missing)
        weighted = noise.weigh(jacobian)
        normal = weighted.T @ jacobian
        right = weighted.T @ (measured.g - fitted)
        normal += np.diag(prior)
        right[ATOMS - 1 :] += ((expected - p) * prior)[ATOMS - 1 :]
        step = np.clip(np.linalg.solve(normal, right), -longest, longest)
        if iteration > settings.noise_iterations:
            share = _next_share(share, step[_STATE], last[_STATE], settings.reversal)
        last = step = np.clip(p + share * step, low, high) - p
        p = p + step
        g, slopes = measured.curves(p)
        fitted = p[2] * (g - p[3] * missing)
        small = np.abs(step[_STATE]).max() < share * settings.tolerance
        far_within_error = step @ normal @ step < (share * settings.tolerance_errors) ** 2
        converged = bool(iteration >= settings.noise_iterations and (small or far_within_error))
        if converged and anew:
            break
        if converged:  # where it began shall not matter
            anew = iteration + 1
    return Solution(
        coupling=float(np.exp(p[0])),
        attraction=float(p[1]),
        level=float(p[2]),
        inverse_atoms=float(p[ATOMS]),
        covariance=np.linalg.inv(normal)[_STATE, _STATE],
        residual=measured.g - fitted,
        jacobian=_jacobian(p, g, slopes, missing),
        at_bound=bool(np.any(((p <= low) | (p >= high))[:ATOMS])),
        converged=converged,
        noise=noise,
        kappa=noise.kappa(measured.t, measured.g - fitted, outside_core(fitted)),
    )


def _jacobian(p: Array, g: Array, slopes: Array, missing: Array) -> Array:
    """Differentiate α (g − ν D) by ln Γ, a, α and ν, shape (n, 4), but not D."""
    return np.asarray(np.vstack((p[2] * slopes, g - p[3] * missing, -p[2] * missing)).T)


def _next_share(share: float, step: Array, last: Array, reversal: float) -> float:
    """Share of a whole step to take: with strong noise, whole ones may go to and fro for ever."""
    forth = float(step @ last)
    # those that reverse less of the last one converge sooner when left whole
    if forth < -reversal * float(last @ last):
        return 0.5 * share
    return min(1.5 * share, 1.0) if forth > 0.0 else share
