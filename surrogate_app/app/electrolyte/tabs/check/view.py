"""View of the tab Check: renders its state and computes nothing."""

from __future__ import annotations

from importlib.util import find_spec

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.electrolyte.profile_figures import set_slit, walls
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.tabs.check import readout
from surrogate_app.app.electrolyte.tabs.check.ions import IonsFigure
from surrogate_app.app.electrolyte.tabs.check.state import CheckState
from surrogate_app.app.figures import Figure, band, line, set_band
from surrogate_app.app.tabs import Host, TabView, figure_box
from surrogate_app.app.timers import Repeat
from surrogate_app.app.widgets import Choice, Heartbeat, NumberField, button, caption, chips
from surrogate_app.common.palette import ANION, CATION
from surrogate_app.electrolyte import Profile, SimulatedProfile
from surrogate_app.electrolyte.simulation.background import MISSING

PATIENCE = 60.0
"""Seconds without an answer of the browser after which a simulation ends."""

EVERY = 3
"""One point in so many is drawn with its error bar."""

REDRAW = 12
"""The ions are drawn anew at one update in so many: browsers without a graphics card are slow."""

PRECISION_LABELS = {
    "quick": "Quick: 2,048 sweeps",
    "standard": "Standard: 20,000 sweeps",
    "training": "As training data: to 1 %",
    "test": "As test data: to 0.5 %",
}

INTRODUCTION = (
    "The networks were trained on simulations. This tab runs the same kind of simulation for the "
    "system of the sliders and draws its densities over the prediction. The sliders can be moved "
    "meanwhile. Leaving the page ends the simulation."
)

PROFILES = (
    "Points: simulated densities of <b class='sa-cation'>cations</b> and <b class='sa-anion'>anions"
    "</b>, one in three of 502 bins, with bars of ±1 standard error of the mean. Lines and bands: "
    "the prediction and ±1 standard deviation of its uncertainty."
)

AGREEMENT = (
    "The success rate (E 10) is the share of bins, of both ions, in which the prediction differs "
    "from the simulation by less than the error of the simulation. In the paper that error is "
    "<i>ε</i>, the standard deviation of the blocks of a run (E 4, here eight blocks). It is about "
    "three times the standard error of the mean, which the bars show and the second rate uses. "
    "Bins that no ion visited do not count."
)

IONS = (
    "The ions at this moment of the simulation, <b class='sa-cation'>cations</b> and <b class="
    "'sa-anion'>anions</b> to scale between the walls (grey). "
)


