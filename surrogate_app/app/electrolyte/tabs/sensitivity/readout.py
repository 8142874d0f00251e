"""Texts and tables of the tab Sensitivity, as HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from surrogate_app.app.electrolyte.inputs import LABELS, QUANTITY_LABELS, QUANTITY_UNITS, SYMBOLS
from surrogate_app.app.numbers import percent, uncertain
from surrogate_app.electrolyte.analysis.sensitivity import Sensitivity


def answer(found: Sensitivity, index: int, position: str) -> str:
    """Say in a sentence which inputs control the quantity at one of the positions, as HTML.

    Parameters
    ----------
    found : Sensitivity
        Indices at some positions.
    index : int
        Which of them.
    position : str
        What the page calls it.
    """
    quantity, unit = QUANTITY_LABELS[found.quantity], QUANTITY_UNITS[found.quantity]
    where = f"{html.escape(position)} ({found.r[index]:.3g} nm from the wall)"
    if "from the wall" in position:
        where = html.escape(position)
    if not found.defined[index]:
        return f"<p>{where}: the {quantity.lower()} does not vary.</p>"
    shares = {LABELS[name].lower(): part[index] for name, part in found.first_order.items()}
    together = 1.0 - sum(shares.values())
    listed = [
        f"<b>{name}</b> {100.0 * share:.0f} %"
        for name, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
    if len(shares) > 1:
        listed.append(f"interactions {100.0 * max(together, 0.0):.0f} %")
    value = uncertain(float(found.mean[index]), float(found.std[index]))
    return (
        f"<p>{where}: {quantity} = {value} {unit}. Shares of its variance: {', '.join(listed)}.</p>"
    )


def shares(found: Sensitivity, names: Sequence[str]) -> str:
    """Return the shares at some positions as a table in HTML.

    Parameters
    ----------
    found : Sensitivity
        Indices at these positions.
    names : sequence of str
        Names of the positions in figures.
    """
    symbols = [SYMBOLS[name] for name in found.names]
    heads = ["position", "r (nm)", *symbols, *(["interactions"] if len(symbols) > 1 else [])]
    rows = []
    for index, (name, r) in enumerate(zip(names, found.r, strict=False)):
        lone = [float(part[index]) for part in found.first_order.values()]
        parts = [*lone, 1.0 - sum(lone)] if len(lone) > 1 else lone
        cells = [f"{r:.3f}", *(_percent(part) for part in parts)]
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{name}</th>{row}</tr>')
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f'<div class="sa-table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else percent(max(share, 0.0))
