"""Figures of the documents, drawn with Matplotlib and written as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 110
"""Resolution of the images in dots per inch."""


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure of a size in inches, whose parts are laid out automatically."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def bare(ax: Axes, size: float = 8.0) -> None:
    """Leave the left and the lower edge of a panel only, with small numbers at them."""
    ax.tick_params(labelsize=size)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def save(figure: Figure, docs: Path, name: str) -> None:
    """Write a figure as `images/name.png` into a documentation folder."""
    figure.savefig(docs / "images" / f"{name}.png", dpi=DPI)
