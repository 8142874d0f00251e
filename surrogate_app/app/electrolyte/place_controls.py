"""Controls that choose places in the slit: by name, or by the distance from the wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from surrogate_app.app.electrolyte.frame import Guard
from surrogate_app.app.electrolyte.inputs import told
from surrogate_app.app.electrolyte.places import MOST, PLACES, at_distance, distance, label
from surrogate_app.app.widgets import NumberField, button, chips
from surrogate_app.electrolyte import Electrolyte


class PlaceControls:
    """A button for each place by name, one for each other place that was chosen, and a field.

    Parameters
    ----------
    guard : callable
        Wraps every callback.
    press : callable
        Called with a place whose button is pressed.
    enter : callable
        Called with a place whose distance was typed.
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
            place: _chip(label(place), guard(lambda place=place: press(place))) for place in PLACES
        }
        self._typed: tuple[str, ...] = ()
        self.typed = [_chip("", guard(lambda i=i: self._press_typed(i))) for i in range(MOST)]
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
        """Show which places are looked at, and how far the current one is from the wall."""
        for place, made in self.buttons.items():
            (made.add_class if place in chosen else made.remove_class)("sa-active")
        self._typed = tuple(place for place in chosen if place not in PLACES)
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
                value, self.refusal = float(current), told(str(error))
            self.field.show(value, self.refusal)

    def _press_typed(self, index: int) -> None:
        self._press(self._typed[index])


def _chip(text: str, on_click: Callable[[], None]) -> widgets.Button:
    return button(text, "Look at this place", on_click, "sa-chip")
