"""The inverse surrogates: Lennard-Jones parameters from a radial distribution function."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.checks import positive
from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.models import load_model
from surrogate_app.liquid.folders import model_dir
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.causes import cause_of_misfit
from surrogate_app.liquid.inverse.diffraction import (
    fit_diffraction,
    fit_structure_factor,
    is_smooth,
    looks_measured,
    measured_warnings,
)
from surrogate_app.liquid.inverse.effective import fit_effective
from surrogate_app.liquid.inverse.fitting import FitSettings, Measurement
from surrogate_app.liquid.inverse.histogram import usable_bins
from surrogate_app.liquid.inverse.measured import TYPICAL
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.inverse.warnings import (
    MISFIT,
    estimate_warnings,
    farthest_off,
    fit_warnings,
)
from surrogate_app.liquid.rdf.origin import core_ripples
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.rdf.sampling import bin_edges, cells
from surrogate_app.liquid.rdf.structure_factor import StructureFactor
from surrogate_app.liquid.scores import rdf_error
from surrogate_app.liquid.state import UNITS, LJState
from surrogate_app.liquid.validity import metastable_warnings
from surrogate_app.network import Network

__all__ = ["Fit", "ForwardSurrogate", "InverseSurrogate", "StructureFactorFit"]

Array = NDArray[np.float64]

POSSIBLE = {"density": (1e-6, 1e6), "temperature": (1e-3, 1e6)}
"""Densities in nm⁻³ and temperatures in K that are believed; no fluid lies outside."""

_GUESSED = (
    "g(r) is taken for measured by diffraction: it is smoother than counts of pairs are, and "
    "differs from a Lennard-Jones fluid as measured data do. Give the origin if it was simulated."
)


class _Potential:
    """What follows from fitted C12 and C6 and their uncertainty."""

    c12: float
    c6: float
    density: float
    temperature: float
    c12_std: float
    c6_std: float
    correlation: float

    @property
    def state(self) -> LJState:
        """The fluid with the fitted parameters."""
        return LJState(self.c12, self.c6, self.density, self.temperature)

    @property
    def sigma(self) -> float:
        """Size σ in nm."""
        return self.state.sigma

    @property
    def epsilon(self) -> float:
        """Depth ε of the potential in kJ/mol."""
        return self.state.epsilon

    @property
    def sigma_std(self) -> float:
        """Standard deviation of σ in nm."""
        return self.sigma * self._relative(1.0 / 6.0, -1.0 / 6.0)

    @property
    def epsilon_std(self) -> float:
        """Standard deviation of ε in kJ/mol."""
        return self.epsilon * self._relative(-1.0, 2.0)

    @property
    def log_covariance(self) -> Array:
        """Covariance of ln C12 and ln C6, shape (2, 2)."""
        relative = np.array([self.c12_std / self.c12, self.c6_std / self.c6])
        mixed = np.array([[1.0, self.correlation], [self.correlation, 1.0]])
        return np.asarray(np.outer(relative, relative) * mixed)

    def _relative(self, of_c12: float, of_c6: float) -> float:
        x, y = of_c12 * self.c12_std / self.c12, of_c6 * self.c6_std / self.c6
        return math.sqrt(max(x * x + y * y + 2.0 * self.correlation * x * y, 0.0))


@dataclass(frozen=True)
class Fit(_Potential):
    """Lennard-Jones parameters behind a radial distribution function.

    Parameters
    ----------
    rdf : RDF
        What was fitted.
    density, temperature : float
        Density in nm⁻³ and temperature in K.
    c12, c6 : float
        Parameters in kJ/mol nm¹² and kJ/mol nm⁶.
    c12_std, c6_std, correlation : float
        Their standard deviations and the correlation of their errors.
    g_fit : ndarray, shape (n,)
        g(r) of the fitted parameters at `rdf.r`, NaN beyond the reach of the forward surrogate.
    noise : float
        Standard deviation of single points of the RDF at large distances.
    misfit : float
        How much more the RDF differs from the fit, over stretches of points, than typical
        simulations of Lennard-Jones fluids do: about 1 if it is one. Where it is none (above
        `warnings.MISFIT`), the fit is one of an effective potential, see `effective`.
    in_domain : bool
        Whether the answer can be relied on.
    warnings : tuple of str
        Why not, or what else to know, in sentences.
    model : str
        Name of the model.
    metadata : mapping
        Metadata of the model.
    sampling : str
        What the distances of the RDF were taken for, one of `SAMPLINGS`.
    origin : str
        Whether the RDF was taken for "simulated" or "measured"; in the latter case `misfit` is in
        units of typical errors of diffraction, and the uncertainties contain those.
    """

    rdf: RDF
    density: float
    temperature: float
    c12: float
    c6: float
    c12_std: float
    c6_std: float
    correlation: float
    g_fit: Array
    noise: float
    misfit: float
    in_domain: bool
    warnings: tuple[str, ...]
    model: str
    metadata: Mapping[str, Any]
    sampling: str = "centres"
    origin: str = "simulated"

    @property
    def name(self) -> str:
        """Name of what was fitted."""
        return self.rdf.name

    @property
    def rdf_error(self) -> float:
        r"""Total variation :math:`\int |g_{fit} - g| r^2 dr / \int g\, r^2 dr` (L 7)."""
        known = np.isfinite(self.g_fit)
        return float(rdf_error(self.rdf.r[known], self.rdf.g[known], self.g_fit[known]))


@dataclass(frozen=True)
class StructureFactorFit(_Potential):
    """Lennard-Jones parameters behind a structure factor; σ, ε and their errors as in `Fit`.

    Parameters
    ----------
    structure_factor : StructureFactor
        What was fitted.
    density, temperature : float
        Density in nm⁻³ and temperature in K.
    c12, c6 : float
        Parameters in kJ/mol nm¹² and kJ/mol nm⁶.
    c12_std, c6_std, correlation : float
        Their standard deviations and the correlation of their errors.
    s_fit : ndarray, shape (n,)
        S(q) of the fit with its level and scale, NaN at wave numbers that were not used.
    level, scale : float
        Nuisance parameters: S was described by level + scale · (S_LJ − 1).
    misfit : float
        Deviation in units of that typical of measured data.
    in_domain : bool
        Whether the answer can be relied on.
    warnings : tuple of str
        Why not, or what else to know, in sentences.
    """

    structure_factor: StructureFactor
    density: float
    temperature: float
    c12: float
    c6: float
    c12_std: float
    c6_std: float
    correlation: float
    s_fit: Array
    level: float
    scale: float
    misfit: float
    in_domain: bool
    warnings: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of what was fitted."""
        return self.structure_factor.name

    @property
    def model(self) -> str:
        """Name of the method, which rests on the forward surrogate alone."""
        return "structure_factor"


