"""What a page says of itself: versions, licence and how to cite it."""

from __future__ import annotations

import html
import platform
from importlib.metadata import metadata

from surrogate_app import __version__
from surrogate_app.app.markup import snippet

SOFTWARE = """@software{{surrogate-app,
  title   = {{surrogate-app: interactive surrogates of molecular simulations}},
  author  = {{{{The surrogate-app developers}}}},
  version = {{{version}}},
  license = {{{licence}}}
}}"""

PACKAGES = ("voila", "ipywidgets", "plotly", "numpy")
"""Packages whose versions help to explain what somebody saw."""


def about(paper: str) -> str:
    """Return versions, licence and citation, as HTML.

    Parameters
    ----------
    paper : str
        BibTeX entry of the paper whose method the page implements.
    """
    licence = str(metadata("surrogate-app")["License-Expression"])
    versions = [f"{name} {metadata(name)['Version']}" for name in PACKAGES]
    versions.insert(0, f"Python {platform.python_version()}")
    entries = SOFTWARE.format(version=__version__, licence=licence) + "\n\n" + paper
    return (
        f"<p>surrogate-app {html.escape(__version__)} ({html.escape(', '.join(versions))}), "
        f"licence {html.escape(licence)}. If results of this page enter your work, please cite the "
        "software and the paper:</p>" + snippet(entries, "sa-citation")
    )
