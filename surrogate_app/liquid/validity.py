"""Why an answer about a liquid may be wrong, in sentences."""

from __future__ import annotations

from surrogate_app.liquid.phases import (
    CRITICAL_TEMPERATURE,
    FREEZING_MARGIN,
    freezing_density,
    saturated_liquid_density,
    saturated_vapour_density,
)
from surrogate_app.liquid.state import LJState

LEAST_COUPLING = 0.0424
"""Least coupling Γ that the states that taught the surrogates surround."""

LEAST_ATTRACTION = 0.09
"""Least attraction a that these states surround; T* = 494."""

LOWEST_TEMPERATURE = 0.76
"""Lowest T* that these states surround."""


def about_phase(state: LJState) -> str:
    """Say why a state is no stable fluid of one phase; '' if it is one.

    Examples
    --------
    >>> about_phase(LJState.from_reduced(0.5, 1.0, sigma=0.34, epsilon=1.0))[:68]
    'At the state ρ* = 0.5, T* = 1 a Lennard-Jones fluid separates into l'
    """
    rho, t_star = state.reduced_density, state.reduced_temperature
    place = _place(state)
    if t_star < LOWEST_TEMPERATURE:
        return f"{place} a Lennard-Jones system is no stable one-phase fluid: it is too cold."
    if rho > FREEZING_MARGIN * freezing_density(t_star):
        return f"{place} a Lennard-Jones fluid freezes (at ρ* = {freezing_density(t_star):.3g})."
    if t_star < CRITICAL_TEMPERATURE:
        liquid = saturated_liquid_density(t_star)
        if saturated_vapour_density(t_star) <= rho < liquid:
            return (
                f"{place} a Lennard-Jones fluid separates into liquid (ρ* = {liquid:.3g}) "
                "and vapour."
            )
    return ""


def state_warnings(state: LJState) -> tuple[str, ...]:
    """Say why the structure of a state is not known; empty where the surrogate was taught it."""
    place = _place(state)
    if state.attraction < LEAST_ATTRACTION:
        return (f"{place}, the fluid is hotter than those that taught the surrogate.",)
    if about := about_phase(state):
        return (f"{about[:-1]}; the surrogate knows stable fluids of one phase only.",)
    rho, t_star = state.reduced_density, state.reduced_temperature
    if t_star < CRITICAL_TEMPERATURE and rho < saturated_vapour_density(t_star):
        return (f"{place} a Lennard-Jones fluid is a vapour; the surrogate knows none.",)
    if state.coupling < LEAST_COUPLING:
        return (f"{place} the fluid is more dilute than those that taught the surrogate.",)
    return ()


def _place(state: LJState) -> str:
    rho, t_star = state.reduced_density, state.reduced_temperature
    return f"At the state ρ* = {rho:.3g}, T* = {t_star:.3g}"
