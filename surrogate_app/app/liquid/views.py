"""The tabs of the Lennard-Jones page: each renders the state and computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.figures import GRID, PIN_WIDTH, Figure, band, faded, line, set_band
from surrogate_app.app.liquid import readout
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.markup import refused, snippet
from surrogate_app.app.widgets import NumberControl, button, caption
from surrogate_app.common.palette import BY_HAND, FITTED, NEUTRAL, UPLOADED
from surrogate_app.liquid import Fit
from surrogate_app.liquid.phases import (
    CRITICAL_TEMPERATURE,
    TRIPLE_TEMPERATURE,
    freezing_density,
    saturated_liquid_density,
    saturated_vapour_density,
)

Guard = Callable[[Callable[..., Any]], Callable[..., None]]

R_TITLE = "Distance <i>r</i> (nm)"
G_TITLE = "<i>g</i>(<i>r</i>)"
HOVER = "r = %{x:.4f} nm"

MAP_TEMPERATURES = (0.6, 12.0)
MAP_DENSITIES = (0.0, 1.25)

FIT_WIDTH = 1.8
"""Width of the fitted line, which lets the dots of the file be seen."""

HAND_LIMITS = (-40.0, 40.0)
HAND_STEP = 0.5


class View:
    """A tab: a widget with figures, brought up to date by `render` while it is visible."""

    title: str
    widget: widgets.Widget

    def __init__(self, state: LiquidState, guard: Guard) -> None:
        raise NotImplementedError

    def render(self, state: LiquidState) -> None:
        """Show the state."""
        raise NotImplementedError

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {}


class FitView(View):
    """The file's g(r) beside that of the fit, and their difference beneath."""

    title = "Fit"

    def __init__(self, state: LiquidState, guard: Guard) -> None:
        self.figure = Figure(
            name="rdf-fit",
            alt="Radial distribution function of the file and of the fit",
            x_title=R_TITLE,
            y_title=G_TITLE,
            hover=HOVER,
            height=520,
        )
        self.figure.add_traces(
            [
                _points("File"),
                line(FITTED, "Fit"),
                band(NEUTRAL, "±1σ of the file", yaxis="y2", showlegend=True),
                line(FITTED, "Fit − file", "%{y:.4f}", yaxis="y2", showlegend=False),
            ]
        )
        self.figure.data[1].line.width = FIT_WIDTH
        self.figure.data[3].line.width = PIN_WIDTH
        upper = self.figure.layout.yaxis
        self.figure.update_layout(
            yaxis={"domain": [0.33, 1.0], "rangemode": "tozero"},
            yaxis2={
                **{key: upper[key] for key in ("gridcolor", "linecolor", "ticks", "ticklen")},
                **{"showline": True, "tickcolor": NEUTRAL, "anchor": "x", "domain": [0.0, 0.25]},
                **{"zerolinecolor": NEUTRAL, "zerolinewidth": 1, "nticks": 5},
                "title": {**upper.title.to_plotly_json(), "text": "Fit − file"},
            },
            xaxis={"anchor": "y2"},
            hoversubplots="axis",
        )
        self.caption = caption(
            "Dots: <i>g</i>(<i>r</i>) of the file. Line: <i>g</i>(<i>r</i>) of the Lennard-Jones "
            "fluid with the fitted parameters at the same density and temperature. Below, their "
            "difference; grey: ±1 standard deviation of the file’s points at large distances."
        )
        self.widget = widgets.VBox([self.figure, self.caption])

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"rdf-fit": self.figure}

    def render(self, state: LiquidState) -> None:
        """Show the state."""
        fit = state.fit
        if fit is None:
            return
        rdf = fit.rdf
        points, fitted, noise, residual = self.figure.data
        with self.figure.batch_update():
            points.x, points.y = rdf.r, rdf.g
            fitted.x, fitted.y = rdf.r, fit.g_fit
            residual.x, residual.y = rdf.r, fit.g_fit - rdf.g
            set_band(noise, rdf.r[[0, -1]], np.zeros(2), np.full(2, fit.noise))
        self.figure.alt = (
            f"Radial distribution function of {rdf.name or 'the file'} and of the fit, "
            f"which differs from it by {100.0 * fit.rdf_error:.2g} %"
        )


