"""The list of pages on the landing page: one entry for each half of the package."""

from __future__ import annotations

from surrogate_app.subjects import SUBJECTS


def pages(_source: str = "") -> str:
    """Return the list of pages in Markdown.

    The template of the pages calls it, under the name that `voila.json` gives it, for the cell
    `pages` of the landing page. The cell holds the same text for those who open the notebook.

    Parameters
    ----------
    _source : str, optional
        What the cell holds.
    """
    entries = []
    for half in SUBJECTS.values():
        address = f"({half.page.notebook}.ipynb)"
        entries.append(f"## [{half.page.title}]{address}\n\n{half.page.summary} [Open]{address}")
    return "\n\n".join(entries)
