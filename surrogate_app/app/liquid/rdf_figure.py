"""What figures of g(r) have in common: titles, and the points of a file."""

from __future__ import annotations

import plotly.graph_objects as go

from surrogate_app.common.palette import UPLOADED

R_TITLE = "Distance <i>r</i> (nm)"
G_TITLE = "<i>g</i>(<i>r</i>)"
HOVER = "r = %{x:.4f} nm"
Q_TITLE = "Wave number <i>q</i> (nm⁻¹)"
S_TITLE = "<i>S</i>(<i>q</i>)"
Q_HOVER = "q = %{x:.3f} nm⁻¹"

FIT_WIDTH = 1.8
"""Width of the fitted line, which lets the dots of the file be seen."""


def points(name: str) -> go.Scatter:
    """Return empty points of a file's g(r)."""
    return go.Scatter(
        name=name,
        x=[],
        y=[],
        mode="markers",
        marker={"color": UPLOADED, "size": 6, "opacity": 0.5},
        hovertemplate="%{y:.4f}",
    )
