"""Structure factors from files: what was read, assumed, and may be wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.tables import on_one_line
from surrogate_app.liquid.rdf.checks import check_numbers
from surrogate_app.liquid.rdf.format import parse
from surrogate_app.liquid.rdf.quantity import STRUCTURE_FACTOR, OtherQuantity
from surrogate_app.liquid.rdf.rdf import RDF, load_source
from surrogate_app.liquid.rdf.text import Table, quoted

Array = NDArray[np.float64]

S_QUANTITIES = ("S", "S-1", "q(S-1)")
"""What a file may hold: S(q), S(q) − 1, or q[S(q) − 1] in the unit of q."""

Q_UNITS = {"nm⁻¹": 1.0, "Å⁻¹": 10.0}
"""Units of wave numbers, in nm⁻¹."""

_UNIT_NAMES = {
    **dict.fromkeys(("nm⁻¹", "nm^-1", "1/nm", "nm-1", "nm"), "nm⁻¹"),
    **dict.fromkeys(("å⁻¹", "a^-1", "1/a", "å^-1", "1/å", "a-1", "angstrom^-1", "å", "a"), "Å⁻¹"),
}
_IN_ANGSTROM = re.compile(
    r"1\s*/\s*(å|ang|a\b)|(å|\ba|\bangstroms?|\bang)\s*(\^|\*\*)?\s*[({]?\s*[-−⁻]\s*[1¹]|"
    r"inverse ang",
    re.IGNORECASE,
)
_IN_NM = re.compile(
    r"1\s*/\s*nm|\bnm\s*(\^|\*\*)?\s*[({]?\s*[-−⁻]\s*[1¹]|inverse nano", re.IGNORECASE
)
_TIMES_Q = re.compile(r"\b[qk]\s*\*?\s*[\[({]\s*s\s*(\([qk]\))?\s*[-−]\s*1", re.IGNORECASE)
_LESS_ONE = re.compile(r"\bs\s*(\([qk]\))?\s*[-−]\s*1\b", re.IGNORECASE)
_INTENSITY = re.compile(r"intensit(y|ies)|\bi\s*\(\s*q\s*\)|\bsaxs\b|\bsans\b", re.IGNORECASE)
_STRUCTURE = re.compile(r"structure\s*factor|\bs\s*\(\s*[qk]\s*\)", re.IGNORECASE)
_LIQUID_PEAK = 6.0
"""First peak between those of liquids in Å⁻¹, up to 4, and in nm⁻¹, from 8."""


@dataclass(frozen=True, eq=False)
class StructureFactor:
    """A structure factor S(q) of a one-component fluid.

    Parameters
    ----------
    q : ndarray, shape (n,)
        Wave numbers in nm⁻¹, increasing.
    s : ndarray, shape (n,)
        Values of S(q), dimensionless, which tend to 1.
    s_err : ndarray, shape (n,), optional
        Their standard errors.
    name : str
        Name of the file.
    format : str
        Format of the file.
    q_unit : str
        Unit in which the file has q, one of `Q_UNITS`.
    quantity : str
        What the file holds, one of `S_QUANTITIES`.
    assumptions, warnings : tuple of str
        Sentences about what was assumed and what may be wrong.

    Raises
    ------
    ValueError
        If q and S are not rows of one length of at least 20 finite numbers, q doesn't increase,
        or S does not tend to 1.

    Examples
    --------
    >>> q = np.arange(1.0, 100.0)
    >>> StructureFactor(q, 1.0 + np.exp(-((q - 20.0) ** 2) / 20.0)).first_peak
    20.0
    """

    q: Array
    s: Array
    s_err: Array | None = None
    name: str = ""
    format: str = ""
    q_unit: str = "nm⁻¹"
    quantity: str = "S"
    assumptions: tuple[str, ...] = field(default=())
    warnings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Check the arrays and protect them from being changed."""
        try:
            q, s = (np.array(values, dtype=float) for values in (self.q, self.s))
        except (TypeError, ValueError, OverflowError):
            raise ValueError("q and s must be arrays of numbers") from None
        if q.ndim != 1 or q.shape != s.shape:
            raise ValueError(f"q and s must be rows of one length, got {q.shape} and {s.shape}")
        _check(q, s, lambda row: f"point {row + 1}")
        arrays = [("q", q), ("s", s)]
        if self.s_err is not None:
            errors = np.array(self.s_err, dtype=float)
            if errors.shape != q.shape or not np.all(np.isfinite(errors) & (errors >= 0.0)):
                raise ValueError("s_err must hold a finite error of 0 or more for each point")
            arrays.append(("s_err", errors))
        for name, values in arrays:
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @property
    def first_peak(self) -> float:
        """Wave number in nm⁻¹ where S is highest."""
        return float(self.q[np.argmax(self.s)])

    @classmethod
    def read(
        cls,
        source: str | Path | bytes,
        q_unit: str | None = None,
        quantity: str | None = None,
        column: int | None = None,
        name: str | None = None,
    ) -> StructureFactor:
        r"""Read a structure factor from a file in any of the formats of g(r).

        Parameters
        ----------
        source : str, Path or bytes
            Path of the file, or its content.
        q_unit : str, optional
            "nm⁻¹" (or "1/nm", "nm^-1") or "Å⁻¹" (or "1/A", "A^-1"); by default what the file says
            or what suits the first peak.
        quantity : str, optional
            One of `S_QUANTITIES`; by default what the file says or what suits its limits.
        column : int, optional
            Which column after q to take, from 0, the first by default. A column beside it that
            holds errors is used.
        name : str, optional
            Name to show; that of the file by default.

        Returns
        -------
        StructureFactor

        Raises
        ------
        ValueError
            If the file can't be read or holds no structure factor; the message says what to do.

        Examples
        --------
        >>> q = np.arange(0.1, 10.0, 0.1)
        >>> rows = [f"{x:.2f} {1.0 + np.exp(-((x - 2.0) ** 2) / 0.2):.5f}" for x in q]
        >>> read = StructureFactor.read("\n".join(["# q (1/A) S(q)", *rows]).encode())
        >>> print(read.q_unit, read.quantity, f"{read.first_peak:.1f}")
        Å⁻¹ S 20.0
        """
        unit = None if q_unit is None else _known_unit(q_unit)
        if quantity is not None and quantity not in S_QUANTITIES:
            raise ValueError(
                f"quantity must be one of {', '.join(S_QUANTITIES)}, got {quoted(str(quantity))}"
            )
        data, file_name = load_source(source)
        shown = on_one_line(file_name if name is None else name)
        with np.errstate(all="ignore"):
            table = parse(data)
            return cls._of(table, shown, unit, quantity, column)

    @classmethod
    def _of(
        cls, table: Table, name: str, unit: str | None, quantity: str | None, column: int | None
    ) -> StructureFactor:
        errors_at = set(table.errors.values())
        offered = [i for i in range(1, table.values.shape[1]) if i not in errors_at]
        if not offered:
            raise ValueError("the file has one column only; S(q) needs q and S")
        chosen = 0 if column is None else column
        if not (isinstance(chosen, int) and 0 <= chosen < len(offered)):
            raise ValueError(
                f"column must be an integer from 0 to {len(offered) - 1}, got {quoted(str(column))}"
            )
        at = offered[chosen]
        finite = np.isfinite(table.values[:, at]) & np.isfinite(table.values[:, 0])
        values = table.values[finite]
        values = values[np.argsort(values[:, 0], kind="stable")]
        values = values[np.append(True, np.diff(values[:, 0]) > 0.0)]
        q, y = values[:, 0], values[:, at]
        rows = np.flatnonzero(finite)
        check_numbers(q, y, lambda row: table.where(int(rows[row])))
        assumptions, warnings = list(table.assumptions), list(table.warnings)
        if len(values) < len(table.values):
            warnings.append(
                f"{len(table.values) - len(values)} rows without numbers or with a repeated q were "
                "left out."
            )
        text = "\n".join([*table.about, *table.hints])
        if quantity is None:
            intensity = _INTENSITY.search(text)
            if intensity and not _STRUCTURE.search(text):
                raise ValueError(
                    f"the file holds a scattering intensity, as {quoted(intensity[0])} says; "
                    "divide it by the form factor, or give the quantity if it is a structure factor"
                )
            quantity, sentence = _quantity_of(q, y, text)
            assumptions.append(sentence)
        s = y if quantity == "S" else y + 1.0
        if quantity == "q(S-1)":
            s = np.where(q > 0.0, 1.0 + y / np.where(q > 0.0, q, 1.0), np.nan)
        kept = np.isfinite(s)
        q, s = q[kept], s[kept]
        if unit is None:
            unit, sentence = _unit_of(q, s, text)
            assumptions.append(sentence)
        errors = None
        beside = table.errors.get(at)
        if beside is not None:
            errors = np.abs(values[kept, beside])
            errors = errors / q if quantity == "q(S-1)" else errors
            errors = errors if np.all(np.isfinite(errors)) and errors.max() > 0.0 else None
        _check(q, s, lambda row: f"point {row + 1}")
        return cls(
            *(q * Q_UNITS[unit], s, errors, name, table.format, unit, quantity),
            assumptions=tuple(assumptions),
            warnings=tuple(warnings),
        )


