"""Plotly's JavaScript: the module that draws its widgets, as the browser loads it."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.metadata import distribution
from pathlib import Path


def plotly_version() -> str:
    """Return the version of plotly."""
    return distribution("plotly").version


@cache
def packed_plotly() -> bytes:
    """Return the module, compressed once by gzip."""
    # plotly is not imported: the server of the pages needs the file alone
    file = distribution("plotly").locate_file("plotly/package_data/widgetbundle.js")
    return gzip.compress(Path(str(file)).read_bytes(), compresslevel=6, mtime=0)
