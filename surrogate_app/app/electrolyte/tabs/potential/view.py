"""View of the tab Potential: renders the state and computes nothing."""

from __future__ import annotations

import math
from operator import is_not
from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.electrolyte.analysis.view import message
from surrogate_app.app.electrolyte.curve import MAX_PINS
from surrogate_app.app.electrolyte.profile_figures import (
    HEIGHT,
    pin,
    set_pins,
    set_slit,
    set_theories,
    theory,
    walls,
)
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.tabs.potential.state import PotentialResult, PotentialState
from surrogate_app.app.electrolyte.theory import APPROACHES
from surrogate_app.app.figures import Figure, line
from surrogate_app.app.tabs import Host, TabView, figure_box
from surrogate_app.common.palette import CHARGE, NEUTRAL

POTENTIAL = (
    "Mean electrostatic potential of walls and ions against the midplane. The line ends at the "
    "walls with the potential drop. Dashed: pinned curves. Thin: theory, if it is chosen under "
    "Compare."
)

CAPACITANCE = (
    "Capacitance of each wall against the midplane over the surface charges at which the model "
    "answers, all other inputs as they are: differential, d<i>σ</i><sub>s</sub>/d<i>ψ</i>, and "
    "integral, <i>σ</i><sub>s</sub>/<i>ψ</i>. Point: the slider. The amount of salt in the slit is "
    "kept. Ions of unlike diameters leave a potential at uncharged walls, near which the integral "
    "capacitance means little."
)


class PotentialView(TabView):
    """Potential ψ(z) beside the capacitance over the surface charge."""

    follows_page = True

    def __init__(self, host: Host) -> None:
        self.tab_state: PotentialState = host.state.tab_states["potential"]
        self._drawn: tuple[Any, ...] = (None, None, None)
        self._drawn_capacitance: PotentialResult | None = None
        self.message = widgets.HTML()
        self.message.add_class("sa-status")
        self.potential = Figure(
            name="potential",
            alt="Electrostatic potential against position across the slit",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="Potential <i>ψ</i> (mV)",
            hover="z = %{x:.3f} nm",
            height=HEIGHT,
        )
        self.potential.add_traces(
            [
                *(pin(CHARGE, index, "ψ") for index in range(MAX_PINS)),
                line(CHARGE, "<i>ψ</i>(<i>z</i>)", "%{y:.3f}"),
                *(theory(CHARGE, name, "ψ") for name in APPROACHES),
            ]
        )
        self.potential.update_layout(showlegend=True, shapes=walls())
        self.capacitance = Figure(
            name="capacitance",
            alt="Capacitance of each wall against its charge",
            x_title="Surface charge <i>σ</i><sub>s</sub> (C/m²)",
            y_title="Capacitance <i>C</i> (µF/cm²)",
            hover="σₛ = %{x:.4f} C/m²",
            height=HEIGHT,
        )
        integral = line(NEUTRAL, "integral", "%{y:.1f}")
        integral.line.width = 1.6
        slider = go.Scatter(
            name="the slider",
            x=[],
            y=[],
            mode="markers",
            marker={"color": CHARGE, "size": 9},
            hoverinfo="skip",
            showlegend=False,
        )
        self.capacitance.add_traces(
            [
                integral,
                line(CHARGE, "differential", "%{y:.1f}"),
                slider,
                *(theory(CHARGE, name, "differential") for name in APPROACHES),
            ]
        )
        self.capacitance.update_layout(showlegend=True, yaxis_rangemode="tozero")
        both = widgets.Box(
            [
                figure_box(self.potential, POTENTIAL, "potential", host),
                figure_box(self.capacitance, CAPACITANCE, "capacitance", host),
            ]
        )
        both.add_class("sa-two-figures")
        self.widget = widgets.VBox([self.message, both])
        self.widget.add_class("sa-analysis")

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"potential": self.potential, "capacitance": self.capacitance}

    def render(self, state: ElectrolyteState) -> None:
        """Show the curves of the state, of which the capacitance follows a little later."""
        self.message.value = message(self.tab_state)
        shown = (state.curve, state.pinned, state.theories)
        if state.curve is not None and any(map(is_not, shown, self._drawn)):
            self._render_potential(state)
            self._drawn = shown
        result = self.tab_state.result
        if result is not None and result is not self._drawn_capacitance:
            self._render_capacitance(result)
            self._drawn_capacitance = result

    def _render_potential(self, state: ElectrolyteState) -> None:
        assert state.curve is not None
        profile = state.curve.profile
        half = 0.5 * profile.system.h
        *pins, curve, _, _ = self.potential.data
        drop = [profile.potential_drop]
        with self.potential.batch_update():
            curve.x = np.concatenate(([-half], profile.z, [half]))
            curve.y = np.concatenate((drop, profile.potential, drop))
            set_pins(self.potential, state, {"potential": pins}, "z")
            set_theories(self.potential.data[MAX_PINS + 1 :], state, "z", "potential")
            set_slit(self.potential, profile.system.h, state.pinned)

    def _render_capacitance(self, result: PotentialResult) -> None:
        found = result.curve
        integral, differential, slider, *theories = self.capacitance.data
        with self.capacitance.batch_update():
            differential.x, differential.y = found.sigma_s, found.differential
            low, high = found.sigma_s[[0, -1]].tolist()
            room = 0.04 * (high - low)  # for the numbers at both ends of the axis
            self.capacitance.layout.xaxis.range = [low - room, high + room]
            shown = _drawn(found.integral, found.differential)
            integral.x, integral.y = found.sigma_s, shown
            known = math.isfinite(found.at_system)
            slider.visible = known
            if known:
                slider.x, slider.y = [found.system.sigma_s], [found.at_system]
            for name, trace in zip(APPROACHES, theories, strict=True):
                curve = result.theories.get(name)
                trace.visible = curve is not None
                if curve is not None:
                    trace.x, trace.y = curve.sigma_s, curve.differential


def _drawn(integral: np.ndarray, differential: np.ndarray) -> np.ndarray:
    """Leave out what is negative or far above the differential capacitance: it diverges there."""
    kept = (integral > 0.0) & (integral < 3.0 * np.abs(differential).max())
    return np.where(kept, integral, np.nan)
