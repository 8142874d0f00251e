"""RDFDAT of DL_POLY: a title, numbers of pairs and points, and a table for each pair."""

from __future__ import annotations

from itertools import pairwise

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample, coordination
from surrogate_app.liquid.rdf.text import Table, is_count, to_label

_WORDS = 2


def sniff(document: Document) -> bool:
    """Return whether two counts and then two names of atoms stand above the first table."""
    texts = document.body.texts[:4]
    for counts, names in pairwise(texts):
        cells, pair = counts.split(), names.split()
        heading = len(cells) >= _WORDS and all(map(is_count, cells[:_WORDS]))
        if heading and len(pair) == _WORDS:
            return all(name[:1].isalpha() for name in pair)
    return False


def read(document: Document) -> Table:
    """Read the tables; behind r and g stand errors or numbers of neighbours."""
    table = document.table
    width = table.sections[0][1] if table.sections else table.values.shape[1] - 1
    names = [name for name, _ in table.sections] or [table.heads[0][-1]]
    table.values = table.values[:, [0, *range(1, table.values.shape[1], width)]]
    table.labels = ["", *(to_label(" ".join(name.split())) for name in names)]
    table.errors, table.averages = {}, []
    return table


def sample(of: Sample) -> str:
    """Write one pair, distances in Å."""
    rows = zip(10.0 * of.r, of.g, coordination(of.r, of.g, of.density), strict=True)
    head = f"{of.title or 'a run'}\n{1:10d}{len(of.r):10d}\nAr      Ar      \n"
    return head + "".join(f"{x:14.6E}{y:14.6E}{n:14.6E}\n" for x, y, n in rows)


DL_POLY = Format("DL_POLY RDFDAT", sniff, read, sample, order=52, counts=True)