class CheckView(TabView):
    """Prediction and simulation over one another, and the ions.

    Parameters
    ----------
    host : Host
        What the page offers.
    """

    def __init__(self, host: Host) -> None:
        self._state = host.state
        self.tab_state: CheckState = host.state.tab_states["check"]
        check = self.tab_state
        self.heartbeat = Heartbeat()
        self.heartbeat.add_class("sa-hidden")
        self._repeat = Repeat(self._poll, host.watch)
        self._drawn: SimulatedProfile | None = None
        self._updates = 0

        self.precision = Choice(
            "Precision",
            [(label, name) for name, label in PRECISION_LABELS.items()],
            host.guard(lambda name: check.change(precision=name)),
        )
        self.precision.add_class("sa-labelled")
        self.seed = NumberField("Seed", "", host.guard(check.set_seed), step=1)
        self.start = button(
            "Check by simulation",
            "Simulate the system that is shown",
            host.guard(self._start),
            "sa-primary",
        )
        self.cancel = button("Cancel", "End the simulation", host.guard(check.cancel))
        self.back = button(
            "Back to its sliders", "Show the system that was simulated", host.guard(self._back)
        )
        self.standing = widgets.HTML()
        self.elsewhere = widgets.HTML()
        self.agreement = widgets.HTML()

        self.profiles = _profiles()
        self.ions = IonsFigure()
        self._profiles_box = figure_box(self.profiles, PROFILES, "check", host)
        self._agreement_box = widgets.VBox([self.agreement, caption(AGREEMENT)])
        self._agreement_box.add_class("sa-agreement")
        self.cell = caption("")
        self._ions_box = figure_box(
            widgets.VBox([self.ions.widget, self.cell]),
            IONS,
            "ions",
            host,
        )
        settings = widgets.Box(
            [self.precision, self.seed, chips(self.start, self.cancel, self.back)]
        )
        settings.add_class("sa-options")
        self.widget = widgets.VBox(
            [
                caption(INTRODUCTION),
                settings,
                self.standing,
                self.elsewhere,
                self._profiles_box,
                self._agreement_box,
                self._ions_box,
                self.heartbeat,
            ]
        )
        self.widget.add_class("sa-analysis")
        if find_spec("numba") is None:
            self.start.disabled = True
            self.standing.value = f"<p>Numba is not installed. {MISSING}</p>"

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        ions = {} if self.ions.figure is None else {"ions": self.ions.figure}
        return {"check": self.profiles, **ions}

    def render(self, _state: ElectrolyteState) -> None:
        """Show prediction and simulation as far as it has come."""
        tab_state = self.tab_state
        check, measured = tab_state.check, tab_state.measured
        if tab_state.result is None:
            return
        self._render_profiles(tab_state.result, measured)
        self._render_ions(measured is not None)
        _show(self._agreement_box, measured is not None)
        self.precision.show(tab_state.precision)
        self.seed.show(tab_state.seed, tab_state.seed_refusal)
        self.cancel.disabled = check is None or not check.busy
        _show(self.back, check is not None and not tab_state.fits)
        if check is not None:
            self.standing.value = readout.standing(check)
        self.elsewhere.value = readout.elsewhere(tab_state)
        self.agreement.value = readout.agreement(tab_state)

    def _render_profiles(self, predicted: Profile, measured: SimulatedProfile | None) -> None:
        bands, lines, points = (self.profiles.data[i : i + 2] for i in (0, 2, 4))
        with self.profiles.batch_update():
            for index, ion in enumerate(("pos", "neg")):
                density = getattr(predicted, f"n_{ion}")
                set_band(
                    bands[index],
                    predicted.z,
                    density,
                    getattr(predicted, f"n_{ion}_std"),
                    floor=0.0,
                )
                lines[index].x, lines[index].y = predicted.z, density
                points[index].visible = measured is not None
                if measured is not None:
                    chosen = slice(EVERY // 2, None, EVERY)
                    points[index].x = measured.z[chosen]
                    points[index].y = getattr(measured, f"n_{ion}")[chosen]
                    points[index].error_y.array = getattr(measured, f"n_{ion}_sem")[chosen]
            set_slit(self.profiles, predicted.system.h)

    def _render_ions(self, shown: bool) -> None:
        _show(self._ions_box, shown)
        check = self.tab_state.check
        if not shown or check is None or check.profile is self._drawn:
            return
        due = self._drawn is None or not check.busy or self._updates % REDRAW == 0
        self._updates += 1
        if due:
            self.ions.choose(in_space=not self._state.flat)
            self.ions.render(check)
            self.cell.value = f"<p>{readout.realised(self.tab_state)}</p>"
            self._drawn = check.profile

    def _start(self) -> None:
        if self._state.stale:
            raise ValueError("There is no prediction for these inputs, so nothing was simulated.")
        self.tab_state.start()
        self._drawn, self._updates = None, 0
        self.heartbeat.begin()
        self._repeat.start()

    def _back(self) -> None:
        if self.tab_state.check is not None:
            self._state.show(self.tab_state.check.system)

    def _poll(self) -> bool:
        """Take in news of the simulation; end it if nobody sees the page any more."""
        if not self.tab_state.poll():
            return False
        self.heartbeat.ask()
        if self.heartbeat.silence > PATIENCE:
            self.tab_state.cancel("the page was closed")
            return False
        return True


def _profiles() -> Figure:
    figure = Figure(
        name="check",
        alt="Predicted and simulated density of cations and anions across the slit",
        x_title="Position across the slit <i>z</i> (nm)",
        y_title="Ion density (mol/L)",
        hover="z = %{x:.3f} nm",
        height=430,
    )
    ions = ((CATION, "Cations", "<sub>+</sub>"), (ANION, "Anions", "<sub>−</sub>"))
    figure.add_traces(
        [
            *(band(colour, f"{name} ±1σ") for colour, name, _ in ions),
            *(line(colour, f"{name} <i>n</i>{sign}, predicted") for colour, name, sign in ions),
            *(_points(colour, f"{name}, simulated") for colour, name, _ in ions),
        ]
    )
    figure.update_layout(
        yaxis_rangemode="tozero",
        shapes=walls(),
    )
    return figure


def _points(colour: str, name: str) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=[],
        y=[],
        visible=False,
        mode="markers",
        marker={"color": colour, "size": 4},
        error_y={"type": "data", "array": np.empty(0), "thickness": 1.2, "width": 0},
        hovertemplate="%{y:.4f} ± %{error_y.array:.4f}",
    )


def _show(widget: widgets.Widget, shown: bool) -> None:
    (widget.remove_class if shown else widget.add_class)("sa-hidden")
