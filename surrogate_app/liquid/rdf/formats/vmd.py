"""What `measure gofr` of VMD writes: distances in Å, g and the number of neighbours."""

from __future__ import annotations

from surrogate_app.liquid.rdf.columns import grows
from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample, coordination
from surrogate_app.liquid.rdf.text import Table


def sniff(document: Document) -> bool:
    """Return whether there are three columns without a word, of which the third grows."""
    if document.comments or document.header or document.separator:
        return False
    values = document.table.values
    return values.shape[1] == 3 and grows(values[:, 0], values[:, 2])


def read(document: Document) -> Table:
    """Read the columns."""
    table = document.table
    table.labels = ["r", "g(r)", ""]
    return table


def sample(of: Sample) -> str:
    """Write g."""
    rows = zip(10.0 * of.r, of.g, coordination(of.r, of.g, of.density), strict=True)
    return "".join(f"{x:.6f} {y:.6f} {n:.6f}\n" for x, y, n in rows)


VMD = Format("VMD", sniff, read, sample, order=70, counts=True)
