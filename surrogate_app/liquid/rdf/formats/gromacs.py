"""What `gmx rdf` writes: columns in nm below lines that begin with @."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import (
    Table,
    between_quotes,
    to_label,
    to_table,
)

_XMGR = re.compile(r'legend string\s+(\d{1,3})\s+"([^"]*)"')


_GRACE = re.compile(r"@\s*(version|target|page size|g\d+\s)", re.IGNORECASE)


def sniff(document: Document) -> bool:
    """Return whether there are lines that begin with @."""
    return any(line.startswith("@") for line in document.comments)


def read(document: Document) -> Table:
    """Read the data sets; those with the same distances become columns."""
    body = document.rows
    said = {"title": "", "xaxis": "", "yaxis": "", "type": ""}
    legends: dict[int, str] = {}
    for line in document.comments:
        words = line[1:].split(None, 2) if line.startswith("@") else []
        if len(words) < 2:
            continue
        key = words[0].lower()
        if key in said:
            said[key] = between_quotes(line)
        elif words[1] == "legend" and re.fullmatch(r"s\d{1,3}", key):
            legends[int(key[1:])] = between_quotes(line)
        elif key == "legend" and words[1] == "string" and (found := _XMGR.search(line)):
            legends[int(found[1])] = found[2]
    about = f"{said['title']} {said['yaxis']}".lower()
    if any(word in about for word in ("cumulative", "coordination", "number rdf")):
        raise ValueError(
            "the file holds a coordination number (gmx rdf -cn), as its title says; "
            "take the file that gmx rdf -o wrote"
        )
    ends = [i for i, line in enumerate(body.texts) if line.startswith("&")]
    edges = [-1, *ends, len(body.texts)]
    parts = [body.part(a + 1, b) for a, b in pairwise(edges) if b > a + 1]
    table = to_table(parts[0])
    for part in parts[1:]:
        other = to_table(part)
        if not np.array_equal(other.values[:, 0], table.values[:, 0]):
            table.warnings.append(
                f"Only the first of {len(parts)} data sets was read, as their distances differ."
            )
            break
        table.values = np.hstack((table.values, other.values[:, 1:]))
        table.warnings += other.warnings
    if "xydy" in said["type"].lower() and table.values.shape[1] > 2:
        table.errors = {1: 2}
        table.values = table.values[:, :3]
    table.labels = [
        said["xaxis"],
        *(to_label(legends.get(i, "")) for i in range(table.values.shape[1] - 1)),
    ]
    table.hints = [said["xaxis"]]
    if said["xaxis"] in ("", "r"):
        # gmx rdf writes nm, and versions before 5 don't say so; files of Grace may hold anything
        of_grace = not said["xaxis"] and any(_GRACE.match(line) for line in document.comments)
        table.hints = [] if of_grace else ["nm"]
    return table


def sample(of: Sample) -> str:
    """Write g."""
    rows = zip(of.r, of.g, strict=True)
    head = f"""# Written by surrogate-app in the format of gmx rdf
@    title "Radial distribution"
@    xaxis  label "r (nm)"
@    yaxis  label "g(r)"
@TYPE xy
@ subtitle "reference {of.title}"
@ legend on
@ s0 legend "{of.title}"
"""
    return head + "".join(f"{x:11.6f}{y:11.6f}\n" for x, y in rows)


GROMACS = Format("GROMACS xvg", sniff, read, sample, order=40, counts=True)
