"""The page that fits Lennard-Jones potentials: wires the state to its views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.liquid import readout
from surrogate_app.app.liquid.controls import Controls
from surrogate_app.app.liquid.state import TABS, LiquidState
from surrogate_app.app.liquid.views import FilesView, FitView, HandView, StateView, View
from surrogate_app.app.markup import snippet
from surrogate_app.app.widgets import Choice, Messages, Page, button, chips, columns, panel, tabs
from surrogate_app.liquid.export import fit as export

VIEWS: dict[str, type[View]] = {
    "fit": FitView,
    "state": StateView,
    "hand": HandView,
    "files": FilesView,
}
"""The tabs by their names in `TABS`."""

_MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}

LANGUAGES: Mapping[str, tuple[str, str, Callable[[Any], str]]] = MappingProxyType(
    {
        "GROMACS (.itp)": ("itp", "text/plain", export.gromacs_itp),
        "LAMMPS, units real": ("lmp", "text/plain", lambda f: export.lammps_lines(f, "real")),
        "LAMMPS, units lj": ("lmp", "text/plain", lambda f: export.lammps_lines(f, "lj")),
        "OpenMM (.xml)": ("xml", "application/xml", export.openmm_xml),
    }
)
"""File extension, media type and writer of each simulation program's language."""


class Dashboard:
    """The interactive page that fits Lennard-Jones potentials to g(r).

    Parameters
    ----------
    state : LiquidState, optional
        What to show; by default a new state with the default model and the first example.

    Examples
    --------
    >>> dashboard = Dashboard()  # doctest: +SKIP
    >>> dashboard.open()  # doctest: +SKIP
    """

    def __init__(self, state: LiquidState | None = None) -> None:
        self.state = state or LiquidState()
        self.page = Page()
        self.messages = Messages()
        guard = self.messages.guard
        self.controls = Controls(self.state, guard, self._export)
        self.views = {name: VIEWS[name](self.state, guard) for name in TABS}
        self.results = widgets.HTML()
        self.language = Choice(
            "Simulation program",
            [(name, name) for name in LANGUAGES],
            guard(lambda _: self._render_potential()),
        )
        self.save = button("Save", "Save these lines as a file", guard(self._save_potential))
        self.potential = widgets.HTML()
        self.call = widgets.HTML()

        self.tabs = tabs(
            {view.title: view.widget for view in self.views.values()},
            guard(lambda index: setattr(self.state, "tab", TABS[index])),
        )
        self._right = widgets.VBox(
            [
                panel("Result", "result", self.results),
                self.tabs,
                panel(
                    "For simulation programs",
                    "potential",
                    chips(self.language, self.save),
                    self.potential,
                ),
                panel("The same in Python", "python", self.call),
            ]
        )
        self.widget = widgets.VBox(
            [self.page, self.messages, columns(self.controls.widget, self._right)]
        )
        self.widget.add_class("sa-page")
        # not guarded here: a change comes from a guarded callback, which shows what fails
        self.state.observe(self._render, "revision")
        self._render()

    def open(self) -> widgets.Widget:
        """Return the page, to be shown."""
        return self.widget

    def _render(self, _change: Any = None) -> None:
        state = self.state
        # the figures first: they are what the eye follows
        self.views[state.tab].render(state)
        self.tabs.selected_index = TABS.index(state.tab)
        (self._right.add_class if state.stale else self._right.remove_class)("sa-stale")
        self.controls.render()
        if state.fit is not None:
            self.results.value = readout.results(state.fit)
            self._render_potential()
        if state.entry is not None and not state.stale:
            self.call.value = readout.call(state.entry, state.model)

    def _render_potential(self) -> None:
        if self.state.fit is not None:
            *_, write = LANGUAGES[self.language.value]
            self.potential.value = snippet(write(self.state.fit), "sa-potential")

    def _save_potential(self) -> None:
        if self.state.fit is None:
            raise ValueError("There is no fit to save.")
        if self.state.entry is not None and self.state.entry.refused:
            raise ValueError(
                "The lines belong to an earlier fit: mend what is refused on the left, then save."
            )
        extension, media_type, write = LANGUAGES[self.language.value]
        name = export.file_name(self.state.fit, extension)
        self.page.download(name, media_type, write(self.state.fit))

    def _export(self, extension: str) -> None:
        asked_for, shown = self.state.fits, self.state.fit
        # one that is shown although it is not what was asked for stays out like any other
        fits = sorted(asked_for, key=lambda fit: fit is not shown)
        if not fits:
            raise ValueError("There is no fit to export.")
        table = export.table(fits)
        text = table.to_csv() if extension == "csv" else table.to_json()
        name = export.file_name(fits[0], extension)
        self.page.download(name, _MEDIA_TYPES[extension], text)
