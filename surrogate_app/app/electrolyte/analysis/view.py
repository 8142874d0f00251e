"""What the views of the tabs of analysis have in common: controls and messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.electrolyte.analysis.positions import (
    MAX_POSITIONS,
    POSITIONS,
    at_distance,
    distance,
    label,
)
from surrogate_app.app.electrolyte.analysis.state import PAPER_INPUTS, WIDTHS, AnalysisSettings
from surrogate_app.app.electrolyte.inputs import (
    HELP,
    LABELS,
    PAGE_UNITS,
    QUANTITY_LABELS,
    STEPS,
    SYMBOLS,
    phrase,
)
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.markup import alert, listed
from surrogate_app.app.tabs import Host, TabState, TabView
from surrogate_app.app.widgets import Choice, Guard, NumberField, button, chips
from surrogate_app.electrolyte import Electrolyte
from surrogate_app.electrolyte.analysis.input_distributions import NORMAL, UNIFORM, continuous

KIND_LABELS = {NORMAL: "normal, σ =", UNIFORM: "uniform, ±"}
"""What the selector calls the kinds of spreads."""


class AnalysisView(TabView):
    """The view of a tab with a state of its own.

    Parameters
    ----------
    host : Host
        What the page offers.
    name : str
        Name of the tab.
    """

    def __init__(self, host: Host, name: str) -> None:
        self.host = host
        self.tab_state: Any = host.state.tab_states[name]
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

    def render(self, _state: ElectrolyteState) -> None:
        """Show the result of the tab, or why there is none."""
        (self.body.add_class if self.tab_state.stale else self.body.remove_class)("sa-stale")
        self.show_options()
        self.message.value = message(self.tab_state, self.beside)
        if self.tab_state.result is not None and self.tab_state.result is not self._drawn:
            self._drawn = self.tab_state.result
            self.draw()
        self.mark()

    @property
    def beside(self) -> str:
        """The message that stands beside a field already, and is not repeated."""
        return ""

    def show_options(self) -> None:
        """Show the settings of the tab."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the result."""
        raise NotImplementedError

    def mark(self) -> None:
        """Draw what changes without a new result."""


def message(state: TabState, beside: str = "") -> str:
    """Return the message of a tab as HTML, unless it stands beside a field already."""
    if state.refusal:
        return alert(state.refusal, "error") if state.refusal != beside else ""
    if state.waiting:
        return alert("Computing …", "notice")
    return listed(map(phrase, state.warnings), "sa-warnings")


def quantity_choice(host: Host) -> Choice:
    """Return the selector of the quantity that the tabs of analysis have in common."""
    analysis = host.state.analysis
    made = Choice(
        "Quantity",
        [(label, name) for name, label in QUANTITY_LABELS.items()],
        host.guard(lambda name: analysis.change(quantity=name)),
    )
    made.add_class("sa-labelled")
    return made


