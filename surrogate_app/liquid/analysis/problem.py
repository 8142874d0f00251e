r"""The inverse problem as methods that compare g(r) see it, in reduced units.

With t = rρ^(1/3) the potential is linear in two dimensionless parameters,

.. math:: u / k_BT = x_{12} t^{-12} - x_6 t^{-6}, \qquad
    x_{12} = \rho^4 C_{12} / k_BT, \quad x_6 = \rho^2 C_6 / k_BT,

and the derivative of the relative entropy per atom by them is (A.6)

.. math:: \frac{1}{N} \frac{\partial \epsilon_{KL}}{\partial x}
    = 2\pi \int (g - g_{model}) \frac{\partial (u/k_BT)}{\partial x} t^2 dt .

The sign is that which follows from (A.4), under which the Hessian is positive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.analysis.engine import Engine, SurrogateEngine
from surrogate_app.liquid.forward.noise import Noise
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import usable_bins
from surrogate_app.liquid.inverse.surrogate import Fit, InverseSurrogate
from surrogate_app.liquid.phases import freezing_density
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.scores import rdf_error

Array = NDArray[np.float64]

LEAST_G = 1e-3
"""g(r) of the fit below which bins belong to the core: t⁻¹² would turn a stray pair there into the
largest term of the relative entropy."""

_DIFFERENCE = 1e-3
_DEPTH, _SHALLOWEST, _DEEPEST, _FLUID = 0.5, 0.1, 0.7, 0.97
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


def reduced(c12: ArrayLike, c6: ArrayLike, density: float, temperature: float) -> Array:
    """Reduced parameters x₁₂, x₆ of potentials, shape (..., 2)."""
    thermal = GAS_CONSTANT * temperature
    x12, x6 = np.asarray(c12) * density**4 / thermal, np.asarray(c6) * density**2 / thermal
    return np.stack(np.broadcast_arrays(x12, x6), axis=-1)


@dataclass(frozen=True)
class Problem:
    """A measured g(r), what computes that of trial potentials, and the default fit.

    Parameters
    ----------
    rdf : RDF
        What is to be explained.
    fit : Fit
        The default fit; it decides what distances stand for.
    noise : Noise
        Covariance of the measurement.
    kappa : float
        Scatter about the fit in units of that.
    t, width, g : ndarray, shape (n,)
        Middles, widths (0 for points) and values of the bins that are used, outside the core.
    engine : Engine
        Gives g of trial potentials.
    surrogate : SurrogateEngine
        The forward surrogate on the same bins, for slopes and integrals.
    inverse : InverseSurrogate
        The default model.
    """

    rdf: RDF
    fit: Fit
    noise: Noise
    kappa: float
    t: Array
    width: Array
    g: Array
    surrogate: SurrogateEngine
    inverse: InverseSurrogate
    engine: Engine = field(repr=False)

    @classmethod
    def of(cls, rdf: RDF, density: float, temperature: float) -> Problem:
        """Fit g(r) and prepare it for all other methods, with the forward surrogate as engine.

        Raises
        ------
        ValueError
            As `InverseSurrogate.fit`, and if this is a structure factor.
        """
        if not isinstance(rdf, RDF):
            raise ValueError("methods and error maps compare g(r), not a structure factor S(q)")
        inverse = InverseSurrogate.load()
        fit = inverse.fit(rdf, density, temperature)
        bins = usable_bins(replace(rdf, sampling=fit.sampling), fit.density, fit.temperature)
        t = bins.t if bins.points is None or fit.sampling != "points" else bins.points
        width = np.zeros_like(t) if fit.sampling == "points" else bins.width
        x = reduced(fit.c12, fit.c6, fit.density, fit.temperature)[None]
        expansion = inverse.forward.expansion
        model = SurrogateEngine(Shells.over(t, width), expansion).g(x)[0]
        first = int(np.argmax(model > LEAST_G))
        t, width, g = t[first:], width[first:], bins.g[first:]
        measured = Measurement.of(inverse.forward, inverse.noise, t, bins.width[first:], g)
        if fit.sampling == "points":
            measured = measured.at_points(t)
        noise, kappa = measured.compare(fit.state.coupling, fit.state.attraction)
        engine = SurrogateEngine(Shells.over(t, width), expansion)
        return cls(rdf, fit, noise, kappa, t, width, g, engine, inverse, engine)

    @property
    def thermal(self) -> tuple[float, float]:
        """Density in nm⁻³ and temperature in K."""
        return self.fit.density, self.fit.temperature

    @property
    def fitted(self) -> Array:
        """Reduced parameters of the default fit, shape (2,)."""
        return reduced(self.fit.c12, self.fit.c6, *self.thermal)

    @property
    def start(self) -> Array:
        """Where iterations begin, by the first peak alone, shape (2,)."""
        peak = int(np.argmax(self.g))
        depth = min(max(_DEPTH * math.log(max(self.g[peak], 1.0)), _SHALLOWEST), _DEEPEST)
        # as dense as a fluid can be at most
        densest = _FLUID * float(freezing_density(1.0 / depth))
        sigma3 = min(self.t[peak] ** 3 / math.sqrt(2.0), densest)
        return 4.0 * depth * np.array([sigma3**4, sigma3**2])

    @property
    def scale(self) -> Array:
        """C12 and C6 of reduced parameters of 1, shape (2,)."""
        return 1.0 / reduced(1.0, 1.0, *self.thermal)

    @cached_property
    def weights(self) -> Array:
        """Factors of g in the derivatives of the energy per atom by x, shape (2, n)."""
        if np.all(self.width > 0.0):
            low, high = self.t - 0.5 * self.width, self.t + 0.5 * self.width
            # the mean of t⁻¹² t² over a bin, as that of g
            return (
                2.0
                * math.pi
                * np.stack(((low**-9.0 - high**-9.0) / 9.0, (high**-3.0 - low**-3.0) / 3.0))
            )
        step = np.gradient(self.t)
        return 2.0 * math.pi * np.stack((self.t**-10.0, -(self.t**-4.0))) * step

    def coarser(self) -> Problem:
        """Return the same measurement in bins twice as wide.

        Raises
        ------
        ValueError
            If g is given at points.
        """
        if not np.all(self.width > 0.0):
            raise ValueError("g(r) is given at points, so it has no bins to make wider")
        pairs = len(self.t) // 2 * 2
        low = (self.t - 0.5 * self.width)[:pairs:2]
        high = (self.t + 0.5 * self.width)[1:pairs:2]
        volume = (self.t**2 * self.width)[:pairs].reshape(-1, 2)
        g = np.sum(self.g[:pairs].reshape(-1, 2) * volume, axis=1) / volume.sum(axis=1)
        t, width = 0.5 * (low + high), high - low
        forward = self.inverse.forward
        measured = Measurement.of(forward, self.inverse.noise, t, width, g)
        noise, kappa = measured.compare(self.fit.state.coupling, self.fit.state.attraction)
        surrogate = SurrogateEngine(Shells.over(t, width), forward.expansion)
        engine = self.engine.over(t, width, surrogate)
        changed = {"t": t, "width": width, "g": g, "noise": noise, "kappa": kappa}
        return replace(self, surrogate=surrogate, engine=engine, **changed)

    def rdf_error(self, model: Array) -> Array:
        """Total variation (L 7) of curves in the bins that are used, shape (..., n)."""
        return rdf_error(self.t, self.g, model)

    def gradient(self, model: Array) -> Array:
        """Differentiate the relative entropy per atom where g is `model`: (..., n) to (..., 2)."""
        return np.asarray((self.g - model) @ self.weights.T)

    def hessian(self, x: Array) -> Array:
        """Second derivatives of the relative entropy per atom by the surrogate, shape (2, 2).

        They are the covariance of the energy's derivatives in the model's ensemble (A.8), which
        equals the response of their means: exact symmetry is restored where the surrogate misses
        it slightly.
        """
        step = _DIFFERENCE * np.diag(x)
        curves = self.surrogate.g(np.concatenate((x + step, x - step)))
        slopes = (curves[:2] - curves[2:]) / (2.0 * _DIFFERENCE * x[:, None])
        raw = -self.weights @ slopes.T
        return np.asarray(0.5 * (raw + raw.T))

    def entropy_between(self, start: Array, end: Array) -> float:
        """Relative entropy per atom at `end` minus that at `start`, along a straight line."""
        places = start + 0.5 * (_NODES[:, None] + 1.0) * (end - start)
        slopes = self.gradient(self.surrogate.g(places))
        return float(0.5 * _WEIGHTS @ (slopes @ (end - start)))

    def gradient_covariance(self) -> Array:
        """Covariance of the gradient that the noise of g(r) makes, shape (2, 2)."""
        white = self.weights * self.noise.std
        along = white @ self.noise.waves
        excess = self.noise.covariance - np.eye(len(self.noise.covariance))
        return np.asarray(max(self.kappa, 1.0) ** 2 * (white @ white.T + along @ excess @ along.T))
