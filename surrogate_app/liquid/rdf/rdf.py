"""Radial distribution functions from files: what was read, assumed, and may be wrong."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.checks import positive
from surrogate_app.common.tables import on_one_line
from surrogate_app.liquid.rdf.checks import (
    LOWEST_LEVEL,
    Tail,
    about_half_box,
    about_level,
    check,
    check_numbers,
    half_box,
    tail_of,
    tail_warnings,
)
from surrogate_app.liquid.rdf.columns import grows, is_called_g, is_called_otherwise
from surrogate_app.liquid.rdf.format import FORMATS, parse
from surrogate_app.liquid.rdf.grid import even_grid
from surrogate_app.liquid.rdf.origin import ORIGINS, guess_origin, known_origin
from surrogate_app.liquid.rdf.quantity import (
    QUANTITIES,
    OtherQuantity,
    as_g,
    like_g,
    refuse_by_numbers,
    refuse_by_words,
    refuse_other,
)
from surrogate_app.liquid.rdf.sampling import SAMPLINGS
from surrogate_app.liquid.rdf.text import MAX_BYTES, Table, quoted
from surrogate_app.liquid.rdf.units import (
    BELIEVED,
    LENGTH_UNITS,
    NM_PER,
    beyond_bonds,
    first_peak,
    known_unit,
    stated,
    unit_of,
)

__all__ = ["BELIEVED", "LENGTH_UNITS", "ORIGINS", "QUANTITIES", "RDF", "SAMPLINGS"]

Array = NDArray[np.float64]

_LEVELS = (0.7, 1.4), (0.4, 2.5)
_SMALL = 0.2
_NEAR = 3
"""Places by which a row may be out of order, as clicks on a figure are."""

_DISORDER = 0.1
"""Share of rows that may be out of order or stand for the same distance."""


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
        Sentences about what the file does not say and was assumed.
    warnings : tuple of str
        Sentences about what was mended or may be wrong.
    sampling : str, optional
        What r is, one of `SAMPLINGS`: "points" at which g is given, as theories do; or "centres",
        "lower" or "upper" edges of bins over which g is averaged, as programs do that count
        pairs. By default a fit finds out which.
    g_err : ndarray, shape (n,), optional
        Standard errors of g(r).
    origin : str, optional
        Whether g(r) was "simulated" or "measured" by diffraction, whose errors differ, one of
        `ORIGINS`; by default a fit finds out.

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
    sampling: str | None = None
    g_err: Array | None = field(default=None)
    origin: str | None = None

    def __post_init__(self) -> None:
        """Check the arrays and protect them from being changed."""
        try:
            r, g = (np.array(values, dtype=float) for values in (self.r, self.g))
        except (TypeError, ValueError, OverflowError):
            raise ValueError("r and g must be arrays of numbers") from None
        if r.ndim != 1 or r.shape != g.shape:
            raise ValueError(f"r and g must be rows of one length, got {r.shape} and {g.shape}")
        check(r, g, lambda row: f"point {row + 1}")
        known_sampling(self.sampling)
        known_origin(self.origin)
        arrays = [("r", r), ("g", g)]
        if self.g_err is not None:
            errors = np.array(self.g_err, dtype=float)
            if errors.shape != r.shape or not np.all(np.isfinite(errors) & (errors >= 0.0)):
                raise ValueError("g_err must hold a finite error of 0 or more for each point")
            arrays.append(("g_err", errors))
        for name, values in arrays:
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
        sampling: str | None = None,
        quantity: str | None = None,
        density: float | None = None,
        origin: str | None = None,
    ) -> RDF:
        r"""Read a g(r) from a file in one of the `FORMATS`.

        Parameters
        ----------
        source : str, Path or bytes
            Path of the file, or its content.
        length_unit : str, optional
            "nm", "Å" (or "A", "angstrom"), "σ" (or "sigma"), "pm", "bohr" or "m"; by default what
            the file says or, where it says nothing, what suits the first peaks of all columns that
            may be g(r), those of bonded atoms left out, and the end of the table.
        column : int, optional
            Which of the `columns` that may be g(r) to take; by default the first that tends to 1,
            or the average of the others.
        sigma : float, optional
            σ in nm, needed where distances are in units of σ.
        name : str, optional
            Name to show; that of the file by default.
        sampling : str, optional
            What the distances are, one of `SAMPLINGS`; by default a fit finds out.
        quantity : str, optional
            What the values are: "g", "g-1", or "reduced", the G(r) = 4πρr[g(r) − 1] in Å⁻² of
            diffraction; by default g(r), and others are refused by their names.
        density : float, optional
            Number density in nm⁻³, which the reduced G(r) needs.
        origin : str, optional
            Whether g(r) was "simulated" or "measured"; by default measured where words of the
            file or ripples in the core tell so, and else a fit finds out.

        Returns
        -------
        RDF

        Raises
        ------
        ValueError
            If the file can't be read or holds no g(r); the message names the line or what the
            file holds instead.

        Examples
        --------
        >>> rows = [f"{r:.2f} {2.5 if r < 4 else 1.0}" for r in np.arange(3.0, 12.0, 0.1)]
        >>> rdf = RDF.read("\n".join(rows).encode())
        >>> print(rdf.length_unit, f"{rdf.r[0]:.2f}", rdf.assumptions[0])
        Å 0.30 Distances are taken to be in Å: the first peak lies at 3.
        """
        unit = None if length_unit is None else known_unit(length_unit)
        known_sampling(sampling)
        known_origin(origin)
        if quantity is not None and quantity not in QUANTITIES:
            choices = ", ".join(QUANTITIES)
            raise ValueError(f"quantity must be one of {choices}, got {quoted(str(quantity))}")
        data, file_name = load_source(source)
        shown = on_one_line(file_name if name is None else name)
        with np.errstate(all="ignore"):  # what isn't finite is refused, with its line
            table = parse(data)
            return cls._of(table, shown, unit, column, sigma, quantity, density, sampling, origin)

    @classmethod
    def _of(
        cls,
        table: Table,
        name: str,
        unit: str | None,
        column: int | None,
        sigma: float | None,
        quantity: str | None,
        density: float | None,
        sampling: str | None,
        origin: str | None,
    ) -> RDF:
        try:
            refuse_by_words(table, table.about, name)
        except OtherQuantity:
            if quantity is None:
                raise
        refuse_by_numbers(table, table.values[:, 0])
        assumptions, warnings = list(table.assumptions), table.warnings
        offered = _offered(table)
        usual, reason = _usual(table, offered)
        chosen = _chosen(column, len(offered), usual)
        labels = tuple(table.labels[i] or f"column {i + 1}" for i in offered)
        if len(offered) > 1 and column is None:
            assumptions.append(reason)
        rows = _mended(table, offered[chosen], warnings)
        r, values = rows[:, 0], rows[:, 1:]
        g = values[:, offered[chosen] - 1]
        if quantity is None:
            refuse_other(r, g)
        elif quantity != "g":
            assumptions.append(f"The values were converted from {_QUANTITY_NAMES[quantity]}.")
        if unit is None:
            curves = [like_g(r, values[:, i - 1], quantity) for i in offered]
            unit, sentence = unit_of(table, r, curves, chosen, warnings)
            assumptions.append(sentence)
        distances = r * _nm_per(unit, sigma)
        errors = _errors_of(table, offered[chosen], values, assumptions)
        whole = as_g(distances, g, quantity, density)
        if errors is not None and quantity == "reduced":
            errors = np.abs(as_g(distances, errors, quantity, density) - 1.0)
        check(distances, whole, lambda row: table.where(table.rows[row]))
        if origin is None and (reason := guess_origin(distances, whole, [name, *table.about])):
            origin = "measured"
            assumptions.append(reason)
        lowest = int(np.argmin(whole))
        if origin != "measured" and whole[lowest] < 0.0:
            place = table.where(table.rows[lowest])
            warnings.append(f"g(r) falls to {whole[lowest]:.2g} in {place}, below zero.")
        return cls(
            r=distances,
            g=whole,
            name=name,
            format=table.format,
            length_unit=unit,
            columns=labels,
            column=chosen,
            assumptions=tuple(assumptions),
            warnings=(*warnings, *_about_shape(distances, whole)),
            sampling=sampling,
            g_err=errors,
            origin=origin,
        )

    @property
    def counted(self) -> bool:
        """Whether a program wrote the file that is known to count pairs in bins."""
        return self.format in FORMATS and FORMATS[self.format].counts

    @cached_property
    def first_peak(self) -> float:
        """Distance in nm where g(r) is highest, bonded atoms left out."""
        return float(self.r[first_peak(self.r, self.g)])

    @cached_property
    def half_box(self) -> float | None:
        """Distance in nm beyond which g falls as beyond half of the box; None where it doesn't."""
        return half_box(self.r, self.g)

    @cached_property
    def tail(self) -> Tail:
        """What g(r) tends to, within half of the box."""
        return _tail(self.r, self.g, self.first_peak, self.half_box)

    def normalised(self) -> RDF:
        """Return this g(r) divided by the level of its tail, and say so among the warnings.

        Raises
        ------
        ValueError
            If the tail isn't constant, or so low that g(r) must be wrong otherwise.
        """
        level = self.tail.level
        if not level > 0.0:
            raise ValueError(f"the tail of g(r) is at {level:.3g}, so nothing can be divided by it")
        if level < LOWEST_LEVEL:
            raise ValueError(
                f"the tail of g(r) is at {level:.3g}, far below 1: dividing by it would hide what "
                "is wrong; check the column and how g(r) was counted"
            )
        settled = {about_level(self.tail)}
        warnings = [sentence for sentence in self.warnings if sentence not in settled]
        warnings.append(f"g(r) was divided by {level:.4f}, the level of its tail.")
        errors = None if self.g_err is None else self.g_err / level
        return replace(self, g=self.g / level, g_err=errors, warnings=tuple(warnings))

    def cut(self, r_max: float | None = None) -> RDF:
        """Return this g(r) up to a distance, and say so among the warnings.

        Parameters
        ----------
        r_max : float, optional
            The distance in nm; that of `half_box` by default.

        Raises
        ------
        ValueError
            If no distance is given and g(r) does not fall beyond half of a box, or too few points
            would be left.

        Examples
        --------
        >>> r = np.arange(0.01, 1.5, 0.01)
        >>> rdf = RDF(r, np.exp(-((0.34 / r) ** 12) + (0.34 / r) ** 6))
        >>> print(f"{rdf.cut(1.0).r[-1]:.2f}")
        1.00
        """
        if r_max is None:
            r_max = self.half_box
            if r_max is None:
                raise ValueError(
                    "g(r) does not fall as it does beyond half of a box; give the distance"
                )
            settled = {about_half_box(r_max)}
        else:
            r_max, settled = positive("r_max", r_max, "nm"), set()
        kept = self.r <= r_max * (1.0 + 1e-9)
        warnings = [sentence for sentence in self.warnings if sentence not in settled]
        warnings.append(f"g(r) was cut at {r_max:.3g} nm.")
        errors = None if self.g_err is None else self.g_err[kept]
        return replace(self, r=self.r[kept], g=self.g[kept], g_err=errors, warnings=tuple(warnings))


