"""View of the tab Uncertainty: renders its state and computes nothing."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.electrolyte.analysis.positions import at_distance
from surrogate_app.app.electrolyte.analysis.view import (
    AnalysisView,
    PositionControls,
    SpreadControls,
    quantity_choice,
)
from surrogate_app.app.electrolyte.inputs import QUANTITY_SYMBOLS, QUANTITY_UNITS, axis_title
from surrogate_app.app.electrolyte.tabs.uncertainty import readout
from surrogate_app.app.electrolyte.tabs.uncertainty.state import LIVE, SYSTEMS, UncertaintyState
from surrogate_app.app.figures import INK, SCALE, Figure, band, colour_bar, faded, line
from surrogate_app.app.tabs import Host, figure_box
from surrogate_app.app.widgets import Choice
from surrogate_app.common.palette import ANION, CATION, CHARGE, NEUTRAL

COLOURS = {"n_pos": CATION, "n_neg": ANION}
"""Colour of each quantity; charges have their own."""

THINNED = 2
"""Step between the positions of which the map of all values is drawn: it is sent as text."""

FAINTEST = 1e-3
"""Share of the systems below which the density of profiles stays blank."""

DASHED = {"color": INK, "width": 1.4, "dash": "dash"}
DOTTED = {"color": NEUTRAL, "width": 1.4, "dash": "dot"}


class UncertaintyView(AnalysisView):
    """Bands across the slit, the distribution at one position, and the density of profiles."""

    tab_state: UncertaintyState

    def __init__(self, host: Host) -> None:
        super().__init__(host, "uncertainty")
        guard, analysis = host.guard, self.tab_state
        self.quantity = quantity_choice(host)
        self.samples = Choice(
            "Systems",
            [(f"{number:,}", number) for number in SYSTEMS],
            guard(lambda number: analysis.change(samples=number)),
        )
        self.samples.add_class("sa-labelled")
        self.spreads = SpreadControls(host.state, guard)

        def examine(position: str) -> None:
            analysis.change(position=position)

        self.positions = PositionControls(guard, examine, examine)
        self.band, self.histogram, self.density = _band(), _histogram(), _density()
        for trace in self.band.data:
            trace.on_click(guard(self._clicked))
        self.numbers = widgets.HTML()
        self.numbers.add_class("sa-distribution")
        self._histogram_box = figure_box(
            self.histogram,
            "Distribution of the quantity at the chosen position over all systems that the spreads "
            "allow. Dashed: the prediction for the sliders. Dotted: ±1 standard deviation of the "
            "model’s own error, which the histogram does not contain.",
            "distribution",
            host,
        )
        there = widgets.Box([self._histogram_box, self.numbers])
        there.add_class("sa-two-figures")
        self.progress = widgets.HTML()
        self.progress.add_class("sa-reading")
        choices = widgets.VBox([self.quantity, self.samples, self.progress])
        self.arrange(
            widgets.Box([choices, self.spreads.widget, self.positions.widget]),
            figure_box(
                self.band,
                "Uncertainty of the quantity due to that of the inputs: shaded, the ranges that "
                "contain 68 % and 95 % of the systems. Line: median; dashed: the prediction for "
                "the sliders; dotted: ±1 standard deviation of the model’s own error about it. "
                "Click to examine a position.",
                "uncertainty",
                host,
            ),
            there,
            figure_box(
                self.density,
                "Share of the systems whose curve passes through each value, at every position; "
                "logarithmic colours.",
                "profile_density",
                host,
            ),
        )

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {
            "uncertainty": self.band,
            "distribution": self.histogram,
            "profile-density": self.density,
        }

    @property
    def beside(self) -> str:
        """What is said beside the field of the distance."""
        return self.positions.refusal

    def show_options(self) -> None:
        """Show the settings of the tab."""
        analysis = self.tab_state
        self.quantity.show(analysis.analysis.quantity)
        self.samples.show(analysis.samples)
        text = f"{LIVE} so far, computing …" if analysis.refining else ""
        self.progress.value = f'<span role="status">{text}</span>'
        self.spreads.show()
        system = analysis.target.system if analysis.target is not None else None
        self.positions.show((analysis.position,), analysis.position, system)

    def draw(self) -> None:
        """Draw bands, histogram and density."""
        found = self.tab_state.result
        assert found is not None
        self._draw_band()
        steady = readout.steady(found.at_position)
        box = self._histogram_box
        (box.add_class if steady else box.remove_class)("sa-hidden")
        if not steady:
            self._draw_histogram()
        self._draw_density()
        self.numbers.value = readout.distribution(found.at_position, found.quantiles_there)

    def _draw_band(self) -> None:
        found = self.tab_state.result
        assert found is not None
        across, z = found.across, found.across.z
        lowest, lower, median, upper, highest = found.quantiles
        wide, narrow, middle, exact, model, mark = self.band.data
        colour = COLOURS.get(across.quantity, CHARGE)
        with self.band.batch_update():
            for trace, low, high, alpha in (
                (wide, lowest, highest, 0.18),
                (narrow, lower, upper, 0.3),
            ):
                trace.x = np.concatenate((z, z[::-1]))
                trace.y = np.concatenate((high, low[::-1]))
                trace.fillcolor = faded(colour, alpha)
            middle.x, middle.y, middle.line.color = z, median, colour
            exact.x, exact.y = z, across.exact
            gap = np.array([np.nan])
            model.x = np.concatenate((z, gap, z))
            model.y = np.concatenate(
                (across.exact - across.model_std, gap, across.exact + across.model_std)
            )
            position = float(found.at_position.z[0])
            mark.x = [position, position]
            mark.y = [float(lowest.min()), float(highest.max())]
            self.band.layout.yaxis.title.text = axis_title(across.quantity)

    def _draw_histogram(self) -> None:
        found = self.tab_state.result
        assert found is not None
        there = found.at_position
        edges, density = found.histogram
        bars, exact, model = self.histogram.data
        value, std, top = float(there.exact[0]), float(there.model_std[0]), float(density.max())
        with self.histogram.batch_update():
            bars.x, bars.y = 0.5 * (edges[1:] + edges[:-1]), density
            bars.width = np.diff(edges)
            bars.marker.color = faded(COLOURS.get(there.quantity, CHARGE), 0.7)
            exact.x, exact.y = [value, value], [0.0, top]
            model.x = [value - std, value - std, None, value + std, value + std]
            model.y = [0.0, top, None, 0.0, top]
            self.histogram.layout.xaxis.title.text = axis_title(there.quantity)
            unit = QUANTITY_UNITS[there.quantity]
            self.histogram.layout.yaxis.title.text = f"Probability per {unit}"

    def _draw_density(self) -> None:
        found = self.tab_state.result
        assert found is not None
        edges, density = found.density
        z = found.across.z[::THINNED]
        share = density[::THINNED].T * (edges[1] - edges[0])
        (trace,) = self.density.data
        symbol = QUANTITY_SYMBOLS[found.across.quantity]
        with self.density.batch_update():
            trace.x, trace.y = z, 0.5 * (edges[1:] + edges[:-1])
            trace.z = np.log10(np.where(share >= FAINTEST, share, np.nan)).astype(np.float32)
            trace.hovertemplate = f"<i>z</i> = %{{x:.3f}} nm, {symbol} = %{{y:.4g}}<extra></extra>"
            self.density.layout.yaxis.title.text = axis_title(found.across.quantity)

    def _clicked(self, _trace: Any, points: Any, _state: Any) -> None:
        target = self.tab_state.target
        if points.xs and target is not None:
            r = 0.5 * target.system.h - abs(points.xs[0])
            self.tab_state.change(position=at_distance(round(max(r, 0.0), 3)))


def _band() -> Figure:
    figure = Figure(
        name="uncertainty",
        alt="Ranges of the quantity against position, for uncertain inputs",
        x_title="Position across the slit <i>z</i> (nm)",
        y_title="",
        hover="z = %{x:.3f} nm",
    )
    exact = line(NEUTRAL, "prediction")
    exact.line.update(DASHED)
    model = go.Scatter(name="model ±1σ", x=[], y=[], mode="lines", line=DOTTED, hoverinfo="skip")
    mark = go.Scatter(
        x=[],
        y=[],
        mode="lines",
        line={"color": NEUTRAL, "width": 1.6},
        showlegend=False,
        hoverinfo="skip",
    )
    figure.add_traces(
        [
            band(CHARGE, "95 % of the systems", showlegend=True),
            band(CHARGE, "68 %", showlegend=True),
            line(CHARGE, "median"),
            exact,
            model,
            mark,
        ]
    )
    return figure


def _histogram() -> Figure:
    figure = Figure(
        name="distribution",
        alt="Distribution of the quantity at the chosen position",
        x_title="",
        y_title="",
        hover="",
        height=360,
    )
    figure.add_trace(go.Bar(name="systems", x=[], y=[], hovertemplate="%{y:.3g}<extra></extra>"))
    for name, stroke in (("prediction", DASHED), ("model ±1σ", DOTTED)):
        figure.add_trace(
            go.Scatter(name=name, x=[], y=[], mode="lines", line=stroke, hoverinfo="skip")
        )
    figure.update_layout(hovermode="closest", bargap=0)
    return figure


def _density() -> Figure:
    figure = Figure(
        name="profile-density",
        alt="Share of the systems whose curve passes through each value at each position",
        x_title="Position across the slit <i>z</i> (nm)",
        y_title="",
        hover="",
        height=360,
    )
    bar = {**colour_bar("share"), "tickvals": [-3, -2, -1, 0]}
    bar["ticktext"] = ["0.1 %", "1 %", "10 %", "100 %"]
    figure.add_trace(go.Heatmap(colorscale=SCALE, colorbar=bar, zmin=-3.0, zmax=0.0))
    figure.update_layout(hovermode="closest")
    return figure
