"""The few measurements that README.md shows, taken from the documents that hold all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from surrogate_app.reports.documents import markdown_table, replace_section

SECTION = "highlights"
"""Section of README.md that holds them."""


@dataclass(frozen=True)
class Highlight:
    """A measurement for README.md.

    Parameters
    ----------
    what : str
        What was measured.
    document : str
        Name of the document in docs/.
    rows : tuple of str
        Regular expressions for the beginnings of the rows that hold it; the cell that follows is
        taken.
    form : str
        How the cells are shown.
    """

    what: str
    document: str
    rows: tuple[str, ...]
    form: str


HIGHLIGHTS = (
    Highlight(
        "density profiles in the paper's ranges, relative RMSE of unseen systems: median, worst",
        "accuracy",
        ("relative RMSE, median", "relative RMSE, worst"),
        "{}, {}",
    ),
    Highlight(
        "the same in the whole domain: any salt, solvent, temperature, slit and wall charge",
        "accuracy",
        (r"all \| [\d,]+", r"all \| [\d,]+ \| [^|]+ \| [^|]+"),
        "{}, {}",
    ),
    Highlight(
        "C12 and C6 from g(r) of unseen molecular dynamics runs, mean absolute percentage error",
        "accuracy",
        (
            r"[\d,]+ simulated directly, Table 1 \| MAPE of C12",
            r"[\d,]+ simulated directly, Table 1 \| MAPE of C6",
        ),
        "{}, {}",
    ),
    Highlight(
        "time for one density profile with all derived quantities",
        "speed",
        (r"saltnet: ms per profile, all quantities",),
        "{} ms",
    ),
    Highlight(
        "time for one fit to g(r)",
        "speed",
        (r"argon\.xvg: ms to fit with corresponding",),
        "{} ms",
    ),
    Highlight(
        "peak memory while the profiles of a million systems are predicted",
        "speed",
        (r"MiB at most while a million systems are predicted",),
        "{} MiB",
    ),
)
"""Of each half how accurate and how fast its default model is, and what large batches take."""


def highlights(top: Path) -> str:
    """Lay out the highlights as a Markdown table.

    Parameters
    ----------
    top : Path
        Top folder of the checkout.

    Raises
    ------
    ValueError
        If a document lacks one of them.
    """
    rows = []
    for one in HIGHLIGHTS:
        path = top / "docs" / f"{one.document}.md"
        text = path.read_text(encoding="utf-8")
        cells = []
        for row in one.rows:
            found = re.search(rf"^\| {row} \| ([^|]+) \|", text, re.MULTILINE)
            if found is None:
                raise ValueError(f"{path.name} has no row {row!r}, which README.md shows")
            cells.append(found[1])
        rows.append([one.what, one.form.format(*cells)])
    return markdown_table(["measured", "default model"], rows)


def update_readme(top: Path) -> None:
    """Bring the highlights of README.md up to date with the documents."""
    replace_section(top / "README.md", SECTION, highlights(top))
