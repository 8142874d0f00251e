"""State of the Lennard-Jones page: everything that is shown, and nothing of how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import traitlets
from numpy.typing import NDArray
from traitlets import Bool, Enum, Float, HasTraits, Instance, Int, Tuple, Unicode, observe

from surrogate_app.app.liquid.conditions import REDUCED_DENSITY, REDUCED_TEMPERATURE, Conditions
from surrogate_app.liquid import RDF, Fit, ForwardSurrogate, InverseSurrogate, LJState
from surrogate_app.liquid.data.examples import Example, load_examples
from surrogate_app.liquid.inverse.estimators import bin_edges
from surrogate_app.liquid.scores import rdf_error

TABS = ("fit", "state", "hand", "files")
"""Names of the tabs, in their order on the page."""

MAX_FILES = 20
"""Number of files that are kept at a time."""

MAX_BYTES = 8 * 2**20
"""Size up to which files are taken, all of one upload together."""

FIRST_CONDITIONS = Conditions(20.0, 300.0)
"""What stands in the fields of a first file if no example was shown before."""

OPTIONS = ("length_unit", "column", "normalise")
"""What can be said of how a file is read."""

Array = NDArray[np.float64]


class Inverse(Protocol):
    """What the page asks of an inverse surrogate."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Provenance and accuracy of the model."""

    def fit(self, rdf: RDF, density: float, temperature: float) -> Fit:
        """Return the fit; ValueError with one sentence where there is none."""


class Forward(Protocol):
    """What the page asks of a forward surrogate."""

    @property
    def states(self) -> Array:
        """ρ* and T* of the simulated states behind it, (N, 2)."""

    def curve(self, state: LJState, r: Array, width: Array) -> Array:
        """Return g(r) in bins; ValueError with one sentence where there is none."""

    def domain_warnings(self, state: LJState) -> tuple[str, ...]:
        """Say in sentences what is outside its domain."""

    def r_max(self, state: LJState) -> float:
        """Distance in nm up to which g(r) is known."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A file with all that was said of it, and what came of that.

    Parameters
    ----------
    name : str
        Name of the file.
    content : bytes
        The file.
    conditions : Conditions
        Density and temperature.
    length_unit, column : optional
        Unit of the distances and number of the column; None: as guessed.
    normalise : bool
        Whether to divide g(r) by the level of its tail.
    example : bool
        Whether it came with the package.
    copied_from : str
        Name of the file from which the conditions were taken over; empty once they were set.
    rdf : RDF, optional
        What was read.
    read_as : tuple
        The `options` that it was read with.
    fit : Fit, optional
        The last fit that could be made.
    refused : mapping
        One sentence for each thing that is in the way of a fit, by its name.
    """

    name: str
    content: bytes = field(repr=False)
    conditions: Conditions
    length_unit: str | None = None
    column: int | None = None
    normalise: bool = False
    example: bool = False
    copied_from: str = ""
    rdf: RDF | None = None
    read_as: tuple[Any, ...] = ()
    fit: Fit | None = None
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> tuple[Any, ...]:
        """All that decides what is read from the file."""
        return self.length_unit, self.column, self.normalise, self.conditions.sigma

    def read(self) -> Entry:
        """Return the entry with its file read as asked for; ValueError with one sentence."""
        if self.rdf is not None and self.read_as == self.options:
            return self
        unit, column, normalise, sigma = self.options
        rdf = RDF.read(self.content, length_unit=unit, column=column, sigma=sigma, name=self.name)
        return replace(self, rdf=rdf.normalised() if normalise else rdf, read_as=self.options)


@dataclass(frozen=True, eq=False)
class ByHand:
    """A fluid whose parameters were set by hand, at the density and temperature of a fit.

    Parameters
    ----------
    state, r, g
        The fluid, distances in nm and its g(r).
    rdf_error : float
        Relative integrated difference from the file's g(r), ε_rdf.
    bins : bool
        Whether g is averaged over bins around r, as the fit takes the file to be.
    warnings : tuple of str
        What is to be kept in mind.
    """

    state: LJState
    r: Array
    g: Array
    rdf_error: float
    bins: bool
    warnings: tuple[str, ...]


