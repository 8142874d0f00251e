"""View of the tab Methods: renders its state and computes nothing."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.figures import INK, SCALE, Figure, colour_bar, line
from surrogate_app.app.liquid.rdf_figure import FIT_WIDTH, G_TITLE, HOVER, R_TITLE, points
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.liquid.tabs.methods import readout
from surrogate_app.app.liquid.tabs.methods.state import MethodsState
from surrogate_app.app.markup import alert, listed
from surrogate_app.app.tabs import Host, TabView, figure_box
from surrogate_app.app.widgets import Choice
from surrogate_app.liquid import Fit
from surrogate_app.liquid.analysis.maps import QUANTITIES
from surrogate_app.liquid.analysis.method import METHODS

MAPS = {"rdf": "Difference of g(r)", "kl": "Relative entropy"}
"""What the selector calls the quantities of the map."""

_TITLES = {"rdf": "<i>ε</i><sub>rdf</sub>", "kl": "<i>ε</i><sub>KL</sub>"}
_COMPUTING = "Computing the error maps …"
_SIGMAS = (1, 2)
_ELLIPSE = "#F0E442"  # seen on the dark middle of the map and in the legend


class MethodsView(TabView):
    """A table of all methods, the g(r) of each, and the map of errors with their answers."""

    def __init__(self, host: Host) -> None:
        self.tab_state: MethodsState = host.state.tab_states["methods"]
        self.message = widgets.HTML()
        self.message.add_class("sa-status")
        self.table = widgets.HTML()
        self.rdfs = _rdfs()
        self.map = _map()
        self.quantity = Choice(
            "Map of",
            [(MAPS[name], name) for name in QUANTITIES],
            host.guard(self.tab_state.show_map),
        )
        self.quantity.add_class("sa-labelled")
        options = widgets.Box([self.quantity])
        options.add_class("sa-options")
        self.body = widgets.VBox(
            [
                self.table,
                figure_box(
                    self.rdfs,
                    "Dots: <i>g</i>(<i>r</i>) of the file. Lines: <i>g</i>(<i>r</i>) of each "
                    "method’s potential, in the bins that all methods use. The table and the file "
                    "of numbers hold what each method took.",
                    "methods",
                    host,
                ),
                options,
                figure_box(
                    self.map,
                    "Error of every potential: the relative difference of <i>g</i>(<i>r</i>) (L 7) "
                    "or the relative entropy per atom above its minimum (A.6). Cross: the least "
                    "error; dots: the methods; ellipses: 1<i>σ</i> and 2<i>σ</i> of the fit. "
                    "Blank: no single fluid, or one that was not simulated.",
                    "error_map",
                    host,
                ),
            ]
        )
        self.body.add_class("sa-analysis")
        self.widget = widgets.VBox([self.message, self.body])
        self.widget.add_class("sa-analysis")

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"methods": self.rdfs, "error-map": self.map}

    def render(self, _state: LiquidState) -> None:
        """Show the answers as soon as they are there, and the map when it is."""
        tab_state, found = self.tab_state, self.tab_state.result
        (self.body.add_class if tab_state.stale else self.body.remove_class)("sa-stale")
        progress = _COMPUTING if tab_state.refining else ""
        self.message.value = (
            alert(tab_state.refusal, "error")
            + alert(progress, "notice")
            + listed(map(tab_state.write, tab_state.warnings), "sa-warnings")
        )
        self.quantity.show(tab_state.quantity)
        if found is None:
            return
        self.table.value = readout.table(found.comparison)
        rows = {row.method: row for row in found.comparison}
        rdf = found.comparison.fit.rdf
        with self.rdfs.batch_update():
            self.rdfs.data[0].x, self.rdfs.data[0].y = rdf.r, rdf.g
            for trace in self.rdfs.data[1:]:
                row = rows.get(trace.meta)
                trace.visible = row is not None and row.r.size > 0
                if row is not None:
                    trace.x, trace.y = row.r, row.g
        self._draw_map(rows)

    def _draw_map(self, rows: dict[str, Any]) -> None:
        assert self.tab_state.result is not None
        quantity = self.tab_state.quantity
        found = self.tab_state.result.maps.get(quantity)
        if found is None:
            return
        contour, least, *others = self.map.data
        ellipses, dots = others[: len(_SIGMAS)], others[len(_SIGMAS) :]
        inside = (found.c12[[0, -1]], found.c6[[0, -1]])
        with self.map.batch_update():
            contour.x, contour.y, contour.z = found.c12, found.c6, found.values
            contour.colorbar.title.text = _TITLES[quantity]
            least.x, least.y = [[value] for value in found.minimum]
            for sigmas, trace in zip(_SIGMAS, ellipses, strict=True):
                trace.x, trace.y = _ellipse(found.fit, sigmas)
            for trace in dots:
                row = rows.get(trace.meta)
                known = row is not None and all(
                    low <= value <= high
                    for value, (low, high) in zip((row.c12, row.c6), inside, strict=True)
                )
                trace.visible = known
                if known and row is not None:
                    trace.x, trace.y = [row.c12], [row.c6]
            self.map.layout.xaxis.range, self.map.layout.yaxis.range = map(list, inside)
        c12, c6 = found.minimum
        self.map.alt = f"Map of the error; least at C12 = {c12:.4g} and C6 = {c6:.4g}"


def _ellipse(fit: Fit, sigmas: int) -> tuple[Any, Any]:
    angle = np.linspace(0.0, 2.0 * np.pi, 121)
    across = np.sqrt(max(1.0 - fit.correlation**2, 0.0)) * np.sin(angle)
    x = fit.c12 + sigmas * fit.c12_std * np.cos(angle)
    return x, fit.c6 + sigmas * fit.c6_std * (fit.correlation * np.cos(angle) + across)


def _rdfs() -> Figure:
    figure = Figure(
        name="methods",
        alt="Radial distribution function of the file and of each method's potential",
        x_title=R_TITLE,
        y_title=G_TITLE,
        hover=HOVER,
        height=460,
    )
    figure.add_trace(points("File"))
    for method in METHODS.values():
        trace = line(method.colour, method.label, meta=method.name, visible=False)
        trace.line.update(width=FIT_WIDTH, dash=method.dash)
        figure.add_trace(trace)
    figure.update_layout(yaxis_rangemode="tozero", margin={"b": 130})
    return figure


def _map() -> Figure:
    figure = Figure(
        name="error-map",
        alt="Map of the error over the parameters of the potential",
        x_title="<i>C</i><sub>12</sub> (kJ/mol nm¹²)",
        y_title="<i>C</i><sub>6</sub> (kJ/mol nm⁶)",
        hover="",
        height=560,
    )
    figure.add_trace(
        go.Contour(
            colorscale=SCALE,
            colorbar=colour_bar(""),
            ncontours=24,
            hovertemplate="C12 = %{x:.4g}<br>C6 = %{y:.4g}<br>error %{z:.3g}<extra></extra>",
        )
    )
    figure.add_trace(_mark("Least error", "#FFFFFF", "x", 11))
    for sigmas in _SIGMAS:
        trace = line(_ELLIPSE, f"{sigmas}σ of the fit", hoverinfo="skip")
        trace.line.update(width=1.6, dash="solid" if sigmas == 1 else "dash")
        trace.hovertemplate = None
        figure.add_trace(trace)
    for method in METHODS.values():
        figure.add_trace(_mark(method.label, method.colour, "circle", 9, method.name))
    figure.update_layout(
        hovermode="closest",
        margin={"b": 150},
        xaxis={"exponentformat": "power"},
        yaxis={"exponentformat": "power"},
    )
    return figure


def _mark(name: str, colour: str, symbol: str, size: int, meta: str = "") -> go.Scatter:
    return go.Scatter(
        name=name,
        meta=meta,
        x=[],
        y=[],
        mode="markers",
        marker={
            **{"color": colour, "symbol": symbol, "size": size},
            "line": {"color": INK, "width": 1},
        },
        hovertemplate=f"{name}<br>C12 = %{{x:.4g}}<br>C6 = %{{y:.4g}}<extra></extra>",
    )
