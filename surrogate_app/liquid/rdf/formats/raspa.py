"""RDF files of RASPA: comments that number the columns, index, distance in Å, g and counts."""

from __future__ import annotations

import re

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import Table

_COLUMN = re.compile(r"#\s*column\s+\d+\s*:", re.IGNORECASE)


def sniff(document: Document) -> bool:
    """Return whether comments number columns of which one is a histogram."""
    numbered = [line for line in document.comments if _COLUMN.match(line)]
    return len(numbered) > 1 and any("histogram" in line for line in numbered)


def read(document: Document) -> Table:
    """Read distances and g."""
    return document.table


def sample(of: Sample) -> str:
    """Write one pair."""
    head = (
        "# column 1: index\n# column 2: distance [A]\n# column 3: RDF histogram\n"
        "# column 4: unnormalized distance histogram\n"
    )
    rows = enumerate(zip(10.0 * of.r, of.g, 1e4 * of.r**2 * of.g, strict=True))
    return head + "".join(f"{i} {x:.6f} {y:.6f} {n:.6f}\n" for i, (x, y, n) in rows)


RASPA = Format("RASPA", sniff, read, sample, order=56, counts=True)
