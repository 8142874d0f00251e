"""Why fitted parameters may be wrong, in sentences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.histogram import Bins
from surrogate_app.liquid.rdf.sampling import SAMPLING_NAMES
from surrogate_app.liquid.scores import rdf_error
from surrogate_app.liquid.state import TABLE_1, UNITS, LJState
from surrogate_app.liquid.validity import state_warnings

Array = NDArray[np.float64]

MISFIT = 3.0
"""Misfit above which an RDF is not believed to be that of a Lennard-Jones fluid."""

LOOSE = 0.1
"""Relative standard deviation above which a parameter counts as hardly known."""

NO_ATTRACTION = 0.5
"""Relative standard deviation of C6 from which C6 = 0 lies within two of them."""

_TAKEN = {
    "points": "g(r) was taken as values at points",
    "lower": "g(r) was taken as means over bins with lower edges r",
    "upper": "g(r) was taken as means over bins with upper edges r",
}

NEEDED_REACH = 1.8
"""Distance in ρ^(−1/3) that an RDF should reach: the second shell."""


def domain_warnings(state: LJState, fitted: bool) -> tuple[str, ...]:
    """Say why a state is outside the domain of a model; that of a network alone is smaller."""
    return (*state_warnings(state), *(() if fitted else _beyond_table_1(state)))


def estimate_warnings(estimate: Estimate, state: LJState, misfit: float) -> tuple[str, ...]:
    """Say why fitted parameters can't be relied on; empty where they can.

    Parameters
    ----------
    estimate : Estimate
        The answer of a model.
    state : LJState
        The state with the parameters found.
    misfit : float
        Scatter about the fit in units of that typical of simulations.

    Returns
    -------
    tuple of str
    """
    warnings = list(domain_warnings(state, estimate.fitted))
    if estimate.at_bound and not warnings:
        warnings.append("The best parameters lie at the edge of the surrogate's domain.")
    if not estimate.fitted:
        if misfit > MISFIT:
            warnings.append(
                f"The g(r) of these parameters differs from the RDF {misfit:.1f} times more than "
                "simulations scatter. Either the network, which does not compare them, is wrong, "
                "or the RDF is not that of a Lennard-Jones fluid: a fit by the default model shows "
                "which."
            )
    elif misfit > MISFIT:
        warnings.append(
            f"The RDF differs from that of any Lennard-Jones fluid: {misfit:.1f} times more than "
            "simulations scatter. Check density, temperature and length unit; or the potential is "
            "of another form, or the system is no fluid."
        )
    return tuple(warnings)


def farthest_off(r: Array, g: Array, g_fit: Array) -> tuple[str, ...]:
    """Say where and how much the g(r) of a fit is farthest off, as for one bead of a molecule."""
    known = np.isfinite(g_fit)
    if not known.any():
        return ()
    off = g_fit[known] - g[known]
    at = int(np.argmax(np.abs(off)))
    error = 100.0 * float(rdf_error(r[known], g[known], g_fit[known]))
    return (
        f"The fit is farthest off at {r[known][at]:.3g} nm, {abs(off[at]):.2g} too "
        f"{'high' if off[at] > 0.0 else 'low'} where g(r) is {g[known][at]:.2g}, and {error:.2g} % "
        "over all (ε_rdf). Methods that weigh g(r) otherwise find other potentials: compare them.",
    )


def _beyond_table_1(state: LJState) -> list[str]:
    return [
        f"The network was trained on {names} from {low:g} to {high:g} {UNITS[name]}, "
        f"got {getattr(state, name):g}."
        for name, names in (("density", "densities"), ("temperature", "temperatures"))
        for low, high in [TABLE_1[name]]
        if not low <= getattr(state, name) <= high
    ]


def fit_warnings(estimate: Estimate, bins: Bins, deviation: float | None = None) -> tuple[str, ...]:
    """Say what else should be known about a fit: what the RDF leaves open.

    Parameters
    ----------
    estimate : Estimate
        The fit.
    bins : Bins
        What was fitted.
    deviation : float, optional
        What the best effective potential leaves of the structure, where g(r) is of another form.

    Returns
    -------
    tuple of str
    """
    if not estimate.fitted:
        return ()
    warnings = [] if deviation is None else _about_effective(estimate, deviation)
    if len(bins.samplings) > 1 and estimate.sampling != "centres":
        warnings.append(
            f"{_TAKEN[estimate.sampling]}, not as means over bins with centres r: this agrees "
            "better with a Lennard-Jones fluid. Give the sampling of the RDF if you know it."
        )
    if estimate.open_to:
        names = " or ".join(SAMPLING_NAMES[other] for other in estimate.open_to)
        warnings.append(
            f"Distances were taken as {SAMPLING_NAMES[estimate.sampling]}; they may as well be "
            f"{names}, so uncertainties include half a bin. Give the sampling of the RDF if you "
            "know it."
        )
    if deviation is None:
        warnings += _about_noise(estimate)
    if bins.edges[-1] < NEEDED_REACH:
        reach = bins.edges[-1] * bins.density ** (-1.0 / 3.0)
        needed = NEEDED_REACH * bins.density ** (-1.0 / 3.0)
        warnings.append(
            f"The RDF ends at {reach:.2f} nm, before the second shell at this density; "
            f"one that reaches {needed:.2f} nm determines the parameters better."
        )
    return tuple(warnings)


def _about_effective(estimate: Estimate, deviation: float) -> list[str]:
    """Say what an effective potential is worth."""
    left = f"{100.0 * deviation:.2g} %"
    sentences = [
        "If density, temperature and unit are right, the parameters are those of an effective "
        f"potential: one 12-6 particle leaves {left} of the structure of g(r) undescribed (root "
        "mean square of g − 1). The uncertainties say how differently parts of g(r) pull at "
        "them; no longer run makes them smaller."
    ]
    of_c6 = float(estimate.covariance[1, 1])
    if of_c6 > NO_ATTRACTION**2:
        sentences.append(
            "This g(r) does not show whether there is attraction: two standard deviations of C6 "
            "include 0."
        )
    return sentences


def _about_noise(estimate: Estimate) -> list[str]:
    """Say what the noise of an RDF leaves open."""
    warnings = []
    if not estimate.converged:
        warnings.append(
            "The fit did not converge: in an RDF as noisy as this one other parameters may "
            "describe it as well. A longer run determines them better."
        )
    for name, variance in zip(("C12", "C6"), estimate.covariance.diagonal().tolist(), strict=True):
        if variance > LOOSE**2:
            percent = 100.0 * variance**0.5
            known = f"is {percent:.0f} %" if percent <= 100.0 else "exceeds its value"
            warnings.append(
                f"The RDF hardly determines {name}: its uncertainty {known}. "
                "A longer run, or a colder state, determines it better."
            )
    return warnings