class LiquidState(HasTraits):
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
    examples : sequence of Example, optional
        Files to choose from, of which the first is shown at the beginning; those that are
        shipped by default.
    """

    entries = Tuple()
    selected = Int(0)
    model = Unicode()
    tab = Enum(TABS, default_value=TABS[0])
    fit = traitlets.Any()
    stale = Bool(False)
    revision = Int(0)
    upload_refused = Unicode()
    c12_change = Float(0.0)
    c6_change = Float(0.0)
    by_hand = Instance(ByHand, allow_none=True)
    hand_refused = Unicode()

    def __init__(
        self,
        load_inverse: Callable[[str], Inverse] | None = None,
        load_forward: Callable[[], Forward] | None = None,
        models: tuple[str, ...] | None = None,
        examples: Sequence[Example] | None = None,
    ) -> None:
        super().__init__()
        self._load_inverse = load_inverse or InverseSurrogate.load
        self._load_forward = load_forward or ForwardSurrogate.load
        self.models = models if models is not None else tuple(InverseSurrogate.available())
        self.examples = tuple(load_examples() if examples is None else examples)
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
    def fits(self) -> list[Fit]:
        """Fits of all files as they were asked for, without those that something is in the way of.

        A file that is refused has no more than an older fit, of another state.
        """
        return [e.fit for e in self.entries if e.fit is not None and not e.refused]

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Provenance and accuracy of the chosen model."""
        return self._surrogate().metadata

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
        kept = [entry for entry in self.entries if not entry.example]
        last = self.entries[-1] if self.entries else None
        first, refused = None, []
        for name, content in files:
            place = next((i for i, entry in enumerate(kept) if entry.name == name), len(kept))
            if place == MAX_FILES:
                refused.append(f"{name} was left out: at most {MAX_FILES} files are kept.")
                continue
            if place < len(kept):
                entry = replace(kept[place], content=content, rdf=None)
            elif last is not None:
                entry = Entry(name, content, last.conditions, copied_from=last.name)
            else:
                entry = Entry(name, content, FIRST_CONDITIONS)
            entry = self._evaluated(entry)
            if place == len(kept) and entry.rdf is not None and entry.rdf.length_unit == "σ":
                given = entry.conditions.in_units(REDUCED_DENSITY, REDUCED_TEMPERATURE)
                entry = replace(entry, conditions=given)
            if entry.rdf is None:
                refused.append(f"{name} was not read: {entry.refused['file']}")
                continue
            kept[place : place + 1] = [entry]
            first = place if first is None else first
        if first is None:
            self.refuse_upload(" ".join(refused))
        else:
            self.upload_refused = " ".join(refused)
            self._show(kept, first)

    def refuse_upload(self, sentence: str) -> None:
        """Say why files were not taken; what is shown stays."""
        self.upload_refused = sentence
        self.revision += 1

    def use_example(self, index: int) -> None:
        """Show one of `examples`; it takes the place of another one but not of a user's file."""
        example = self.examples[index]
        kept = [entry for entry in self.entries if not entry.example]
        conditions = Conditions(example.state.density, example.state.temperature)
        entry = Entry(example.file, example.data, conditions, example=True)
        self.upload_refused = ""
        self._show([*kept, self._evaluated(entry)], len(kept))

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

    def set_hand(self, **changes: float) -> None:
        """Set C12 or C6 by hand: `c12_change`, `c6_change` in per cent of those of the fit."""
        for name, value in changes.items():
            setattr(self, name, value)
        self._update_hand()

    def reset_hand(self) -> None:
        """Set the parameters by hand back to those of the fit."""
        self.set_hand(c12_change=0.0, c6_change=0.0)

    @observe("model")
    def _model_changed(self, _change: Any) -> None:
        self._show([self._evaluated(entry) for entry in self.entries], self.selected)

    @observe("tab")
    def _tab_changed(self, _change: Any) -> None:
        self._update_hand()

    def _update_hand(self) -> None:
        self.hand_refused = ""
        if self.tab == "hand" and self.fit is not None:
            try:
                self.by_hand = self._by_hand(self.fit)
            except ValueError as error:
                self.hand_refused = f"{str(error).rstrip('.')}."
        self.revision += 1

    def _by_hand(self, fit: Fit) -> ByHand:
        c12, c6 = (
            value * (1.0 + change / 100.0)
            for value, change in ((fit.c12, self.c12_change), (fit.c6, self.c6_change))
        )
        state = LJState(c12, c6, fit.density, fit.temperature)
        surrogate = self._forward_surrogate()
        within = fit.rdf.r <= surrogate.r_max(state)
        r, width = fit.rdf.r[within], np.diff(bin_edges(fit.rdf.r))[within]
        g = surrogate.curve(state, r, width if fit.bins else np.zeros_like(r))
        error = float(rdf_error(r, fit.rdf.g[within], g))
        return ByHand(state, r, g, error, fit.bins, surrogate.domain_warnings(state))

    def _show(self, entries: Sequence[Entry], selected: int) -> None:
        entry = entries[selected] if entries else None
        if self.entry is None or entry is None or entry.name != self.entry.name:
            self.c12_change = self.c6_change = 0.0
        self.entries, self.selected = tuple(entries), selected
        self.stale = entry is not None and bool(entry.refused)
        if entry is not None and entry.fit is not None:
            self.fit = entry.fit
        self._update_hand()

    def _evaluated(self, entry: Entry) -> Entry:
        """Return an entry with its fit, or with its last one and what is in the way."""
        refused = entry.conditions.refused
        try:
            entry = entry.read()
        except ValueError as error:
            return replace(entry, refused={**refused, "file": f"{str(error).rstrip('.')}."})
        if refused or entry.rdf is None:
            return replace(entry, refused=refused)
        conditions = entry.conditions
        try:
            fit = self._surrogate().fit(entry.rdf, conditions.in_per_nm3, conditions.in_kelvin)
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
