"""The lines of a file: comments, headings, and the tables of numbers below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from surrogate_app.liquid.rdf.columns import name_columns
from surrogate_app.liquid.rdf.frames import combined
from surrogate_app.liquid.rdf.text import (
    FEW_ROWS,
    Array,
    Lines,
    Table,
    decode,
    even_rows,
    is_number,
    last_is_cut,
    limit_size,
    quoted,
    refuse,
    to_number,
)

_COMMENTS = ("#", "@", "!", "%", "//")
_SIGNS = frozenset(sign[0] for sign in _COMMENTS)
_ENOUGH = 2000
_BEGINS_NUMBER = frozenset("0123456789+-.nNiI")
_SETTINGS = 0.5
"""Share of the longest run of rows that a run needs to be a table, not settings above one."""

_RESTART = 0.05, 0.5
"""A table begins anew where distances fall from beyond the second share to within the first."""

_MOST_TABLES = 4
"""Tables of the greatest length that a file may have, or more shorter ones."""

_DISORDERED = 0.2

_FARTHEST_STEP = 20.0
"""Steps of a table within which rows behind a broken line go on with it."""


@dataclass
class Block:
    """One table of a file.

    Parameters
    ----------
    head : list of str
        Lines and comments above it that belong to no other table.
    values : ndarray, shape (n, k)
        Its numbers.
    at : sequence of int
        Lines of the file.
    """

    head: list[str]
    values: Array
    at: Sequence[int]


@dataclass
class Document:
    """The text of a file, its lines told apart.

    Parameters
    ----------
    comments : list of str
        Lines that begin with a sign of comments.
    comments_at : list of int
        Their numbers, counted from 1.
    body : Lines
        All other lines that aren't blank.
    """

    comments: list[str]
    comments_at: list[int]
    body: Lines

    @classmethod
    def of(cls, data: bytes) -> Document:
        """Decode a file; ValueError where it holds no text but comments."""
        text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
        comments: list[str] = []
        comments_at: list[int] = []
        body = Lines([], [], text.endswith("\n"))
        for number, line in enumerate(text.split("\n"), start=1):
            line = line.strip()
            if line[:1] == "|":  # a table of Markdown
                line = line.strip("|").replace("|", " ").strip()
            elif " & " in line:  # one of LaTeX
                line = line.replace("&", " ").rstrip("\\ ")
            if line[:1] in _SIGNS and line.startswith(_COMMENTS):
                comments.append(line)
                comments_at.append(number)
            elif line:
                body.texts.append(line)
                body.at.append(number)
        if not body.texts:
            raise ValueError("the file holds no numbers: it is empty or has only comments")
        return cls(comments, comments_at, body)

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
        if "#" in "".join(texts):
            texts = [line.partition("#")[0].strip() for line in texts]
        start = next((i for i, line in enumerate(texts) if _is_row(line)), None)
        if start is None:
            raise ValueError(self._without_rows(texts))
        body = Lines(texts, self.body.at, self.body.complete)
        return texts[:start], body.part(start)

    def _without_rows(self, texts: list[str]) -> str:
        if sum(map(is_number, texts[:_ENOUGH])) > max(0.5 * len(texts[:_ENOUGH]), FEW_ROWS):
            return (
                "the file holds one number a line, as a column of g(r) without distances; "
                "write the distance before each value"
            )
        return (
            f"no line holds a distance and a value of g(r); line {self.body.at[0]} is "
            f"{quoted(texts[0])}"
        )

    @cached_property
    def separator(self) -> str | None:
        """What separates the cells of a row; None where blanks do."""
        lines = [line for line in self.rows.texts if line[:1] in _BEGINS_NUMBER or line[:1] == '"']
        whole = "\n".join(lines)
        if '"' in whole:
            whole = whole.replace('","', ";").replace('"', "")
        for mark in (";", ","):
            found = whole.count(mark)
            if 2 * found >= len(lines) and not (mark == "," and _has_decimal_commas(whole)):
                return mark
        return None

    @cached_property
    def table(self) -> Table:
        """The tables of the file as one, with the names of their columns."""
        plain = self._plain
        blocks = self._blocks(plain)
        width = blocks[0].values.shape[1]
        if len(blocks) == 1 and len(blocks[0].values) <= FEW_ROWS < width:
            values = blocks[0].values.T
            limit_size(*values.shape)
            table = Table(values, [], ())
            table.heads = [blocks[0].head]
        else:
            table = combined([(block.head, block.values, block.at) for block in blocks])
        table.warnings += plain[1]
        name_columns(table, self.separator)
        return table

    @property
    def _plain(self) -> tuple[Lines, list[str]]:
        """Rows with points as decimal signs and without quotation marks; and what was left out."""
        body, separator = self.rows, self.separator
        texts = body.texts
        joined = "\n".join(texts)
        if '"' in joined:
            texts = [line.replace('","', ";").replace('"', "") for line in texts]
        if separator != "," and "," in joined:
            whole = "\n".join(line for line in texts if line[:1] in _BEGINS_NUMBER)
            if "," in whole and "." not in whole:
                texts = [line.replace(",", ".") for line in texts]
        if separator and texts[0].endswith(separator):
            texts = [line.rstrip(separator) for line in texts]
        plain = Lines(texts, body.at, body.complete)
        if len(texts) > 2 and last_is_cut(plain, separator):
            return plain.part(0, -1), ["The last line is cut off and was left out."]
        return plain, []

    def _blocks(self, plain: tuple[Lines, list[str]]) -> list[Block]:
        """Tables of equal width, and what stands above each."""
        lines, separator = plain[0], self.separator
        limit_size(len(lines.texts) // _MOST_TABLES, 2)
        even = even_rows(lines.texts, separator)
        if even is not None and len(even) > FEW_ROWS and even.shape[1] > 1:
            pieces = [(a, b, even[a:b]) for a, b in _restarts(even[:, 0])]
            return self._tables(lines, pieces)
        rows = [_numbers(line, separator) for line in lines.texts]
        runs = _runs(rows)
        lengths: dict[int, int] = {}
        for start, stop in runs:
            width = len(rows[start] or ())
            lengths[width] = max(lengths.get(width, 0), stop - start)
        width = max(lengths, key=lambda width: (lengths[width], width), default=0)
        if width < 2:
            return self._refuse_row(lines, rows, 0, 2)
        runs = [run for run in runs if len(rows[run[0]] or ()) == width]
        self._refuse_broken(lines, rows, runs, width)
        pieces = [
            (start + a, start + b, values[a:b])
            for start, stop in runs
            for values in [np.array(rows[start:stop])]
            for a, b in _restarts(values[:, 0])
        ]
        return self._tables(lines, pieces)

    def _tables(self, lines: Lines, pieces: list[tuple[int, int, Array]]) -> list[Block]:
        """Those of some runs of rows that are tables, with what stands above each."""
        width = pieces[0][2].shape[1]
        pieces = [_without_count(*piece) for piece in pieces]
        longest = max(stop - start for start, stop, _ in pieces)
        if longest > FEW_ROWS:
            limit_size(longest, width)
        else:
            limit_size(width, longest)
        kept = [piece for piece in pieces if piece[1] - piece[0] >= _SETTINGS * longest]
        above = self._above(lines, [(start, stop) for start, stop, _ in kept])
        return [
            Block(head, values, lines.at[start:stop])
            for head, (start, stop, values) in zip(above, kept, strict=True)
        ]

    def _above(self, lines: Lines, pieces: list[tuple[int, int]]) -> list[list[str]]:
        """Lines and comments between tables, those above the first with the header."""
        heads = []
        last = 0
        for number, (start, stop) in enumerate(pieces):
            first, end = lines.at[start], lines.at[stop - 1]
            if start == 0 and number == 0 and not self.comments:
                above = [*self.header]
            else:
                before = 0 if number == 0 else pieces[number - 1][1]
                found = [*zip(lines.at[before:start], lines.texts[before:start], strict=True)]
                if number == 0:
                    found += zip(self.body.at, self.header, strict=False)
                found += [
                    (at, text)
                    for at, text in zip(self.comments_at, self.comments, strict=True)
                    if last < at < first
                ]
                above = [text for _, text in sorted(found)]
            heads.append(above)
            last = end
        return heads

    def _refuse_broken(
        self,
        lines: Lines,
        rows: list[list[float] | None],
        runs: list[tuple[int, int]],
        width: int,
    ) -> None:
        """Refuse a line that breaks a table which goes on behind it."""
        for (start, stop), (begin, _) in pairwise(runs):
            before, after = rows[start:stop], rows[begin]
            last = before[-1]
            if last is None or after is None or len(before) < 2:
                continue
            step = (last[0] - before[0][0]) / (len(before) - 1)  # type: ignore[index]
            on = (after[0] - last[0]) * np.sign(step)
            if 0.0 < on <= _FARTHEST_STEP * abs(step):
                self._refuse_row(lines, rows, stop, width)

    def _refuse_row(
        self, lines: Lines, rows: list[list[float] | None], index: int, width: int
    ) -> list[Block]:
        cells = lines.texts[index].split(self.separator)
        if rows[index] is None:
            for cell in cells:
                to_number(cell, lines.at[index])
        if len(cells) == 1 and width == 2 and index == 0:
            refuse(lines.at[index], "a row needs a distance and a value of g(r), got one number")
        refuse(lines.at[index], f"{len(cells)} columns where the rows above have {width}")


def _numbers(line: str, separator: str | None) -> list[float] | None:
    """Return the numbers of a row; None where a line is none."""
    if line[:1] not in _BEGINS_NUMBER or "_" in line:
        return None
    cells = line.split(separator)
    try:
        return list(map(float, cells))
    except ValueError:
        if all(map(is_number, cells)):
            return [to_number(cell, 0) for cell in cells]
    return None


def _runs(rows: list[list[float] | None]) -> list[tuple[int, int]]:
    """First and last index of runs of rows of one width."""
    widths = np.fromiter((0 if row is None else len(row) for row in rows), int, len(rows))
    edges = [0, *(np.flatnonzero(np.diff(widths)) + 1).tolist(), len(rows)]
    return [(a, b) for a, b in pairwise(edges) if widths[a] > 0]


def _restarts(x: Array) -> list[tuple[int, int]]:
    """Parts of a run of rows in which the first column begins anew, settings apart."""
    if len(x) < 3 or not np.all(np.isfinite(x)):
        return [(0, len(x))]
    steps = np.diff(x)
    usual = float(np.median(steps))
    rising = 1.0 if usual >= 0.0 else -1.0
    along = rising * x
    back, forth = rising * steps < 0.0, rising * steps > _FARTHEST_STEP * abs(usual)
    if not 0.0 < back.mean() < _DISORDERED:
        return [(0, len(x))]  # g itself, where columns are swapped
    low, high = np.quantile(along, (0.02, 0.98))
    near, far = (low + share * (high - low) for share in _RESTART)
    ends = (back & (along[1:] <= near) & (along[:-1] >= far)) | (forth & (along[1:] > high))
    ends[0] |= back[0] and along[0] > along[2]
    return list(pairwise([0, *(np.flatnonzero(ends) + 1).tolist(), len(x)]))


def _without_count(start: int, stop: int, values: Array) -> tuple[int, int, Array]:
    """Leave out a first row that says how many follow, beside a step or a width."""
    many = len(values) > FEW_ROWS
    if many and len(values) - 1 in values[0, :2] and values[0, :2].max() >= len(values) - 1:
        return start + 1, stop, values[1:]
    return start, stop, values


def _is_row(line: str) -> bool:
    """Tell a row of numbers from a line of a header, and a damaged row from a header, too."""
    cells = re.split(r'[\s;,"]+', line[:_ENOUGH].strip('";, \t'))
    numbers = sum(map(is_number, cells))
    return numbers > 1 and (is_number(cells[0]) or 2 * numbers > len(cells))


def _has_decimal_commas(whole: str) -> bool:
    cells = whole.partition("\n")[0].split()
    return len(cells) > 1 and "." not in whole and not any(c.endswith(",") for c in cells[:-1])
