"""The page on ions in a charged slit: wires the state to its views."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.electrolyte import link, readout
from surrogate_app.app.electrolyte.check_view import CheckView
from surrogate_app.app.electrolyte.controls import Controls
from surrogate_app.app.electrolyte.frame import Frame, View
from surrogate_app.app.electrolyte.inputs import told
from surrogate_app.app.electrolyte.sensitivity_view import SensitivityView
from surrogate_app.app.electrolyte.state import TABS, Curve, ElectrolyteState
from surrogate_app.app.electrolyte.sweep_view import SweepView
from surrogate_app.app.electrolyte.uncertainty_view import UncertaintyView
from surrogate_app.app.electrolyte.views import ChargeView, DensityView
from surrogate_app.app.markup import snippet
from surrogate_app.app.rest import AfterRest
from surrogate_app.app.widgets import Messages, Page, columns, panel, query_string, tabs
from surrogate_app.electrolyte.export import profiles
from surrogate_app.electrolyte.export.analyses import SystemTable

VIEWS: dict[str, type[View]] = {
    "densities": DensityView,
    "charge": ChargeView,
    "sweep": SweepView,
    "sensitivity": SensitivityView,
    "uncertainty": UncertaintyView,
    "check": CheckView,
}
"""The tabs by their names in `TABS`."""

_MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}


class Dashboard:
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

    def __init__(self, state: ElectrolyteState | None = None) -> None:
        self.state = state or ElectrolyteState()
        self.page = Page(query_keys=list(link.KEYS))
        self.messages = Messages(told)
        guard = self.messages.guard
        watch = partial(guard, clears=False)  # of what nobody asked for just now
        self.controls = Controls(self.state, guard, self._export)
        self._frame = Frame(self.state, guard, watch, self._save)
        self.views: dict[str, View] = {}
        self._places = {name: widgets.VBox() for name in TABS}
        self.numbers = widgets.HTML()
        self.call = widgets.HTML()

        self.tabs = tabs(
            {VIEWS[name].title: place for name, place in self._places.items()},
            guard(lambda index: setattr(self.state, "tab", TABS[index])),
        )
        self._right = widgets.VBox(
            [
                self.tabs,
                panel("Key numbers", "numbers", self.numbers),
                panel("The same in Python", "python", self.call),
            ]
        )
        self.widget = widgets.VBox(
            [self.page, self.messages, columns(self.controls.widget, self._right)]
        )
        self.widget.add_class("sa-page")

        # not guarded here: a change comes from a guarded callback, which shows what fails
        self.state.observe(self._render, ["curve", "stale", "refused", "pinned", "tab"])
        for part in self.state.parts.values():
            part.observe(self._render_part, "revision")
        self.state.observe(self._render_part, "flat")
        self.page.observe(lambda change: setattr(self.state, "flat", not change["new"]), "webgl")
        self.state.later = AfterRest(watch)
        self.state.observe(lambda change: self.messages.notice(change["new"]), "notice")
        self.messages.notice(self.state.notice)
        self._render()

    def open(self) -> widgets.Widget:
        """Restore the state of the link with which the page was opened, and return the page.

        In Voila this waits for the request if the kernel was started ahead of it.

        Returns
        -------
        ipywidgets.Widget
            The page, to be shown.
        """
        self.messages.guard(self._restore)()
        return self.widget

    def _restore(self) -> None:
        if query := query_string():
            self.state.restore(link.read(query, self.state.models))

    def _render(self, _change: Any = None) -> None:
        state = self.state
        # the figures first: they are what the eye follows
        if state.tab not in state.parts:
            self._render_view()
        self.tabs.selected_index = TABS.index(state.tab)
        (self._right.add_class if state.stale else self._right.remove_class)("sa-stale")
        self.controls.render()
        if state.curve is not None:
            self.numbers.value = readout.numbers(state.curve)
            self._render_call(state.curve)
        self.page.query = link.write(state)

    def _render_view(self) -> None:
        """Bring the tab that is open up to date; it is made when it first opens."""
        name = self.state.tab
        if name in self.views:
            self.views[name].render(self.state)
            return
        view = self.views[name] = VIEWS[name](self._frame)
        view.render(self.state)
        for figure in view.figures.values():
            figure.send_whole()
        self._places[name].children = (view.widget,)

    def _render_part(self, _change: Any = None) -> None:
        state = self.state
        self._render_view()
        if state.curve is not None:
            self._render_call(state.curve)
        self.page.query = link.write(state)

    def _render_call(self, curve: Curve) -> None:
        part = self.state.parts.get(self.state.tab)
        text = part.call if part is not None else ""
        self.call.value = snippet(text or readout.call(curve), "sa-call")

    def _export(self, extension: str) -> None:
        curve = self.state.curve
        if curve is None:
            raise ValueError("There is no prediction to export.")
        table = profiles.table([curve, *self.state.pinned])
        text = table.to_csv() if extension == "csv" else table.to_json()
        name = profiles.file_name(curve.system, curve.model, extension)
        self.page.download(name, _MEDIA_TYPES[extension], text)

    def _save(self, table: SystemTable, what: str, extension: str) -> None:
        text = table.to_csv() if extension == "csv" else table.to_json()
        name = profiles.file_name(table.system, table.model["name"], extension, what)
        self.page.download(name, _MEDIA_TYPES[extension], text)
