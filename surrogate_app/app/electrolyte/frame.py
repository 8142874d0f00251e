"""What a tab of the page is made of, and what the page offers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.figures import Figure
from surrogate_app.app.widgets import button, caption, chips
from surrogate_app.electrolyte.export.analyses import SystemTable

Guard = Callable[[Callable[..., Any]], Callable[..., None]]


@dataclass(frozen=True)
class Frame:
    """What the page offers its tabs.

    Parameters
    ----------
    state : ElectrolyteState
        What they show.
    guard : callable
        Wraps every callback.
    watch : callable
        Wraps what is called without anybody having asked for it just now.
    save : callable
        Called with a table, the name of what it shows, and "csv" or "json": the browser saves it.
    """

    state: ElectrolyteState
    guard: Guard
    watch: Guard
    save: Callable[[SystemTable, str, str], None]


class View:
    """A tab: a widget with figures, brought up to date by `render` while it is visible.

    Tabs with a part of the state are rendered when that part has something new, all others when
    the prediction has.
    """

    title: str
    widget: widgets.Widget

    def __init__(self, frame: Frame) -> None:
        raise NotImplementedError

    def render(self, state: ElectrolyteState) -> None:
        """Show the curves of the state."""
        raise NotImplementedError

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        raise NotImplementedError


def figure_box(
    figure: widgets.Widget, text: str, name: str, table: Callable[[], SystemTable], frame: Frame
) -> widgets.VBox:
    """Return a figure over its caption and the buttons that save its numbers.

    Parameters
    ----------
    figure : Widget
        The figure.
    text : str
        Its caption, as HTML.
    name : str
        What the files are called that the buttons save.
    table : callable
        Returns the numbers.
    frame : Frame
        What the page offers.
    """

    def save(extension: str, tooltip: str) -> widgets.Button:
        return button(
            extension.upper(),
            tooltip,
            frame.guard(lambda: frame.save(table(), name, extension)),
            "sa-small",
        )

    buttons = chips(
        save("csv", "Save the numbers of this figure as a table"),
        save("json", "Save the numbers of this figure with all that describes them"),
    )
    made = widgets.VBox([figure, caption(text), buttons])
    made.add_class("sa-figure")
    return made
