"""View of the tab Densities: renders the state and computes nothing."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.electrolyte.curve import MAX_PINS
from surrogate_app.app.electrolyte.profile_figures import (
    pin,
    set_pins,
    set_slit,
    set_theories,
    theory,
    walls,
)
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.theory import APPROACHES
from surrogate_app.app.figures import Figure, band, line, set_band
from surrogate_app.app.tabs import Host, TabView
from surrogate_app.app.widgets import caption
from surrogate_app.common.palette import ANION, CATION

HEIGHT = 430
LEGEND_WIDTH = 90


class DensityView(TabView):
    """Densities n₊(z) and n₋(z) with their uncertainty, and the pinned curves."""

    def __init__(self, _host: Host) -> None:
        self.figure = Figure(
            name="ion-densities",
            alt="Cation and anion density against position across the slit",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="Ion density (mol/L)",
            hover="z = %{x:.3f} nm",
            height=HEIGHT,
        )
        self._pins = [
            (pin(CATION, index, "cations"), pin(ANION, index, "anions", legend=False))
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
            *(theory(CATION, name, "cations") for name in APPROACHES),
            *(theory(ANION, name, "anions", legend=False) for name in APPROACHES),
        ]
        self.figure.add_traces(traces)
        self.figure.update_layout(
            yaxis_rangemode="tozero",
            shapes=walls(),
        )
        self.widget = widgets.VBox(
            [
                self.figure,
                caption(
                    "Mean number density of <b class='sa-cation'>cations</b> and <b class="
                    "'sa-anion'>anions</b> between two charged walls (grey). Shaded bands: ±1 "
                    "standard deviation of the model’s uncertainty. Triangles: contact, half an "
                    "ion’s diameter from a wall. Dashed: pinned curves. Thin: theory, if it is "
                    "chosen under Compare."
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
            pins = {"n_pos": data[0:n:2], "n_neg": data[1:n:2]}
            set_pins(self.figure, state, pins, "z", HEIGHT, LEGEND_WIDTH)
            first = n + 6
            for index, density in enumerate(("n_pos", "n_neg")):
                traces = data[first + 2 * index : first + 2 * index + 2]
                set_theories(traces, state, "z", density)
            set_slit(self.figure, profile.system.h, state.pinned)


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
