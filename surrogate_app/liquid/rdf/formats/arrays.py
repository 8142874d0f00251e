"""Arrays as programs print or write them, and tables with r in one row and g in another."""

from __future__ import annotations

import json
import re

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

_NAME = r"""(?:\b([A-Za-z]\w*)['"]?\s*[:=]\s*)?(?:np\.|numpy\.)?(?:array\s*)?"""
_BEGIN = re.compile(rf"\{{?\s*['\"]?{_NAME}[\[(][\[(\s]*[-+.\d]")
"""An array of numbers in brackets, maybe behind its name as in YAML, Python and MATLAB."""

_NAMED = re.compile(rf"{_NAME}$")
_LONGEST_NAME = 80


def sniff(document: Document) -> bool:
    """Return whether brackets begin the text, or rows are few and long."""
    if _in_brackets(document.body):
        return True
    rows = document.rows.texts
    return len(rows) <= FEW_ROWS and len(rows[0].split(document.separator)) > FEW_ROWS


def read(document: Document) -> Table:
    """Read arrays of one length."""
    if _in_brackets(document.body):
        return _brackets(document.body)
    return document.table


def _in_brackets(body: Lines) -> bool:
    first = " ".join(body.texts[:3])
    return first.startswith("[") or _BEGIN.match(first) is not None


def _brackets(body: Lines) -> Table:
    text = " ".join(body.texts).replace(",", " ").replace(";", " ")
    if "..." in text:
        raise ValueError(
            "the arrays are abbreviated with “...”; save them with numpy.savetxt instead"
        )
    labels, groups = [], []
    for part in re.split(r"[\])]", text):
        before, *_, cells = re.split(r"[\[(]", part) if re.search(r"[\[(]", part) else ("", part)
        if cells.strip(" ,}"):
            name = _NAMED.search(before[-_LONGEST_NAME:])
            labels.append((name and name[1]) or "")
            groups.append(cells.split())
    if len(groups) < 2 or len({len(group) for group in groups}) > 1:
        raise ValueError("arrays in brackets must be two or more of one length: r and g(r)")
    values = np.array([[to_number(cell, body.at[0]) for cell in group] for group in groups])
    if values.shape[1] > values.shape[0]:
        values = values.T
    else:
        labels = [""] * values.shape[1]
    limit_size(*values.shape)
    table = Table(values, labels, ())
    table.hints = labels[:1]
    return table


def sample(of: Sample) -> str:
    """Write g as JSON."""
    return json.dumps([of.r.tolist(), of.g.tolist()]) + "\n"


ARRAYS = Format("arrays", sniff, read, sample, order=10)
