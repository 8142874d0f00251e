"""State of the Lennard-Jones page: everything that is shown, and nothing of how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import traitlets
from traitlets import Bool, Int, Tuple, Unicode, observe

from surrogate_app.app.liquid import link
from surrogate_app.app.liquid.conditions import REDUCED_DENSITY, REDUCED_TEMPERATURE, Conditions
from surrogate_app.app.liquid.entry import OPTIONS, Entry, file_name
from surrogate_app.app.liquid.surrogates import Array, Forward, Inverse
from surrogate_app.app.liquid.tabs import TABS
from surrogate_app.app.tabs import PageState
from surrogate_app.liquid import Fit, ForwardSurrogate, InverseSurrogate, StructureFactorFit
from surrogate_app.liquid.data.examples import (
    Example,
    MoleculeExample,
    load_examples,
    load_molecules,
)
from surrogate_app.liquid.rdf.quantity import OtherQuantity

MAX_FILES = 20
"""Number of files that are kept at a time."""

MAX_BYTES = 8 * 2**20
"""Size up to which files are taken, all of one upload together."""

FIRST_CONDITIONS = Conditions(20.0, 300.0)
"""What stands in the fields of a first file if no example was shown before."""


class LiquidState(PageState):
    """Files, conditions, fits and messages of the page.

    Views observe it and never compute. An entry holds what was asked for, sensible or not;
    `fit` is the last fit that could be made, and `stale` says that it is not the one asked for.
    `revision` counts the changes, several at once as one.

    Parameters
    ----------
    load_inverse : callable, optional
        Returns the inverse surrogate of a name; `InverseSurrogate.load` by default.
    load_forward : callable, optional
        Returns the forward surrogate; `ForwardSurrogate.load` by default.
    models : tuple of str, optional
        Names to choose from, the default first; `InverseSurrogate.available()` by default.
    examples : sequence of Example or MoleculeExample, optional
        Files to choose from, of which the first is shown at the beginning; those that are
        shipped by default.
    """

    tabs = TABS

    entries = Tuple()
    selected = Int(0)
    model = Unicode()
    fit = traitlets.Any()
    stale = Bool(False)
    revision = Int(0)
    upload_refused = Unicode()
    offer = traitlets.Any()
    """An entry whose file holds what g(r) can be made from, None if there is none."""

    def __init__(
        self,
        load_inverse: Callable[[str], Inverse] | None = None,
        load_forward: Callable[[], Forward] | None = None,
        models: tuple[str, ...] | None = None,
        examples: Sequence[Example | MoleculeExample] | None = None,
    ) -> None:
        super().__init__(self._forward_surrogate)
        self._load_inverse = load_inverse or InverseSurrogate.load
        self._load_forward = load_forward or ForwardSurrogate.load
        self.models = models if models is not None else tuple(InverseSurrogate.available())
        shipped: Sequence[Example | MoleculeExample] = (*load_examples(), *load_molecules())
        self.examples = tuple(shipped if examples is None else examples)
        self._inverse: dict[str, Inverse] = {}
        self._forward: Forward | None = None
        self.model = self.models[0]
        if self.examples:
            self.use_example(0)

    @property
    def entry(self) -> Entry | None:
        """The entry that is selected, if there is any."""
        return self.entries[self.selected] if self.entries else None

    @property
    def fits(self) -> list[Fit | StructureFactorFit]:
        """Fits of all files as they were asked for, without those that something is in the way of.

        A file that is refused has no more than an older fit, of another state.
        """
        return [e.fit for e in self.entries if e.fit is not None and not e.refused]

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Provenance and accuracy of the chosen model."""
        return self._surrogate().metadata

    @property
    def target(self) -> Fit | StructureFactorFit | None:
        """The fit that is shown."""
        fit: Fit | StructureFactorFit | None = self.fit
        return fit

    @property
    def query(self) -> str:
        """Query string of a link that restores what the page shows, without the files."""
        settings = self.tab_state.settings() if self.tab_state is not None else {}
        return link.write(self.entry, self.model, self.tab, settings)

    @property
    def states(self) -> Array:
        """ρ* and T* of the simulated states behind the forward surrogate, (N, 2)."""
        return self._forward_surrogate().states

    def upload(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Read files, fit them, and show the first of them.

        A file of the name of another one takes its place and keeps its conditions; new files
        take over the conditions of the last one. What cannot be read is said in `upload_refused`.

        Parameters
        ----------
        files : sequence of tuple
            Names and contents.
        """
        files = [(file_name(name), content) for name, content in files]
        kept = [e for e in self.entries if not e.example and self._is_wanted(e, files)]
        last = self.entries[-1] if self.entries else None
        first, refused = None, []
        self.offer = None
        for name, content in files:
            place = next((i for i, entry in enumerate(kept) if entry.name == name), len(kept))
            if place == MAX_FILES:
                refused.append(f"{name} was left out: at most {MAX_FILES} files are kept.")
                continue
            if place < len(kept):
                entry = replace(kept[place], content=content, curve=None)
            elif last is not None:
                entry = Entry(name, content, last.conditions, copied_from=last.name)
            else:
                entry = Entry(name, content, FIRST_CONDITIONS)
            entry = self._evaluated(entry)
            if place == len(kept) and entry.rdf is not None and entry.rdf.length_unit == "σ":
                given = entry.conditions.in_units(REDUCED_DENSITY, REDUCED_TEMPERATURE)
                entry = replace(entry, conditions=given)
            if entry.curve is None:
                self.offer = entry if entry.offered else self.offer
                refused.append(f"{name} was not read: {entry.refused['file']}")
                continue
            kept[place : place + 1] = [entry]
            first = place if first is None else first
        if first is None:
            self.refuse_upload(" ".join(refused))
        else:
            self.upload_refused = " ".join(refused)
            self._show(kept, first)

    def convert(self) -> None:
        """Read the file of `offer` as what it holds, and show it."""
        if self.offer is None:
            return
        entry = self._evaluated(replace(self.offer, quantity=self.offer.offered, offered=""))
        if entry.curve is None:
            self.refuse_upload(f"{entry.name} was not read: {entry.refused['file']}")
            return
        self.offer, self.upload_refused = None, ""
        kept = [e for e in self.entries if not e.example and e.name != entry.name]
        self._show([*kept[: MAX_FILES - 1], entry], min(len(kept), MAX_FILES - 1))

    def refuse_upload(self, sentence: str) -> None:
        """Say why files were not taken; what is shown stays."""
        self.upload_refused = sentence
        self.revision += 1

    def use_example(self, index: int) -> None:
        """Show one of `examples`; it takes the place of another one but not of a user's file."""
        kept = [entry for entry in self.entries if not entry.example]
        self.upload_refused = ""
        self._show([*kept, self._evaluated(self._of_example(self.examples[index]))], len(kept))

    def select(self, index: int) -> None:
        """Show another one of the entries."""
        self.upload_refused = ""
        self._show(self.entries, index)

    def remove(self) -> None:
        """Drop the selected entry; the first example comes back when none is left."""
        kept = [entry for i, entry in enumerate(self.entries) if i != self.selected]
        if kept:
            self.upload_refused = ""
            self._show(kept, min(self.selected, len(kept) - 1))
        elif self.examples:
            self.entries = ()
            self.use_example(0)

    def change(self, **changes: Any) -> None:
        """Change what is said of the selected entry, and fit it again.

        Parameters
        ----------
        **changes
            Values by name: those of `Conditions` or of `OPTIONS`. A change of a unit keeps the
            state and writes its number in the other unit.
        """
        if self.entry is None:
            raise ValueError("There is no file yet: upload one or choose an example.")
        entry = self.entry
        options = {name: changes.pop(name) for name in OPTIONS if name in changes}
        units = {
            name: changes.pop(name)
            for name in ("density_unit", "temperature_unit")
            if name in changes
        }
        conditions = replace(entry.conditions.in_units(**units), **changes)
        if changes:
            options["copied_from"] = ""
        entries = list(self.entries)
        entries[self.selected] = self._evaluated(replace(entry, conditions=conditions, **options))
        self._show(entries, self.selected)

    def use_conditions_for_all(self) -> None:
        """Let all files have the conditions of the selected one."""
        if self.entry is not None:
            given = self.entry.conditions
            entries = (replace(e, conditions=given, copied_from="") for e in self.entries)
            self._show([self._evaluated(entry) for entry in entries], self.selected)

    def restore(self, query: str) -> None:
        """Set the state that a link describes, and say what of it was refused.

        A link does not contain files. One that was made with an upload leaves an entry without
        content, which keeps all that was set for that file until it is uploaded.

        Parameters
        ----------
        query : str
            Query string of the link, without its question mark.
        """
        entries, request = link.read(query, self.models, [one.file for one in self.examples])
        if request.model is not None:
            self.model = request.model
        kept, entry, place = list(self.entries), self.entry, self.selected
        if request.file is not None:
            given = entry.conditions if entry is not None else FIRST_CONDITIONS
            kept, entry, place = [], Entry(request.file, None, given), 0
        elif request.example is not None:
            (example,) = (one for one in self.examples if one.file == request.example)
            kept, entry = [e for e in kept if not e.example], self._of_example(example)
            place = len(kept)
        if entry is not None:
            entry = replace(
                entry, conditions=replace(entry.conditions, **request.conditions), **request.options
            )
            kept[place : place + 1] = [self._evaluated(entry)]
            self._show(kept, place)
        self.restore_tabs(entries)
        self.notice = " ".join(entries.notices)
        self.revision += 1

    @observe("model")
    def _model_changed(self, _change: Any) -> None:
        self._show([self._evaluated(entry) for entry in self.entries], self.selected)

    @observe("tab")
    def _tab_shown(self, _change: Any) -> None:
        self.revision += 1

    @staticmethod
    def _of_example(example: Example | MoleculeExample) -> Entry:
        conditions = Conditions(example.density, example.temperature)
        about = example.description
        return Entry(example.file, example.data, conditions, example=True, about=about)

    @staticmethod
    def _is_wanted(entry: Entry, files: Sequence[tuple[str, bytes]]) -> bool:
        """Whether an entry stays when files come: not one without content, unless it is theirs."""
        return entry.content is not None or entry.name in [name for name, _ in files]

    def _show(self, entries: Sequence[Entry], selected: int) -> None:
        entry = entries[selected] if entries else None
        if self.entry is None or entry is None or entry.name != self.entry.name:
            for tab_state in self.tab_states.values():
                tab_state.reset()
        self.entries, self.selected = tuple(entries), selected
        self.stale = entry is not None and bool(entry.refused)
        if entry is not None and entry.fit is not None:
            self.fit = entry.fit
        self.follow()
        self.revision += 1

    def _evaluated(self, entry: Entry) -> Entry:
        """Return an entry with its fit, or with its last one and what is in the way."""
        refused = entry.conditions.refused
        try:
            entry = entry.read()
        except ValueError as error:
            offered = error.quantity if isinstance(error, OtherQuantity) else ""
            sentence = f"{str(error).rstrip('.')}."
            return replace(entry, refused={**refused, "file": sentence}, offered=offered)
        if refused or entry.curve is None:
            return replace(entry, refused=refused)
        conditions = entry.conditions
        try:
            fit = self._surrogate().fit(entry.curve, conditions.in_per_nm3, conditions.in_kelvin)
        except ValueError as error:
            return replace(entry, refused={"file": f"{str(error).rstrip('.')}."})
        return replace(entry, fit=fit, refused={})

    def _surrogate(self) -> Inverse:
        if self.model not in self._inverse:
            self._inverse[self.model] = self._load_inverse(self.model)
        return self._inverse[self.model]

    def _forward_surrogate(self) -> Forward:
        if self._forward is None:
            self._forward = self._load_forward()
        return self._forward
