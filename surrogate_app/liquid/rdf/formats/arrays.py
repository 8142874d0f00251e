"""Arrays as Python prints them, JSON lists, and tables with r in one row and g in another."""

from __future__ import annotations

import json

import numpy as np

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import (
    FEW_ROWS,
    Lines,
    Table,
    limit_size,
    to_number,
)


def sniff(document: Document) -> bool:
    """Return whether brackets begin the text, or rows are few and long."""
    if document.body.texts[0].startswith("["):
        return True
    rows = document.rows.texts
    return len(rows) <= FEW_ROWS and len(rows[0].split(document.separator)) > FEW_ROWS


def read(document: Document) -> Table:
    """Read arrays of one length."""
    if document.body.texts[0].startswith("["):
        return _brackets(document.body)
    return document.table


def _brackets(body: Lines) -> Table:
    text = " ".join(body.texts).replace(",", " ")
    if "..." in text:
        raise ValueError(
            "the arrays are abbreviated with “...”; save them with numpy.savetxt instead"
        )
    groups = [group.replace("[", " ").split() for group in text.split("]")]
    groups = [group for group in groups if group]
    if len(groups) < 2 or len({len(group) for group in groups}) > 1:
        raise ValueError("arrays in brackets must be two or more of one length: r and g(r)")
    values = np.array([[to_number(cell, body.at[0]) for cell in group] for group in groups])
    values = values.T if values.shape[1] > values.shape[0] else values
    limit_size(*values.shape)
    return Table(values, [""] * values.shape[1], ())


def sample(of: Sample) -> str:
    """Write g as JSON."""
    return json.dumps([of.r.tolist(), of.g.tolist()]) + "\n"


ARRAYS = Format("arrays", sniff, read, sample, order=10)
