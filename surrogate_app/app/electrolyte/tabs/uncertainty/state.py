"""State of the tab Uncertainty: the distribution of a quantity for uncertain inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from traitlets import Enum, Unicode

from surrogate_app.app.electrolyte.analysis import positions
from surrogate_app.app.electrolyte.analysis.state import AnalysisState, Target
from surrogate_app.app.links import shortened
from surrogate_app.electrolyte import propagate
from surrogate_app.electrolyte.analysis.propagation import Propagation
from surrogate_app.electrolyte.export import analyses
from surrogate_app.electrolyte.export.analyses import SystemTable

Array = NDArray[np.float64]

SYSTEMS = (256, 1024, 4096, 16384)
"""Numbers of systems to choose from."""

LIVE = 64
"""Number of systems that follow the sliders at once; more are added once the sliders rest."""

PROBABILITIES = (0.025, 0.16, 0.5, 0.84, 0.975)
"""Of the quantiles: the median, and the ends of the ranges of 68 % and 95 % of the systems."""


@dataclass(frozen=True)
class Distributions:
    """What the tab shows.

    Parameters
    ----------
    across : Propagation
        Values of the quantity at every z.
    quantiles : ndarray, shape (5, n)
        Of `PROBABILITIES` at every z.
    density : tuple of ndarray
        Edges and densities of `Propagation.density`.
    position : str
        The position that is examined.
    at_position : Propagation
        Values there.
    quantiles_there : ndarray, shape (5,)
        Of `PROBABILITIES` there.
    histogram : tuple of ndarray
        Edges and densities there.
    """

    across: Propagation
    quantiles: Array
    density: tuple[Array, Array]
    position: str
    at_position: Propagation
    quantiles_there: Array
    histogram: tuple[Array, Array]


class UncertaintyState(AnalysisState):
    """Distribution of one quantity across the slit and at one position.

    `position` is the one whose histogram is shown, `samples` the number of systems.
    """

    keys = ("where", "systems")

    position = Unicode("contact_neg")
    samples = Enum(SYSTEMS, default_value=1024)

    result: Distributions | None

    @property
    def slow(self) -> bool:
        """Whether to wait until the sliders rest."""
        return bool(self.samples > LIVE)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what is shown."""
        return self.result.across.warnings if self.result is not None else ()

    @property
    def call(self) -> str:
        """The Python statements that return what is shown."""
        if self.result is None:
            return ""
        p = self.result.across
        spread = {one.name: one.width for one in p.spreads}
        kinds = {one.name: one.distribution for one in p.spreads}
        return (
            "from surrogate_app.electrolyte import Electrolyte, Surrogate, propagate\n\n"
            f"system = {p.system!r}\n"
            f"spread = {spread!r}\n"
            f'p = propagate(Surrogate.load("{p.model}"), system, spread, quantity="{p.quantity}", '
            f"distribution={kinds!r}, samples={len(p.samples)})\n"
            f"bands = p.quantiles({list(PROBABILITIES)!r})\n"
            "edges, density = p.density()\n"
            f"there = p.at({float(self.result.at_position.z[0])!r})\n"
            "there.mean, there.std, there.histogram(0)"
        )

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        return {
            **self.analysis.settings(),
            "where": self.position,
            "systems": str(self.samples),
        }

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong."""
        if "where" in settings:
            self.change(position=positions.read(settings["where"]))
        if "systems" in settings:
            if settings["systems"] not in map(str, SYSTEMS):
                raise ValueError(
                    f"the link's number of systems “{shortened(settings['systems'])}” is unknown"
                )
            self.change(samples=int(settings["systems"]))

    def table(self, name: str) -> SystemTable:
        """Return the numbers of a figure: of `exports` of the tab."""
        if self.result is None or self.target is None:
            raise ValueError("There is nothing to export yet.")
        metadata = self.target.surrogate.metadata
        if name == "uncertainty":
            return analyses.of_propagation(self.result.across, metadata, PROBABILITIES)
        if name == "distribution":
            return analyses.of_histogram(self.result.at_position, metadata)
        return analyses.of_density(self.result.across, metadata)

    def compute(self, target: Target) -> Distributions:
        """Return the distributions; ValueError with one sentence where there are none."""
        return self._distributions(target, self.samples)

    def draft(self, target: Target) -> Distributions:
        """Return the distributions of fewer systems."""
        return self._distributions(target, LIVE)

    def _distributions(self, target: Target, samples: int) -> Distributions:
        analysis = self.analysis
        z = positions.coordinate(self.position, target.system)
        across = propagate(
            target.surrogate,
            target.system,
            analysis.spread,
            quantity=analysis.quantity,
            distribution=analysis.distribution,
            samples=samples,
        )
        there = across.at(z)
        return Distributions(
            across=across,
            quantiles=across.quantiles(PROBABILITIES),
            density=across.density(),
            position=self.position,
            at_position=there,
            quantiles_there=there.quantiles(PROBABILITIES)[:, 0],
            histogram=there.histogram(0),
        )
