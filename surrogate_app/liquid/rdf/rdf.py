"""Radial distribution functions from files: what was read, what was guessed, what is doubtful."""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.tables import on_one_line
from surrogate_app.liquid.rdf.checks import Tail, about_level, check, tail_of, tail_warnings
from surrogate_app.liquid.rdf.document import grows
from surrogate_app.liquid.rdf.format import FORMATS, parse
from surrogate_app.liquid.rdf.text import MAX_BYTES, Table, quoted
from surrogate_app.liquid.state import positive

Array = NDArray[np.float64]

LENGTH_UNITS = ("nm", "Å", "σ")
"""Units in which a file may give distances."""

_ALIASES = {
    **dict.fromkeys(("nm", "nanometer", "nanometre", "nanometers", "nanometres"), "nm"),
    **dict.fromkeys(("å", "a", "ang", "angstrom", "angstroms", "ångström", "ångstrom"), "Å"),
    **dict.fromkeys(("σ", "sigma", "lj", "reduced"), "σ"),
}
_OTHER_UNITS = {"pm", "bohr", "au", "µm", "um", "μm", "cm", "mm"}
_AMBIGUOUS = {"a", "au"}
_NAMES_OF_R = {"r", "d", "dist", "distance", "distances", "radius", "radii", "x", "bin", "bins"}
_NOT_G = {"err", "error", "errors", "std", "stddev", "stdev", "sem", "uncertainty", "coord"} | {
    *("coordination", "cn", "integral", "int", "cumulative", "count", "counts")
}
_NUMBER = re.compile(r"n ?(\(r\))?")  # as opposed to N, which is nitrogen
_ATOMIC_UNIT = re.compile(r"\ba\. ?u\b\.?|\ba_?0\b", re.IGNORECASE)
_FIRST_PEAKS = {"nm": (0.25, 0.7), "σ": (1.0, 1.2), "Å": (2.5, 7.0)}
BELIEVED = {"nm": (0.2, 0.8), "σ": (0.9, 1.3), "Å": (2.0, 10.0)}
"""Distances of first peaks that raise no warnings, by unit."""


