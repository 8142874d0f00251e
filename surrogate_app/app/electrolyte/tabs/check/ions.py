"""The ions of a simulation as spheres in the slit, or as circles where WebGL is missing."""

from __future__ import annotations

from functools import cache

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from surrogate_app.app.electrolyte.tabs.check.state import Check
from surrogate_app.app.figures import Figure, faded
from surrogate_app.app.widgets import caption
from surrogate_app.common.palette import ANION, CATION, NEUTRAL

CORNERS = 32
"""Corners of the polyhedron that stands for a sphere."""

CIRCLE = 24
"""Corners of the polygon that stands for a circle."""

IONS = (("Cations", CATION), ("Anions", ANION))

NO_WEBGL = (
    "This browser cannot draw in three dimensions (WebGL is off): the ions are shown from the side "
    "instead."
)

HEIGHT = 460

Array = NDArray[np.float32]


@cache
def sphere() -> tuple[Array, NDArray[np.uint16]]:
    """Return corners, evenly spread over a unit sphere, and triangles, as seen from outside.

    Returns
    -------
    corners : ndarray, shape (n, 3)
        The points of a Fibonacci spiral.
    triangles : ndarray, shape (2n − 4, 3)
        Indices of corners.
    """
    from scipy.spatial import ConvexHull  # takes a second to import

    index = np.arange(CORNERS) + 0.5
    height, angle = 1.0 - 2.0 * index / CORNERS, np.pi * (1.0 + 5.0**0.5) * index
    radius = np.sqrt(1.0 - height**2)
    corners = np.column_stack((radius * np.cos(angle), radius * np.sin(angle), height))
    triangles = ConvexHull(corners).simplices
    a, b, c = (corners[triangles[:, k]] for k in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), a) < 0.0
    triangles[inward] = triangles[inward][:, ::-1]
    return corners.astype(np.float32), triangles.astype(np.uint16)


def spheres(centres: NDArray[np.float64], diameter: float) -> tuple[Array, NDArray[np.uint16]]:
    """Return corners and triangles of equal spheres.

    Parameters
    ----------
    centres : ndarray, shape (m, 3)
        Where they are.
    diameter : float
        Their diameter in the unit of `centres`.
    """
    corners, triangles = sphere()
    first = CORNERS * np.arange(len(centres), dtype=np.uint16)
    placed = centres[:, None] + 0.5 * diameter * corners
    joined = first[:, None, None] + triangles
    return placed.reshape(-1, 3).astype(np.float32), joined.reshape(-1, 3)


def circles(centres: NDArray[np.float64], diameter: float) -> tuple[Array, Array]:
    """Return x and y of equal circles, with a gap after each, as one broken line."""
    angle = np.linspace(0.0, 2.0 * np.pi, CIRCLE + 1)
    outline = np.column_stack((np.cos(angle), np.sin(angle)))
    outline = np.vstack((outline, [np.nan, np.nan]))
    placed = (centres[:, None] + 0.5 * diameter * outline).reshape(-1, 2)
    return placed[:, 0].astype(np.float32), placed[:, 1].astype(np.float32)


class IonsFigure:
    """The ions between their walls; `widget` holds the figure that the browser can draw."""

    def __init__(self) -> None:
        self.widget = widgets.VBox()
        self.figure: Figure | None = None
        self._in_space = True

    def choose(self, *, in_space: bool) -> None:
        """Draw in three dimensions, or from the side."""
        if self.figure is None or self._in_space != in_space:
            self._in_space = in_space
            self.figure = _space() if in_space else _side()
            notice = [] if in_space else [caption(NO_WEBGL)]
            self.widget.children = [*notice, self.figure]

    def render(self, check: Check) -> None:
        """Show the ions of a simulation."""
        if self.figure is None or check.positions is None or check.profile is None:
            return
        n_pos = check.profile.ions[0]
        both = (
            (check.positions[:n_pos], check.system.d_pos),
            (check.positions[n_pos:], check.system.d_neg),
        )
        half, length = 0.5 * check.system.h, check.profile.length
        with self.figure.batch_update():
            draw = self._draw_spheres if self._in_space else self._draw_circles
            for trace, (centres, diameter) in zip(self.figure.data, both, strict=False):
                draw(trace, centres, diameter)
            self._draw_walls(half, 0.5 * length)

    @staticmethod
    def _draw_spheres(trace: go.Mesh3d, centres: NDArray[np.float64], diameter: float) -> None:
        corners, triangles = spheres(centres, diameter)
        if trace.i is None or len(trace.i) != len(triangles):
            trace.i, trace.j, trace.k = triangles.T.copy()
        trace.x, trace.y, trace.z = corners.T.copy()

    @staticmethod
    def _draw_circles(trace: go.Scatter, centres: NDArray[np.float64], diameter: float) -> None:
        trace.x, trace.y = circles(centres[:, [0, 2]], diameter)

    def _draw_walls(self, half: float, side: float) -> None:
        assert self.figure is not None
        for trace, z in zip(self.figure.data[2:], (-half, half), strict=True):
            edge = np.array([-side, side, side, -side])
            if self._in_space:
                trace.x, trace.y, trace.z = edge, np.roll(edge, -1), np.full(4, z)
            else:
                trace.x, trace.y = edge[:2], np.full(2, z)


def _space() -> Figure:
    figure = Figure(
        name="ions", alt="Ions between the walls", x_title="", y_title="", hover="", height=HEIGHT
    )
    light = {"ambient": 0.55, "diffuse": 0.6, "specular": 0.25, "roughness": 0.6}
    spheres_ = [
        go.Mesh3d(name=name, color=colour, lighting=light, hoverinfo="skip", showlegend=True)
        for name, colour in IONS
    ]
    walls = [
        go.Mesh3d(
            name="wall",
            i=np.array([0, 0]),
            j=np.array([1, 2]),
            k=np.array([2, 3]),
            color=NEUTRAL,
            opacity=0.25,
            hoverinfo="skip",
        )
        for _ in range(2)
    ]
    figure.add_traces([*spheres_, *walls])
    axis = {
        "color": NEUTRAL,
        "gridcolor": NEUTRAL,
        "showbackground": False,
        "showgrid": False,
        "zeroline": False,
        "showspikes": False,
    }
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 8, "b": 28},
        scene={
            **{f"{name}axis": {**axis, "title": {"text": f"{name} (nm)"}} for name in "xyz"},
            "aspectmode": "data",
            "bgcolor": "rgba(0, 0, 0, 0)",
            "camera": {
                "eye": {"x": 1.2, "y": -1.9, "z": 0.5},
                "projection": {"type": "perspective"},
            },
            "dragmode": "turntable",
        },
    )
    return figure


def _side() -> Figure:
    figure = Figure(
        name="ions",
        alt="Ions between the walls, from the side",
        x_title="<i>x</i> (nm)",
        y_title="<i>z</i> (nm)",
        hover="",
        height=HEIGHT,
    )
    outlines = [
        go.Scatter(
            name=name,
            mode="lines",
            fill="toself",
            fillcolor=faded(colour, 0.15),
            line={"color": colour, "width": 0.7},
            hoverinfo="skip",
        )
        for name, colour in IONS
    ]
    walls = [
        go.Scatter(
            name="wall",
            mode="lines",
            line={"color": NEUTRAL, "width": 3},
            hoverinfo="skip",
            showlegend=False,
        )
        for _ in range(2)
    ]
    figure.add_traces([*outlines, *walls])
    figure.update_layout(yaxis={"scaleanchor": "x", "constrain": "domain"}, hovermode=False)
    return figure
