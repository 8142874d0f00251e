"""State of the tab Uncertainty: what inputs that are not exact make of a quantity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from traitlets import Enum, Unicode

from surrogate_app.app.electrolyte import places
from surrogate_app.app.electrolyte.parts import Part, Subject
from surrogate_app.electrolyte import propagate
from surrogate_app.electrolyte.analysis.propagation import Propagation
from surrogate_app.electrolyte.export import analyses
from surrogate_app.electrolyte.export.analyses import SystemTable

Array = NDArray[np.float64]

SYSTEMS = (256, 1024, 4096, 16384)
"""Numbers of systems to choose from."""

LIVE = 256
"""Number of systems that follow the sliders at once; more are added once the sliders rest."""

PROBABILITIES = (0.025, 0.16, 0.5, 0.84, 0.975)
"""Of the quantiles: the median, and what 68 % and 95 % of the systems keep to."""


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
    place : str
        The place that is looked at.
    at_place : Propagation
        Values there.
    quantiles_there : ndarray, shape (5,)
        Of `PROBABILITIES` there.
    histogram : tuple of ndarray
        Edges and densities there.
    """

    across: Propagation
    quantiles: Array
    density: tuple[Array, Array]
    place: str
    at_place: Propagation
    quantiles_there: Array
    histogram: tuple[Array, Array]


class UncertaintyPart(Part):
    """Distribution of one quantity across the slit and at one place.

    `place` is the one whose histogram is shown, `samples` the number of systems.
    """

    keys = ("where", "systems")

    place = Unicode("contact_neg")
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
            f"there = p.at({float(self.result.at_place.z[0])!r})\n"
            "there.mean, there.std, there.histogram(0)"
        )

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        return {
            **self.question.settings(),
            "where": self.place,
            "systems": str(self.samples),
        }

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong."""
        if "where" in settings:
            self.change(place=places.read(settings["where"]))
        if "systems" in settings:
            if settings["systems"] not in map(str, SYSTEMS):
                raise ValueError(
                    f"the link's number of systems “{settings['systems'][:40]}” is unknown"
                )
            self.change(samples=int(settings["systems"]))

    def table(self, name: str) -> SystemTable:
        """Return what one of the figures shows: "band", "histogram" or "density"."""
        if self.result is None or self.subject is None:
            raise ValueError("There is nothing to export yet.")
        metadata = self.subject.surrogate.metadata
        if name == "band":
            return analyses.of_propagation(self.result.across, metadata, PROBABILITIES)
        if name == "histogram":
            return analyses.of_histogram(self.result.at_place, metadata)
        return analyses.of_density(self.result.across, metadata)

    def compute(self, subject: Subject) -> Distributions:
        """Return the distributions; ValueError with one sentence where there are none."""
        return self._distributions(subject, self.samples)

    def draft(self, subject: Subject) -> Distributions:
        """Return the distributions of fewer systems."""
        return self._distributions(subject, LIVE)

    def _distributions(self, subject: Subject, samples: int) -> Distributions:
        question = self.question
        z = places.position(self.place, subject.system)
        across = propagate(
            subject.surrogate,
            subject.system,
            question.spread,
            quantity=question.quantity,
            distribution=question.distribution,
            samples=samples,
        )
        there = across.at(z)
        return Distributions(
            across=across,
            quantiles=across.quantiles(PROBABILITIES),
            density=across.density(),
            place=self.place,
            at_place=there,
            quantiles_there=there.quantiles(PROBABILITIES)[:, 0],
            histogram=there.histogram(0),
        )
