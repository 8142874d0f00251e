"""The table of the tab Methods, as HTML."""

from __future__ import annotations

import html
import math

from surrogate_app.app.liquid.readout import C6_UNIT, C12_UNIT, determined
from surrogate_app.app.numbers import rounded
from surrogate_app.liquid import Comparison

MISSING = '<td><span aria-label="none">–</span></td>'


def table(found: Comparison) -> str:
    """Return the answers of all methods, one in a row, with what to know beneath it."""
    titles = (
        *("Method", f"<i>C</i><sub>12</sub> ({C12_UNIT})", f"<i>C</i><sub>6</sub> ({C6_UNIT})"),
        *("<i>σ</i> (nm)", "<i>ε</i> (kJ/mol)", "<i>ε</i><sub>rdf</sub> (%)"),
        *("<i>ε</i><sub>KL</sub> per atom", "<i>g</i>(<i>r</i>) evaluated", "Time (s)"),
    )
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    rows = []
    for row in found:
        texts = (
            _number(row.c12, row.c12_std),
            _number(row.c6, row.c6_std),
            _number(row.sigma),
            _number(row.epsilon),
            _number(100.0 * row.rdf_error, digits=3),
            _number(max(row.kl_error, 0.0), digits=2),
            f"<td>{row.evaluations}</td>",
            f"<td>{row.seconds:.2f}</td>",
        )
        rows.append(
            f'<tr><th scope="row" class="sa-method">{html.escape(row.label)}</th>{"".join(texts)}</tr>'
        )
        if row.note:
            note = html.escape(row.note)
            rows.append(f'<tr><td colspan="9" class="sa-row-message"><div>{note}</div></td></tr>')
    return (
        '<div class="sa-table" role="region" aria-label="Results of all methods" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _number(value: float, std: float = math.nan, digits: int = 4) -> str:
    if not math.isfinite(value):
        return MISSING
    if math.isfinite(std):
        return f"<td>{determined(value, std)}</td>"
    return f"<td>{rounded(value, digits)}</td>"
