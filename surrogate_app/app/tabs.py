"""What a tab of a page is: its state, its view, and how the page makes and shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Protocol

import ipywidgets as widgets
from traitlets import Bool, HasTraits, Int, TraitError, Unicode, default, observe, validate

from surrogate_app.app.figures import Figure
from surrogate_app.app.links import Link
from surrogate_app.app.widgets import Guard, button, caption, chips, tabs
from surrogate_app.app.wording import sentence

Later = Callable[[Callable[[], None]], None]
"""Calls a function now, or once the user pauses."""


class Table(Protocol):
    """Numbers of a figure that can be saved."""

    def to_csv(self) -> str:
        """Return the numbers as CSV."""

    def to_json(self) -> str:
        """Return the numbers as JSON."""


class TabState(HasTraits):
    """What a tab shows beyond the state of the page: its settings, and what was computed for them.

    Only the tab that is open computes. `revision` grows whenever there is something new to show;
    views look at nothing else.

    Parameters
    ----------
    shared : object
        What the tabs of the page have in common.
    later : callable
        Calls what takes long, once the user pauses.
    """

    keys: ClassVar[tuple[str, ...]] = ()
    """Entries of a link that belong to this tab."""

    revision = Int()
    refusal = Unicode()
    waiting = Bool(False)
    refining = Bool(False)
    """Whether what is shown is a draft, and the rest is being computed."""

    def __init__(self, shared: Any, later: Later) -> None:
        super().__init__()
        self.shared = shared
        self.result: Any = None
        self.target: Any = None
        self._later = later
        self._open = False
        self._outdated = True

    @property
    def slow(self) -> bool:
        """Whether to wait until the user pauses."""
        return False

    @property
    def stale(self) -> bool:
        """Whether what is shown is not what is asked for."""
        return bool(self.refusal) or self.waiting

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what is shown."""
        return ()

    @property
    def call(self) -> str:
        """The Python statements that return what is shown; '' before there is anything."""
        return ""

    @staticmethod
    def write(text: str) -> str:
        """Return a sentence of the library as the page writes it."""
        return sentence(text)

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        return {}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if that is wrong.

        Parameters
        ----------
        settings : mapping
            Those of `keys` that the link has.
        """

    def reset(self) -> None:
        """Drop settings that belong to the data that the page showed until now."""

    def table(self, name: str) -> Table:
        """Return the numbers of one of the tab's exports."""
        raise NotImplementedError

    def compute(self, target: Any) -> Any:
        """Return what the settings ask for; ValueError with one sentence where there is none."""
        raise NotImplementedError

    def draft(self, target: Any) -> Any:
        """Return what is shown while the sliders move and `compute` is slow; None for nothing."""

    def same(self, target: Any) -> bool:
        """Whether a target is the one that is shown."""
        return bool(target == self.target)

    def change(self, **settings: Any) -> None:
        """Set several settings at once."""
        for name, value in settings.items():
            setattr(self, name, value)
        self.update()

    def update(self) -> None:
        """Compute anew, now or when the tab opens."""
        self._outdated = True
        if self._open:
            self._begin()

    def follow(self, target: Any) -> None:
        """Show the analysis of another target, or of the same one as the tab opens."""
        self._open = True
        if self._outdated or not self.same(target):
            self.target, self._outdated = target, True
            self._begin()

    def leave(self) -> None:
        """Compute nothing more: another tab is open."""
        self._open = False

    def refuse(self, reason: str) -> None:
        """Show why something could not be done."""
        self.refusal = self.write(reason)
        self.revision += 1

    def _begin(self) -> None:
        if self.target is None:
            return
        if not self.slow:
            self._finish()
        elif self._present(self.draft, final=False):
            self._later(self._finish)

    def _finish(self) -> None:
        if self.target is not None and self._open and self._present(self.compute):
            self._outdated = False

    def _present(self, find: Callable[[Any], Any], final: bool = True) -> bool:
        """Show what is found, or that it is being computed, or why there is nothing to show."""
        self.waiting = self.refining = False
        try:
            found = find(self.target)
        except ValueError as error:
            self.refuse(str(error))
            return False
        self.refusal = ""
        self.waiting = found is None
        self.refining = not final and found is not None
        if found is not None:
            self.result = found
        self.revision += 1
        return True


@dataclass(frozen=True)
class Tab:
    """A tab of a page. Each registers itself in its own folder, as a constant of this class.

    Parameters
    ----------
    name : str
        Name in links and in code.
    title : str
        What is written on it.
    order : int
        Tabs stand in the order of these numbers.
    view : str
        Class of its view as "module:class", a `TabView`; imported when the tab first opens.
    state : type of TabState, optional
        Class of its state, if it shows more than the state of the page.
    exports : tuple of str
        Names of the tables that its state returns to be saved, and of their files.
    """

    name: str
    title: str
    order: int
    view: str
    state: type[TabState] | None = None
    exports: tuple[str, ...] = ()

    def make_view(self, host: Host) -> TabView:
        """Return a new view."""
        module, _, name = self.view.partition(":")
        made: TabView = getattr(import_module(module), name)(host)
        return made