class StateView(View):
    """Place of the fitted fluids among the phases of the Lennard-Jones system."""

    title = "State"

    def __init__(self, state: LiquidState, guard: Guard) -> None:
        self.figure = Figure(
            name="lennard-jones-states",
            alt="Reduced temperature against reduced density with the fitted fluids",
            x_title="Reduced density <i>ρ</i>* = <i>ρσ</i>³",
            y_title="Reduced temperature <i>T</i>* = <i>k</i><sub>B</sub><i>T</i>/<i>ε</i>",
            hover="ρ* = %{x:.3f}",
            height=520,
        )
        t_star = np.geomspace(TRIPLE_TEMPERATURE, MAP_TEMPERATURES[1], 120)
        cold = np.linspace(TRIPLE_TEMPERATURE, CRITICAL_TEMPERATURE, 80)
        vapour, liquid = saturated_vapour_density(cold), saturated_liquid_density(cold)
        frozen, densest = freezing_density(t_star), np.full(t_star.size, 2.0)
        states = state.states
        self.figure.add_traces(
            [
                _region(np.r_[vapour, liquid[::-1]], np.r_[cold, cold[::-1]]),
                _region(np.r_[frozen, densest], np.r_[t_star, t_star[::-1]]),
                _boundary("Saturation", np.r_[vapour, liquid[::-1]], np.r_[cold, cold[::-1]]),
                _boundary("Freezing", frozen, t_star, dash="dash"),
                go.Scatter(
                    name="Simulated states behind the models",
                    x=states[:, 0],
                    y=states[:, 1],
                    mode="markers",
                    marker={"color": NEUTRAL, "size": 3.5, "opacity": 0.6},
                    hoverinfo="skip",
                ),
                _fluids("Other files", 9, "circle-open"),
                _fluids("Fit", 13, "circle"),
            ]
        )
        self.figure.update_layout(
            hovermode="closest",
            xaxis={"range": MAP_DENSITIES, "showgrid": True},
            yaxis={
                **{"type": "log", "range": np.log10(MAP_TEMPERATURES).tolist()},
                **{"tickvals": [0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50, 100], "gridcolor": GRID},
            },
            annotations=[
                _label("vapour and liquid", 0.32, 0.85),
                _label("solid", 1.12, 0.85),
            ],
        )
        self.widget = widgets.VBox(
            [
                self.figure,
                caption(
                    "Where the fitted fluids lie. Solid line: liquid and vapour in equilibrium; "
                    "dashed: freezing; between and beyond them (grey) there is no single fluid. "
                    "Small dots: the simulated states that the models know. Bars: ±1σ of the fit."
                ),
            ]
        )

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"lennard-jones-states": self.figure}

    def render(self, state: LiquidState) -> None:
        """Show the state."""
        fit = state.fit
        if fit is None:
            return
        *_, others, shown = self.figure.data
        with self.figure.batch_update():
            _place(others, [other for other in state.fits if other is not fit])
            _place(shown, [fit])
            top = max(MAP_TEMPERATURES[1], 1.5 * fit.state.reduced_temperature)
            low = min(MAP_TEMPERATURES[0], fit.state.reduced_temperature / 1.2)
            self.figure.layout.yaxis.range = np.log10([low, top]).tolist()
            right = max(MAP_DENSITIES[1], 1.1 * fit.state.reduced_density)
            self.figure.layout.xaxis.range = [MAP_DENSITIES[0], right]
        self.figure.alt = (
            f"The fitted fluid at reduced density {fit.state.reduced_density:.3g} and reduced "
            f"temperature {fit.state.reduced_temperature:.3g} among the phases of the "
            "Lennard-Jones system"
        )


