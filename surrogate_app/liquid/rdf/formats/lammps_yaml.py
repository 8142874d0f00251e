"""What LAMMPS writes into files named ``.yaml``."""

from __future__ import annotations

from itertools import pairwise

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.formats import lammps
from surrogate_app.liquid.rdf.text import Lines, Table, quoted, refuse


def sniff(document: Document) -> bool:
    """Return whether there is a line “data:”."""
    return "data:" in document.body.texts


def read(document: Document) -> Table:
    """Read the blocks."""
    return lammps.read_blocks(document.comments, _plain(document.body))


def _plain(body: Lines) -> Lines:
    """Turn the YAML into the usual blocks of LAMMPS."""
    start = body.texts.index("data:") + 1
    plain = Lines([], [], body.complete)
    heads: list[int] = []
    for text, line in zip(body.texts[start:], body.at[start:], strict=True):
        if text.endswith(":"):
            heads.append(len(plain.texts))
            plain.texts.append(text[:-1])
        elif heads and text.startswith("- ["):
            cells = text[3:].rstrip("], ").replace(",", " ")
            plain.texts.append(f"{len(plain.texts) - heads[-1]} {cells}")
        elif text == "...":
            break
        else:
            refuse(line, f"{quoted(text)} is neither a time step nor a row of its block")
        plain.at.append(line)
    if not heads:
        raise ValueError("the file holds no numbers: there is no block below its line “data:”")
    rows = max(b - a - 1 for a, b in pairwise([*heads, len(plain.texts)]))
    for head in heads:
        plain.texts[head] += f" {rows}"
    return plain


def sample(of: Sample) -> str:
    """Write up to four blocks, distances in Å."""
    lines = []
    for line in lammps.sample(of).splitlines()[3:]:
        cells = line.split()
        whole = f"  - [{', '.join(cells[1:])}, ]"
        lines.append(f"  {cells[0]}:" if len(cells) == 2 else whole)
    head = f"# Time-averaged data for fix {of.title or 'rdf'}\n# TimeStep Number-of-rows\n"
    keys = "---\nkeywords: ['c_rdf[1]', 'c_rdf[2]', 'c_rdf[3]', ]\ndata:\n"
    return head + keys + "\n".join(lines) + "\n...\n"


LAMMPS_YAML = Format("LAMMPS YAML", sniff, read, sample, order=5, counts=True)