_QUANTITY_NAMES = {"g-1": "g(r) − 1", "reduced": "the reduced G(r)"}


def known_sampling(sampling: str | None) -> None:
    """Raise a ValueError with the choices unless a sampling is one of `SAMPLINGS`, or None."""
    if sampling is not None and sampling not in SAMPLINGS:
        choices = ", ".join(SAMPLINGS)
        raise ValueError(f"sampling must be one of {choices}, got {quoted(str(sampling))}")


def _tail(r: Array, g: Array, peak: float, half: float | None) -> Tail:
    end = None if half is None else int(np.searchsorted(r, half, side="right"))
    return tail_of(r[:end], g[:end], peak)


def _about_shape(r: Array, g: Array) -> list[str]:
    """Sentences about bonded atoms, the tail, and half of the box."""
    start, half = beyond_bonds(r, g), half_box(r, g)
    peak = float(r[start + int(np.argmax(g[start:]))])
    tail = _tail(r, g, peak, half)
    inside, least = g[:start], 0.5 * max(tail.level, 0.0)
    about = []
    if start and inside.max() > least and np.any(inside[np.argmax(inside) :] < 0.1 * least):
        bond = r[np.argmax(inside)]
        about.append(
            f"The peak of {inside.max():.3g} at {bond:.3g} nm stands apart, as those of bonds and "
            "hydrogen bonds do, and no Lennard-Jones fluid has it; leave bonded pairs out."
        )
    end = None if half is None else int(np.searchsorted(r, half, side="right"))
    about += tail_warnings(r[:end], g[:end], tail, peak)
    if half is not None:
        about.append(about_half_box(half))
    return about


