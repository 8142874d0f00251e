"""How each inverse network is asked: from the bins of an RDF to the parameters and their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.noise import STRETCH, Noise
from surrogate_app.liquid.forward.structure import (
    PAPER_EDGES,
    cell_means,
    guess_inputs,
    paper_inputs,
)
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.sampling import fit_as_given
from surrogate_app.liquid.rdf.rdf import BELIEVED, RDF
from surrogate_app.liquid.simulation.bins import REACH
from surrogate_app.liquid.state import TABLE_1, LJState, parameters
from surrogate_app.network import Network

Array = NDArray[np.float64]

NEAREST = 0.2
"""Distance in ρ^(−1/3) below which no fluid has pairs."""

LEAST_BINS = 20
"""Fewest bins within reach that a fit needs."""

LEAST_LEVEL = 0.02
"""Least mean of g over the bins; below it no neighbours were seen."""

GUESS_CENTRE = np.array([0.65, 1.2])
GUESS_SCALE = np.array([0.35, 0.65])
"""Middle and scale of γ and a, which the network gives standardised."""

_PRIOR_STRETCHES = 10.0
_LOW, _HIGH = np.array([TABLE_1["c12"], TABLE_1["c6"]]).T


@dataclass(frozen=True)
class Bins:
    """The part of an RDF that a fit uses, in reduced distances.

    Parameters
    ----------
    edges : ndarray, shape (n + 1,)
        Edges of the bins in ρ^(−1/3).
    g : ndarray, shape (n,)
        Values in the bins.
    density, temperature : float
        Density in nm⁻³ and temperature in K.
    points : ndarray, shape (n,), optional
        The distances that the RDF gives, in ρ^(−1/3); the middles of the bins by default.
    given : bool, optional
        Whether the values are means over these bins, or values at the points; by default what
        is likelier.
    counted : bool
        Whether a program wrote them that is known to count pairs in bins.
    """

    edges: Array
    g: Array
    density: float
    temperature: float
    points: Array | None = None
    given: bool | None = None
    counted: bool = False

    @property
    def t(self) -> Array:
        """Middles of the bins."""
        return np.asarray(0.5 * (self.edges[1:] + self.edges[:-1]))

    @property
    def width(self) -> Array:
        """Widths of the bins."""
        return np.diff(self.edges)


@dataclass(frozen=True)
class Estimate:
    """The answer of an inverse network.

    Parameters
    ----------
    c12, c6 : float
        Parameters in kJ/mol nm¹² and kJ/mol nm⁶.
    covariance : ndarray, shape (2, 2)
        Of ln C12 and ln C6.
    noise : Noise
        Covariance of the measurement.
    kappa : float
        Scatter of the RDF about that of these parameters, in units of what `noise` lets expect.
    at_bound : bool
        Whether the fit ran into the bounds of γ and a.
    converged : bool
        Whether the fit settled on these parameters.
    fitted : bool
        Whether these parameters describe the RDF best; a network may answer without comparing.
    means : bool
        Whether g was taken for means over bins, not for values at points.
    """

    c12: float
    c6: float
    covariance: Array
    noise: Noise
    kappa: float
    at_bound: bool
    converged: bool
    fitted: bool
    means: bool


def bin_edges(r: Array) -> Array:
    """Edges of bins with middles r: halfway between neighbours, none below zero.

    Examples
    --------
    >>> bin_edges(np.array([0.0, 0.2, 0.4])).tolist()
    [0.0, 0.1, 0.30000000000000004, 0.5]
    """
    middle = 0.5 * (r[1:] + r[:-1])
    first, last = r[0] - (middle[0] - r[0]), r[-1] + (r[-1] - middle[-1])
    return np.concatenate(([max(first, 0.0)], middle, [last]))


def usable_bins(rdf: RDF, density: float, temperature: float) -> Bins:
    """Bins between `NEAREST` and the reach of the forward surrogate.

    Parameters
    ----------
    rdf : RDF
        The RDF.
    density, temperature : float
        Density in nm⁻³ and temperature in K.

    Returns
    -------
    Bins

    Raises
    ------
    ValueError
        If there are too few, or g is about zero in all of them.
    """
    scale = density ** (1.0 / 3.0)
    edges = bin_edges(rdf.r) * scale
    used = (edges[:-1] >= NEAREST) & (edges[1:] <= REACH * (1.0 + 1e-9))
    if used.sum() < LEAST_BINS:
        low, high = NEAREST * density ** (-1.0 / 3.0), REACH * density ** (-1.0 / 3.0)
        raise ValueError(
            f"{_about_peak(rdf)}the RDF has {used.sum()} points between {low:.3g} and "
            f"{high:.3g} nm, where it tells something at a density of {density:g} nm⁻³; "
            f"at least {LEAST_BINS} are needed"
        )
    first, last = np.flatnonzero(used)[[0, -1]]
    bins = Bins(
        *(edges[first : last + 2], rdf.g[first : last + 1], density, temperature),
        points=rdf.r[first : last + 1] * scale,
        given=None if rdf.sampling is None else rdf.sampling != "points",
        counted=rdf.counted,
    )
    volume = bins.t**2 * bins.width
    if volume @ bins.g < LEAST_LEVEL * volume.sum():
        low, high = bins.edges[[0, -1]] * density ** (-1.0 / 3.0)
        raise ValueError(
            f"{_about_peak(rdf)}g(r) is about zero between {low:.3g} and {high:.3g} nm, "
            f"where the neighbours in a fluid of {density:g} nm⁻³ are; check density and length "
            "unit"
        )
    return bins


def _about_peak(rdf: RDF) -> str:
    """Begin a refusal with a first peak where no liquid has one, the likeliest reason for it."""
    low, high = BELIEVED["nm"]
    if low <= rdf.first_peak <= high:
        return ""
    return f"the first peak at {rdf.first_peak:.3g} nm is unusual, check the length unit: "


def corresponding(
    network: Network, metadata: Mapping[str, Any], measured: Measurement, bins: Bins
) -> Estimate:
    """Guess γ and a with the network, then polish them by least squares on the forward model.

    Parameters
    ----------
    network : Network
        The guessing network.
    metadata : mapping
        `inflation`: factor of the covariance, from simulations that no model learnt from.
    measured : Measurement
        The RDF as the fit sees it.
    bins : Bins
        The RDF.

    Returns
    -------
    Estimate
    """
    raw = network.predict(guess_inputs(bins.edges, bins.g)[None])[0].astype(float)
    guess = GUESS_CENTRE + GUESS_SCALE * raw
    start = float(guess[0]), float(guess[1])
    points = bins.t if bins.points is None else bins.points
    solution, means = fit_as_given(measured, start, points, bins.given, bins.counted)
    c12, c6 = parameters(solution.crowding, solution.attraction, bins.density, bins.temperature)
    # d ln C12 = 4 d ln γ, d ln C6 = 2 d ln γ + d ln a
    turn = np.array([[4.0, 0.0], [2.0, 1.0 / solution.attraction]])
    widening = _widening(solution.kappa, bins, measured.noise_model.scatter)
    covariance = metadata["inflation"] * widening * turn @ solution.covariance @ turn.T
    return Estimate(
        c12=float(c12),
        c6=float(c6),
        covariance=covariance,
        noise=solution.noise,
        kappa=solution.kappa,
        at_bound=solution.at_bound,
        converged=solution.converged,
        fitted=True,
        means=means,
    )


def deepilst(
    network: Network, metadata: Mapping[str, Any], measured: Measurement, bins: Bins
) -> Estimate:
    """Ask the liquid paper's network; its errors are those on validation systems.

    Parameters
    ----------
    network : Network
        The paper's network.
    metadata : mapping
        `covariance` of the errors of C12 and C6 on validation systems, scaled as in `scaled`: the
        network was taught to make these small, not the relative ones.
    measured : Measurement
        The RDF as a fit would see it.
    bins : Bins
        The RDF.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If the RDF ends before the last distance that the network looks at.
    """
    edges = bins.edges * bins.density ** (-1.0 / 3.0)
    if not cell_means(PAPER_EDGES, edges, bins.g)[1].all():
        needed = f"the paper's network needs g(r) up to {PAPER_EDGES[-1]:g} nm"
        if REACH - bins.edges[-1] < bins.width[-1]:
            raise ValueError(
                f"{needed}, and at a density of {bins.density:g} nm⁻³ only what lies below "
                f"{REACH * bins.density ** (-1.0 / 3.0):.3g} nm is used; choose the other model"
            )
        raise ValueError(
            f"{needed}, this RDF ends at {edges[-1]:.3g} nm; choose the other model or a longer RDF"
        )
    inputs = paper_inputs(edges, bins.g, bins.density, bins.temperature)
    found = unscaled(network.predict(inputs[None]).astype(float))[0]
    c12, c6 = found.tolist()
    state = LJState(c12, c6, bins.density, bins.temperature)
    means = bins.given is not False
    if not means and bins.points is not None:
        measured = measured.at_points(bins.points)
    noise, kappa = measured.compare(state.crowding, state.attraction)
    to_relative = np.diag((_HIGH - _LOW) / found)
    covariance = to_relative @ np.array(metadata["covariance"]) @ to_relative
    return Estimate(
        *(c12, c6, covariance, noise, kappa),
        at_bound=False,
        converged=True,
        fitted=False,
        means=means,
    )


def scaled(c: Array) -> Array:
    """C12 and C6, shape (n, 2), scaled to 0…1 over the ranges of Table 1."""
    return np.asarray((c - _LOW) / (_HIGH - _LOW))


def unscaled(v: Array) -> Array:
    """Undo `scaled`."""
    return np.asarray(_LOW + (_HIGH - _LOW) * v)


def _widening(kappa: float, bins: Bins, typical: float) -> float:
    """Square of κ, drawn towards the typical one as far as it rests on few stretches of bins."""
    stretches = (bins.edges[-1] - bins.edges[0]) / STRETCH
    share = stretches / (stretches + _PRIOR_STRETCHES)
    return float(share * kappa**2 + (1.0 - share) * typical**2)


ESTIMATORS = {"corresponding": corresponding, "deepilst": deepilst}
"""How the inverse models are asked, by name."""
