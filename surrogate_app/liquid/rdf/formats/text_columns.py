"""Columns of text, as most people write them."""

from __future__ import annotations

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import Table


def sniff(_document: Document) -> bool:
    """Take what no other format knows."""
    return True


def read(document: Document) -> Table:
    """Read the columns."""
    return document.table


def sample(of: Sample) -> str:
    """Write g, distances in nm, as numpy.savetxt does."""
    rows = zip(of.r, of.g, strict=True)
    return "# r (nm) g(r)\n" + "".join(f"{x:.18e} {y:.18e}\n" for x, y in rows)


TEXT_COLUMNS = Format("text columns", sniff, read, sample, order=100)
