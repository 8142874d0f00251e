"""Confined electrolyte: simulation, surrogates and what follows from the density profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.propagation import propagate, sweep
from surrogate_app.electrolyte.surrogate import Surrogate
from surrogate_app.electrolyte.system import DOMAIN, PARAMETERS, UNITS, Electrolyte
from surrogate_app.electrolyte.variance import sensitivity

if TYPE_CHECKING:
    from surrogate_app.electrolyte.simulation import SimulatedProfile, simulate

__all__ = [
    "DOMAIN",
    "PARAMETERS",
    "UNITS",
    "Electrolyte",
    "Profile",
    "SimulatedProfile",
    "Surrogate",
    "propagate",
    "sensitivity",
    "simulate",
    "sweep",
]

_NEEDS_NUMBA = ("SimulatedProfile", "simulate")


def __getattr__(name: str) -> Any:
    """Import the simulator when it is first asked for: predictions do without Numba."""
    if name in _NEEDS_NUMBA:
        from surrogate_app.electrolyte import simulation

        return getattr(simulation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
