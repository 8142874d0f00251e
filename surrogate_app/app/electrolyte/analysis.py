"""What the tabs of analysis share: controls of quantity and spreads, and messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.electrolyte.frame import Frame, View
from surrogate_app.app.electrolyte.inputs import LABELS, QUANTITY_LABELS, STEPS, SYMBOLS, told
from surrogate_app.app.electrolyte.parts import PAPER, Part, Question
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.markup import alert, listed
from surrogate_app.app.widgets import Choice, button, chips
from surrogate_app.electrolyte import PARAMETERS, UNITS
from surrogate_app.electrolyte.analysis.spreads import NORMAL, UNIFORM

KIND_LABELS = {NORMAL: "normal, σ =", UNIFORM: "uniform, ±"}
"""What the selector calls the kinds of spreads."""


class AnalysisView(View):
    """A tab that shows a part of the state.

    Parameters
    ----------
    frame : Frame
        What the page offers.
    name : str
        Name of the part, and of the tab.
    """

    def __init__(self, frame: Frame, name: str) -> None:
        self.frame = frame
        self.part: Any = frame.state.parts[name]
        self.message = widgets.HTML()
        self.message.add_class("sa-status")
        self._drawn: Any = None

    def arrange(self, options: widgets.Widget, *figures: widgets.Widget) -> None:
        """Put options, messages and figures below each other."""
        options.add_class("sa-options")
        self.body = widgets.VBox(figures)
        self.body.add_class("sa-analysis")
        self.widget = widgets.VBox([options, self.message, self.body])
        self.widget.add_class("sa-analysis")

    def render(self, state: ElectrolyteState) -> None:
        """Show what the part of the state has found, or why it has not."""
        (self.body.add_class if self.part.stale else self.body.remove_class)("sa-stale")
        self.show_options()
        self.message.value = message(self.part, self.beside)
        if self.part.result is not None and self.part.result is not self._drawn:
            self._drawn = self.part.result
            self.draw()
        self.mark()

    @property
    def beside(self) -> str:
        """What is said beside a field already, and not to be said again."""
        return ""

    def show_options(self) -> None:
        """Show the settings of the part."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw what the part has found."""
        raise NotImplementedError

    def mark(self) -> None:
        """Draw what changes without anything new being found."""


def message(part: Part, beside: str = "") -> str:
    """Return what is to be said about a part, as HTML, unless a field says it already."""
    if part.refusal:
        return alert(part.refusal, "error") if part.refusal != beside else ""
    if part.waiting:
        return alert("Computing …", "notice")
    return listed(map(told, part.warnings), "sa-warnings")


def quantity_choice(frame: Frame) -> Choice:
    """Return the selector of the quantity that several tabs look at."""
    question = frame.state.question
    made = Choice(
        "Quantity",
        [(label, name) for name, label in QUANTITY_LABELS.items()],
        frame.guard(lambda name: question.change(quantity=name)),
    )
    made.add_class("sa-labelled")
    return made


class SpreadControls:
    """Which inputs vary, and how far: a row for each input, and two choices at a click.

    Parameters
    ----------
    question : Question
        What they set and show.
    guard : callable
        Wraps every callback.
    """

    def __init__(self, question: Question, guard: Callable[..., Any]) -> None:
        self._question, self._guard = question, guard
        self._showing = False
        self.ticks: dict[str, widgets.Checkbox] = {}
        self.kinds: dict[str, Choice] = {}
        self.widths: dict[str, widgets.FloatText] = {}
        rows = widgets.Box([self._row(name) for name in PARAMETERS])
        rows.add_class("sa-spreads")
        quick = chips(
            button(
                "Both diameters",
                "The inputs that vary in the paper's Fig. 8",
                guard(lambda: question.vary(PAPER)),
            ),
            button("All inputs", "Let all five vary", guard(lambda: question.vary(PARAMETERS))),
        )
        self.widget = widgets.VBox([rows, quick])

    def show(self) -> None:
        """Show what the question says."""
        question = self._question
        self._showing = True
        try:
            for name in PARAMETERS:
                self.ticks[name].value = name in question.chosen
                self.kinds[name].show(question.kinds[name])
                if self.widths[name].value != question.widths[name]:
                    self.widths[name].value = question.widths[name]
                for field in (self.kinds[name], self.widths[name]):
                    field.disabled = name not in question.chosen
        finally:
            self._showing = False

    def _row(self, name: str) -> widgets.HBox:
        self.ticks[name] = widgets.Checkbox(
            description=LABELS[name], description_allow_html=True, indent=False
        )
        self.ticks[name].add_class("sa-check")
        self.ticks[name].observe(self._guard(partial(self._ticked, name)), "value")
        self.kinds[name] = Choice(
            f"Kind of spread of {SYMBOLS[name]}",
            [(label, kind) for kind, label in KIND_LABELS.items()],
            self._guard(lambda kind: self._question.set_spread(name, kind=kind)),
        )
        self.widths[name] = widgets.FloatText(
            step=STEPS[name], description=f"Width of the spread of {SYMBOLS[name]}"
        )
        self.widths[name].add_class("sa-width")
        self.widths[name].observe(self._guard(partial(self._typed, name)), "value")
        unit = widgets.HTML(UNITS[name])
        unit.add_class("sa-unit")
        row = widgets.HBox([self.ticks[name], self.kinds[name], self.widths[name], unit])
        row.add_class("sa-spread")
        return row

    def _ticked(self, name: str, change: dict[str, Any]) -> None:
        if not self._showing:
            chosen = set(self._question.chosen)
            self._question.vary(tuple(chosen | {name} if change["new"] else chosen - {name}))

    def _typed(self, name: str, change: dict[str, Any]) -> None:
        if not self._showing:
            self._question.set_spread(name, width=change["new"])