def load_source(source: str | Path | bytes) -> tuple[bytes, str]:
    """Content and name of a file, or of bytes without a name; ValueError with one sentence."""
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


def _chosen(column: Any, number: int, usual: int) -> int:
    if column is None:
        return usual
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
        return NM_PER[unit]
    if sigma is None:
        raise ValueError("distances seem to be in units of σ: give sigma in nm, or length_unit")
    return positive("sigma", sigma, "nm")


def _offered(table: Table) -> list[int]:
    """Columns that may be g(r): none that grows all the way, and none that is called otherwise."""
    r = table.values[:, 0]
    steady = np.all(np.diff(r) > 0.0)
    errors = set(table.errors.values())
    every = [i for i in range(1, table.values.shape[1]) if i not in errors]
    own = [i for i in every if not (steady and grows(r, table.values[:, i]))]
    if not own:
        raise ValueError(
            "the values grow all the way, as a coordination number does; g(r) tends to 1"
        )
    own = [i for i in own if not is_called_otherwise(table.labels[i])] or own
    called = [i for i in own if is_called_g(table.labels[i])]
    if called and all(table.labels[i] for i in own) is False:
        own = called
    levels = _levels(table.values, own)
    if any(_within(level, _LEVELS[1]) for level in levels):
        own = [i for i, level in zip(own, levels, strict=True) if _within(level, _LEVELS[1])]
    return own


