"""Effective 12-6 potentials of simulated fluids whose interaction is of another form.

The noise of a simulation is then the least of the errors: weighed by it, a fit follows what is
known most precisely of g(r), its long waves and the rise at contact, however badly the rest comes
out, down to potentials without attraction. So deviations are weighed by the size of the structure
around them, as those of measured data are (`measured`), and the uncertainty comes from what the fit
leaves and from how differently stretches of g(r) pull at it. The search is held to stable fluids,
whose structure is known. A bead for a molecule is such a fit.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.inverse.diffraction import stable
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import usable_bins
from surrogate_app.liquid.inverse.measured import SHELL, Errors, fit_measured
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.state import LJState
from surrogate_app.liquid.validity import LEAST_ATTRACTION

Array = NDArray[np.float64]

DISTINCT = 5.0
"""Deviation over that of counts from which the interaction is taken for one of another form: below,
shells that relax slowly explain it, as in short molecular dynamics."""

NEAR = 0.5
"""Share of the structure of g(r) that an effective potential may leave: with more left, the file is
of no such fluid, or its density, temperature or unit is wrong."""

_FIRM = 10.0
_LEAST_G = 1e-3
"""Values of g(r) below which bins in front of the first shell belong to the core."""


def fit_effective(
    measured: Measurement, rdf: RDF, estimate: Estimate, density: float, temperature: float
) -> tuple[Estimate, float | None]:
    """Fit a simulated g(r) that no Lennard-Jones fluid has, if it clearly is one.

    Parameters
    ----------
    measured : Measurement
        The RDF as a fit by its noise sees it, and the models.
    rdf : RDF
        The RDF.
    estimate : Estimate
        The answer of that fit.
    density, temperature : float
        Density in nm⁻³ and temperature in K.

    Returns
    -------
    Estimate
        The effective parameters, and the noise and κ about them; the estimate as it was where
        deviations are not `DISTINCT`, or no potential comes near.
    float or None
        Root mean square of what they leave of g − 1, over that of g − 1.
    """
    bins = usable_bins(replace(rdf, sampling=estimate.sampling), density, temperature)
    t, width, seen = bins.t, bins.width, measured
    if estimate.sampling != "centres":
        seen = Measurement.of(
            *(measured.forward, measured.noise_model, t, width, bins.g), settings=measured.settings
        )
    if estimate.sampling == "points" and bins.points is not None:
        t, width = bins.points, np.zeros_like(t)
        seen = seen.at_points(t)
    first = int(np.argmax(bins.g > _LEAST_G))
    settings, expansion = measured.settings, measured.forward.expansion
    shells = Shells.over(t[first:], width[first:])

    def curve(coupling: float, attraction: float) -> Array:
        place = np.array([coupling]), np.array([attraction])
        return np.asarray(shells.g(expansion, *place)[0])

    state = LJState(estimate.c12, estimate.c6, density, temperature)
    noise, _ = seen.compare(state.coupling, state.attraction)
    left = (bins.g[first:] - curve(state.coupling, state.attraction)) / noise.std[first:]
    if np.sqrt(np.mean(left**2)) < DISTINCT:
        return estimate, None
    lower, upper = settings.lower, settings.upper
    solution = fit_measured(
        curve,
        t[first:],
        bins.g[first:],
        None,
        SHELL,
        (state.coupling, state.attraction),
        ((lower[0], LEAST_ATTRACTION), (upper[0], upper[1])),
        restraint=lambda coupling, attraction: _FIRM * stable(coupling, attraction),
        allowed=Errors(settings.level_std, scale=0.0, stretch=0.0, least_scatter=0.0),
    )
    c12, c6, covariance = solution.potential(density, temperature)
    # where no fluid has structure at these distances, nothing was fitted
    if solution.deviation > NEAR or not np.all(np.diag(covariance) > 0.0):
        return estimate, None
    noise, kappa = seen.compare(solution.coupling, solution.attraction)
    refined = replace(
        estimate,
        c12=c12,
        c6=c6,
        covariance=covariance,
        noise=noise,
        kappa=kappa,
        at_bound=solution.at_bound,
        converged=solution.converged,
    )
    return refined, solution.deviation