@dataclass(frozen=True, eq=False)
class RDF:
    """A radial distribution function, with what is known about its origin.

    Parameters
    ----------
    r : ndarray, shape (n,)
        Distances in nm, increasing.
    g : ndarray, shape (n,)
        Values of g(r), dimensionless.
    name : str
        Name of the file, or a title.
    format : str
        Format of the file.
    length_unit : str
        Unit that the distances of the file were taken in, one of `LENGTH_UNITS`.
    columns : tuple of str
        Names of the columns of the file that may be g(r).
    column : int
        Index in `columns` of the one that was read.
    assumptions : tuple of str
        Sentences about what was guessed.
    warnings : tuple of str
        Sentences about defects that were mended or are suspected.
    bins : bool, optional
        Whether the values are means over bins around r, as simulations count them, or values at
        r, as theories give them; by default a fit finds out which.

    Raises
    ------
    ValueError
        If r and g are not two arrays of one length of at least 20 points, hold anything but
        finite numbers, r isn't increasing from 0 or more, or g is constant or clearly negative.

    Examples
    --------
    >>> r = np.arange(0.01, 1.5, 0.01)
    >>> rdf = RDF(r, np.exp(-((0.34 / r) ** 12) + (0.34 / r) ** 6))
    >>> print(f"{rdf.first_peak:.2f} nm, tail at {rdf.tail.level:.3f}")
    0.38 nm, tail at 1.000
    """

    r: Array
    g: Array
    name: str = ""
    format: str = ""
    length_unit: str = "nm"
    columns: tuple[str, ...] = ()
    column: int = 0
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    bins: bool | None = None

    def __post_init__(self) -> None:
        """Check the arrays and protect them from being changed."""
        try:
            r, g = (np.array(values, dtype=float) for values in (self.r, self.g))
        except (TypeError, ValueError, OverflowError):
            raise ValueError("r and g must be arrays of numbers") from None
        if r.ndim != 1 or r.shape != g.shape:
            raise ValueError(f"r and g must be rows of one length, got {r.shape} and {g.shape}")
        check(r, g, lambda row: f"point {row + 1}")
        for name, values in (("r", r), ("g", g)):
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @classmethod
    def read(
        cls,
        source: str | Path | bytes,
        length_unit: str | None = None,
        column: int | None = None,
        sigma: float | None = None,
        name: str | None = None,
        bins: bool | None = None,
    ) -> RDF:
        r"""Read a g(r) from a file of GROMACS, LAMMPS, VMD, VOTCA, CSV or columns of text.

        Parameters
        ----------
        source : str, Path or bytes
            Path of the file, or its content.
        length_unit : str, optional
            "nm", "Å" (or "A", "angstrom") or "σ" (or "sigma"); by default what the file says or,
            where it says nothing, what suits the first peak: 0.25–0.7 nm, 2.5–7 Å, 1.0–1.2σ.
        column : int, optional
            Which of the `columns` that may be g(r) to take; the first by default.
        sigma : float, optional
            σ in nm, needed where distances are in units of σ.
        name : str, optional
            Name to show; that of the file by default.
        bins : bool, optional
            Whether the values are means over bins; by default a fit finds out.

        Returns
        -------
        RDF

        Raises
        ------
        ValueError
            If the file can't be read or holds no g(r); the message names the line.

        Examples
        --------
        >>> rows = [f"{r:.2f} {2.5 if r < 4 else 1.0}" for r in np.arange(3.0, 12.0, 0.1)]
        >>> rdf = RDF.read("\n".join(rows).encode())
        >>> print(rdf.length_unit, f"{rdf.r[0]:.2f}", rdf.assumptions[0])
        Å 0.30 Distances are taken to be in Å: the first peak lies at 3.
        """
        with np.errstate(all="ignore"):  # what isn't finite is refused, with its line
            return replace(cls._read(source, length_unit, column, sigma, name), bins=bins)

    @classmethod
    def _read(
        cls,
        source: str | Path | bytes,
        length_unit: str | None,
        column: int | None,
        sigma: float | None,
        name: str | None,
    ) -> RDF:
        unit = None if length_unit is None else _known_unit(length_unit)
        data, file_name = _load(source)
        table = parse(data)
        title = on_one_line(file_name if name is None else name)
        assumptions, warnings = list(table.assumptions), list(table.warnings)
        offered = _offered(table)
        chosen = _chosen(column, len(offered))
        labels = tuple(table.labels[i] or f"column {i + 1}" for i in offered)
        if len(offered) > 1 and column is None:
            assumptions.append(f"The first of {len(offered)} columns that may be g(r) was taken.")
        r, g = _mended(table, offered[chosen], warnings)
        if unit is None:
            unit, reason = _unit(table, r, g, warnings)
            assumptions.append(reason)
        rdf = cls(
            r=r * _nm_per(unit, sigma),
            g=g,
            name=title,
            format=table.format,
            length_unit=unit,
            columns=labels,
            column=chosen,
            assumptions=tuple(assumptions),
        )
        return replace(rdf, warnings=(*warnings, *tail_warnings(rdf.r, rdf.g, rdf.tail)))

    @property
    def counted(self) -> bool:
        """Whether a program wrote the file that is known to count pairs in bins."""
        return self.format in FORMATS and FORMATS[self.format].counts

    @cached_property
    def first_peak(self) -> float:
        """Distance in nm where g(r) is highest."""
        return float(self.r[np.argmax(self.g)])

    @cached_property
    def tail(self) -> Tail:
        """What g(r) tends to."""
        return tail_of(self.r, self.g, self.first_peak)

    def normalised(self) -> RDF:
        """Return this g(r) divided by the level of its tail, and say so among the warnings.

        Raises
        ------
        ValueError
            If the tail isn't at a positive level.
        """
        level = self.tail.level
        if not level > 0.0:
            raise ValueError(f"the tail of g(r) is at {level:.3g}, so nothing can be divided by it")
        settled = {about_level(self.tail)}
        warnings = [doubt for doubt in self.warnings if doubt not in settled]
        warnings.append(f"g(r) was divided by {level:.4f}, the level of its tail.")
        return replace(self, g=self.g / level, warnings=tuple(warnings))


def _load(source: str | Path | bytes) -> tuple[bytes, str]:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), ""
    if not isinstance(source, str | Path):
        raise ValueError(f"source must be a path or bytes, got {type(source).__name__}")
    path = Path(source)
    try:
        if path.is_dir():
            raise ValueError(f"{quoted(path.name)} is a folder; name a file in it")
        if not path.exists():
            raise ValueError(f"there is no file {quoted(path.name)}")
        with path.open("rb") as file:  # which may be a pipe
            return file.read(MAX_BYTES + 1), path.name
    except OSError as error:
        raise ValueError(f"{quoted(path.name)} can't be read: {error.strerror}") from None


def _known_unit(unit: Any) -> str:
    key = unicodedata.normalize("NFKC", str(unit)).strip().lower()
    if key not in _ALIASES:
        raise ValueError(f"length_unit must be nm, Å or σ, got {quoted(str(unit))}")
    return _ALIASES[key]


def _chosen(column: Any, number: int) -> int:
    if column is None:
        return 0
    try:
        index = operator.index(column)
    except TypeError:
        index = -1
    if not 0 <= index < number:
        raise ValueError(
            f"column must be an integer from 0 to {number - 1}, as the file offers {number} "
            f"columns that may be g(r); got {quoted(str(column))}"
        )
    return index


def _nm_per(unit: str, sigma: float | None) -> float:
    if unit != "σ":
        return 0.1 if unit == "Å" else 1.0
    if sigma is None:
        raise ValueError("distances seem to be in units of σ: give sigma in nm, or length_unit")
    return positive("sigma", sigma, "nm")


