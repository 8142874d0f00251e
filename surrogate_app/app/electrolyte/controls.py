"""The left column of the confined-electrolyte page."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from surrogate_app.app.electrolyte.curve import MAX_PINS
from surrogate_app.app.electrolyte.inputs import (
    HELP,
    LABELS,
    PAGE_UNITS,
    SALT,
    SALT_LABELS,
    STEPS,
    SYMBOLS,
    listed,
    with_unit,
)
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.readout import accuracy
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.theory import THEORY_LABELS
from surrogate_app.app.markup import explained, refused
from surrogate_app.app.widgets import (
    Choice,
    Fold,
    Guard,
    NumberControl,
    button,
    caption,
    chips,
    section,
    share_link,
)
from surrogate_app.electrolyte import PARAMETERS
from surrogate_app.electrolyte.domain import WIDE
from surrogate_app.electrolyte.solvents import SOLVENTS, Solvent, water_permittivity

DIGITS = 4
"""Decimals that all steps need."""

ENVIRONMENT = ("temperature", "permittivity")
"""Inputs behind the fold."""

SOURCES = (
    "Water: Malmberg and Maryott, J. Res. Natl. Bur. Stand. 56, 1 (1956). Others, each at the "
    "temperature of its measurement: CRC Handbook of Chemistry and Physics, 95th ed. (2014). The "
    "paper takes 80 at 298 K. Only the product of temperature and permittivity shapes the profiles."
)

PRESETS_HELP = (
    "<p>Systems of the paper and of typical salts. Each sets all inputs; the pointer over a button "
    "shows them.</p>"
)

SYSTEM_HELP = explained((LABELS[name], HELP[name]) for name in HELP) + (
    "<p>Slide, use the arrow keys, or type a number. The salt sets the valencies of both ions.</p>"
)

MODEL_HELP = (
    "<p>Networks that were trained on simulations. The default one knows all salts; those of the "
    "paper know 1:1 salts at 298 K in slits of 4 to 5 nm.</p>"
)

COMPARE_HELP = (
    "<p>A pinned curve stays while the sliders move. Poisson–Boltzmann theory is solved for the "
    "same system and drawn as thin lines.</p>"
)

SHARE_HELP = (
    "<p>CSV and JSON hold the curves with inputs, units and the model’s version. The link restores "
    "the page as it is. Pictures come from the camera above each figure.</p>"
)


class Controls:
    """Sliders, salt, environment, presets, model selector, theory, pins, link and export.

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
                PAGE_UNITS[name],
                WIDE.ranges[name],
                STEPS[name],
                DIGITS,
                guard(lambda value, name=name: state.change(**{name: value})),
                HELP[name],
            )
            for name in (*PARAMETERS, *ENVIRONMENT)
        }
        self.salt = Choice(
            "Salt",
            [(label, salt) for salt, label in SALT_LABELS.items()],
            guard(lambda salt: state.change(z_pos=salt[0], z_neg=salt[1])),
        )
        self.salt.add_class("sa-labelled")
        self.salt_refusal = widgets.HTML()
        self.salt_refusal.add_class("sa-refusal")
        self.water = button(
            "Water at this temperature",
            "Set the permittivity of water",
            guard(lambda: state.change(permittivity=_water(state.temperature))),
            "sa-chip",
        )
        self.solvents = [
            button(
                solvent.label,
                f"εᵣ = {solvent.permittivity:g} at {solvent.temperature:g} K, {solvent.source}",
                guard(lambda solvent=solvent: self._dissolve(solvent)),
                "sa-chip",
            )
            for solvent in SOLVENTS
        ]
        self.environment = Fold(
            *(self.numbers[name] for name in ENVIRONMENT),
            chips(self.water, *self.solvents),
            caption(SOURCES),
        )
        self.presets = {
            name: button(
                name,
                listed(system),
                guard(lambda name=name: state.use_preset(name)),
                "sa-chip",
            )
            for name, system in PRESETS.items()
        }
        self.model = Choice(
            "Surrogate",
            [(state.label(name), name) for name in state.models],
            guard(lambda name: state.change(model=name)),
        )
        self.accuracy = widgets.HTML()
        self.theory = Choice(
            "Theory",
            [(label, name) for name, label in THEORY_LABELS.items()],
            guard(lambda name: setattr(state, "theory", name)),
        )

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

        sliders = widgets.Box(
            [
                *(self.numbers[name] for name in PARAMETERS),
                widgets.VBox([self.salt, self.salt_refusal]),
                self.environment,
            ]
        )
        sliders.add_class("sa-sliders")
        others = widgets.Box(
            [
                section("Model", "model", self.model, self.accuracy, help=MODEL_HELP),
                section(
                    "Compare",
                    "compare",
                    chips(self.pin, self.clear),
                    pin_list,
                    self.theory,
                    help=COMPARE_HELP,
                ),
                section(
                    "Share and export",
                    "share",
                    chips(self.csv, self.json, share_link()),
                    help=SHARE_HELP,
                ),
            ]
        )
        others.add_class("sa-others")
        self.widget = widgets.VBox(
            [
                section("Presets", "presets", chips(*self.presets.values()), help=PRESETS_HELP),
                section("System", "system", sliders, help=SYSTEM_HELP),
                others,
            ]
        )
        self.widget.add_class("sa-controls")

    def render(self) -> None:
        """Show inputs, refusals, model and pins of the state."""
        state = self._state
        for name, control in self.numbers.items():
            low, high = state.domain.ranges[name]
            if low == high:  # the model knows this value only
                low, high = min(low, WIDE.ranges[name][0]), max(high, WIDE.ranges[name][1])
            control.limit((low, high))
            control.show(getattr(state, name), state.refused.get(name, ""))
        self.salt.show((state.z_pos, state.z_neg))
        reasons = [state.refused.get(name, "") for name in ("z_pos", "z_neg", SALT)]
        self.salt_refusal.value = refused(" ".join(filter(None, reasons)))
        self.environment.title(
            "Environment: "
            + ", ".join(
                f"{SYMBOLS[name]} = {with_unit(name, getattr(state, name))}" for name in ENVIRONMENT
            )
        )
        active = state.preset
        for name, chip in self.presets.items():
            (chip.add_class if name == active else chip.remove_class)("sa-active")
        self.model.show(state.model)
        self.theory.show(state.theory)
        curve = state.curve
        self.accuracy.value = "" if curve is None else accuracy(curve.metadata)
        for index, chip in enumerate(self.pins):
            pinned = curve is not None and index < len(state.pinned)
            chip.layout.display = None if pinned else "none"
            if pinned:
                text = ", ".join(state.pinned[index].differences(curve))
                chip.description = f"{index + 1}: {text}  ✕"
        self.clear.disabled = not state.pinned

    def _dissolve(self, solvent: Solvent) -> None:
        self._state.change(temperature=solvent.temperature, permittivity=solvent.permittivity)


def _water(temperature: float) -> float:
    """Return the permittivity of water to the step of its slider."""
    return round(water_permittivity(temperature), 1)
