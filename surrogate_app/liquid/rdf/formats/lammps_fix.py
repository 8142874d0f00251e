"""What `fix rdf` of LAMMPS wrote before 2009: a table for each time."""

from __future__ import annotations

import re

import numpy as np

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample, coordination
from surrogate_app.liquid.rdf.text import Table

_NAMES = re.compile(r"#?\s*r,\s*g\(\d+,\d+,r\)")
_MOST_TABLES = 4


def sniff(document: Document) -> bool:
    """Return whether the columns have the names of `fix rdf`."""
    return any(map(_NAMES.match, (*document.header, *document.comments)))


def read(document: Document) -> Table:
    """Read the tables and average them."""
    return document.table


def sample(of: Sample) -> str:
    """Write up to four tables, distances in Å."""
    text = ""
    parts = np.array_split(of.parts, min(len(of.parts), _MOST_TABLES))
    for step, part in enumerate(parts, start=1):
        g = part.mean(axis=0)
        text += f"# Timestep {step * 1000}\nr, g(1,1,r), ncoord(1,1,r)\n"
        rows = zip(10.0 * of.r, g, coordination(of.r, g, of.density), strict=True)
        text += "".join(f"{x:.6f} {y:.6f} {n:.6f}\n" for x, y, n in rows)
    return text


LAMMPS_FIX = Format("LAMMPS fix rdf", sniff, read, sample, order=58, counts=True)