class PageState(HasTraits):
    """State of a page with tabs: which of them is open, and what each holds.

    Parameters
    ----------
    shared : object
        What the tabs have in common, handed to the state of each.
    """

    tabs: ClassVar[Mapping[str, Tab]]
    """The tabs of the page, by name."""

    tab = Unicode()
    notice = Unicode()

    def __init__(self, shared: Any) -> None:
        super().__init__()
        self.later: Later = lambda work: work()
        self.tab_states: dict[str, Any] = {
            name: tab.state(shared, lambda work: self.later(work))
            for name, tab in self.tabs.items()
            if tab.state is not None
        }

    @property
    def tab_state(self) -> TabState | None:
        """State of the tab that is open, if it has one."""
        state: TabState | None = self.tab_states.get(self.tab)
        return state

    @property
    def target(self) -> Any:
        """What the open tab is to analyse; None if there is nothing yet."""
        raise NotImplementedError

    @staticmethod
    def write(text: str) -> str:
        """Return a sentence of the library as the page writes it."""
        return sentence(text)

    def restore_tabs(self, link: Link) -> None:
        """Set what a link asks of the tabs, and open the one that it names."""
        for state in self.tab_states.values():
            try:
                state.restore(link.select(state.keys))
            except ValueError as error:
                link.notices.append(self.write(str(error)))
        if (tab := link.one_of("tab", tuple(self.tabs))) is not None:
            self.tab = tab

    def follow(self) -> None:
        """Let the tab that is open look at what is shown."""
        if self.tab_state is not None and self.target is not None:
            self.tab_state.follow(self.target)

    @default("tab")
    def _first_tab(self) -> str:
        return next(iter(self.tabs))

    @validate("tab")
    def _known_tab(self, proposal: Any) -> Any:
        if proposal["value"] not in self.tabs:
            raise TraitError(f"there is no tab {proposal['value']!r}")
        return proposal["value"]

    @observe("tab")
    def _tab_changed(self, change: Mapping[str, Any]) -> None:
        if change["old"] in self.tab_states:
            self.tab_states[change["old"]].leave()
        self.follow()


@dataclass(frozen=True)
class Host:
    """What a page offers the views of its tabs.

    Parameters
    ----------
    state : PageState
        What they show.
    guard : callable
        Wraps every callback.
    watch : callable
        Wraps what is called without anybody having asked for it just now.
    save : callable
        Called with a table, the name of what it shows, and "csv" or "json": the browser saves it.
    """

    state: Any
    guard: Guard
    watch: Guard
    save: Callable[[Any, str, str], None]


class TabView:
    """The view of a tab: a widget with figures, brought up to date by `render` while it is open.

    Tabs with a state of their own are rendered when that has something new, all others when the
    state of the page has.

    Parameters
    ----------
    host : Host
        What the page offers.
    """

    widget: widgets.Widget
    follows_page: ClassVar[bool] = False
    """Whether a tab with a state of its own is rendered when the state of the page has news too."""

    def __init__(self, host: Host) -> None:
        raise NotImplementedError

    def render(self, state: Any) -> None:
        """Show the state of the page."""
        raise NotImplementedError

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {}


class TabBar:
    """The tabs of a page; the view of each is made when it first opens.

    Parameters
    ----------
    host : Host
        What the page offers.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._tabs: dict[str, Tab] = dict(host.state.tabs)
        self._boxes = {name: widgets.VBox() for name in self._tabs}
        self.views: dict[str, Any] = {}
        self.widget = tabs(
            {tab.title: self._boxes[name] for name, tab in self._tabs.items()},
            host.guard(self._opened),
        )

    def render(self) -> None:
        """Bring the tab that is open up to date."""
        state = self._host.state
        name = state.tab
        if name in self.views:
            self.views[name].render(state)
        else:
            view = self.views[name] = self._tabs[name].make_view(self._host)
            view.render(state)
            for figure in view.figures.values():
                figure.send_whole()
            self._boxes[name].children = (view.widget,)
        self.widget.selected_index = list(self._tabs).index(name)

    def _opened(self, index: int) -> None:
        self._host.state.tab = list(self._tabs)[index]


def figure_box(figure: widgets.Widget, text: str, name: str, host: Host) -> widgets.VBox:
    """Return a figure of the open tab over its caption and the buttons that save its numbers.

    Parameters
    ----------
    figure : Widget
        The figure.
    text : str
        Its caption, as HTML.
    name : str
        The tab's export that holds the numbers.
    host : Host
        What the page offers.
    """

    def save(extension: str, tooltip: str) -> widgets.Button:
        return button(
            extension.upper(),
            tooltip,
            host.guard(lambda: host.save(host.state.tab_state.table(name), name, extension)),
            "sa-small",
        )

    buttons = chips(
        save("csv", "Save the numbers of this figure as a table"),
        save("json", "Save the numbers of this figure with their description"),
    )
    made = widgets.VBox([figure, caption(text), buttons])
    made.add_class("sa-figure")
    return made
