"""The left column of the confined-electrolyte page."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from surrogate_app.app.electrolyte.curve import MAX_PINS
from surrogate_app.app.electrolyte.inputs import LABELS, STEPS, SYMBOLS, with_unit
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.readout import accuracy
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.widgets import (
    Choice,
    Guard,
    NumberControl,
    button,
    chips,
    section,
    share_link,
)
from surrogate_app.electrolyte import DOMAIN, PARAMETERS, UNITS
from surrogate_app.electrolyte.surrogate.model import MODELS

DIGITS = 4
"""Decimals that all steps need."""


class Controls:
    """Sliders, presets, model selector, pins, link and export.

    Parameters
    ----------
    state : ElectrolyteState
        What they set and show.
    guard : callable
        Wraps every callback.
    export : callable
        Called with "csv" or "json".
    """

    def __init__(
        self, state: ElectrolyteState, guard: Guard, export: Callable[[str], None]
    ) -> None:
        self._state = state
        self.numbers = {
            name: NumberControl(
                LABELS[name],
                UNITS[name],
                DOMAIN[name],
                STEPS[name],
                DIGITS,
                guard(lambda value, name=name: state.change(**{name: value})),
            )
            for name in PARAMETERS
        }
        self.presets = {
            name: button(
                name,
                ", ".join(f"{SYMBOLS[k]} = {with_unit(k, v)}" for k, v in system.to_dict().items()),
                guard(lambda name=name: state.use_preset(name)),
                "sa-chip",
            )
            for name, system in PRESETS.items()
        }
        self.model = Choice(
            "Surrogate",
            [(MODELS[name].label if name in MODELS else name, name) for name in state.models],
            guard(lambda name: state.change(model=name)),
        )
        self.accuracy = widgets.HTML()

        self.pin = button("Pin curve", "Keep the current curve for comparison", guard(state.pin))
        self.clear = button("Clear", "Remove all pinned curves", guard(state.clear_pins))
        self.pins = [
            button("", "Remove this pinned curve", guard(lambda i=i: state.unpin(i)), "sa-pin")
            for i in range(MAX_PINS)
        ]
        pin_list = widgets.VBox(self.pins)
        pin_list.add_class("sa-pin-list")

        self.csv = button("CSV", "Save the curves as a table", guard(lambda: export("csv")))
        self.json = button("JSON", "Save curves and metadata", guard(lambda: export("json")))

        sliders = widgets.Box(list(self.numbers.values()))
        sliders.add_class("sa-sliders")
        others = widgets.Box(
            [
                section("Model", self.model, self.accuracy),
                section("Compare", chips(self.pin, self.clear), pin_list),
                section("Share and export", chips(self.csv, self.json, share_link())),
            ]
        )
        others.add_class("sa-others")
        self.widget = widgets.VBox(
            [
                section("Presets", chips(*self.presets.values())),
                section("System", sliders),
                others,
            ]
        )
        self.widget.add_class("sa-controls")

    def render(self) -> None:
        """Show inputs, refusals, model and pins of the state."""
        state = self._state
        for name, control in self.numbers.items():
            control.show(getattr(state, name), state.refused.get(name, ""))
        active = state.preset
        for name, chip in self.presets.items():
            (chip.add_class if name == active else chip.remove_class)("sa-active")
        self.model.show(state.model)
        curve = state.curve
        self.accuracy.value = "" if curve is None else accuracy(curve.metadata)
        for index, chip in enumerate(self.pins):
            pinned = curve is not None and index < len(state.pinned)
            chip.layout.display = None if pinned else "none"
            if pinned:
                text = ", ".join(state.pinned[index].differences(curve))
                chip.description = f"{index + 1}: {text}  ✕"
        self.clear.disabled = not state.pinned
