"""What VOTCA writes: distances in nm, g and a flag in each row."""

from __future__ import annotations

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import Lines, Table, quoted, refuse, to_table

_FLAGS = ("i", "o", "u")


def sniff(document: Document) -> bool:
    """Return whether the first row ends with a flag."""
    return document.rows.texts[0].split()[-1] in _FLAGS


def read(document: Document) -> Table:
    """Read the rows that are in range."""
    body = document.rows
    cells = [line.rsplit(None, 1) for line in body.texts]
    flagged = [len(cell) == 2 and cell[1] in _FLAGS for cell in cells]
    for row in [row for row, good in enumerate(flagged[:-1]) if not good]:
        text = quoted(body.texts[row])
        refuse(body.at[row], f"a row of VOTCA ends with the flag i, o or u, got {text}")
    cut = not flagged[-1]
    kept = [row for row, cell in enumerate(cells) if flagged[row] and cell[1] == "i"]
    if not kept:
        raise ValueError("no row of the VOTCA table has the flag i (in range)")
    rows = Lines([cells[i][0] for i in kept], [body.at[i] for i in kept], True)
    table = to_table(rows)
    table.values, table.labels = table.values[:, :2], ["r", ""]
    if cut:
        table.warnings.append("The last line is cut off and was left out.")
    left_out = len(cells) - len(kept) - cut
    if left_out:
        table.warnings.append(f"{left_out} rows with the flag o or u were left out.")
    return table


def sample(of: Sample) -> str:
    """Write g, all in range."""
    rows = zip(of.r, of.g, strict=True)
    return "".join(f"{x:.10g} {y:.10g} i\n" for x, y in rows)


VOTCA = Format("VOTCA", sniff, read, sample, order=50, counts=True)
