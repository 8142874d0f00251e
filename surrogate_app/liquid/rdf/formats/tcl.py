"""Lists in braces: of Tcl, as VMD's `measure gofr` returns r, g, ∫g, …, or of Mathematica."""

from __future__ import annotations

import re

import numpy as np

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample, coordination
from surrogate_app.liquid.rdf.text import FEW_ROWS, Table, limit_size, to_number


def sniff(document: Document) -> bool:
    """Return whether the text begins with a list in braces."""
    return re.match(r"(set\s+\w+\s+)?\{+\s*[-+.\d]", " ".join(document.body.texts[:2])) is not None


def read(document: Document) -> Table:
    """Read the lists that are as long as the first one."""
    body = document.body
    lists = [
        cells.replace(",", " ").split()
        for cells in re.findall(r"\{([^{}]*)\}", " ".join(body.texts))
    ]
    lists = [cells for cells in lists if cells]
    if len(lists) < 2:
        raise ValueError("the list in braces is alone or not closed; r and g(r) should be two")
    if len(lists[0]) <= FEW_ROWS and len({len(cells) for cells in lists}) == 1:
        lists = [list(cells) for cells in zip(*lists, strict=True)]  # {r g} {r g} …
    kept = [cells for cells in lists if len(cells) == len(lists[0])]
    if len(kept) < 2:
        raise ValueError("lists in braces must be two or more of one length: r and g(r)")
    limit_size(len(kept[0]), len(kept))
    values = np.array([[to_number(cell, body.at[0]) for cell in cells] for cells in kept]).T
    # behind r and g come the number of neighbours and the counts
    values = values[:, :2] if len(kept) >= 4 else values
    return Table(values, [""] * values.shape[1], ())


def sample(of: Sample) -> str:
    """Write r in Å, g and the number of neighbours."""
    lists = (10.0 * of.r, of.g, coordination(of.r, of.g, of.density))
    return " ".join("{" + " ".join(f"{x:.6f}" for x in values) + "}" for values in lists) + "\n"


TCL = Format("Tcl lists", sniff, read, sample, order=7, counts=True)
