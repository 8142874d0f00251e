"""Table of the tab State, as HTML."""

from __future__ import annotations

import math
from collections.abc import Sequence

from surrogate_app.app.numbers import uncertain
from surrogate_app.liquid.analysis.thermodynamics import BAR_PER_MPA, Quantity

_NONE = "No pressure or energy is given: the fit can’t be relied on here."


def table(found: Sequence[Quantity]) -> str:
    """Return quantities by structure and equation of state side by side."""
    if not found:
        return f'<div class="sa-reading">{_NONE}</div>'
    titles = ("Quantity", "Unit", "From <i>g</i>(<i>r</i>)", "Equation of state")
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    rows = []
    for quantity in found:
        rows.append(_row(quantity, quantity.unit, 1.0))
        if quantity.name == "pressure":
            rows.append(_row(quantity, "bar", BAR_PER_MPA))
    return (
        '<div class="sa-table" role="region" aria-label="Pressure, energy and compressibility" '
        f'tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
        "</div>"
    )


def _row(quantity: Quantity, unit: str, factor: float) -> str:
    pairs = (quantity.virial, quantity.virial_std), (quantity.equation, quantity.equation_std)
    cells = "".join(
        "<td>–</td>" if math.isnan(value) else f"<td>{uncertain(factor * value, factor * std)}</td>"
        for value, std in pairs
    )
    shown = "" if unit == "1" else unit
    return f'<tr><th scope="row">{quantity.label}</th><td>{shown}</td>{cells}</tr>'
