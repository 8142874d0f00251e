"""What the pages of both halves have in common: messages, tabs, link, and the call in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.about import about
from surrogate_app.app.markup import snippet
from surrogate_app.app.tabs import Host, PageState, TabBar, Table
from surrogate_app.app.timers import Debounce
from surrogate_app.app.widgets import Messages, Page, columns, panel, query_string
from surrogate_app.app.wording import sentence

MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}


@dataclass(frozen=True)
class Step:
    """One step of the tour of a page.

    Parameters
    ----------
    select : str
        What it points at, as a CSS selector.
    title, text : str
        What it says, as plain text.
    """

    select: str
    title: str
    text: str


class BaseDashboard:
    """A page: controls on the left, tabs and panels on the right.

    A subclass makes its controls and panels, calls `arrange` with them, and `render` when all of
    them can be shown.

    Parameters
    ----------
    state : PageState
        What to show; it also has `query`, `restore` and `stale`.
    keys : iterable of str
        Entries of the address that belong to the page.
    write : callable, optional
        Returns a sentence of the library as the page writes it.
    """

    tour: Sequence[Step] = ()
    """What the tour of the page shows."""

    paper = ""
    """BibTeX entry of the paper whose method the page implements."""

    def __init__(
        self, state: Any, keys: Iterable[str], write: Callable[[str], str] = sentence
    ) -> None:
        self.state = state
        self.page = Page(query_keys=list(keys), tour=[asdict(step) for step in self.tour])
        self.messages = Messages(write)
        watch = partial(self.messages.guard, clears=False)
        self.host = Host(state, self.messages.guard, watch, self._save_table)
        self.tab_bar = TabBar(self.host)
        self.call = widgets.HTML()
        state.later = Debounce(watch)

    @property
    def views(self) -> dict[str, Any]:
        """The views of the tabs that have been opened, by name."""
        return self.tab_bar.views

    @property
    def tabs(self) -> widgets.Tab:
        """The widget of the tabs."""
        return self.tab_bar.widget

    def arrange(
        self,
        controls: Any,
        above: Sequence[widgets.Widget],
        below: Sequence[widgets.Widget],
        traits: Sequence[str],
    ) -> None:
        """Put the page together and follow its state.

        Parameters
        ----------
        controls : object
            The left column, as `widget`; brought up to date by its `render`.
        above, below : sequence of Widget
            Panels above and below the tabs.
        traits : sequence of str
            Traits of the state that the whole page shows.
        """
        self.controls = controls
        python = panel("The same in Python", "python", self.call)
        about_page = panel("About", "about", widgets.HTML(about(self.paper)))
        self._right = widgets.VBox([*above, self.tabs, *below, python, about_page])
        self.widget = widgets.VBox(
            [self.page, self.messages, columns(controls.widget, self._right)]
        )
        self.widget.add_class("sa-page")
        # not guarded here: a change comes from a guarded callback, which shows what fails
        self.state.observe(self._changed, list(traits))
        for tab_state in self.state.tab_states.values():
            tab_state.observe(self._tab_state_changed, "revision")
        self.state.observe(lambda change: self.messages.notice(change["new"]), "notice")
        self.messages.notice(self.state.notice)
        self._changed()

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

    def render_panels(self) -> None:
        """Bring the panels beside the tabs up to date."""
        raise NotImplementedError

    def python(self) -> str:
        """Return the Python that repeats what the page shows; '' for what it shows already."""
        raise NotImplementedError

    def _restore(self) -> None:
        if query := query_string():
            self.state.restore(query)

    def _changed(self, _change: Any = None) -> None:
        state: PageState = self.state
        # the figures first: they are what the eye follows; most tabs with a state follow that alone
        view = self.views.get(state.tab)
        if state.tab_state is None or view is None or view.follows_page:
            self.tab_bar.render()
        self.tabs.selected_index = list(state.tabs).index(state.tab)
        (self._right.add_class if self.state.stale else self._right.remove_class)("sa-stale")
        self.controls.render()
        self.render_panels()
        self._render_call()

    def _tab_state_changed(self, _change: Any = None) -> None:
        self.tab_bar.render()
        self._render_call()

    def _render_call(self) -> None:
        tab_state = self.state.tab_state
        if text := (tab_state.call if tab_state is not None else "") or self.python():
            self.call.value = snippet(text, "sa-call")
        self.page.query = self.state.query

    def _download(self, name: str, extension: str, table: Table) -> None:
        text = table.to_csv() if extension == "csv" else table.to_json()
        self.page.download(name, MEDIA_TYPES[extension], text)

    def _save_table(self, table: Table, name: str, extension: str) -> None:
        self._download(self.table_file(table, name, extension), extension, table)

    def table_file(self, table: Any, name: str, extension: str) -> str:
        """Return the name of the file that holds a table of a tab."""
        raise NotImplementedError
