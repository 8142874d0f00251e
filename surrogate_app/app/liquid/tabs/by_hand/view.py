"""View of the tab By hand: renders its state and computes nothing."""

from __future__ import annotations

import ipywidgets as widgets

from surrogate_app.app.figures import PIN_WIDTH, Figure, line
from surrogate_app.app.liquid.rdf_figure import FIT_WIDTH, G_TITLE, HOVER, R_TITLE, points
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.liquid.tabs.by_hand import readout
from surrogate_app.app.liquid.tabs.by_hand.state import ByHandState
from surrogate_app.app.markup import refused, snippet
from surrogate_app.app.tabs import Host, TabView
from surrogate_app.app.widgets import NumberControl, button, caption
from surrogate_app.common.palette import BY_HAND, FITTED

LIMITS = (-40.0, 40.0)
"""Ends of the sliders in per cent; the fields take any number."""

STEP = 0.5


class ByHandView(TabView):
    """C12 and C6 by hand, and the g(r) that follows."""

    def __init__(self, host: Host) -> None:
        guard = host.guard
        self.tab_state: ByHandState = host.state.tab_states["by_hand"]
        change = self.tab_state.change
        self.controls = {
            name: NumberControl(
                f"{label}: change relative to the fit",
                "%",
                LIMITS,
                STEP,
                1,
                guard(lambda value, name=name: change(**{name: value})),
            )
            for name, label in (
                ("c12_change", "<i>C</i>₁₂"),
                ("c6_change", "<i>C</i>₆"),
            )
        }
        for control in self.controls.values():
            control.show(0.0, "")
        self.back = button(
            "Back to the fit",
            "Set both parameters to those of the fit",
            guard(self.tab_state.back_to_fit),
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
        self.figure.add_traces([points("File"), line(FITTED, "Fit"), line(BY_HAND, "By hand")])
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
                    "Change one parameter and see which part of <i>g</i>(<i>r</i>) follows. Dots: "
                    "the file. Dashed line: the fit. Purple line: the parameters below."
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
        """Show the parameters and the g(r) of the tab's state beside the fit of the page."""
        tab_state, fit = self.tab_state, state.fit
        by_hand = tab_state.result
        self.message.value = refused(tab_state.refusal)
        for name, control in self.controls.items():
            control.show(getattr(tab_state, name), "")
        (self.figure.add_class if tab_state.stale else self.figure.remove_class)("sa-stale")
        if fit is None or by_hand is None or tab_state.stale:
            return
        uploaded, fitted, changed = self.figure.data
        with self.figure.batch_update():
            uploaded.x, uploaded.y = fit.rdf.r, fit.rdf.g
            fitted.x, fitted.y = fit.rdf.r, fit.g_fit
            changed.x, changed.y = by_hand.r, by_hand.g
        self.numbers.value = readout.numbers(by_hand)
        self.call.value = snippet(readout.python(by_hand), "sa-call-hand")
