"""A file with all that was set for it, and the fit that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from surrogate_app.app.liquid.conditions import Conditions
from surrogate_app.common.tables import on_one_line
from surrogate_app.liquid import RDF, Fit, StructureFactor, StructureFactorFit
from surrogate_app.liquid.rdf.structure_factor import read_curve

OPTIONS = ("length_unit", "q_unit", "column", "sampling", "quantity", "origin", "cut", "normalise")
"""How a file is read, as far as it can be set."""

MAX_NAME = 200
"""Longest name of a file that pages and links hold."""


def file_name(text: str) -> str:
    r"""Return the name of a file as it is shown: without control characters, and not too long.

    Examples
    --------
    >>> file_name("argon.xvg"), file_name("argon\r\n.xvg"), file_name("\t")
    ('argon.xvg', 'argon .xvg', 'unnamed')
    """
    name = text if text.isprintable() else on_one_line(text)
    return name[:MAX_NAME] or "unnamed"


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
    length_unit, q_unit, column, sampling : optional
        Unit of the distances or of the wave numbers, number of the column, and what distances
        are; None: as recognised.
    quantity, origin : optional
        What the values are, g(r), what it is made from, or a structure factor, and whether they
        were simulated or measured; None: as recognised.
    cut : bool
        Whether to leave out what lies beyond half of the box.
    normalise : bool
        Whether to divide g(r) by the level of its tail.
    example : bool
        Whether it came with the package.
    about : str
        What an example is of.
    copied_from : str
        Name of the file from which the conditions were taken over; empty once they were set.
    curve : RDF or StructureFactor, optional
        What was read.
    read_as : tuple
        The `options` that it was read with.
    fit : Fit, optional
        The last fit that could be made.
    refused : mapping
        One sentence for each thing that is in the way of a fit, by its name.
    offered : str
        What to read the file as, where it holds what g(r) can be made from.
    """

    name: str
    content: bytes | None = field(repr=False)
    conditions: Conditions
    length_unit: str | None = None
    q_unit: str | None = None
    column: int | None = None
    sampling: str | None = None
    quantity: str | None = None
    origin: str | None = None
    cut: bool = False
    normalise: bool = False
    example: bool = False
    about: str = ""
    copied_from: str = ""
    curve: RDF | StructureFactor | None = None
    read_as: tuple[Any, ...] = ()
    fit: Fit | StructureFactorFit | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    offered: str = ""

    @property
    def rdf(self) -> RDF | None:
        """The g(r) that was read; None of a structure factor, or before anything was."""
        return self.curve if isinstance(self.curve, RDF) else None

    @property
    def structure_factor(self) -> StructureFactor | None:
        """The structure factor that was read; None of a g(r), or before anything was."""
        return self.curve if isinstance(self.curve, StructureFactor) else None

    @property
    def options(self) -> tuple[Any, ...]:
        """All that decides what is read from the file."""
        given = self.conditions
        density = None
        if self.quantity == "reduced" and not given.refused:
            density = given.in_per_nm3  # which the reduced G(r) needs
        return (*(getattr(self, name) for name in OPTIONS), given.sigma, density)

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
        if self.curve is not None and self.read_as == self.options:
            return self
        curve = read_curve(
            self.content,
            self.length_unit,
            self.column,
            self.conditions.sigma,
            self.name,
            self.quantity,
            q_unit=self.q_unit,
            sampling=self.sampling,
            density=self.options[-1],
            origin=self.origin,
        )
        if isinstance(curve, RDF):
            if self.cut and curve.half_box is not None:
                curve = curve.cut()
            curve = curve.normalised() if self.normalise else curve
        return replace(self, curve=curve, read_as=self.options)
