"""The left column of the Lennard-Jones page."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.liquid import readout
from surrogate_app.app.liquid.conditions import (
    DENSITY_UNITS,
    MASS_DENSITY,
    REDUCED_DENSITY,
    REDUCED_TEMPERATURE,
    TEMPERATURE_UNITS,
)
from surrogate_app.app.liquid.entry import Entry
from surrogate_app.app.liquid.state import MAX_BYTES, LiquidState
from surrogate_app.app.markup import explained, refused
from surrogate_app.app.widgets import (
    Choice,
    Guard,
    NumberField,
    Upload,
    button,
    chips,
    section,
    share_link,
)
from surrogate_app.liquid import StructureFactorFit
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.rdf.format import FORMATS
from surrogate_app.liquid.rdf.rdf import LENGTH_UNITS, ORIGINS, QUANTITIES
from surrogate_app.liquid.rdf.sampling import SAMPLING_NAMES, SAMPLINGS
from surrogate_app.liquid.rdf.structure_factor import Q_UNITS

LINK_NOTE = "The link holds all settings, but not the content of uploaded files."

REDUCED_NOTE = (
    "Reduced values belong to a simulation in Lennard-Jones units. Enter the σ and ε that were its "
    "units; the results, in nm and kJ/mol, scale with them."
)


DATA_HELP = (
    "<p>Files of simulation programs and of measurements, as they are. What is read, and how, "
    "stands under <b>What was read</b>, where every choice can be changed. Files stay in memory "
    "and are forgotten with the page.</p>"
)

LIQUID_HELP = explained(
    (
        ("Density", "number of particles or molecules per volume, or mass density with molar mass"),
        ("Temperature", "that of the simulation or measurement"),
    )
) + (
    "<p>Both enter the fit: the same <i>g</i>(<i>r</i>) at another density belongs to another "
    "potential.</p>"
)

READ_HELP = explained(
    (
        ("Distances are", "points, or the centres or edges of bins, as the program prints them"),
        ("Values are", "<i>g</i>(<i>r</i>), or what it can be computed from"),
        (
            "g(r) was",
            "simulated, with the noise of counting, or measured, with errors of level, "
            "scale and truncation",
        ),
    )
)

MODEL_HELP = (
    "<p>The default refines the estimate of a network by least squares on simulated structures. "
    "DeepILST is the network of the paper.</p>"
)

SHARE_HELP = (
    "<p>CSV and JSON hold all fits with inputs, units and the model’s version. Pictures come from "
    "the camera above each figure.</p>"
)

QUANTITY_NAMES = {
    "g": "g(r)",
    "g-1": "g(r) − 1: add 1",
    "reduced": "reduced G(r): convert",
    "S": "S(q)",
    "S-1": "S(q) − 1",
    "q(S-1)": "q[S(q) − 1]",
}
"""What a file may hold, as the page calls it."""


class Controls:
    """Files, conditions, how files are read, model and export.

    Parameters
    ----------
    state : LiquidState
        What they set and show.
    guard : callable
        Wraps every callback.
    export : callable
        Called with "csv" or "json".
    """

    def __init__(self, state: LiquidState, guard: Guard, export: Callable[[str], None]) -> None:
        self._state = state
        self._showing = False

        def change(name: str) -> Callable[[Any], None]:
            return guard(lambda value: state.change(**{name: value}))

        self.upload = Upload(
            "Choose files or drop them here",
            MAX_BYTES,
            guard(state.upload),
            guard(state.refuse_upload),
        )
        self.upload_message = _message()
        self.convert = button("Convert", "Make g(r) of what the file holds", guard(state.convert))
        self.formats = widgets.HTML(
            f'<div class="sa-reading">Formats: {html.escape(", ".join(FORMATS))}</div>'
        )
        self.examples = [
            button(
                example.name,
                example.description,
                guard(lambda i=i: state.use_example(i)),
                "sa-chip",
            )
            for i, example in enumerate(state.examples)
        ]
        self.shown = Choice("Shown file", [], guard(state.select))
        self.remove = button("Remove", "Take this file off the page", guard(state.remove))
        self.files = widgets.HBox([self.shown, self.remove])
        self.files.add_class("sa-files")

        self.density_unit = Choice(
            "Unit of the density", [(unit, unit) for unit in DENSITY_UNITS], change("density_unit")
        )
        self.temperature_unit = Choice(
            "Unit of the temperature",
            [(unit, unit) for unit in TEMPERATURE_UNITS],
            change("temperature_unit"),
        )
        self.numbers = {
            "density": NumberField("Density", self.density_unit, change("density")),
            "molar_mass": NumberField("Molar mass", "g/mol", change("molar_mass")),
            "temperature": NumberField("Temperature", self.temperature_unit, change("temperature")),
            "sigma": NumberField("Unit of length <i>σ</i>", "nm", change("sigma")),
            "epsilon": NumberField("Unit of energy <i>ε</i>", "kJ/mol", change("epsilon")),
        }
        self.reduced = widgets.HTML(f'<div class="sa-reading">{REDUCED_NOTE}</div>')
        self.conditions = widgets.HTML()
        self.for_all = button(
            "Use for all files",
            "Give all files this density and temperature",
            guard(state.use_conditions_for_all),
        )

        self.reading = widgets.HTML()
        self.length_unit = _labelled(
            Choice(
                "Distances in the file are in",
                [(unit, unit) for unit in LENGTH_UNITS],
                change("length_unit"),
            )
        )
        self.q_unit = _labelled(
            Choice(
                "Wave numbers are in",
                [(unit, unit) for unit in Q_UNITS],
                change("q_unit"),
            )
        )
        self.column = _labelled(Choice("Column", [], change("column")))
        self.sampling = _labelled(
            Choice(
                "Distances are",
                [(SAMPLING_NAMES[sampling], sampling) for sampling in SAMPLINGS],
                change("sampling"),
            )
        )
        self.quantity = _labelled(
            Choice(
                "Values are",
                [(label, name) for name, label in QUANTITY_NAMES.items()],
                change("quantity"),
            )
        )
        self.origin = _labelled(
            Choice("g(r) was", [(origin, origin) for origin in ORIGINS], change("origin"))
        )
        self.cut = widgets.Checkbox(description="Cut g(r) at half of the box", indent=False)
        self.cut.add_class("sa-check")
        cut = change("cut")
        self.cut.observe(lambda event: None if self._showing else cut(event["new"]), "value")
        self.normalise = widgets.Checkbox(
            description="Divide g(r) by the level of its tail", indent=False
        )
        self.normalise.add_class("sa-check")
        normalise = change("normalise")
        self.normalise.observe(
            lambda event: None if self._showing else normalise(event["new"]), "value"
        )
        self.file_message = _message()

        self.model = Choice(
            "Model",
            [(MODELS[name].label if name in MODELS else name, name) for name in state.models],
            guard(lambda name: setattr(state, "model", name)),
        )
        self.accuracy = widgets.HTML()
        self.csv = button("CSV", "Save all fits as a table", guard(lambda: export("csv")))
        self.json = button("JSON", "Save all fits and metadata", guard(lambda: export("json")))

        data = section(
            "Radial distribution function or structure factor",
            "data",
            self.upload,
            self.formats,
            self.upload_message,
            self.convert,
            widgets.HTML('<div class="sa-reading">or one of the examples:</div>'),
            chips(*self.examples),
            self.files,
            help=DATA_HELP,
        )
        liquid = section(
            "Liquid",
            "liquid",
            *self.numbers.values(),
            self.reduced,
            self.conditions,
            self.for_all,
            help=LIQUID_HELP,
        )
        read = section(
            "What was read",
            "reading",
            self.reading,
            self.file_message,
            self.length_unit,
            self.q_unit,
            self.column,
            self.sampling,
            self.quantity,
            self.origin,
            self.cut,
            self.normalise,
            help=READ_HELP,
        )
        model = section("Model", "model", self.model, self.accuracy, help=MODEL_HELP)
        note = widgets.HTML(f'<div class="sa-reading">{LINK_NOTE}</div>')
        files = section(
            "Share and export",
            "share",
            chips(self.csv, self.json, share_link()),
            note,
            help=SHARE_HELP,
        )
        self.widget = widgets.VBox([_group(data, liquid), _group(read, model, files)])
        self.widget.add_class("sa-controls")
        self.widget.add_class("sa-controls-liquid")

    def render(self) -> None:
        """Show files, conditions, refusals and model of the state."""
        state = self._state
        self.upload_message.value = refused(state.upload_refused)
        _display(self.convert, state.offer is not None)
        if state.offer is not None:
            of_one = state.offer.offered == "g-1"
            self.convert.description = "Add 1" if of_one else "Convert G(r)"
        self.model.show(state.model)
        self.accuracy.value = readout.accuracy(state.metadata)
        entry = state.entry
        names = [(e.name, index) for index, e in enumerate(state.entries)]
        self.shown.show(state.selected, names)
        _display(self.files, len(names) > 1 or (entry is not None and not entry.example))
        _display(self.for_all, len(names) > 1)
        for chip, example in zip(self.examples, state.examples, strict=True):
            active = entry is not None and entry.example and entry.name == example.file
            (chip.add_class if active else chip.remove_class)("sa-active")
        if entry is not None:
            self._render_conditions(entry)
            self._render_reading(entry)

    def _render_conditions(self, entry: Entry) -> None:
        given = entry.conditions
        for name, field in self.numbers.items():
            field.show(getattr(given, name), entry.refused.get(name, ""))
        self.density_unit.show(given.density_unit)
        self.temperature_unit.show(given.temperature_unit)
        length = entry.in_sigma or given.density_unit == REDUCED_DENSITY
        energy = given.temperature_unit == REDUCED_TEMPERATURE
        _display(self.numbers["molar_mass"], given.density_unit == MASS_DENSITY)
        _display(self.numbers["sigma"], length)
        _display(self.numbers["epsilon"], energy)
        _display(self.reduced, length or energy)
        self.conditions.value = readout.conditions(entry)

    def _render_reading(self, entry: Entry) -> None:
        self.reading.value = readout.reading(entry)
        self.file_message.value = refused(entry.refused.get("file", ""))
        rdf, of_q = entry.rdf, entry.structure_factor
        for control in (self.length_unit, self.sampling, self.origin, self.normalise):
            _display(control, of_q is None)
        _display(self.q_unit, of_q is not None)
        if of_q is not None:
            self.q_unit.show(of_q.q_unit)
            self.quantity.show(of_q.quantity)
        if rdf is None:
            _display(self.cut, False)
            _display(self.column, False)
            return
        self.length_unit.show(entry.length_unit or rdf.length_unit)
        fitted = None if isinstance(entry.fit, StructureFactorFit) else entry.fit
        inferred = fitted.sampling if fitted is not None else "centres"
        self.sampling.show(entry.sampling or inferred)
        self.quantity.show(entry.quantity or QUANTITIES[0])
        found = fitted.origin if fitted is not None else "simulated"
        self.origin.show(entry.origin or rdf.origin or found)
        _display(self.cut, entry.cut or rdf.half_box is not None)
        several = len(rdf.columns) > 1
        _display(self.column, several)
        if several:
            self.column.show(rdf.column, [(label, i) for i, label in enumerate(rdf.columns)])
        self._showing = True
        try:
            self.normalise.value = entry.normalise
            self.cut.value = entry.cut
        finally:
            self._showing = False


def _group(*sections: widgets.Widget) -> widgets.VBox:
    made = widgets.VBox(sections)
    made.add_class("sa-group")
    return made


def _message() -> widgets.HTML:
    made = widgets.HTML()
    made.add_class("sa-refusal")
    return made


def _labelled(choice: Choice) -> Choice:
    choice.add_class("sa-labelled")
    return choice


def _display(widget: widgets.Widget, shown: bool) -> None:
    widget.layout.display = None if shown else "none"
