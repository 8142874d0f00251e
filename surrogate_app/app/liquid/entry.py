"""A file with all that was set for it, and the fit that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from surrogate_app.app.liquid.conditions import Conditions
from surrogate_app.liquid import RDF, Fit

OPTIONS = ("length_unit", "column", "sampling", "normalise")
"""How a file is read, as far as it can be set."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A file with all that was set for it, and the fit that follows.

    Parameters
    ----------
    name : str
        Name of the file.
    content : bytes or None
        The file; None for one that a link names, until it is uploaded.
    conditions : Conditions
        Density and temperature.
    length_unit, column, sampling : optional
        Unit of the distances, number of the column, and what distances are; None: as recognised.
    normalise : bool
        Whether to divide g(r) by the level of its tail.
    example : bool
        Whether it came with the package.
    copied_from : str
        Name of the file from which the conditions were taken over; empty once they were set.
    rdf : RDF, optional
        What was read.
    read_as : tuple
        The `options` that it was read with.
    fit : Fit, optional
        The last fit that could be made.
    refused : mapping
        One sentence for each thing that is in the way of a fit, by its name.
    """

    name: str
    content: bytes | None = field(repr=False)
    conditions: Conditions
    length_unit: str | None = None
    column: int | None = None
    sampling: str | None = None
    normalise: bool = False
    example: bool = False
    copied_from: str = ""
    rdf: RDF | None = None
    read_as: tuple[Any, ...] = ()
    fit: Fit | None = None
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> tuple[Any, ...]:
        """All that decides what is read from the file."""
        return (*(getattr(self, name) for name in OPTIONS), self.conditions.sigma)

    @property
    def in_sigma(self) -> bool:
        """Whether the distances of the file are in units of σ."""
        unit = self.length_unit if self.rdf is None else self.rdf.length_unit
        return unit == "σ"

    def read(self) -> Entry:
        """Return the entry with its file read as asked for; ValueError with one sentence."""
        if self.content is None:
            raise ValueError(
                f"The link was made with the file “{self.name}”, which links do not contain: "
                "upload it to see its fit."
            )
        if self.rdf is not None and self.read_as == self.options:
            return self
        unit, column, sampling, normalise, sigma = self.options
        rdf = RDF.read(self.content, unit, column, sigma, self.name, sampling)
        return replace(self, rdf=rdf.normalised() if normalise else rdf, read_as=self.options)