class HandView(View):
    """C12 and C6 by hand, and the g(r) that follows."""

    title = "By hand"

    def __init__(self, state: LiquidState, guard: Guard) -> None:
        self.controls = {
            name: NumberControl(
                f"{label}: change against the fit",
                "%",
                HAND_LIMITS,
                HAND_STEP,
                1,
                guard(lambda value, name=name: state.set_hand(**{name: value})),
            )
            for name, label in (
                ("c12_change", "<i>C</i>₁₂"),
                ("c6_change", "<i>C</i>₆"),
            )
        }
        for control in self.controls.values():
            control.show(0.0, "")
        self.back = button(
            "Back to the fit", "Set both parameters to those of the fit", guard(state.reset_hand)
        )
        self.message = widgets.HTML()
        self.message.add_class("sa-refusal")
        self.numbers = widgets.HTML()
        self.call = widgets.HTML()
        self.figure = Figure(
            name="rdf-by-hand",
            alt="Radial distribution function of the file, of the fit and by hand",
            x_title=R_TITLE,
            y_title=G_TITLE,
            hover=HOVER,
            height=400,
        )
        self.figure.add_traces([_points("File"), line(FITTED, "Fit"), line(BY_HAND, "By hand")])
        self.figure.data[2].line.width = FIT_WIDTH
        self.figure.data[1].line.update(width=PIN_WIDTH, dash="dash")
        self.figure.update_layout(yaxis_rangemode="tozero")
        sliders = widgets.Box(list(self.controls.values()))
        sliders.add_class("sa-hand")
        self.widget = widgets.VBox(
            [
                sliders,
                widgets.HBox([self.back, self.message]),
                self.figure,
                caption(
                    "Change one parameter and see which part of <i>g</i>(<i>r</i>) follows: dots "
                    "are the file, the dashed line is the fit, the purple line has the parameters "
                    "below."
                ),
                self.numbers,
                self.call,
            ]
        )
        self.widget.add_class("sa-hand-view")

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"rdf-by-hand": self.figure}

    def render(self, state: LiquidState) -> None:
        """Show the state."""
        fit, hand = state.fit, state.by_hand
        self.message.value = refused(state.hand_refused)
        for name, control in self.controls.items():
            control.show(getattr(state, name), "")
        if fit is None or hand is None:
            return
        points, fitted, moved = self.figure.data
        with self.figure.batch_update():
            points.x, points.y = fit.rdf.r, fit.rdf.g
            fitted.x, fitted.y = fit.rdf.r, fit.g_fit
            moved.x, moved.y = hand.r, hand.g
        self.numbers.value = readout.by_hand(hand)
        self.call.value = snippet(readout.python_by_hand(hand), "sa-call-hand")


class FilesView(View):
    """The results of all files in a table."""

    title = "All files"

    def __init__(self, state: LiquidState, guard: Guard) -> None:
        self.table = widgets.HTML()
        self.widget = widgets.VBox(
            [
                self.table,
                caption("One line a file, each with ±1σ; the shown one is set off."),
            ]
        )

    def render(self, state: LiquidState) -> None:
        """Show the state."""
        self.table.value = readout.table(state.entries, state.selected)


def _points(name: str) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=[],
        y=[],
        mode="markers",
        marker={"color": UPLOADED, "size": 6, "opacity": 0.5},
        hovertemplate="%{y:.4f}",
    )


def _region(x: Any, y: Any) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        fill="toself",
        fillcolor=faded(NEUTRAL, 0.16),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _boundary(name: str, x: Any, y: Any, dash: str = "solid") -> go.Scatter:
    return go.Scatter(
        name=name,
        x=x,
        y=y,
        mode="lines",
        line={"color": NEUTRAL, "width": 1.6, "dash": dash},
        hoverinfo="skip",
    )


def _fluids(name: str, size: int, symbol: str) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=[],
        y=[],
        mode="markers",
        marker={"color": FITTED, "size": size, "symbol": symbol, "line": {"width": 2}},
        error_x={"color": FITTED, "thickness": 1.2, "width": 3},
        error_y={"color": FITTED, "thickness": 1.2, "width": 3},
        hovertemplate="%{text}<br>ρ* = %{x:.4f}<br>T* = %{y:.4f}<extra></extra>",
    )


def _place(trace: go.Scatter, fits: list[Fit]) -> None:
    trace.visible = bool(fits)
    if not fits:
        return
    density = np.array([fit.state.reduced_density for fit in fits])
    temperature = np.array([fit.state.reduced_temperature for fit in fits])
    trace.x, trace.y = density, temperature
    trace.text = [fit.rdf.name.replace("<", "&lt;") for fit in fits]
    trace.error_x.array = density * np.array([3.0 * fit.sigma_std / fit.sigma for fit in fits])
    trace.error_y.array = temperature * np.array([fit.epsilon_std / fit.epsilon for fit in fits])


def _label(text: str, x: float, y: float) -> dict[str, Any]:
    return {
        **{"text": text, "x": x, "y": float(np.log10(y)), "showarrow": False},
        "font": {"size": 12, "color": NEUTRAL},
    }