def read_curve(
    source: str | Path | bytes,
    length_unit: str | None = None,
    column: int | None = None,
    sigma: float | None = None,
    name: str | None = None,
    quantity: str | None = None,
    q_unit: str | None = None,
    **options: Any,
) -> RDF | StructureFactor:
    r"""Read a g(r) or a structure factor, whichever a file holds.

    Parameters
    ----------
    source : str, Path or bytes
        Path of the file, or its content.
    length_unit : str, optional
        Unit of distances.
    column, sigma, name : optional
        As in `RDF.read` and `StructureFactor.read`.
    quantity : str, optional
        What the values are, one of `QUANTITIES` or `S_QUANTITIES`; by default as recognised.
    q_unit : str, optional
        Unit of wave numbers.
    **options
        What else `RDF.read` takes.

    Returns
    -------
    RDF or StructureFactor

    Raises
    ------
    ValueError
        If the file can't be read or holds neither.

    Examples
    --------
    >>> q = np.arange(0.1, 10.0, 0.1)
    >>> rows = [f"{x:.2f} {1.0 + np.exp(-((x - 2.0) ** 2) / 0.2):.5f}" for x in q]
    >>> type(read_curve("\n".join(["# q (1/A) S(q)", *rows]).encode())).__name__
    'StructureFactor'
    """
    data, file_name = load_source(source)  # once: it may be a pipe
    name = file_name if name is None else name
    if quantity in S_QUANTITIES:
        return StructureFactor.read(data, q_unit, quantity, column, name)
    try:
        return RDF.read(data, length_unit, column, sigma, name, quantity=quantity, **options)
    except OtherQuantity as error:
        if error.quantity != STRUCTURE_FACTOR:
            raise
        return StructureFactor.read(data, q_unit, column=column, name=name)


