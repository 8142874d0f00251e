"""Columns separated by commas or semicolons, as spreadsheets and pandas write them."""

from __future__ import annotations

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import Table


def sniff(document: Document) -> bool:
    """Return whether commas or semicolons separate cells."""
    return document.separator is not None


def read(document: Document) -> Table:
    """Read the columns."""
    return document.table


def sample(of: Sample) -> str:
    """Write g below names of columns, distances in nm."""
    rows = zip(of.r, of.g, strict=True)
    return "r (nm),g(r)\n" + "".join(f"{x:.6f},{y:.6f}\n" for x, y in rows)


CSV = Format("CSV", sniff, read, sample, order=60)
