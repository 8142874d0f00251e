"""The page on ions in a charged slit: wires the state to its views."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from surrogate_app.app.dashboard import BaseDashboard, Step
from surrogate_app.app.electrolyte import link, readout
from surrogate_app.app.electrolyte.controls import Controls
from surrogate_app.app.electrolyte.inputs import phrase
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.widgets import panel
from surrogate_app.electrolyte.export import profiles

TOUR = (
    Step(
        ".sa-section-presets",
        "Choose a system",
        "A preset sets all inputs at once, and the figures follow. The question mark beside each "
        "heading explains its controls.",
    ),
    Step(
        ".sa-section-system",
        "Change one input",
        "Slide, use the arrow keys or type a number. Salt and Environment lead beyond the paper: "
        "valencies, temperature and solvent.",
    ),
    Step(
        ".sa-tabs > .lm-TabBar, .sa-tabs > .jupyter-widget-tab-bar",
        "Ask another question",
        "Charge and Potential follow from the densities. Sweep, Sensitivity and Uncertainty vary "
        "the inputs. Check runs the simulation itself.",
    ),
    Step(
        ".sa-section-compare",
        "Compare",
        "Pin a curve before you move on, or draw Poisson–Boltzmann theory beside the prediction.",
    ),
    Step(
        ".sa-section-share",
        "Take it with you",
        "Save the numbers with their units, copy a link to what you see, or copy the Python that "
        "computes it from the foot of the page.",
    ),
)

PAPER = """@article{Kadupitiya2021,
  title   = {Designing Machine Learning Surrogates using Outputs of Molecular Dynamics Simulations
             as Soft Labels},
  author  = {Kadupitiya, J. C. S. and Anousheh, Nasim and Jadhao, Vikram},
  journal = {arXiv preprint arXiv:2110.14714},
  year    = {2021}
}"""


class Dashboard(BaseDashboard):
    """The interactive page of the confined electrolyte.

    Parameters
    ----------
    state : ElectrolyteState, optional
        What to show; by default a new state with the default model and system I.

    Examples
    --------
    >>> dashboard = Dashboard()  # doctest: +SKIP
    >>> dashboard.open()  # doctest: +SKIP
    """

    state: ElectrolyteState
    tour = TOUR
    paper = PAPER

    def __init__(self, state: ElectrolyteState | None = None) -> None:
        super().__init__(state or ElectrolyteState(), link.keys(), phrase)
        self.numbers = widgets.HTML()
        self.arrange(
            Controls(self.state, self.host.guard, self._export),
            above=[],
            below=[panel("Key numbers", "numbers", self.numbers)],
            traits=["curve", "stale", "refused", "pinned", "theory", "tab"],
        )
        self.state.observe(self._tab_state_changed, "flat")
        self.page.observe(lambda change: setattr(self.state, "flat", not change["new"]), "webgl")

    def render_panels(self) -> None:
        """Bring the key numbers up to date."""
        if self.state.curve is not None:
            self.numbers.value = readout.numbers(self.state.curve)

    def python(self) -> str:
        """Return the Python that repeats the prediction."""
        return "" if self.state.curve is None else readout.call(self.state.curve)

    def table_file(self, table: Any, name: str, extension: str) -> str:
        """Return the name of the file that holds a table of a tab."""
        return profiles.file_name(table.system, table.model["name"], extension, name)

    def _export(self, extension: str) -> None:
        curve = self.state.curve
        if curve is None:
            raise ValueError("There is no prediction to export.")
        table = profiles.table([curve, *self.state.pinned, *self.state.theories])
        self._download(profiles.file_name(curve.system, curve.model, extension), extension, table)
