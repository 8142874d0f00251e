"""What a format of files with g(r) is, and how the format of a file is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from surrogate_app.common.registry import Registry
from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.text import Array, Table

_HEADS, _LINES, _LENGTH = 8, 200, 400
"""How much of the words of a file is looked at: tables, lines, characters of a line."""


@dataclass(frozen=True)
class Sample:
    """A g(r) to be written in some format.

    Parameters
    ----------
    r : ndarray, shape (n,)
        Distances in nm.
    parts : ndarray, shape (parts, n)
        Values of g(r) from successive parts of a run.
    density : float
        Number density in nm⁻³, for coordination numbers.
    title : str
        What the g(r) is of.
    """

    r: Array
    parts: Array
    density: float
    title: str = ""

    @property
    def g(self) -> Array:
        """Mean of the parts."""
        return np.asarray(self.parts.mean(axis=0))


@dataclass(frozen=True)
class Format:
    """A way in which programs write g(r) into files.

    Each is a constant of a module in `liquid.rdf.formats`; a new one is one new file there.

    Parameters
    ----------
    name : str
        Name that users see.
    sniff : callable
        Return whether a `Document` is of this format.
    read : callable
        Turn such a `Document` into a `Table`.
    sample : callable
        Write a `Sample` as the program does; `read` gives it back.
    order : float
        Formats are tried in this order, those that are told by more come first.
    counts : bool
        Whether the program counts pairs in bins of which it writes the centres.
    """

    name: str
    sniff: Callable[[Document], bool]
    read: Callable[[Document], Table]
    sample: Callable[[Sample], str]
    order: float
    counts: bool = False


FORMATS: Registry[Format] = Registry(
    "surrogate_app.liquid.rdf.formats", Format, order=lambda format: format.order
)
"""Formats that `RDF.read` knows, in the order in which they are tried."""


def parse(data: bytes) -> Table:
    r"""Read the table in the bytes of a file.

    Parameters
    ----------
    data : bytes
        Content of the file: text in UTF-8, UTF-16 with a byte order mark, or Latin-1.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        If there is no table of numbers, with the line that is wrong.

    Examples
    --------
    >>> table = parse(b"r;g\n0,10;0\n0,35;2,5\n0,60;1,1\n")
    >>> table.format, table.values[1].tolist()
    ('CSV', [0.35, 2.5])
    """
    document = Document.of(data)
    for format in FORMATS.values():
        if format.sniff(document):
            table = format.read(document)
            above = [line for head in table.heads[:_HEADS] for line in head]
            about = [*document.comments[:_LINES], *above[:_LINES], *table.labels]
            return replace(table, format=format.name, about=[line[:_LENGTH] for line in about])
    raise ValueError("the file is of no format that is known")  # text columns take every table


def coordination(r: Array, g: Array, density: float) -> Array:
    """Return the number of neighbours within r, by the trapezoidal rule on 4πρ r² g(r)."""
    shell = 4.0 * np.pi * density * r**2 * g
    steps = 0.5 * (shell[1:] + shell[:-1]) * np.diff(r)
    return np.concatenate(([0.0], np.cumsum(steps)))