def _levels(values: Array, columns: Sequence[int]) -> list[float]:
    """Levels of the last quarters of columns, before any fall at the end of a box."""
    part = values[len(values) // 2 : len(values) - len(values) // 10]
    return [float(part[:, i].mean()) for i in columns]


def _within(level: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= level <= bounds[1]


def _usual(table: Table, offered: list[int]) -> tuple[int, str]:
    """Which of the columns to take where none is asked for, and why."""
    averages = [number for number, i in enumerate(offered) if i in table.averages]
    count = f"{len(offered)} columns that may be g(r)"
    if averages:
        return averages[0], f"Of {count}, the average of the others was taken."
    levels = _levels(table.values, offered)
    for bounds in _LEVELS:
        for number, level in enumerate(levels):
            if _within(level, bounds):
                if number:
                    return number, f"Of {count}, the first that tends to 1 was taken."
                return 0, f"The first of {count} was taken."
    return 0, f"The first of {count} was taken."


def _errors_of(table: Table, column: int, values: Array, assumptions: list[str]) -> Array | None:
    """Return the standard errors of a column, where another one has them."""
    beside = table.errors.get(column)
    if beside is None and column == 1 and values.shape[1] == 2 and not any(table.labels):
        # three columns without a word: r, g, and what is small and varies
        own, level = values[:, 1], abs(_levels(values, [0])[0])
        tail = own[len(own) // 2 :]
        if np.all(own >= 0.0) and 0.0 < np.median(tail) < _SMALL * level and np.ptp(own) > 0.0:
            beside = 2
            assumptions.append("Column 3 was taken for the standard errors of g(r).")
    if beside is None:
        return None
    errors = np.abs(values[:, beside - 1])
    return errors if np.all(np.isfinite(errors)) and errors.max() > 0.0 else None


def _mended(table: Table, column: int, warnings: list[str]) -> Array:
    """Rows of a table, checked and without defects that can be mended."""
    values = table.values
    rows: list[int] = list(range(len(values)))

    def keep(kept: NDArray[np.bool_] | NDArray[np.intp]) -> None:
        nonlocal values, rows
        values = values[kept]
        rows = np.asarray(rows)[kept].tolist()

    if len(values) > 1 and np.all(np.diff(values[:, 0]) < 0.0):
        keep(np.arange(len(values))[::-1])
        warnings.append("Distances fell from row to row and were turned round.")
    if len(values) > 1 and np.all(np.diff(values[:, 0]) >= 0.0):
        grid = even_grid(values[:, 0])
        if grid is not None:
            values = np.column_stack((grid, values[:, 1:]))
            warnings.append(
                "Distances were rounded in the file and were put back on their even grid."
            )
    r, g = values[:, 0], values[:, column]
    repeated = np.zeros(len(r), dtype=bool)
    repeated[1:] = (np.diff(r) == 0.0) & (np.diff(g) == 0.0)
    if repeated.any():
        warnings.append(f"{int(repeated.sum())} repeated rows were left out.")
        keep(~repeated)
    values, rows = _in_order(values, rows, warnings)
    g = values[:, column]
    wrong = ~np.isfinite(g) & np.isfinite(values[:, 0])
    if wrong.any():
        last = int(np.flatnonzero(wrong)[-1])
        before = g[: last + 1][~wrong[: last + 1]]
        if last < len(g) // 2 and np.all(before == 0.0):
            keep(np.arange(len(g)) > last)
            warnings.append(
                "The first value of g(r) is not a number and was left out."
                if last == 0
                else f"The first {last + 1} values of g(r), in the core, are not numbers or 0 and "
                "were left out."
            )
    r, g = values[:, 0], values[:, column]
    # pairs of an atom with itself, as when both groups of MDAnalysis are the same
    if len(r) > 2 and g[0] > 0.0 and g[1] == 0.0 and g[2] == 0.0:
        warnings.append(
            f"The value {g[0]:.3g} at r = {r[0]:.3g} counts atoms with themselves; it was left out."
        )
        keep(np.arange(len(r)) > 0)
        r, g = values[:, 0], values[:, column]
    _refuse_index(table, r)
    check_numbers(r, g, lambda row: table.where(rows[row]))
    table.rows = rows
    return values


def _in_order(values: Array, rows: list[int], warnings: list[str]) -> tuple[Array, list[int]]:
    """Sort the few rows that are out of order, and average those of the same distance.

    Points that were read off a figure come as they were clicked.
    """
    r = values[:, 0]
    steps = np.diff(r)
    if not np.all(np.isfinite(r)) or not np.any(steps <= 0.0):
        return values, rows
    order = np.argsort(r, kind="stable")
    moved = np.abs(order - np.arange(len(r)))
    unusual = int(np.count_nonzero(steps <= 0.0))
    if moved.max() > _NEAR or unusual > max(2, _DISORDER * len(r)):
        return values, rows
    if moved.any():
        warnings.append(f"{int(np.count_nonzero(moved))} rows were put in order of distance.")
    values = values[order]
    rows = np.asarray(rows)[order].tolist()
    first = np.flatnonzero(np.append(True, np.diff(values[:, 0]) > 0.0))
    if len(first) < len(values):
        counts = np.diff(np.append(first, len(values)))
        double = int(np.count_nonzero(counts > 1))
        what = "distance occurs" if double == 1 else "distances occur"
        warnings.append(f"{double} {what} more than once; the values were averaged.")
        values = np.add.reduceat(values, first) / counts[:, None]
        rows = [rows[i] for i in first.tolist()]
    return values, rows


def _refuse_index(table: Table, r: Array) -> None:
    """Refuse numbers of rows in the place of distances."""
    if len(r) < 20 or r[0] not in (0.0, 1.0) or not np.all(np.diff(r) == 1.0):
        return
    if stated(table):
        return
    raise ValueError(
        f"the first column counts the rows, {r[0]:g}, {r[0] + 1:g}, {r[0] + 2:g} …, and there are "
        "no distances; write distances in their place"
    )