def _offered(table: Table) -> list[int]:
    """Columns that may be g(r): none that grows all the way, and none that is called otherwise."""
    r = table.values[:, 0]
    steady = np.all(np.diff(r) > 0.0)
    every = range(1, table.values.shape[1])
    own = [i for i in every if not (steady and grows(r, table.values[:, i]))]
    if not own:
        raise ValueError(
            "the values grow all the way, as a coordination number does; g(r) tends to 1"
        )
    return [i for i in own if not _is_called_otherwise(table.labels[i])] or own


def _is_called_otherwise(label: str) -> bool:
    return bool(_NUMBER.fullmatch(label.strip())) or not _NOT_G.isdisjoint(_words(label))


def _words(text: str) -> list[str]:
    for garbled in ("Ã…", "Ã\x85"):  # UTF-8 taken for Windows-1252 or Latin-1
        text = text.replace(garbled, "Å")
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text[:80]).lower())


def _unit(table: Table, r: Array, g: Array, warnings: list[str]) -> tuple[str, str]:
    """Return the unit of the distances, and the sentence that says why."""
    peak = float(r[np.argmax(g)])
    said = {unit for text in table.told for unit in _said(text)}
    if "" in said:
        raise ValueError(f"distances are in {quoted(table.told[0])}; convert them to nm or Å")
    if len(said) == 1:
        unit = said.pop()
        low, high = BELIEVED[unit]
        if not low <= peak <= high:
            warnings.append(
                f"The first peak at {peak:.3g} {unit} is unusual; check the length unit."
            )
        return unit, f"Distances are in {unit}, as the file says."
    if not 0.1 <= peak <= 20.0:
        raise ValueError(
            f"the highest value lies at r = {peak:.3g}, which suits neither nm, Å nor σ; "
            "give length_unit if this is a g(r)"
        )
    centres = {unit: math.sqrt(low * high) for unit, (low, high) in _FIRST_PEAKS.items()}
    unit = min(centres, key=lambda unit: abs(math.log(peak / centres[unit])))
    suiting = [unit for unit, (low, high) in BELIEVED.items() if low <= peak <= high]
    if suiting:
        unit = suiting[0]
    else:
        warnings.append(f"The first peak at {peak:.3g} suits no length unit well; choose it.")
    return unit, f"Distances are taken to be in {unit}: the first peak lies at {peak:.3g}."


def _said(text: str) -> set[str]:
    """Return the units of a label of distances, "" for one that isn't in `LENGTH_UNITS`."""
    words = _words(text)
    if _NAMES_OF_R.isdisjoint(words) and (len(words) > 1 or not _AMBIGUOUS.isdisjoint(words)):
        return set()
    if _ATOMIC_UNIT.search(unicodedata.normalize("NFKC", text)):
        return {""}
    said = {_ALIASES[word] for word in words if word in _ALIASES}
    if "r*" in text:
        said.add("σ")
    return said or {"" for word in words if word in _OTHER_UNITS}


def _mended(table: Table, column: int, warnings: list[str]) -> tuple[Array, Array]:
    """Distances and g(r) of a table, checked and without defects that can be mended."""
    r, g = table.values[:, 0], table.values[:, column]
    rows: Sequence[int] = range(len(r))
    if len(r) > 1 and np.all(np.diff(r) < 0.0):
        r, g, rows = r[::-1], g[::-1], rows[::-1]
        warnings.append("Distances fell from row to row and were turned round.")
    repeated = np.zeros(len(r), dtype=bool)
    repeated[1:] = (np.diff(r) == 0.0) & (np.diff(g) == 0.0)
    if repeated.any():
        warnings.append(f"{int(repeated.sum())} repeated rows were left out.")
        r, g, rows = (
            r[~repeated],
            g[~repeated],
            [rows[i] for i in np.flatnonzero(~repeated).tolist()],
        )
    if len(r) > 1 and np.isfinite(r[0]) and not np.isfinite(g[0]):
        r, g, rows = r[1:], g[1:], rows[1:]
        warnings.append("The first value of g(r) is not a number and was left out.")
    # pairs of an atom with itself, as when both groups of MDAnalysis are the same
    if len(r) > 2 and g[0] > 0.0 and g[1] == 0.0 and g[2] == 0.0:
        warnings.append(
            f"The value {g[0]:.3g} at r = {r[0]:.3g} counts atoms with themselves; it was left out."
        )
        r, g, rows = r[1:], g[1:], rows[1:]
    check(r, g, lambda row: table.where(rows[row]))
    lowest = int(np.argmin(g))
    if g[lowest] < 0.0:
        warnings.append(
            f"g(r) falls to {g[lowest]:.2g} in {table.where(rows[lowest])}, below zero."
        )
    return r, g
