"""Confined electrolyte: simulation, surrogates and what follows from the density profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate_app.electrolyte.analysis.capacitance import capacitance
from surrogate_app.electrolyte.analysis.poisson_boltzmann import mean_field_profile
from surrogate_app.electrolyte.analysis.propagation import propagate
from surrogate_app.electrolyte.analysis.sensitivity import sensitivity
from surrogate_app.electrolyte.analysis.surfaces import response_surface
from surrogate_app.electrolyte.analysis.sweeps import sweep
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.simulation.result import SimulatedProfile
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import DOMAIN, PARAMETERS, UNITS, Electrolyte

if TYPE_CHECKING:
    from surrogate_app.electrolyte.simulation.run import simulate

__all__ = [
    "DOMAIN",
    "PARAMETERS",
    "UNITS",
    "Electrolyte",
    "Profile",
    "SimulatedProfile",
    "Surrogate",
    "capacitance",
    "mean_field_profile",
    "propagate",
    "response_surface",
    "sensitivity",
    "simulate",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """Import the simulator when it is first asked for: predictions do without Numba."""
    if name == "simulate":
        from surrogate_app.electrolyte.simulation.run import simulate

        return simulate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