class SpreadControls:
    """Which inputs vary, and how far: a row for each input, and two common choices.

    Parameters
    ----------
    state : ElectrolyteState
        The page, with the settings that they set and show.
    guard : callable
        Wraps every callback.
    """

    def __init__(self, state: ElectrolyteState, guard: Guard) -> None:
        self._state, self._guard = state, guard
        self._analysis: AnalysisSettings = state.analysis
        analysis = state.analysis
        self._showing = False
        self.ticks: dict[str, widgets.Checkbox] = {}
        self.kinds: dict[str, Choice] = {}
        self.widths: dict[str, widgets.FloatText] = {}
        self._rows = {name: self._row(name) for name in WIDTHS}
        rows = widgets.Box([*self._rows.values()])
        rows.add_class("sa-spreads")
        quick = chips(
            button(
                "Both diameters",
                "The inputs that vary in the paper's Fig. 8",
                guard(lambda: analysis.vary(PAPER_INPUTS)),
            ),
            button(
                "All inputs",
                "Let all inputs vary that the model knows and that are not whole numbers",
                guard(lambda: analysis.vary(continuous(state.domain))),
            ),
        )
        self.widget = widgets.VBox([rows, quick])

    def show(self) -> None:
        """Show the settings."""
        analysis, known = self._analysis, continuous(self._state.domain)
        self._showing = True
        try:
            for name, row in self._rows.items():
                offered = name in known or name in analysis.chosen
                (row.remove_class if offered else row.add_class)("sa-hidden")
                self.ticks[name].value = name in analysis.chosen
                self.kinds[name].show(analysis.kinds[name])
                if self.widths[name].value != analysis.widths[name]:
                    self.widths[name].value = analysis.widths[name]
                for field in (self.kinds[name], self.widths[name]):
                    field.disabled = name not in analysis.chosen
        finally:
            self._showing = False

    def _row(self, name: str) -> widgets.HBox:
        self.ticks[name] = widgets.Checkbox(
            description=LABELS[name],
            description_allow_html=True,
            indent=False,
            tooltip=HELP[name],
        )
        self.ticks[name].add_class("sa-check")
        self.ticks[name].observe(self._guard(partial(self._ticked, name)), "value")
        self.kinds[name] = Choice(
            f"Kind of spread of {SYMBOLS[name]}",
            [(label, kind) for kind, label in KIND_LABELS.items()],
            self._guard(lambda kind: self._analysis.set_spread(name, kind=kind)),
        )
        self.widths[name] = widgets.FloatText(
            step=STEPS[name],
            description=f"Width of the spread of {SYMBOLS[name]}",
            tooltip=f"Standard deviation or half width, in {PAGE_UNITS[name] or '1'}",
        )
        self.widths[name].add_class("sa-width")
        self.widths[name].observe(self._guard(partial(self._typed, name)), "value")
        unit = widgets.HTML(PAGE_UNITS[name])
        unit.add_class("sa-unit")
        row = widgets.HBox([self.ticks[name], self.kinds[name], self.widths[name], unit])
        row.add_class("sa-spread")
        return row

    def _ticked(self, name: str, change: dict[str, Any]) -> None:
        if not self._showing:
            chosen = set(self._analysis.chosen)
            self._analysis.vary(tuple(chosen | {name} if change["new"] else chosen - {name}))

    def _typed(self, name: str, change: dict[str, Any]) -> None:
        if not self._showing:
            self._analysis.set_spread(name, width=change["new"])


class PositionControls:
    """A button for each position by name, one for each other that was chosen, and a field.

    Parameters
    ----------
    guard : callable
        Wraps every callback.
    press : callable
        Called with a position whose button is pressed.
    enter : callable
        Called with a position whose distance was typed.
    *others : Widget
        Further buttons.
    """

    def __init__(
        self,
        guard: Guard,
        press: Callable[[str], None],
        enter: Callable[[str], None],
        *others: widgets.Widget,
    ) -> None:
        self._press = press
        self.refusal = ""
        self.buttons = {
            position: _chip(label(position), guard(lambda position=position: press(position)))
            for position in POSITIONS
        }
        self._typed: tuple[str, ...] = ()
        self.typed = [
            _chip("", guard(lambda i=i: self._press_typed(i))) for i in range(MAX_POSITIONS)
        ]
        self.field = NumberField(
            "Distance from the wall",
            "nm",
            guard(lambda value: enter(at_distance(value))),
            step=0.01,
        )
        self.field.add_class("sa-distance")
        self.widget = widgets.VBox(
            [chips(*self.buttons.values(), *self.typed, *others), self.field]
        )

    def show(self, chosen: Sequence[str], current: str, system: Electrolyte | None) -> None:
        """Show which positions are examined, and how far the current one is from the wall."""
        for position, made in self.buttons.items():
            (made.add_class if position in chosen else made.remove_class)("sa-active")
        self._typed = tuple(position for position in chosen if position not in POSITIONS)
        for index, made in enumerate(self.typed):
            shown = index < len(self._typed)
            made.layout.display = None if shown else "none"
            if shown:
                made.description = label(self._typed[index])
                made.add_class("sa-active")
        if system is not None:
            self.refusal = ""
            try:
                value = round(distance(current, system), 6)
            except ValueError as error:
                value, self.refusal = float(current), phrase(str(error))
            self.field.show(value, self.refusal)

    def _press_typed(self, index: int) -> None:
        self._press(self._typed[index])


def _chip(text: str, on_click: Callable[[], None]) -> widgets.Button:
    return button(text, "Examine this position", on_click, "sa-chip")
