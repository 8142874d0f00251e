"""The tabs of the predicted profiles: each renders the state and computes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from surrogate_app.app.electrolyte.frame import Frame, View
from surrogate_app.app.electrolyte.state import MAX_PINS, Curve, ElectrolyteState
from surrogate_app.app.figures import (
    PIN_DASHES,
    PIN_OPACITY,
    PIN_WIDTH,
    Figure,
    band,
    faded,
    line,
    set_band,
)
from surrogate_app.app.widgets import caption
from surrogate_app.common.palette import ANION, CATION, CHARGE, NEUTRAL
from surrogate_app.electrolyte import DOMAIN
from surrogate_app.electrolyte.profile import SCREENING_TOLERANCE

H_MAX = DOMAIN["h"][1]

LINE_HEIGHT = 19
"""Height of a line of the legend in px."""

Array = NDArray[np.float64]


class DensityView(View):
    """Densities n₊(z) and n₋(z) with their uncertainty, and the pinned curves."""

    title = "Densities"

    height = 430
    legend_width = 90

    def __init__(self, _frame: Frame) -> None:
        self.figure = Figure(
            name="ion-densities",
            alt="Cation and anion density against position across the slit",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="Ion density (mol/L)",
            hover="z = %{x:.3f} nm",
            height=self.height,
        )
        self._pins = [
            (_pin(CATION, index, "cations"), _pin(ANION, index, "anions", legend=False))
            for index in range(MAX_PINS)
        ]
        traces = [
            *(trace for pair in self._pins for trace in pair),
            band(CATION, "Cations ±1σ"),
            band(ANION, "Anions ±1σ"),
            _contact(CATION, "Contact of cations"),
            _contact(ANION, "Contact of anions"),
            line(CATION, "Cations <i>n</i><sub>+</sub>"),
            line(ANION, "Anions <i>n</i><sub>−</sub>"),
        ]
        self.figure.add_traces(traces)
        self.figure.update_layout(
            xaxis_range=[-H_MAX / 2 - 0.05, H_MAX / 2 + 0.05],
            yaxis_rangemode="tozero",
            shapes=[wall(-1, H_MAX), wall(1, H_MAX)],
        )
        self.widget = widgets.VBox(
            [
                self.figure,
                caption(
                    "Mean number density of <b class='sa-cation'>cations</b> and <b class="
                    "'sa-anion'>anions</b> between two charged walls (grey). Shaded bands: ±1 "
                    "standard deviation of the model’s uncertainty. Triangles: contact, half an "
                    "ion’s diameter from a wall. Dashed: pinned curves."
                ),
            ]
        )

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"densities": self.figure}

    def render(self, state: ElectrolyteState) -> None:
        """Show the curves of the state."""
        if state.curve is None:
            return
        profile = state.curve.profile
        data = self.figure.data
        n = 2 * MAX_PINS
        with self.figure.batch_update():
            half = profile.system.h / 2.0
            for index, (n_mean, n_std, diameter) in enumerate(
                (
                    (profile.n_pos, profile.n_pos_std, profile.system.d_pos),
                    (profile.n_neg, profile.n_neg_std, profile.system.d_neg),
                )
            ):
                set_band(data[n + index], profile.z, n_mean, n_std, floor=0.0)
                data[n + 2 + index].x = np.array([diameter / 2.0 - half, half - diameter / 2.0])
                data[n + 4 + index].x = profile.z
                data[n + 4 + index].y = n_mean
            names = _pin_names(state, self.legend_width)
            _set_pins(data[0 : 2 * MAX_PINS : 2], state.pinned, names, "z", "n_pos")
            _set_pins(data[1 : 2 * MAX_PINS : 2], state.pinned, names, "z", "n_neg")
            self.figure.layout.height = self.height + _lines(names) * LINE_HEIGHT
            left, right = self.figure.layout.shapes
            if right.x0 != half:
                left.x1, right.x0 = -half, half


class ChargeView(View):
    """Net charge density ρ(z), and integrated charge S(r) with what counts as screened."""

    title = "Charge"

    height = 400
    legend_width = 46

    def __init__(self, _frame: Frame) -> None:
        self.density = Figure(
            name="charge-density",
            alt="Net charge density against position across the slit",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="Charge density <i>ρ</i> (<i>e</i>·mol/L)",
            hover="z = %{x:.3f} nm",
            height=self.height,
        )
        self.integrated = Figure(
            name="integrated-charge",
            alt="Integrated charge against distance from the left wall",
            x_title="Distance from the left wall <i>r</i> (nm)",
            y_title="Integrated charge <i>S</i> (C/m²)",
            hover="r = %{x:.3f} nm",
            height=self.height,
        )
        self.density.add_traces(
            [*(_pin(CHARGE, i, "ρ") for i in range(MAX_PINS)), line(CHARGE, "<i>ρ</i>(<i>z</i>)")]
        )
        self.density.update_layout(
            showlegend=True,
            xaxis_range=[-H_MAX / 2 - 0.05, H_MAX / 2 + 0.05],
            shapes=[wall(-1, H_MAX), wall(1, H_MAX)],
        )
        guide = go.Scatter(
            name="±5 % of <i>σ</i><sub>s</sub>",
            x=[],
            y=[],
            mode="lines",
            fill="toself",
            fillcolor=faded(NEUTRAL, 0.18),
            line={"color": NEUTRAL, "width": 1},
            legendrank=1500,
            hoverinfo="skip",
        )
        screening = go.Scatter(
            name="Screening length",
            x=[],
            y=[],
            mode="lines",
            line={"color": NEUTRAL, "width": 1.6, "dash": "dot"},
            legendrank=1500,
            hoverinfo="skip",
        )
        self.integrated.add_traces(
            [
                guide,
                screening,
                *(_pin(CHARGE, i, "S") for i in range(MAX_PINS)),
                line(CHARGE, "<i>S</i>(<i>r</i>)", "%{y:.5f}"),
            ]
        )
        self.integrated.update_layout(xaxis_range=[0, H_MAX / 2])
        left = widgets.VBox(
            [
                self.density,
                caption(
                    "Net charge density, cations minus anions, between the walls (grey). "
                    "Dashed: pinned curves."
                ),
            ]
        )
        right = widgets.VBox(
            [
                self.integrated,
                caption(
                    "Charge of the left wall and of all ions up to a distance <i>r</i> from it. "
                    "Grey band: ±5 % of <i>σ</i><sub>s</sub>; dotted: the screening length, beyond "
                    "which <i>S</i> stays in that band up to the midplane."
                ),
            ]
        )
        self.widget = widgets.Box([left, right])
        self.widget.add_class("sa-two-figures")

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"charge-density": self.density, "integrated-charge": self.integrated}

    def render(self, state: ElectrolyteState) -> None:
        """Show the curves of the state."""
        if state.curve is None:
            return
        self._render_density(state, state.curve)
        self._render_integrated(state, state.curve)

    def _render_density(self, state: ElectrolyteState, curve: Curve) -> None:
        data = self.density.data
        half = curve.system.h / 2.0
        with self.density.batch_update():
            data[MAX_PINS].x = curve.profile.z
            data[MAX_PINS].y = curve.profile.charge_density
            self._set_pins(self.density, data[:MAX_PINS], state, "z", "charge_density")
            left, right = self.density.layout.shapes
            if right.x0 != half:
                left.x1, right.x0 = -half, half

    def _render_integrated(self, state: ElectrolyteState, curve: Curve) -> None:
        guide, screening, *pins, curve_line = self.integrated.data
        profile, system = curve.profile, curve.system
        tolerance = SCREENING_TOLERANCE * abs(system.sigma_s)
        end = system.h / 2.0
        length = profile.screening_length
        with self.integrated.batch_update():
            curve_line.x, curve_line.y = profile.r, profile.integrated_charge
            guide.x = np.array([0.0, end, end, 0.0, 0.0])
            guide.y = tolerance * np.array([-1.0, -1.0, 1.0, 1.0, -1.0])
            screened = not math.isnan(length)
            screening.visible = screened
            if screened:
                screening.x = np.array([length, length])
                screening.y = np.array([system.sigma_s, tolerance])
            self._set_pins(self.integrated, pins, state, "r", "integrated_charge")

    def _set_pins(
        self, figure: Figure, traces: Any, state: ElectrolyteState, x: str, y: str
    ) -> None:
        names = _pin_names(state, self.legend_width)
        _set_pins(traces, state.pinned, names, x, y)
        figure.layout.height = self.height + _lines(names) * LINE_HEIGHT


def _contact(colour: str, name: str) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=[],
        y=np.zeros(2),
        mode="markers",
        marker={"symbol": "triangle-up", "size": 10, "color": colour},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )


def _pin(colour: str, index: int, what: str, legend: bool = True) -> go.Scatter:
    return go.Scatter(
        name="",
        meta=what,
        x=[],
        y=[],
        visible=False,
        mode="lines",
        opacity=PIN_OPACITY,
        line={"color": colour, "width": PIN_WIDTH, "dash": PIN_DASHES[index], "simplify": False},
        legendgroup=f"pin {index}",
        legendrank=2000 + index,
        showlegend=legend,
        hovertemplate=f"%{{y:.4f}}<extra>pinned {index + 1}, {what}</extra>",
    )


def wall(side: int, h: float) -> dict[str, Any]:
    """Return a wall of a slit of width `h` as a shape of plotly; `side` is −1 or 1."""
    inner, outer = side * h / 2.0, side * (H_MAX / 2.0 + 1.0)
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": min(inner, outer),
        "x1": max(inner, outer),
        "y0": 0,
        "y1": 1,
        "fillcolor": faded(NEUTRAL, 0.28),
        "line": {"width": 0},
        "layer": "below",
    }


def _pin_names(state: ElectrolyteState, width: int) -> list[str]:
    """Name the pinned curves by the inputs in which they differ, in lines of at most `width`."""
    names = []
    for pin in state.pinned if state.curve is not None else ():
        lines: list[str] = []
        for part in pin.differences(state.curve):
            if lines and len(lines[-1]) + len(part) + 2 <= width:
                lines[-1] += f", {part}"
            else:
                lines.append(part)
        names.append("<br>".join(lines))
    return names


def _lines(names: Sequence[str]) -> int:
    return sum(name.count("<br>") + 1 for name in names)


def _set_pins(
    traces: Iterable[go.Scatter], pins: Sequence[Curve], names: Sequence[str], x: str, y: str
) -> None:
    for index, trace in enumerate(traces):
        pinned = index < len(pins)
        trace.visible = pinned
        if pinned:
            trace.x = getattr(pins[index].profile, x)
            trace.y = getattr(pins[index].profile, y)
            trace.name = names[index]
