"""Text of files as lines and tables of numbers, whatever the format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.tables import on_one_line

Array = NDArray[np.float64]

MAX_BYTES = 5_000_000
"""Size of the largest file that is read."""

MAX_ROWS = 100_000
"""Most distances that a table may have."""

MAX_COLUMNS = 200
"""Most columns that a table may have."""

FEW_ROWS = 4
"""Most rows of a table that lists r in one row and g in another."""

_KINDS = {
    b"\x89PNG": ("a PNG image", ""),
    b"\xff\xd8\xff": ("a JPEG image", ""),
    b"GIF8": ("a GIF image", ""),
    b"BM": ("a BMP image", ""),
    b"%PDF": ("a PDF document", ""),
    b"%!PS": ("a PostScript document", ""),
    b"PK\x03\x04": ("a ZIP archive or a spreadsheet", "save the table as CSV"),
    b"\xd0\xcf\x11\xe0": ("a spreadsheet", "save the table as CSV"),
    b"\x1f\x8b": ("compressed with gzip", "unpack it"),
    b"BZh": ("compressed with bzip2", "unpack it"),
    b"\xfd7zXZ": ("compressed with xz", "unpack it"),
    b"\x93NUMPY": ("a NumPy file", "save the array with numpy.savetxt"),
    b"\x89HDF": ("an HDF5 file", "save the table as text"),
}
"""What begins with these bytes, and what to do about it."""

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a"))
_LABEL_LENGTH = 40
_QUOTE_LENGTH = 30


@dataclass
class Table:
    """Numbers of a file with what the file says about them.

    Parameters
    ----------
    values : ndarray, shape (n, 1 + k)
        Distances and the other columns.
    labels : list of str
        Names of all columns, "" where the file has none.
    lines : sequence of int
        Line of the file that each row stands in; empty where rows aren't lines.
    format : str
        Name of the format.
    hints : list of str
        What the file says about its distances: the label of the x axis, or the first cells of
        the lines above the columns.
    heads : list of list of str
        Lines and comments above each of the tables that were made one.
    errors : dict of int to int
        Columns with the standard errors of others, by the number of the other.
    averages : list of int
        Columns that are averages of others.
    sections : list of (str, int)
        Names of the tables that were put beside each other, and how many columns each has.
    about : list of str
        All words of the file: comments, titles, names of axes and columns.
    rows : list of int
        Rows that are left after defects were mended.
    assumptions, warnings : list of str
        Sentences about choices made and defects mended.
    """

    values: Array
    labels: list[str]
    lines: Sequence[int]
    format: str = ""
    hints: list[str] = field(default_factory=list)
    heads: list[list[str]] = field(default_factory=list)
    errors: dict[int, int] = field(default_factory=dict)
    averages: list[int] = field(default_factory=list)
    sections: list[tuple[str, int]] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def where(self, row: int) -> str:
        """Name the place of a row in the file."""
        return f"line {self.lines[row]}" if len(self.lines) else f"point {row + 1}"


@dataclass
class Lines:
    """Lines of a file and their numbers, counted from 1."""

    texts: list[str]
    at: list[int]
    complete: bool
    """Whether the last line ends with a line break."""

    def part(self, start: int, stop: int | None = None) -> Lines:
        """Return some of the lines."""
        ends = stop is None or stop >= len(self.texts)
        return Lines(self.texts[start:stop], self.at[start:stop], self.complete or not ends)


def decode(data: bytes) -> str:
    """Return the text of a file, or raise a ValueError that tells what the file is instead."""
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"the file has {len(data) / 1e6:.1f} MB; a g(r) has at most {MAX_BYTES / 1e6:.0f} MB"
        )
    for magic, (kind, advice) in _KINDS.items():
        if data.startswith(magic) and (len(magic) > 2 or _is_binary(data[:64])):
            what_to_do = f"; {advice}" if advice else ""
            raise ValueError(f"the file is {kind}, not a table of numbers in text{what_to_do}")
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16").rstrip("\x1a")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if _is_binary(data):
        raise ValueError("the file is binary, not a table of numbers in text")
    return text.rstrip("\x1a")


def _is_binary(data: bytes) -> bool:
    return len(data.translate(None, _CONTROLS)) < len(data)


def quoted(text: str) -> str:
    """Return a short piece of a file for a message."""
    plain = on_one_line(text[: 2 * _QUOTE_LENGTH])
    return f"“{plain[:_QUOTE_LENGTH]}…”" if len(plain) > _QUOTE_LENGTH else f"“{plain}”"


def to_label(text: str) -> str:
    """Return a short name of a column."""
    return on_one_line(text[: 2 * _LABEL_LENGTH])[:_LABEL_LENGTH].strip()


def to_table(body: Lines, separator: str | None = None) -> Table:
    """Turn lines of numbers into an array, leaving out a last line that is cut off."""
    warnings = []
    if len(body.texts) > 2 and last_is_cut(body, separator):
        body = body.part(0, -1)
        warnings.append("The last line is cut off and was left out.")
    texts, at = body.texts, body.at
    width = len(texts[0].split(separator))
    if len(texts) > FEW_ROWS:
        limit_size(len(texts), width)
    else:
        limit_size(width, len(texts))
    values = even_rows(texts, separator)
    if values is None:
        rows = [
            [to_number(cell, line) for cell in text.split(separator)]
            for text, line in zip(texts, at, strict=True)
        ]
        for row, line in zip(rows, at, strict=True):
            if len(row) != width:
                refuse(line, f"{len(row)} columns where the rows above have {width}")
        values = np.array(rows)
    if width < 2:
        refuse(at[0], "a row needs a distance and a value of g(r), got one number")
    return Table(values, [""] * width, at, warnings=warnings)


def even_rows(texts: list[str], separator: str | None) -> Array | None:
    """Return the numbers of lines that all have as many, and nothing else; else None."""
    rows = [line.split(separator) for line in texts]
    width = len(rows[0])
    if len(set(map(len, rows))) > 1 or "_" in "".join(texts):
        return None
    try:
        flat = np.array(list(map(float, chain.from_iterable(rows))))
    except ValueError:
        return None
    return flat.reshape(len(rows), width)


def last_is_cut(body: Lines, separator: str | None) -> bool:
    """Return whether the last of some lines of numbers lacks its end."""
    above = [line.split(separator) for line in body.texts[-22:-1]]
    cells, width = body.texts[-1].split(separator), len(above[-1])
    if not is_number(cells[0]) and len(cells) >= width:
        return False
    if len(cells) < width:
        return is_number(above[-1][0]) and len(body.texts[-1]) < len(body.texts[-2])
    if body.complete or len(cells) > width:
        return False
    shortest = min(len("".join(row[-1:])) for row in above)
    return len(cells[-1]) < shortest or not all(map(is_number, cells))


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number."""
    try:
        _float(cell)
    except ValueError:
        return False
    return True


