"""Why an answer about a liquid may be wrong, in sentences."""

from __future__ import annotations

from surrogate_app.liquid.phases import (
    TRIPLE_TEMPERATURE,
    Phase,
    freezing_density,
    phase,
    saturated_liquid_density,
)
from surrogate_app.liquid.state import CORE_DENSITY, LJState

LEAST_COUPLING = 0.06 / CORE_DENSITY
"""Least coupling Γ, 0.0424, that is surrounded by states that the surrogate was trained on."""

LEAST_ATTRACTION = 0.09
"""Least attraction a that is surrounded by them; T* = 494."""

LOWEST_TEMPERATURE = 0.67
"""Lowest T* that is surrounded by them."""


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
            Phase.COMPRESSED: "fluid is metastable: it is denser than at freezing (ρ* = "
            f"{freezing}).",
            Phase.STRETCHED: f"liquid is metastable: it is thinner than the saturated one (ρ* = "
            f"{liquid}).",
            Phase.SUPERCOOLED: "liquid is metastable: it is colder than at the triple point (T* = "
            f"{TRIPLE_TEMPERATURE:g}).",
        }[found]
    )


def state_warnings(state: LJState) -> tuple[str, ...]:
    """Say why the structure of a state is not known; empty where the surrogate was trained."""
    place = _place(state)
    found = phase(state.reduced_density, state.reduced_temperature)
    if state.attraction < LEAST_ATTRACTION:
        return (f"{place}, the fluid is hotter than those that the surrogate was trained on.",)
    if found in (Phase.FREEZING, Phase.SEPARATING):
        return (
            f"{about_phase(state)[:-1]}; the surrogate was trained on fluids of one phase only.",
        )
    if found is Phase.VAPOUR:
        return (f"{place} a Lennard-Jones fluid is a vapour; the surrogate was trained on none.",)
    if state.reduced_temperature < LOWEST_TEMPERATURE:
        return (
            f"{place} the fluid is colder than those that were simulated to train the surrogate "
            f"(T* ≥ {LOWEST_TEMPERATURE:g}).",
        )
    if state.coupling < LEAST_COUPLING:
        return (f"{place} the fluid is more dilute than those that the surrogate was trained on.",)
    return ()


def metastable_warnings(state: LJState) -> tuple[str, ...]:
    """Say that a fluid is metastable, as some training states are; empty if it is not."""
    known = (Phase.COMPRESSED, Phase.STRETCHED, Phase.SUPERCOOLED)
    found = phase(state.reduced_density, state.reduced_temperature)
    return (about_phase(state),) if found in known else ()


def _place(state: LJState) -> str:
    rho, t_star = state.reduced_density, state.reduced_temperature
    return f"At the state ρ* = {rho:.3g}, T* = {t_star:.3g}"
