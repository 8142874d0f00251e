"""The table of the tab All files, as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence

from surrogate_app.app.liquid.entry import Entry
from surrogate_app.app.liquid.readout import C6_UNIT, C12_UNIT, determined
from surrogate_app.app.numbers import rounded


def table(entries: Sequence[Entry], selected: int) -> str:
    """Return the results of all files, one in a row."""
    titles = (
        *("File", "<i>ρ</i> (nm⁻³)", "<i>T</i> (K)"),
        *(f"<i>C</i><sub>12</sub> ({C12_UNIT})", f"<i>C</i><sub>6</sub> ({C6_UNIT})"),
        *("<i>σ</i> (nm)", "<i>ε</i> (kJ/mol)", "Misfit"),
    )
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    rows = "".join(_rows(entry, index == selected) for index, entry in enumerate(entries))
    return (
        '<div class="sa-table" role="region" aria-label="Results of all files" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _rows(entry: Entry, shown: bool) -> str:
    messages: tuple[str, ...] = tuple(entry.refused.values())
    cells = "<td></td>" * 7
    if entry.fit is not None and not messages:
        fit, messages = entry.fit, entry.fit.warnings
        texts = (
            rounded(fit.density),
            rounded(fit.temperature),
            determined(fit.c12, fit.c12_std),
            determined(fit.c6, fit.c6_std),
            determined(fit.sigma, fit.sigma_std),
            determined(fit.epsilon, fit.epsilon_std),
            rounded(fit.misfit, 3),
        )
        cells = "".join(f"<td>{text}</td>" for text in texts)
    start = '<tr class="sa-active">' if shown else "<tr>"
    row = f'{start}<th scope="row">{html.escape(entry.name)}</th>{cells}</tr>'
    if messages:
        message = html.escape(" ".join(messages))
        row += f'{start}<td colspan="8" class="sa-row-message"><div>{message}</div></td></tr>'
    return row
