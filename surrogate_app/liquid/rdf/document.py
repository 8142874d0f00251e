"""The lines of a file: comments, a header, and the rows of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from surrogate_app.liquid.rdf.text import (
    FEW_ROWS,
    MAX_COLUMNS,
    Array,
    Lines,
    Table,
    decode,
    is_number,
    limit_size,
    quoted,
    to_label,
    to_table,
)

_COMMENTS = ("#", "@", "!", "%", "//")
_ENOUGH = 2000


@dataclass
class Document:
    """The text of a file, its lines told apart.

    Parameters
    ----------
    comments : list of str
        Lines that begin with a sign of comments.
    body : Lines
        All others.
    """

    comments: list[str]
    body: Lines

    @classmethod
    def of(cls, data: bytes) -> Document:
        """Decode a file; ValueError where it holds no text but comments."""
        text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
        comments: list[str] = []
        body = Lines([], [], text.endswith("\n"))
        for number, line in enumerate(text.split("\n"), start=1):
            line = line.strip()
            if line.startswith(_COMMENTS):
                comments.append(line)
            elif line:
                body.texts.append(line)
                body.at.append(number)
        if not body.texts:
            raise ValueError("the file holds no numbers: it is empty or has only comments")
        return cls(comments, body)

    @property
    def header(self) -> list[str]:
        """Lines above the first row that aren't comments."""
        return self._parts[0]

    @property
    def rows(self) -> Lines:
        """Lines from the first row of numbers on."""
        return self._parts[1]

    @cached_property
    def _parts(self) -> tuple[list[str], Lines]:
        texts = self.body.texts
        if any("#" in line for line in texts):
            texts = [line.partition("#")[0].strip() for line in texts]
        start = next((i for i, line in enumerate(texts) if _is_row(line)), None)
        if start is None:
            raise ValueError(
                f"no line holds a distance and a value of g(r); line {self.body.at[0]} is "
                f"{quoted(texts[0])}"
            )
        body = Lines(texts, self.body.at, self.body.complete)
        return texts[:start], body.part(start)

    @cached_property
    def separator(self) -> str | None:
        """What separates the cells of a row; None where blanks do."""
        whole = "\n".join(self.rows.texts)
        if '"' in whole:
            whole = whole.replace('","', ";").replace('"', "")
        if ";" in whole:
            return ";"
        if "," in whole and not _has_decimal_commas(whole):
            return ","
        return None

    @cached_property
    def table(self) -> Table:
        """The rows as columns of numbers, with names where the lines above have as many cells."""
        body, separator = self.rows, self.separator
        texts = body.texts
        if any('"' in line for line in texts):
            texts = [line.replace('","', ";").replace('"', "") for line in texts]
        whole = "\n".join(texts)
        if separator != "," and "," in whole and "." not in whole:
            texts = [line.replace(",", ".") for line in texts]
        if separator and texts[0].endswith(separator):
            texts = [line.rstrip(separator) for line in texts]
        table = to_table(Lines(texts, body.at, body.complete), separator)
        if len(table.values) <= FEW_ROWS < table.values.shape[1]:
            table = Table(table.values.T, [], (), warnings=table.warnings)
            limit_size(*table.values.shape)
        width = table.values.shape[1]
        above = [*self.header, *self.comments[-1:]]
        rows = [_cells(line.lstrip("#!%/ "), separator) for line in above]
        fitting = [cells for cells in rows if len(cells) == width]
        table.labels = [to_label(cell) for cell in fitting[0]] if fitting else [""] * width
        table.told = [cells[0] for cells in fitting or rows[-1:] if cells]
        _drop_index(table)
        return table


def grows(r: Array, values: Array) -> bool:
    """Tell whether a column grows all the way, as coordination numbers and distances do."""
    if np.any(np.diff(values) < 0.0) or not values[-1] > 0.0:
        return False
    return bool(np.interp(0.8 * r[-1], r, values) < 0.85 * values[-1])


def _is_row(line: str) -> bool:
    """Tell a row of numbers from a line of a header, and a damaged row from a header, too."""
    cells = re.split(r'[\s;,"]+', line[:_ENOUGH].strip('";, \t'))
    numbers = sum(map(is_number, cells))
    return numbers > 1 and (is_number(cells[0]) or 2 * numbers > len(cells))


def _drop_index(table: Table) -> None:
    """Leave out a first column that only counts the rows."""
    if table.values.shape[1] < 3:
        return
    first, second = table.values[:, 0], table.values[:, 1]
    counts = first[0] in (0.0, 1.0) and np.all(np.diff(first) == 1.0)
    if counts and np.all(np.diff(second) > 0.0):
        table.values, table.labels = table.values[:, 1:], table.labels[1:]
        table.told = table.labels[:1]


def _has_decimal_commas(whole: str) -> bool:
    cells = whole.partition("\n")[0].split()
    return len(cells) > 1 and "." not in whole and not any(c.endswith(",") for c in cells[:-1])


def _cells(line: str, separator: str | None) -> list[str]:
    """Split a line of a header; a unit in brackets stays with its name."""
    if separator:
        if '"' in line:  # as in rows, commas separate quoted cells whatever separates others
            line = line.replace('","', separator).replace('", "', separator)
        return [cell.strip(' "') for cell in line.rstrip(separator).split(separator)]
    if "\t" in line:
        return [cell.strip(' "') for cell in line.split("\t")]
    if '"' in line:
        return re.findall(r'"([^"]*)"', line)
    cells: list[str] = []
    for word in line.split()[: 2 * MAX_COLUMNS]:
        if cells and word.startswith(("(", "[")):
            cells[-1] += f" {word}"
        else:
            cells.append(word)
    return cells