@dataclass(frozen=True)
class InverseSurrogate:
    """A model that finds the Lennard-Jones parameters behind an RDF.

    Parameters
    ----------
    name : str
        "corresponding", whose estimate in reduced variables is refined by least squares on the
        forward surrogate, "deepilst", the liquid paper's network, or another one in `models`.
    network : Network or None
        The network; None for a model that has none.
    card : ModelCard or None
        Provenance, hash of the weights and calibration of the network.
    forward : ForwardSurrogate
        What g(r) the parameters would have.
    noise : NoiseModel
        How a measured g(r) scatters about it.
    settings : FitSettings
        Priors, bounds and stopping rules of least squares.

    Examples
    --------
    >>> argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
    >>> r = np.arange(0.005, 1.4, 0.01)
    >>> rdf = RDF(r, ForwardSurrogate.load().rdf(argon, r, width=0.01))
    >>> fit = InverseSurrogate.load().fit(rdf, density=13.7, temperature=345.0)
    >>> bool(abs(fit.c12 / argon.c12 - 1.0) < 0.01 and abs(fit.c6 / argon.c6 - 1.0) < 0.01)
    True
    """

    name: str
    network: Network | None
    card: ModelCard | None
    forward: ForwardSurrogate
    noise: NoiseModel
    settings: FitSettings = field(default_factory=FitSettings)

    @staticmethod
    def available(folder: Path | None = None) -> tuple[str, ...]:
        """Names of the models that can be loaded, the default one first."""
        folder = model_dir() if folder is None else folder
        return tuple(
            name
            for name, model in MODELS.items()
            if not model.training or (folder / f"{name}.keras").exists()
        )

    @classmethod
    def load(cls, name: str | None = None, folder: Path | None = None) -> InverseSurrogate:
        """Load a model and the forward models that it rests on.

        Parameters
        ----------
        name : str, optional
            One of `available()`; the first of all models by default.
        folder : Path, optional
            Where the files of the inverse model are; that of the pretrained models by default.

        Raises
        ------
        ValueError
            If there is no such model, or its weights are not those that its card describes.
        """
        name = next(iter(MODELS)) if name is None else name
        if name not in cls.available(folder):
            raise ValueError(
                f"there is no liquid model {name!r}; choose {' or '.join(cls.available(folder))}"
            )
        network, card = None, None
        if MODELS[name].training:
            folder = model_dir() if folder is None else folder
            network, card = load_model(folder / f"{name}.keras", Network.load, MODELS[name].card)
        return cls(name, network, card, ForwardSurrogate.load(), NoiseModel.load())

    @property
    def metadata(self) -> dict[str, Any]:
        """What is known of the model, as it is stored and exported."""
        return {"name": self.name} if self.card is None else self.card.to_dict()

    @overload
    def fit(self, rdf: RDF, density: float, temperature: float) -> Fit: ...

    @overload
    def fit(
        self, rdf: StructureFactor, density: float, temperature: float
    ) -> StructureFactorFit: ...

    def fit(
        self, rdf: RDF | StructureFactor, density: float, temperature: float
    ) -> Fit | StructureFactorFit:
        """Find the parameters behind a radial distribution function or a structure factor.

        Parameters
        ----------
        rdf : RDF or StructureFactor
            Radial distribution function or structure factor of a one-component fluid; the latter
            is fitted as measured data are, whatever the model.
        density : float
            Number density in nm⁻³.
        temperature : float
            Temperature in K.

        Returns
        -------
        Fit or StructureFactorFit

        Raises
        ------
        ValueError
            If density or temperature is not positive or beyond belief, or the RDF has too few
            points, or nothing but zeros, in the range that the model needs.
        """
        density = _possible("density", density)
        temperature = _possible("temperature", temperature)
        if isinstance(rdf, StructureFactor):
            return self._fit_structure_factor(rdf, density, temperature)
        bins = usable_bins(rdf, density, temperature)
        measured = Measurement.of(
            self.forward, self.noise, bins.t, bins.width, bins.g, self.settings
        )
        estimate = MODELS[self.name].estimate(self.network, self.card, measured, bins)
        state = LJState(estimate.c12, estimate.c6, density, temperature)
        misfit = estimate.kappa / self.noise.scatter
        warnings = estimate_warnings(estimate, state, misfit)
        remaining = () if warnings else metastable_warnings(state)
        remaining += fit_warnings(estimate, bins)
        measurable = rdf.origin != "simulated" and estimate.fitted
        certain = rdf.origin == "measured" or bool(core_ripples(rdf.r, rdf.g))
        origin = "simulated"
        causes: tuple[str, ...] = ()
        if not (measurable and certain):
            causes = cause_of_misfit(measured, bins, estimate, rdf.half_box)
        unexplained = misfit > MISFIT and not causes
        if measurable and (certain or (unexplained and is_smooth(rdf))):
            refined, solution, _ = fit_diffraction(
                self.forward, rdf, estimate, density, temperature
            )
            if certain or looks_measured(rdf, solution):
                origin, estimate = "measured", refined
                state = LJState(estimate.c12, estimate.c6, density, temperature)
                misfit = solution.deviation / TYPICAL
                warnings, remaining = measured_warnings("g(r)", solution, state)
                if not certain:
                    remaining = (_GUESSED, *remaining)
        deviation = None
        if origin == "simulated" and estimate.fitted and unexplained:
            estimate, deviation = fit_effective(measured, rdf, estimate, density, temperature)
            if deviation is not None:
                state = LJState(estimate.c12, estimate.c6, density, temperature)
                misfit = estimate.kappa / self.noise.scatter
                warnings = estimate_warnings(estimate, state, misfit)
                remaining = fit_warnings(estimate, bins, deviation)
        (of_c12, covariance), (_, of_c6) = estimate.covariance.tolist()
        g_fit = np.full(len(rdf.r), np.nan)
        edges = bin_edges(rdf.r, estimate.sampling)
        known = edges[1:] <= self.forward.r_max(state) * (1.0 + 1e-9)
        middles, width = cells(rdf.r, estimate.sampling)
        g_fit[known] = self.forward.unchecked(state, middles[known], width[known])
        relative = math.sqrt(of_c12), math.sqrt(of_c6)
        if origin == "simulated" and estimate.fitted and misfit > MISFIT:
            remaining = (*farthest_off(rdf.r, rdf.g, g_fit), *remaining)
        return Fit(
            rdf=rdf,
            density=density,
            temperature=temperature,
            c12=estimate.c12,
            c6=estimate.c6,
            c12_std=estimate.c12 * relative[0],
            c6_std=estimate.c6 * relative[1],
            correlation=covariance / (relative[0] * relative[1]),
            g_fit=g_fit,
            noise=float(np.median(estimate.noise.std[-len(bins.g) // 4 :])),
            misfit=misfit,
            in_domain=not warnings,
            warnings=(*warnings, *causes, *remaining),
            model=self.name,
            metadata=self.metadata,
            sampling=estimate.sampling,
            origin=origin,
        )

    def _fit_structure_factor(
        self, given: StructureFactor, density: float, temperature: float
    ) -> StructureFactorFit:
        solution, used = fit_structure_factor(self.forward, given, density)
        c12, c6, covariance = solution.potential(density, temperature)
        state = LJState(c12, c6, density, temperature)
        relative = np.sqrt(np.diag(covariance))
        warnings, remaining = measured_warnings("S(q)", solution, state)
        s_fit = np.full(len(given.q), np.nan)
        s_fit[used] = solution.fitted
        return StructureFactorFit(
            structure_factor=given,
            density=density,
            temperature=temperature,
            c12=c12,
            c6=c6,
            c12_std=c12 * float(relative[0]),
            c6_std=c6 * float(relative[1]),
            correlation=float(covariance[0, 1] / (relative[0] * relative[1])),
            s_fit=s_fit,
            level=solution.level,
            scale=solution.scale,
            misfit=solution.deviation / TYPICAL,
            in_domain=not warnings,
            warnings=(*warnings, *remaining),
        )


def _possible(name: str, value: float) -> float:
    number, (low, high) = positive(name, value, UNITS[name]), POSSIBLE[name]
    if not low <= number <= high:
        raise ValueError(
            f"{name} must lie between {low:g} and {high:g} {UNITS[name]}, got {number:g}"
        )
    return number
