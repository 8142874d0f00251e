"""What `radial` of Tinker prints: bin, counts, distance in Å, raw and smooth g(r)."""

from __future__ import annotations

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import Table


def sniff(document: Document) -> bool:
    """Return whether the title is Tinker's."""
    return any(line.startswith("Pairwise Radial Distribution") for line in document.header)


def read(document: Document) -> Table:
    """Read distances and both g(r)."""
    return document.table


def sample(of: Sample) -> str:
    """Write one pair."""
    head = (
        "\n Pairwise Radial Distribution Function :\n\n"
        "       First Name or Type :  AR         Second Name or Type :  AR\n\n"
        "     Bin         Counts       Distance       Raw g(r)    Smooth g(r)\n\n"
    )
    shells = 1e4 * of.r**2 * of.g
    rows = enumerate(zip(shells, 10.0 * of.r, of.g, strict=True), start=1)
    return head + "".join(
        f"{i:8d}{round(n):15d}{x:15.6f}{y:15.6f}{y:15.6f}\n" for i, (n, x, y) in rows
    )


TINKER = Format("Tinker radial", sniff, read, sample, order=54, counts=True)