def to_number(cell: str, line: int) -> float:
    """Return the number in a cell, or raise a ValueError that names the line."""
    try:
        return _float(cell)
    except ValueError:
        refuse(line, f"{quoted(cell)} is not a number")


def _float(cell: str) -> float:
    if "_" in cell:
        raise ValueError("Python's underscores aren't part of numbers in files")
    # Fortran writes exponents with D
    return float(cell.replace("D", "E").replace("d", "e"))


def is_count(cell: str) -> bool:
    """Return whether a cell holds a whole number that counts something."""
    return len(cell) < 16 and cell.isascii() and cell.isdigit()


def between_quotes(line: str) -> str:
    """Return what a line has between its first and last quotation mark, or its third word."""
    first, last = line.find('"'), line.rfind('"')
    return line[first + 1 : last] if last > first else line.split(None, 2)[-1]


def limit_size(rows: int, columns: int) -> None:
    """Raise a ValueError if a table is too large to be a g(r)."""
    if rows > MAX_ROWS:
        raise ValueError(f"the table has {rows} rows; a g(r) has at most {MAX_ROWS}")
    if columns > MAX_COLUMNS:
        raise ValueError(f"the table has {columns} columns; at most {MAX_COLUMNS} are read")


def refuse(line: int, reason: str) -> NoReturn:
    """Raise a ValueError that names a line."""
    raise ValueError(f"line {line}: {reason}")
