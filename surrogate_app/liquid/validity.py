"""Why an answer about a liquid may be wrong, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate_app.liquid.phases import (
    TRIPLE_TEMPERATURE,
    Phase,
    freezing_density,
    phase,
    saturated_liquid_density,
)
from surrogate_app.liquid.state import TABLE_1, UNITS, LJState

if TYPE_CHECKING:
    from surrogate_app.liquid.inverse.estimators import Bins, Estimate

LEAST_CROWDING = 0.06
"""Least crowding γ that the states that taught the surrogates surround."""

LEAST_ATTRACTION = 0.09
"""Least attraction a that these states surround; T* = 494."""

LOWEST_TEMPERATURE = 0.76
"""Lowest T* that these states surround."""

MISFIT = 3.0
"""Misfit above which an RDF is not believed to be that of a Lennard-Jones fluid."""

LOOSE = 0.1
"""Relative standard deviation above which a parameter counts as hardly known."""

NEEDED_REACH = 1.8
"""Distance in ρ^(−1/3) that an RDF should reach: the second shell."""


def about_phase(state: LJState) -> str:
    """Say why a state is no stable fluid of one phase; '' if it is one.

    Examples
    --------
    >>> about_phase(LJState.from_reduced(0.5, 1.0, sigma=0.34, epsilon=1.0))[:68]
    'At the state ρ* = 0.5, T* = 1 a Lennard-Jones fluid separates into l'
    """
    t_star = state.reduced_temperature
    found = phase(state.reduced_density, t_star)
    if found in (Phase.FLUID, Phase.VAPOUR):
        return ""
    freezing, liquid = (
        f"{line(t_star):.3g}" for line in (freezing_density, saturated_liquid_density)
    )
    return (
        f"{_place(state)} a Lennard-Jones "
        + {
            Phase.FREEZING: f"fluid freezes (at ρ* = {freezing}).",
            Phase.SEPARATING: f"fluid separates into liquid (ρ* = {liquid}) and vapour.",
            Phase.COMPRESSED: f"fluid is metastable: it is denser than at freezing (ρ* = {freezing}).",
            Phase.STRETCHED: f"liquid is metastable: it is thinner than the saturated one (ρ* = "
            f"{liquid}).",
            Phase.SUPERCOOLED: "liquid is metastable: it is colder than at the triple point (T* = "
            f"{TRIPLE_TEMPERATURE:g}).",
        }[found]
    )


def state_warnings(state: LJState) -> tuple[str, ...]:
    """Say why the structure of a state is not known; empty where the surrogate was taught it."""
    place = _place(state)
    found = phase(state.reduced_density, state.reduced_temperature)
    if state.attraction < LEAST_ATTRACTION:
        return (f"{place}, the fluid is hotter than those that taught the surrogate.",)
    if found in (Phase.FREEZING, Phase.SEPARATING):
        return (f"{about_phase(state)[:-1]}; the surrogate knows fluids of one phase only.",)
    if found is Phase.VAPOUR:
        return (f"{place} a Lennard-Jones fluid is a vapour; the surrogate knows none.",)
    if state.reduced_temperature < LOWEST_TEMPERATURE:
        return (
            f"{place} the fluid is colder than those that were simulated and taught the surrogate "
            f"(T* ≥ {LOWEST_TEMPERATURE:g}).",
        )
    if state.crowding < LEAST_CROWDING:
        return (f"{place} the fluid is more dilute than those that taught the surrogate.",)
    return ()


def metastable_note(state: LJState) -> tuple[str, ...]:
    """Say that a fluid is metastable, which the surrogate knows nonetheless; empty if it is not."""
    known = (Phase.COMPRESSED, Phase.STRETCHED, Phase.SUPERCOOLED)
    found = phase(state.reduced_density, state.reduced_temperature)
    return (about_phase(state),) if found in known else ()


def _place(state: LJState) -> str:
    rho, t_star = state.reduced_density, state.reduced_temperature
    return f"At the state ρ* = {rho:.3g}, T* = {t_star:.3g}"


def domain_warnings(state: LJState, fitted: bool) -> tuple[str, ...]:
    """Say why a model knows nothing of a state; only a network may know less than the fit."""
    return (*state_warnings(state), *(() if fitted else _beyond_table_1(state)))


def estimate_warnings(estimate: Estimate, state: LJState, misfit: float) -> tuple[str, ...]:
    """Say why fitted parameters can not be relied on; empty where they can.

    Parameters
    ----------
    estimate : Estimate
        The answer of a network.
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
        warnings.append("The best parameters lie at the edge of what the surrogate knows.")
    if not estimate.fitted:
        if misfit > MISFIT:
            warnings.append(
                f"The g(r) of these parameters differs from the RDF {misfit:.1f} times more than "
                "simulations scatter. The network, which does not compare them, is off, or the RDF "
                "is not that of a Lennard-Jones fluid: the default model tells which."
            )
    elif misfit > MISFIT:
        warnings.append(
            f"The RDF differs from that of any Lennard-Jones fluid: {misfit:.1f} times more than "
            "simulations scatter. Check density, temperature and length unit; or the potential is "
            "of another form, or the system is no fluid."
        )
    return tuple(warnings)


def _beyond_table_1(state: LJState) -> list[str]:
    return [
        f"The network was taught {names} from {low:g} to {high:g} {UNITS[name]}, "
        f"got {getattr(state, name):g}."
        for name, names in (("density", "densities"), ("temperature", "temperatures"))
        for low, high in [TABLE_1[name]]
        if not low <= getattr(state, name) <= high
    ]


def fit_warnings(estimate: Estimate, bins: Bins) -> tuple[str, ...]:
    """Say what else should be known about a fit: what the RDF leaves open."""
    if not estimate.fitted:
        return ()
    notes = []
    if bins.given is None and not estimate.means:
        notes.append(
            "g(r) was taken as values at points, not as means over bins: they agree better with "
            "a Lennard-Jones fluid so. Give the sampling of the RDF if you know it."
        )
    if not estimate.converged:
        notes.append(
            "The fit did not settle: in an RDF as noisy as this one other parameters may do as "
            "well. A longer run tells more."
        )
    for name, variance in zip(("C12", "C6"), estimate.covariance.diagonal().tolist(), strict=True):
        if variance > LOOSE**2:
            percent = 100.0 * variance**0.5
            known = f"is {percent:.0f} %" if percent <= 100.0 else "exceeds its value"
            notes.append(
                f"The RDF hardly fixes {name}: its uncertainty {known}. "
                "A longer run, or a colder state, tells more."
            )
    if bins.edges[-1] < NEEDED_REACH:
        reach = bins.edges[-1] * bins.density ** (-1.0 / 3.0)
        needed = NEEDED_REACH * bins.density ** (-1.0 / 3.0)
        notes.append(
            f"The RDF ends at {reach:.2f} nm, before the second shell at this density; "
            f"one up to {needed:.2f} nm or more tells more."
        )
    return tuple(notes)
