"""Fits of structure factors as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from surrogate_app.common.tables import Table, on_one_line, stacked, units_line
from surrogate_app.liquid.export import thermodynamics
from surrogate_app.liquid.export.fit import (
    INPUTS,
    POTENTIAL,
    lines_of_values,
    lines_of_verdict,
    values,
)
from surrogate_app.liquid.inverse.surrogate import StructureFactorFit

NUMBERS = {**POTENTIAL, "level": "1", "scale": "1", "misfit": "1"}
"""Numbers of a fit in q, with their units."""

COLUMNS = {"q": "nm⁻¹", "s": "1", "s_fit": "1", "residual": "1"}
"""Arrays of a fit in the order of the CSV columns, with their units."""


def python_call(fit: StructureFactorFit) -> str:
    """Return the Python expression that repeats a fit, q and s being the exported arrays."""
    errors = "" if fit.structure_factor.s_err is None else ", s_err"
    return (
        f"InverseSurrogate.load().fit(StructureFactor(q, s{errors}), "
        f"density={fit.density!r}, temperature={fit.temperature!r})"
    )


def table(fits: StructureFactorFit | Sequence[StructureFactorFit]) -> Table:
    """Return fits in q as one table: what makes each, every number, S(q) and what was fitted.

    Parameters
    ----------
    fits : StructureFactorFit or sequence of StructureFactorFit
        The fits, the shown one first.

    Returns
    -------
    Table
        In CSV, columns `fit` (counted from 0) and those of `COLUMNS`, with `s_err` where errors
        are known; s_fit and the residual, s_fit − s, are empty at wave numbers that were not
        used. In JSON, an object with `application`, `units` and `structure_factors`.
    """
    listed = fits if isinstance(fits, Sequence) else [fits]
    comments = []
    for index, fit in enumerate(listed):
        given = fit.structure_factor
        comments.append(f"fit {index}: {python_call(fit)}")
        comments.append(f"  S(q) name: {on_one_line(given.name)}")
        comments.append(f"  file: {given.quantity}, q in {given.q_unit}")
        comments += lines_of_values(fit, NUMBERS)
        sentences = (*given.assumptions, *given.warnings, *fit.warnings)
        comments += lines_of_verdict(fit, sentences)
    comments.append(units_line(COLUMNS))
    return Table(
        title="Lennard-Jones potentials fitted to S(q)",
        columns=stacked("fit", [_columns(fit) for fit in listed]),
        comments=comments,
        content={
            "units": {**INPUTS, **NUMBERS, **COLUMNS},
            "structure_factors": [_content(fit) for fit in listed],
        },
    )


def _content(fit: StructureFactorFit) -> dict[str, Any]:
    given = fit.structure_factor
    return {
        "name": given.name,
        "q_unit": given.q_unit,
        "quantity": given.quantity,
        "call": python_call(fit),
        **values(fit, INPUTS),
        **values(fit, NUMBERS),
        "thermodynamics": thermodynamics.content(fit),
        "in_domain": bool(fit.in_domain),
        "assumptions": list(given.assumptions),
        "warnings": [*given.warnings, *fit.warnings],
        **_columns(fit),
    }


def _columns(fit: StructureFactorFit) -> dict[str, list[float]]:
    given = fit.structure_factor
    arrays = {"q": given.q, "s": given.s, "s_fit": fit.s_fit, "residual": fit.s_fit - given.s}
    if given.s_err is not None:
        arrays["s_err"] = given.s_err
    return {name: array.tolist() for name, array in arrays.items()}
