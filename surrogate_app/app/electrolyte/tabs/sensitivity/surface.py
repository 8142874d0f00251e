"""Response surfaces of the tab Sensitivity: in three dimensions, or as a map."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import plotly.graph_objects as go

from surrogate_app.app.electrolyte.analysis.positions import label
from surrogate_app.app.electrolyte.inputs import QUANTITY_SYMBOLS, QUANTITY_UNITS, SYMBOLS, axis_of
from surrogate_app.app.electrolyte.tabs.sensitivity.state import SensitivityState
from surrogate_app.app.figures import SCALE, Figure, colour_bar
from surrogate_app.app.tabs import Host, figure_box
from surrogate_app.app.widgets import Choice, chips
from surrogate_app.common.palette import NEUTRAL
from surrogate_app.electrolyte.analysis.surfaces import ResponseSurface

TOO_FEW = (
    "A response surface needs two inputs and a position: tick another input, or choose a position."
)

NO_WEBGL = "This browser cannot draw in three dimensions (WebGL is off): the map is shown instead."


class SurfaceFigures:
    """The response to two inputs at one position.

    Parameters
    ----------
    analysis : SensitivityState
        The state of the tab.
    host : Host
        What the page offers.
    """

    def __init__(self, analysis: SensitivityState, host: Host) -> None:
        self._analysis, self._host = analysis, host
        guard = host.guard
        self.position = Choice("At", [], guard(lambda position: analysis.change(position=position)))
        self.first = Choice("Inputs", [], guard(lambda name: self._choose(0, name)))
        self.second = Choice("and", [], guard(lambda name: self._choose(1, name)))
        self.form = Choice(
            "Drawn as",
            [("surface", "surface"), ("map", "map")],
            guard(lambda form: analysis.change(form=form)),
        )
        for choice in (self.position, self.first, self.second, self.form):
            choice.add_class("sa-labelled")
        self.surface = _surface()
        self.map = _map()
        self.message = widgets.HTML()
        self.message.add_class("sa-caption")
        self._drawn: Any = None
        self._boxes = [(figure, widgets.VBox([figure])) for figure in (self.surface, self.map)]
        choices = chips(self.position, self.first, self.second, self.form)
        figures = widgets.VBox([choices, self.message, *(box for _, box in self._boxes)])
        self.widget = figure_box(
            figures,
            "Response of the quantity to two inputs, with all others at the values of the sliders: "
            "within three standard deviations on both sides, or the whole of a uniform spread.",
            "response_surface",
            host,
        )

    @property
    def figures(self) -> dict[str, Figure]:
        """Both figures by name."""
        return {"response-surface": self.surface, "response-map": self.map}

    def show(self) -> None:
        """Show the response at the position of the state."""
        analysis, flat, found = self._analysis, self._host.state.flat, self._analysis.result
        if found is None:
            return
        self.position.show(analysis.position, [(label(one), one) for one in found.positions])
        self.form.show("map" if flat else analysis.form)
        self.form.disabled = flat
        there = found.surface is not None and analysis.position in found.positions
        # without positions or surface there is nothing to choose, to explain or to save
        _show(bool(found.positions), self.position)
        _show(found.surface is not None, self.first, self.second, self.form)
        _show(there, *self.widget.children[1:])
        chosen = (self.map if flat or analysis.form == "map" else self.surface) if there else None
        for figure, box in self._boxes:
            _show(figure is chosen, box)
        text = "" if there or analysis.refining else TOO_FEW
        self.message.value = NO_WEBGL if there and flat else text
        waits = analysis.refining and there
        (self.widget.add_class if waits else self.widget.remove_class)("sa-stale")
        if chosen is not None and found.surface is not None:
            self._show_pair(found.surface)
            index = found.positions.index(analysis.position)
            if self._drawn != (wanted := (chosen, found.surface, index)):
                self._drawn = wanted
                self._draw(*wanted)

    def _show_pair(self, surface: ResponseSurface) -> None:
        names = [(SYMBOLS[name], name) for name in self._analysis.analysis.chosen]
        for choice, one in zip((self.first, self.second), surface.inputs, strict=True):
            choice.show(one.name, names)

    def _choose(self, index: int, name: str) -> None:
        pair = list(self._analysis.pair_in_use)
        if name == pair[1 - index]:
            pair[1 - index] = pair[index]
        pair[index] = name
        self._analysis.change(pair=tuple(pair))

    def _draw(self, figure: Figure, surface: ResponseSurface, index: int) -> None:
        (trace,) = figure.data
        unit = QUANTITY_UNITS[surface.quantity]
        symbol = QUANTITY_SYMBOLS[surface.quantity]
        first, second = (axis_of(one.name) for one in surface.inputs)
        with figure.batch_update():
            trace.x, trace.y = surface.axes
            trace.z = surface.values[index]
            gap = " " if figure is self.surface else "<br>"
            trace.colorbar.title.text = f"{symbol}{gap}({unit})"
            trace.hovertemplate = (
                f"{first}: %{{x:.4g}}<br>{second}: %{{y:.4g}}<br>"
                f"{symbol}: %{{z:.4g}} {unit}<extra></extra>"
            )
            if figure is self.surface:
                figure.layout.scene.update(
                    xaxis_title_text=first,
                    yaxis_title_text=second,
                    zaxis_title_text=f"{symbol} ({unit})",
                )
            else:
                figure.layout.update(xaxis_title_text=first, yaxis_title_text=second)


def _show(shown: bool, *shown_widgets: widgets.Widget) -> None:
    for widget in shown_widgets:
        (widget.remove_class if shown else widget.add_class)("sa-hidden")


def _surface() -> Figure:
    figure = Figure(
        name="response-surface",
        alt="Response of the quantity to two inputs, as a surface",
        x_title="",
        y_title="",
        hover="",
    )
    # below the surface, which a narrow screen would cut off beside an upright one
    bar = {**colour_bar(""), "orientation": "h", "y": 0.0, "yanchor": "bottom", "len": 0.8}
    figure.add_trace(go.Surface(colorscale=SCALE, colorbar=bar))
    axis = {
        "color": NEUTRAL,
        "gridcolor": NEUTRAL,
        "showbackground": False,
        "nticks": 6,
        "tickfont": {"size": 11},
        "title": {"font": {"size": 13}},
    }
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 34, "b": 0},
        scene={
            "xaxis": axis,
            "yaxis": axis,
            "zaxis": axis,
            "domain": {"y": [0.17, 1.0]},
            "camera": {
                "eye": {"x": 1.75, "y": -1.9, "z": 1.05},
                "center": {"x": -0.05, "y": -0.045, "z": -0.07},  # titles are left and below
            },
        },
    )
    return figure


def _map() -> Figure:
    figure = Figure(
        name="response-map",
        alt="Response of the quantity to two inputs, as a map",
        x_title="",
        y_title="",
        hover="",
    )
    figure.add_trace(
        go.Contour(colorscale=SCALE, colorbar=colour_bar(""), contours={"coloring": "heatmap"})
    )
    figure.update_layout(hovermode="closest")
    return figure