def _known_unit(unit: str) -> str:
    found = _UNIT_NAMES.get(str(unit).strip().lower())
    if found is None:
        raise ValueError(f"q_unit must be nm⁻¹ or Å⁻¹, got {quoted(str(unit))}")
    return found


def _quantity_of(q: Array, y: Array, text: str) -> tuple[str, str]:
    """Which quantity a curve is, by words and by its limits."""
    tail = y[-max(len(y) // 5, 5) :]
    level = float(np.mean(tail))
    near_one, near_zero = abs(level - 1.0) < 0.3, abs(level) < 0.3
    if _TIMES_Q.search(text) and near_zero:
        return "q(S-1)", "The file holds q[S(q) − 1], as it says."
    if _LESS_ONE.search(text) and near_zero:
        return "S-1", "The file holds S(q) − 1, as it says."
    if near_one:
        return "S", f"The values are taken for S(q): they tend to {level:.3g}."
    if not near_zero:
        raise ValueError(
            f"the values tend to {level:.3g} at high q, where S(q) tends to 1, S(q) − 1 to 0: this "
            "may be an intensity; divide it by the form factor, or give the quantity"
        )
    low = y[: max(len(y) // 10, 3)]
    if np.mean(low) < 0.0 and (
        low.min() < -1.2 or np.polyfit(q[: len(low)], low, 1)[0] * q[len(low) - 1] < -0.3
    ):
        return "q(S-1)", "The values are taken for q[S(q) − 1]: they fall with q and tend to 0."
    return "S-1", "The values are taken for S(q) − 1: they begin near −1 and tend to 0."


def _unit_of(q: Array, s: Array, text: str) -> tuple[str, str]:
    """Which unit q is in, by words, or by the first peak of liquids."""
    angstrom, nm = _IN_ANGSTROM.search(text), _IN_NM.search(text)
    if bool(angstrom) != bool(nm):
        return ("Å⁻¹" if angstrom else "nm⁻¹"), (
            f"q is in {'Å⁻¹' if angstrom else 'nm⁻¹'}, as the file says."
        )
    peak = float(q[np.argmax(s)])
    unit = "Å⁻¹" if peak < _LIQUID_PEAK else "nm⁻¹"
    return unit, f"q is taken to be in {unit}: the first peak lies at {peak:.3g}."


def _check(q: Array, s: Array, where: Callable[[int], str]) -> None:
    check_numbers(q, s, where)
    level = float(np.mean(s[-max(len(s) // 5, 5) :]))
    if abs(level - 1.0) > 0.3:
        raise ValueError(
            f"S(q) tends to {level:.3g} at high q and not to 1; give the quantity that the values "
            "are, or normalise them"
        )
    if s.max() < 1.02:
        raise ValueError("S(q) has no peak above 1, so it tells nothing of neighbours")
    if s.min() < -0.5:
        raise ValueError(f"S(q) falls to {s.min():.3g}; it can't be negative")
