"""What the page needs of the surrogates of a liquid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid import RDF, Fit, LJState, StructureFactor, StructureFactorFit

Array = NDArray[np.float64]


def require_rdf(fit: Fit | StructureFactorFit) -> Fit:
    """Return a fit of g(r); ValueError with one sentence for one of a structure factor."""
    if isinstance(fit, StructureFactorFit):
        raise ValueError("This tab needs g(r), but the file holds S(q): its fit is in the tab Fit.")
    return fit


class Inverse(Protocol):
    """What the page needs of an inverse surrogate."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Provenance and accuracy of the model."""

    def fit(
        self, rdf: RDF | StructureFactor, density: float, temperature: float
    ) -> Fit | StructureFactorFit:
        """Return the fit; ValueError with one sentence where there is none."""


class Forward(Protocol):
    """What the page needs of a forward surrogate."""

    @property
    def states(self) -> Array:
        """ρ* and T* of the simulated states behind it, (N, 2)."""

    def curve(self, state: LJState, r: Array, width: Array) -> Array:
        """Return g(r) in bins; ValueError with one sentence where there is none."""

    def domain_warnings(self, state: LJState) -> tuple[str, ...]:
        """Return sentences on what is outside its domain."""

    def r_max(self, state: LJState) -> float:
        """Distance in nm up to which g(r) is known."""
