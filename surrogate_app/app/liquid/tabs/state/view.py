"""View of the tab State: renders the state and computes nothing."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.figures import GRID, Figure, faded
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.liquid.tabs.state import readout
from surrogate_app.app.liquid.tabs.state.state import StateState
from surrogate_app.app.tabs import Host, TabView
from surrogate_app.app.widgets import caption
from surrogate_app.common.palette import FITTED, NEUTRAL
from surrogate_app.liquid import Fit, StructureFactorFit
from surrogate_app.liquid.phases import (
    CRITICAL_TEMPERATURE,
    TRIPLE_TEMPERATURE,
    freezing_density,
    saturated_liquid_density,
    saturated_vapour_density,
)

MAP_TEMPERATURES = (0.6, 12.0)
MAP_DENSITIES = (0.0, 1.25)


class StateView(TabView):
    """Place of the fitted fluids among the phases, and what the fitted potential implies."""

    follows_page = True

    def __init__(self, host: Host) -> None:
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
        states = host.state.states
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
        self.tab_state: StateState = host.state.tab_states["state"]
        self.table = widgets.HTML()
        self.widget = widgets.VBox(
            [
                self.table,
                caption(
                    "Pressure, potential energy and compressibility of the fluid with the fitted "
                    "potential, by its <i>g</i>(<i>r</i>) (virial and energy equation) and by the "
                    "equation of state of Thol et al. (2016); ± 1σ of the fit. A real liquid has "
                    "them only as far as pairs of its molecules attract as this potential does."
                ),
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
        if self.tab_state.result is not None:
            self.table.value = readout.table(self.tab_state.result)
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


def _place(trace: go.Scatter, fits: list[Fit | StructureFactorFit]) -> None:
    trace.visible = bool(fits)
    if not fits:
        return
    density = np.array([fit.state.reduced_density for fit in fits])
    temperature = np.array([fit.state.reduced_temperature for fit in fits])
    trace.x, trace.y = density, temperature
    trace.text = [fit.name.replace("<", "&lt;") for fit in fits]
    trace.error_x.array = density * np.array([3.0 * fit.sigma_std / fit.sigma for fit in fits])
    trace.error_y.array = temperature * np.array([fit.epsilon_std / fit.epsilon for fit in fits])


def _label(text: str, x: float, y: float) -> dict[str, Any]:
    return {
        **{"text": text, "x": x, "y": float(np.log10(y)), "showarrow": False},
        "font": {"size": 12, "color": NEUTRAL},
    }
