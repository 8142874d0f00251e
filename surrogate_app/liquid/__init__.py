"""Lennard-Jones liquids: from the radial distribution function to the potential, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate_app.liquid.analysis.comparison import Comparison, compare_methods
from surrogate_app.liquid.analysis.maps import ErrorMap, error_map
from surrogate_app.liquid.analysis.thermodynamics import thermodynamics
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.surrogate import Fit, InverseSurrogate, StructureFactorFit
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.rdf.structure_factor import StructureFactor
from surrogate_app.liquid.state import LJState

if TYPE_CHECKING:
    from surrogate_app.liquid.simulation.run import SimulatedRDF, simulate

__all__ = [
    "RDF",
    "Comparison",
    "ErrorMap",
    "Fit",
    "ForwardSurrogate",
    "InverseSurrogate",
    "LJState",
    "SimulatedRDF",
    "StructureFactor",
    "StructureFactorFit",
    "compare_methods",
    "error_map",
    "simulate",
    "thermodynamics",
]

_NEEDS_NUMBA = ("SimulatedRDF", "simulate")


def __getattr__(name: str) -> Any:
    """Import the simulator when it is first asked for: fits do without Numba."""
    if name in _NEEDS_NUMBA:
        from surrogate_app.liquid.simulation import run as simulation

        return getattr(simulation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
