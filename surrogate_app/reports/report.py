"""The reproduction report: what the papers found and what this project finds, side by side.

Each half of the package gives sections, functions that draw their figures and return their
Markdown; `write_report` puts them together.
"""

from __future__ import annotations

from pathlib import Path

from surrogate_app.subjects import SUBJECTS


def write_report(docs: Path) -> None:
    """Write `reproduction.md` and its images.

    Parameters
    ----------
    docs : Path
        Documentation folder; made when missing.

    Raises
    ------
    ValueError
        If a campaign or an evaluation whose results are reported is missing.
    """
    (docs / "images").mkdir(parents=True, exist_ok=True)
    parts = ["# Reproduction", "Written by `surrogate-app report`."]
    for half in SUBJECTS.values():
        parts += [f"## {half.title}", *half.report.load()(docs)]
    (docs / "reproduction.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
