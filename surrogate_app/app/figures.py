"""Plotly figures in the dress of the dashboard: one palette, one layout, one copy of plotly."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import plotly.graph_objects as go
import traitlets
from ipywidgets import Widget, widget_serialization
from numpy.typing import NDArray

from surrogate_app.app.bundle import packed_plotly
from surrogate_app.common.palette import ANION, NEUTRAL

STATIC = Path(__file__).parent / "static"

INK = "#24292F"
GRID = "#E3E6EA"

PIN_DASHES = ("dash", "dot", "dashdot", "longdash")
"""Line style of each pinned curve, in the order of pinning."""

PIN_WIDTH = 1.4
CURVE_WIDTH = 2.6
PIN_OPACITY = 0.75

SCALE = "Cividis"
"""Colour scale of values: perceptually uniform, and the same for colour-blind readers."""

Array = NDArray[np.float64]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


def faded(colour: str, alpha: float) -> str:
    """Return a `#RRGGBB` colour as an rgba() string.

    Examples
    --------
    >>> faded("#D55E00", 0.2)
    'rgba(213, 94, 0, 0.2)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha:g})"


class PlotlyLibrary(anywidget.AnyWidget):
    """Brings plotly's JavaScript to a browser that asks, once for all figures of a page.

    A `plotly.graph_objects.FigureWidget` brings 5 MB of JavaScript for each instance, which a
    page of several figures would transfer and parse several times. The server of the pages has it
    as a file, see `surrogate_app.app.site`; JupyterLab has not.
    """

    _esm = (STATIC / "library.js").read_text(encoding="utf-8")

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._asked)

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if content == {"kind": "send-source"}:
            self.send({"kind": "source"}, buffers=[packed_plotly()])


@cache
def plotly_library() -> PlotlyLibrary:
    """Return the library widget that all figures of this process share."""
    return PlotlyLibrary()


class Figure(go.FigureWidget):  # type: ignore[misc]
    """A FigureWidget with the layout, the mode bar and the accessibility of the dashboard.

    Parameters
    ----------
    name : str
        Name of the file that the mode bar saves, without extension.
    alt : str
        What the figure shows, for readers who do not see it.
    x_title, y_title : str
        Axis titles with units.
    hover : str
        Title of the box under the pointer, as plotly's template.
    height : int
        Height in px.
    """

    _esm = (STATIC / "figure.js").read_text(encoding="utf-8")
    library = traitlets.Instance(Widget).tag(sync=True, **widget_serialization)
    alt = traitlets.Unicode().tag(sync=True)

    @traitlets.default("library")
    def _default_library(self) -> PlotlyLibrary:
        return plotly_library()

    def __init__(
        self, *, name: str, alt: str, x_title: str, y_title: str, hover: str, height: int = 400
    ) -> None:
        super().__init__(layout=layout(x_title, y_title, height))
        self.layout.xaxis.unifiedhovertitle = {"text": hover}
        self.alt = alt
        self._config = config(name)
        self.on_msg(self._answer)

    def _answer(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "send-state":
            self.send_whole()
            self.send({"kind": "state-sent"})

    def send_whole(self) -> None:
        """Bring the browser's copy up to date, where plotly does not listen to changes yet."""
        # plotly keeps in these only what the figure held when it was made
        self._widget_data = deepcopy(self._data)
        self._widget_layout = deepcopy(self._layout)


def line(colour: str, name: str, hover: str = "%{y:.4f}", **options: Any) -> go.Scatter:
    """Return an empty curve; `hover` is plotly's template of its line in the box."""
    return go.Scatter(
        name=name,
        x=[],
        y=[],
        mode="lines",
        # plotly would drop points of smooth curves and leave corners
        line={"color": colour, "width": CURVE_WIDTH, "simplify": False},
        hovertemplate=hover,
        **options,
    )


def band(colour: str, name: str, **options: Any) -> go.Scatter:
    """Return an empty shaded band, which `set_band` fills."""
    return go.Scatter(
        name=name,
        x=[],
        y=[],
        mode="lines",
        fill="toself",
        fillcolor=faded(colour, 0.22),
        line={"width": 0},
        hoverinfo="skip",
        **{"showlegend": False, **options},
    )


def set_band(trace: go.Scatter, x: Array, mean: Array, half: Array, floor: float = -np.inf) -> None:
    """Let a band reach from `mean` − `half`, or `floor` if that is lower, to `mean` + `half`."""
    trace.x = np.concatenate((x, x[::-1]))
    trace.y = np.concatenate((mean + half, np.maximum(mean - half, floor)[::-1]))


def colour_bar(title: str) -> dict[str, Any]:
    """Return the bar that explains the colours of values."""
    return {
        "title": {"text": title, "font": {"size": 12}},
        "thickness": 14,
        "len": 1.0,
        "outlinewidth": 0,
        "tickfont": {"size": 12},
    }


def config(name: str) -> dict[str, Any]:
    """Return the plotly configuration of a figure whose pictures are called `name`."""
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "responsive": True,
        "showSendToCloud": False,
        "modeBarButtonsToRemove": [
            "sendChartToCloud",
            "select2d",
            "lasso2d",
            "zoomIn2d",
            "zoomOut2d",
            "autoScale2d",
        ],
        "toImageButtonOptions": {
            "format": "png",
            "filename": name,
            "width": 900,
            "height": 560,
            "scale": 2,
        },
    }


def layout(x_title: str, y_title: str, height: int) -> dict[str, Any]:
    """Return the layout that all figures share.

    Colours are those of a page on white, so that saved pictures are ready for print; the style
    sheet repaints text and grid on a dark screen.
    """
    axis = {
        "gridcolor": GRID,
        "linecolor": NEUTRAL,
        "zerolinecolor": NEUTRAL,
        "zerolinewidth": 1,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": NEUTRAL,
    }
    title = {"standoff": 8, "font": {"size": 14}}
    return {
        "height": height,
        "autosize": True,
        "margin": {"l": 80, "r": 16, "t": 36, "b": 48},
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        # the left margin is fixed, lest the plot should move with the length of its numbers
        "xaxis": {
            **axis,
            "automargin": True,
            "zeroline": False,
            "title": {"text": x_title, **title},
        },
        "yaxis": {**axis, "title": {"text": y_title, **title}},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#FFFFFF", "font": {"color": INK, "size": 12}},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            # below the plot, where any number of entries keeps clear of the mode bar
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "font": {"size": 12},
            "bgcolor": "rgba(0, 0, 0, 0)",
        },
        "modebar": {
            "bgcolor": "rgba(0, 0, 0, 0)",
            "color": NEUTRAL,
            "activecolor": ANION,
            "remove": ["sendChartToCloud"],
        },
        "uirevision": "keep",
    }
