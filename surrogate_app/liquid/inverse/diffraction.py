r"""Fits of a g(r) that was measured by diffraction, or looks so.

Where ripples in the core tell up to which :math:`q_{max}` S(q) was measured, the model is truncated
there, too:

.. math:: r\,h_{tr}(r) = \frac{1}{\pi} \int_0^\infty r' h(r') \left[
    \frac{\sin q_{max}(r - r')}{r - r'} - \frac{\sin q_{max}(r + r')}{r + r'} \right] dr'
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.forward.transform import structure_factor
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.fitting import FitSettings
from surrogate_app.liquid.inverse.measured import (
    SHELL,
    TYPICAL,
    WORST,
    MeasuredSolution,
    fit_measured,
)
from surrogate_app.liquid.phases import (
    ACCURACY,
    TRIPLE_TEMPERATURE,
    Phase,
    beyond_stability,
    phase,
)
from surrogate_app.liquid.rdf.origin import contact, resolved_to
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.rdf.structure_factor import StructureFactor
from surrogate_app.liquid.simulation.bins import REACH
from surrogate_app.liquid.state import LJState, to_reduced
from surrogate_app.liquid.validity import metastable_warnings, state_warnings

Array = NDArray[np.float64]

_JUST_ABOVE = 10.0
"""Per cent above the triple point up to which a liquid is said to be close to it."""

STABLE_WITHIN = 0.01
"""Relative uncertainty of the limits of stability, as those of a measured liquid: it is no exact
12-6 fluid, whose own are known within half of that."""

_FINE = 0.01
_SMOOTH = 3e-4
"""Scatter of neighbouring points of g below which no pairs were counted."""
_BETTER = 0.08
_LEAST_K, _MOST_K = 1.5, 40.0
"""Wave numbers in ρ^(1/3) that are used: below, small errors of g far out count most."""

_LEAST_POINTS = 15
_PERIOD_K = 6.5
_COUPLINGS = (0.2, 0.35, 0.5, 0.6, 0.7, 0.78, 0.86, 0.93)
_ATTRACTIONS = (0.6, 1.2, 1.7, 2.1, 2.3)
_HOTTEST = 3.0
_SHARES = np.linspace(0.82, 1.14, 17)
"""Wave numbers that are tried, in units of what the ripples tell."""


def is_smooth(rdf: RDF) -> bool:
    """Whether g(r) is free of counting statistics, as measured data and theories are.

    Judged by third differences of its last half, which hardly hold anything of the shells.
    """
    g = rdf.g[len(rdf.g) // 2 :]
    differences = np.diff(g, 3)
    if len(differences) < 10:
        return False
    return bool(1e-7 < np.median(np.abs(differences)) / 0.6745 / np.sqrt(20.0) < _SMOOTH)


def fit_diffraction(
    forward: ForwardSurrogate, rdf: RDF, estimate: Estimate, density: float, temperature: float
) -> tuple[Estimate, MeasuredSolution, Array]:
    """Refine an estimate with the errors of measured data.

    Parameters
    ----------
    forward : ForwardSurrogate
        The model of g.
    rdf : RDF
        What was measured.
    estimate : Estimate
        Parameters to begin with.
    density, temperature : float
        Density in nm⁻³ and temperature in K.

    Returns
    -------
    Estimate
        The parameters.
    MeasuredSolution
        The fit behind them.
    ndarray of bool, shape (n,)
        Points of the RDF that were used.
    """
    scale = density ** (1.0 / 3.0)
    t = rdf.r * scale
    used = (np.arange(len(t)) >= contact(rdf.r, rdf.g)) & (t <= REACH) & (t > 0.2)
    if used.sum() < 10:
        raise ValueError(
            f"the measured g(r) has {used.sum()} points between its first rise and "
            f"{REACH / scale:.3g} nm; at least 10 are needed"
        )
    wave = resolved_to(rdf.r, rdf.g)
    state = LJState(estimate.c12, estimate.c6, density, temperature)
    place = np.array([state.coupling]), np.array([state.attraction])
    if wave is None:
        shells, kernel = Shells.over(t[used], 0.0), None
    else:
        fine = np.arange(0.5 * _FINE, REACH, _FINE)
        shells = Shells.over(fine, 0.0)
        h = shells.g(forward.expansion, *place)[0] - 1.0
        kernels = [truncation(fine, t[used], wave * share / scale) for share in _SHARES]
        kernel = min(kernels, key=lambda one: float(np.sum((rdf.g[used] - 1.0 - one @ h) ** 2)))

    def curve(coupling: float, attraction: float) -> Array:
        place = np.array([coupling]), np.array([attraction])
        g = shells.g(forward.expansion, *place)[0]
        return np.asarray(g if kernel is None else 1.0 + kernel @ (g - 1.0))

    lower, upper = FitSettings().lower, FitSettings().upper
    solution = fit_measured(
        curve,
        t[used],
        rdf.g[used],
        None if rdf.g_err is None else rdf.g_err[used],
        SHELL,
        (state.coupling, state.attraction),
        ((lower[0], lower[1]), (upper[0], upper[1])),
        stable,
    )
    c12, c6, covariance = solution.potential(density, temperature)
    refined = replace(
        estimate,
        c12=c12,
        c6=c6,
        covariance=covariance,
        at_bound=solution.at_bound,
        converged=solution.converged,
        fitted=True,
        sampling="points",
        open_to=(),
    )
    return refined, solution, used


def fit_structure_factor(
    forward: ForwardSurrogate, given: StructureFactor, density: float
) -> tuple[MeasuredSolution, NDArray[np.bool_]]:
    """Fit a structure factor, beginning with the best of some states.

    Parameters
    ----------
    forward : ForwardSurrogate
        The model of S.
    given : StructureFactor
        What was measured.
    density : float
        Density in nm⁻³.

    Returns
    -------
    MeasuredSolution
        The fit.
    ndarray of bool, shape (n,)
        Points that were used.
    """
    scale = density ** (1.0 / 3.0)
    k = given.q / scale
    used = (k >= _LEAST_K) & (k <= _MOST_K)
    if used.sum() < _LEAST_POINTS:
        low, high = _LEAST_K * scale, _MOST_K * scale
        raise ValueError(
            f"S(q) has {used.sum()} points between {low:.3g} and {high:.3g} nm⁻¹, where the "
            f"neighbours in a fluid of {density:g} nm⁻³ show; at least {_LEAST_POINTS} are needed; "
            "check density and unit of q"
        )
    place, s = k[used], given.s[used]

    def curve(coupling: float, attraction: float) -> Array:
        return structure_factor(forward.expansion, coupling, attraction, place)

    lower, upper = FitSettings().lower, FitSettings().upper
    start = min(
        ((c, a) for c in _COUPLINGS for a in _ATTRACTIONS),
        key=lambda state: float(np.sum((curve(*state) - s) ** 2)),
    )
    errors = None if given.s_err is None else given.s_err[used]
    bounds = (lower[0], lower[1]), (upper[0], upper[1])
    return fit_measured(curve, place, s, errors, _PERIOD_K, start, bounds, stable), used


def stable(coupling: float, attraction: float) -> Array:
    """Restrain a fit to liquids that are stable, as one at rest in a diffractometer is.

    The structure of a cold liquid hardly changes along the line of saturation: within the errors of
    diffraction it would fit metastable states, too.

    Parameters
    ----------
    coupling, attraction : float
        The state.

    Returns
    -------
    ndarray, shape (3,)
        How far it lies beyond saturation, freezing and the triple point, in units of
        `STABLE_WITHIN`.

    Examples
    --------
    >>> stable(0.5, 0.5).tolist()
    [0.0, 0.0, 0.0]
    """
    density, t_star = to_reduced(coupling, attraction)
    return np.array(beyond_stability(float(density), float(t_star))) / STABLE_WITHIN


def truncation(fine: Array, t: Array, wave: float) -> Array:
    """Kernel that leaves of h on an even grid what is seen at t with wave numbers up to one.

    Returns
    -------
    ndarray, shape (len(t), len(fine))

    Examples
    --------
    >>> fine = np.arange(0.005, 8.0, 0.01)
    >>> h = np.exp(-((fine - 3.0) ** 2))  # which has no waves beyond 10
    >>> bool(np.allclose(truncation(fine, fine[200:400], 10.0) @ h, h[200:400], atol=1e-4))
    True
    """
    minus, plus = t[:, None] - fine, t[:, None] + fine
    shape = wave / np.pi * (np.sinc(wave * minus / np.pi) - np.sinc(wave * plus / np.pi))
    return np.asarray(shape * fine * (fine[1] - fine[0]) / t[:, None])


def looks_measured(rdf: RDF, solution: MeasuredSolution) -> bool:
    """Whether a smooth g(r) that no simulation would leave differs as measured ones do.

    Those are of liquids: what fits only as a fluid far above its critical temperature is a theory's
    or a simulation's, of another potential.
    """
    if rdf.sampling not in (None, "points") or not is_smooth(rdf):
        return False
    return solution.deviation < _BETTER and solution.attraction > 2.0 / _HOTTEST**0.5


def measured_warnings(
    what: str, solution: MeasuredSolution, state: LJState
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say why a fit of measured data can't be relied on, and what else to know.

    Parameters
    ----------
    what : str
        "g(r)" or "S(q)".
    solution : MeasuredSolution
        The fit.
    state : LJState
        The fitted fluid.

    Returns
    -------
    reasons, remaining : tuple of str
        The former are empty where the answer can be relied on.
    """
    t_star = state.reduced_temperature
    reasons: list[str] = list(state_warnings(state))
    remaining: list[str] = []
    if solution.at_bound and not reasons:
        reasons.append("The best parameters lie at the edge of the surrogate's domain.")
    percent = 100.0 * solution.deviation
    if solution.deviation > WORST:
        reasons.append(
            f"The measured {what} differs by {percent:.0f} % of its structure from that of the "
            f"best 12-6 potential, more than errors of diffraction do ({100.0 * TYPICAL:.0f} % is "
            "typical): the interaction is of another form, as in metals and molecules, or density, "
            "temperature or unit are others. The potential found is an effective one."
        )
    else:
        remaining.append(
            f"Measured {what}: a 12-6 potential describes it within {percent:.1f} % of its "
            "structure. Uncertainties include errors of level and scale, those that vary slowly, "
            "and how far the potential can describe the whole curve."
        )
    if not reasons:
        remaining += _about_stability(solution, state)
        if max(beyond_stability(state.reduced_density, t_star)) > ACCURACY:
            remaining.append(
                "Its structure alone would fit metastable states as well; a liquid that was "
                "measured is taken for a stable one, within "
                f"{100.0 * STABLE_WITHIN:g} % of the limits of stability."
            )
    if not solution.converged:
        remaining.append("The fit did not converge: other parameters may describe it as well.")
    return tuple(reasons), tuple(remaining)


def _about_stability(solution: MeasuredSolution, state: LJState) -> tuple[str, ...]:
    """Say whether a liquid is stable as far as its uncertainty tells, if it is close to a limit."""
    t_star = state.reduced_temperature
    variances, shapes = np.linalg.eigh(solution.covariance)
    place = np.array([np.log(state.coupling), state.attraction])
    near = [
        place,
        *(
            place + s * v**0.5 * shape
            for v, shape in zip(np.maximum(variances, 0.0), shapes.T, strict=True)
            for s in (-1.0, 1.0)
        ),
    ]
    places = np.array(near)
    rho, temperature = to_reduced(np.exp(places[:, 0]), places[:, 1])
    if not any(
        phase(*pair) is Phase.FLUID for pair in zip(rho.tolist(), temperature.tolist(), strict=True)
    ):
        return metastable_warnings(state)
    above = 100.0 * (t_star / TRIPLE_TEMPERATURE - 1.0)
    if above > _JUST_ABOVE:
        return ()
    return (
        f"Within its uncertainty this is a stable liquid just above the triple point: T* = "
        f"{t_star:.3g}, where that of the triple point is {TRIPLE_TEMPERATURE:g}.",
    )
