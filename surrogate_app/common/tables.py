"""Tables as CSV and JSON texts that say by themselves what they hold; every export is one."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from surrogate_app import __version__

APPLICATION = {"name": "surrogate-app", "version": __version__}
"""What wrote an exported file."""


@dataclass(frozen=True)
class Table:
    """Columns with all that it takes to understand them and to make them again.

    Parameters
    ----------
    title : str
        What the table shows, in a few words.
    columns : mapping of str to array_like
        Values by name. Cells that are NaN or None, or that shorter columns lack, are empty.
    content : mapping
        What the JSON text holds besides the application.
    comments : sequence of str, optional
        Lines that describe the table in the CSV text, below the title.
    header : sequence of str, optional
        Heads of the columns; their names by default.
    formats : mapping of str to str, optional
        Format specification of those columns that are not written with all their digits.
    warnings : sequence of str, optional
        Sentences for the reader, for callers that show them elsewhere too.

    Examples
    --------
    >>> table = Table("two numbers", {"z": [0.0, 0.5], "n": [1.5]}, {"z": [0.0, 0.5]}, ["in nm"])
    >>> print(table.to_csv().partition(": ")[2], end="")
    two numbers
    # in nm
    z,n
    0.0,1.5
    0.5,
    """

    title: str
    columns: Mapping[str, ArrayLike]
    content: Mapping[str, Any]
    comments: Sequence[str] = ()
    header: Sequence[str] | None = None
    formats: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()

    def to_csv(self) -> str:
        """Return the columns in CSV, after lines that begin with # and describe them.

        `pandas.read_csv(..., comment="#")` reads it.
        """
        lines = [f"# surrogate-app {__version__}: {self.title}"]
        lines += [f"# {comment}" for comment in self.comments]
        lines.append(",".join(self.columns if self.header is None else self.header))
        cells = (
            [_cell(value, self.formats.get(name)) for value in _values(column)]
            for name, column in self.columns.items()
        )
        lines += [",".join(row) for row in zip_longest(*cells, fillvalue="")]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Return the content as a JSON object; what is not a number is null."""
        document = {"application": APPLICATION, **finite(dict(self.content))}
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, default=str)
        # a file name may hold bytes that are no text, which could not be written
        return text.encode("utf-8", "replace").decode("utf-8")


def stacked(index: str, parts: Sequence[Mapping[str, ArrayLike]]) -> dict[str, list[Any]]:
    """Put the columns of several tables below each other, after one that numbers the tables.

    Parameters
    ----------
    index : str
        Name of the column with the numbers, from 0.
    parts : sequence of mapping
        Columns of each table; what one of them lacks is empty there.

    Examples
    --------
    >>> stacked("curve", [{"z": [1, 2], "n": [3]}, {"z": [4]}])
    {'curve': [0, 0, 1], 'z': [1, 2, 4], 'n': [3, None, None]}
    """
    names = dict.fromkeys(name for part in parts for name in part)
    columns: dict[str, list[Any]] = {index: [], **{name: [] for name in names}}
    for number, part in enumerate(parts):
        values = {name: _values(column) for name, column in part.items()}
        rows = max(map(len, values.values()), default=0)
        columns[index] += [number] * rows
        for name in names:
            own = values.get(name, [])
            columns[name] += own + [None] * (rows - len(own))
    return columns


def quantities(values: Mapping[str, Any], units: Mapping[str, str]) -> list[str]:
    """Return numbers with their units as indented lines of a description.

    Examples
    --------
    >>> quantities({"h": 4.8}, {"h": "nm"})
    ['  h = 4.8 nm']
    """
    return [f"  {name} = {value} {units[name]}" for name, value in values.items()]


def model_lines(model: Mapping[str, Any]) -> list[str]:
    r"""Return those entries of a model's metadata that fit on a line, each on one line.

    Examples
    --------
    >>> model_lines({"name": "nn", "notes": "first\nsecond", "layers": [512, 512]})
    ['  model name: nn', '  model notes: first second']
    """
    simple = {
        key: item for key, item in finite(model).items() if isinstance(item, str | int | float)
    }
    return [f"  model {key}: {on_one_line(item)}" for key, item in simple.items()]


def units_line(units: Mapping[str, str]) -> str:
    """Return the line with the unit of each column.

    Examples
    --------
    >>> units_line({"z": "nm", "n_pos": "mol/L"})
    'units: z in nm, n_pos in mol/L'
    """
    return "units: " + ", ".join(f"{name} in {unit}" for name, unit in units.items())


def finite(value: Any) -> Any:
    """Return nested values with None in place of numbers that JSON does not know.

    Examples
    --------
    >>> finite({"loss": float("nan"), "sizes": (1, 2.5)})
    {'loss': None, 'sizes': [1, 2.5]}
    """
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return finite(value.tolist())
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def on_one_line(value: Any) -> str:
    r"""Return the text of a value without line breaks or other control characters.

    Examples
    --------
    >>> on_one_line("argon\r\n1,2,3")
    'argon 1,2,3'
    """
    printable = (character if character.isprintable() else " " for character in str(value))
    return " ".join("".join(printable).split())


def _values(column: ArrayLike) -> list[Any]:
    if isinstance(column, list):
        return column
    return list(np.asarray(column).tolist())


def _cell(value: Any, specification: str | None) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(value) if specification is None else format(value, specification)
