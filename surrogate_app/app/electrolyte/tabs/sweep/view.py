"""View of the tab Sweep: renders its state and computes nothing."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from surrogate_app.app.electrolyte.analysis.view import AnalysisView, quantity_choice
from surrogate_app.app.electrolyte.inputs import (
    LABELS,
    PAGE_UNITS,
    QUANTITY_SYMBOLS,
    QUANTITY_UNITS,
    SYMBOLS,
    axis_of,
    axis_title,
    with_unit,
)
from surrogate_app.app.electrolyte.tabs.sweep.state import MAX_CURVES, SweepState
from surrogate_app.app.figures import SCALE, Figure, colour_bar, line
from surrogate_app.app.tabs import Host, figure_box
from surrogate_app.app.widgets import Choice, NumberField, button, chips
from surrogate_app.common.palette import NEUTRAL

FADED = 0.22
"""Opacity of the curves that do not stand out."""


class SweepView(AnalysisView):
    """Curves for several values of one input, coloured by value, and the same as a map."""

    tab_state: SweepState

    def __init__(self, host: Host) -> None:
        super().__init__(host, "sweep")
        guard, sweep, state = host.guard, self.tab_state, host.state
        self.quantity = quantity_choice(host)
        self.name = Choice(
            "Input", [(SYMBOLS[name], name) for name in sweep.names], guard(sweep.sweep_over)
        )
        self.name.add_class("sa-labelled")
        self.low = NumberField("From", "", guard(lambda value: sweep.change(low=value)))
        self.high = NumberField("To", "", guard(lambda value: sweep.change(high=value)))
        self.number = NumberField(
            "Curves", "", guard(lambda value: sweep.change(number=int(value))), step=1
        )
        self.presets = chips(
            *(
                button(
                    f"Paper’s Fig. 7{panel}",
                    f"{what} for c = 0.3 to 1.9 mol/L, all else as in the paper",
                    guard(lambda quantity=quantity: sweep.show_series(quantity, state.use_preset)),
                )
                for panel, what, quantity in (
                    ("a", "Charge density", "charge_density"),
                    ("b", "Integrated charge", "integrated_charge"),
                )
            )
        )
        self.play = widgets.Play(min=0, interval=300, description="Play")
        self.slider = widgets.IntSlider(min=0, readout=False, description="Curve that stands out")
        widgets.jslink((self.play, "value"), (self.slider, "value"))
        self._showing = False
        self._labels: Any = None
        self._faded = False
        self.slider.observe(guard(self._slid), "value")
        self.shown = widgets.HTML()
        self.all = button("All curves", "Let none stand out", guard(lambda: sweep.show(-1)))
        player = chips(self.play, self.slider, self.shown, self.all)
        player.add_class("sa-player")
        self._make_figures()

        self.arrange(
            widgets.Box([self.quantity, self.name, self.low, self.high, self.number, self.presets]),
            figure_box(
                self.curves,
                "One curve for each value of the input, in the colour of the bar; all other inputs "
                "are those of the sliders. Play lets one curve after the other stand out.",
                "sweep",
                host,
            ),
            player,
            figure_box(
                self.map,
                "The same curves as a map: position across, the input upwards, the quantity as "
                "colour. Dashed: the curve that stands out.",
                "sweep",
                host,
            ),
        )

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"sweep": self.curves, "sweep-map": self.map}

    def show_options(self) -> None:
        """Show the settings of the tab."""
        sweep = self.tab_state
        self.quantity.show(sweep.analysis.quantity)
        self.name.show(sweep.name, [(SYMBOLS[name], name) for name in self._offered()])
        self.low.show(sweep.low, "")
        self.high.show(sweep.high, "")
        self.number.show(sweep.number, "")

    def _offered(self) -> tuple[str, ...]:
        names = self.tab_state.names
        return names if self.tab_state.name in names else (*names, self.tab_state.name)

    def draw(self) -> None:
        """Draw the curves and the map."""
        assert self.tab_state.result is not None
        self._draw_curves()
        self._draw_map()
        self._showing = True
        try:
            self.play.max = self.slider.max = len(self.tab_state.result.values) - 1
        finally:
            self._showing = False

    def mark(self) -> None:
        """Let one curve stand out."""
        found, index = self.tab_state.result, self.tab_state.shown
        if found is None:
            return
        *lines, best, _bar = self.curves.data
        chosen = 0 <= index < len(found.values)
        with self.curves.batch_update():
            best.visible = chosen
            if self._faded != chosen:
                self._faded = chosen
                for trace in lines:
                    trace.opacity = FADED if chosen else 1.0
            if chosen:
                best.x, best.y = found.z[index], found.curves[index]
                best.line.color = lines[index].line.color
                best.name = f"{SYMBOLS[found.name]} = {self._value(index)}"
        with self.map.batch_update():
            self.map.layout.shapes[0].visible = chosen
            if chosen:
                value = float(found.values[index])
                self.map.layout.shapes[0].update(y0=value, y1=value)
        self.shown.value = f"{SYMBOLS[found.name]} = {self._value(index)}" if chosen else ""

    def _make_figures(self) -> None:
        self.curves = Figure(
            name="sweep",
            alt="Curves of one quantity for several values of one input",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="",
            hover="",
            height=420,
        )
        scale = go.Scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker={"colorscale": SCALE, "showscale": True, "colorbar": colour_bar("")},
            showlegend=False,
            hoverinfo="skip",
        )
        lines = [line(NEUTRAL, "", visible=False) for _ in range(MAX_CURVES)]
        for trace in lines:
            trace.line.width = 1.6
        best = line(NEUTRAL, "", visible=False)
        best.line.width = 4
        self.curves.add_traces([*lines, best, scale])
        self.curves.update_layout(hovermode="closest", showlegend=False)
        self.map = Figure(
            name="sweep-map",
            alt="Map of one quantity over position and one input",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="",
            hover="",
            height=360,
        )
        self.map.add_trace(go.Heatmap(colorscale=SCALE, colorbar=colour_bar("")))
        stroke = {"color": "#FFFFFF", "width": 2, "dash": "dash"}
        marked = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": stroke}
        self.map.update_layout(hovermode="closest", shapes=[{**marked, "visible": False}])

    def _draw_curves(self) -> None:
        found = self.tab_state.result
        assert found is not None
        *lines, _best, bar = self.curves.data
        number_of_curves = len(found.values)
        with self.curves.batch_update():
            for trace, z, curve in zip(lines, found.z, found.curves, strict=False):
                trace.x, trace.y = z, curve.astype(float)
            labels = (found.name, tuple(found.values), found.quantity)
            if self._labels == labels:
                return  # only the curves are new
            self._labels = labels
            colours = sample_colorscale(SCALE, np.linspace(0.0, 1.0, number_of_curves).tolist())
            symbol, quantity = SYMBOLS[found.name], QUANTITY_SYMBOLS[found.quantity]
            for index, trace in enumerate(lines):
                trace.visible = index < number_of_curves
                if index >= number_of_curves:
                    continue
                trace.line.color = colours[index]
                trace.hovertemplate = (
                    f"{symbol} = {self._value(index)}<br>"
                    f"<i>z</i> = %{{x:.3f}} nm<br>{quantity} = %{{y:.4g}} "
                    f"{QUANTITY_UNITS[found.quantity]}<extra></extra>"
                )
            bar.marker.cmin, bar.marker.cmax = found.values[0], found.values[-1]
            bar.marker.colorbar.title.text = axis_of(found.name).replace(" (", "<br>(")
            self.curves.layout.yaxis.title.text = axis_title(found.quantity)

    def _draw_map(self) -> None:
        found = self.tab_state.result
        assert found is not None
        z, curves = found.on_one_grid()
        (trace,) = self.map.data
        unit = QUANTITY_UNITS[found.quantity]
        with self.map.batch_update():
            trace.x, trace.y, trace.z = z, found.values, curves
            trace.colorbar.title.text = f"{QUANTITY_SYMBOLS[found.quantity]}<br>({unit})"
            trace.hovertemplate = (
                f"{SYMBOLS[found.name]} = %{{y:.4g}} {PAGE_UNITS[found.name]}<br>"
                f"<i>z</i> = %{{x:.3f}} nm<br>%{{z:.4g}} {unit}<extra></extra>"
            )
            unit = PAGE_UNITS[found.name]
            title = f"{LABELS[found.name]} ({unit})" if unit else LABELS[found.name]
            self.map.layout.yaxis.title.text = title

    def _value(self, index: int) -> str:
        assert self.tab_state.result is not None
        value = float(f"{self.tab_state.result.values[index]:.6g}")
        return with_unit(self.tab_state.result.name, value)

    def _slid(self, change: dict[str, Any]) -> None:
        if not self._showing:
            self.tab_state.show(change["new"])
