"""The list of pages on the landing page: one entry for each half of the package."""

from __future__ import annotations

import base64
import html
from functools import cache

from surrogate_app.subjects import SUBJECTS, Page


def pages() -> str:
    """Return the list of pages in Markdown, as the notebook of the landing page holds it."""
    return "\n\n".join(_entry(half.page) for half in SUBJECTS.values())


def illustrated(_source: str = "") -> str:
    """Return the same list with a picture of each page.

    The template of the pages calls it, under the name that `voila.json` gives it, for the cell
    `pages` of the landing page.

    Parameters
    ----------
    _source : str, optional
        What the cell holds.
    """
    return "\n\n".join(
        f'<div class="sa-entry">{_image(half.page)}<div>\n\n{_entry(half.page)}\n\n</div></div>'
        for half in SUBJECTS.values()
    )


def _entry(page: Page) -> str:
    address = f"({page.notebook}.ipynb)"
    return f"## [{page.title}]{address}\n\n{page.summary} [Open]{address}"


@cache
def _image(page: Page) -> str:
    """Return the picture of a page, drawn once by a server, or nothing if it has none."""
    if page.picture is None:
        return ""
    data = base64.b64encode(page.picture.load()().encode()).decode()
    return f'<img alt="{html.escape(page.alt)}" src="data:image/svg+xml;base64,{data}">'
