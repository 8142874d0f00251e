"""View of the tab Charge: renders the state and computes nothing."""

from __future__ import annotations

import math

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.electrolyte.curve import MAX_PINS, Curve
from surrogate_app.app.electrolyte.profile_figures import (
    HEIGHT,
    pin,
    set_pins,
    set_slit,
    set_theories,
    theory,
    walls,
    widest,
)
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.theory import APPROACHES
from surrogate_app.app.figures import Figure, faded, line
from surrogate_app.app.tabs import Host, TabView
from surrogate_app.app.widgets import caption
from surrogate_app.common.palette import CHARGE, NEUTRAL
from surrogate_app.electrolyte.profile import SCREENING_TOLERANCE


class ChargeView(TabView):
    """Net charge density ρ(z), and integrated charge S(r) with what counts as screened."""

    def __init__(self, _host: Host) -> None:
        self.density = Figure(
            name="charge-density",
            alt="Net charge density against position across the slit",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="Charge density <i>ρ</i> (<i>e</i>·mol/L)",
            hover="z = %{x:.3f} nm",
            height=HEIGHT,
        )
        self.integrated = Figure(
            name="integrated-charge",
            alt="Integrated charge against distance from the left wall",
            x_title="Distance from the left wall <i>r</i> (nm)",
            y_title="Integrated charge <i>S</i> (C/m²)",
            hover="r = %{x:.3f} nm",
            height=HEIGHT,
        )
        self.density.add_traces(
            [
                *(pin(CHARGE, i, "ρ") for i in range(MAX_PINS)),
                line(CHARGE, "<i>ρ</i>(<i>z</i>)"),
                *(theory(CHARGE, name, "ρ") for name in APPROACHES),
            ]
        )
        self.density.update_layout(
            showlegend=True,
            shapes=walls(),
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
                *(pin(CHARGE, i, "S") for i in range(MAX_PINS)),
                line(CHARGE, "<i>S</i>(<i>r</i>)", "%{y:.5f}"),
                *(theory(CHARGE, name, "S") for name in APPROACHES),
            ]
        )
        left = widgets.VBox(
            [
                self.density,
                caption(
                    "Net charge density, cations minus anions, between the walls (grey). "
                    "Dashed: pinned curves. Thin: theory, if it is chosen under Compare."
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
        with self.density.batch_update():
            data[MAX_PINS].x = curve.profile.z
            data[MAX_PINS].y = curve.profile.charge_density
            set_pins(self.density, state, {"charge_density": data[:MAX_PINS]}, "z")
            set_theories(data[MAX_PINS + 1 :], state, "z", "charge_density")
            set_slit(self.density, curve.system.h, state.pinned)

    def _render_integrated(self, state: ElectrolyteState, curve: Curve) -> None:
        guide, screening, *others = self.integrated.data
        pins, curve_line, drawn = others[:MAX_PINS], others[MAX_PINS], others[MAX_PINS + 1 :]
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
            set_pins(self.integrated, state, {"integrated_charge": pins}, "r")
            set_theories(drawn, state, "r", "integrated_charge")
            end = 0.5 * widest(system.h, state.pinned)
            if self.integrated.layout.xaxis.range != (0, end):
                self.integrated.layout.xaxis.range = [0, end]
