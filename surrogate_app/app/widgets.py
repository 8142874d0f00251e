"""Controls, messages and the style that all pages of the dashboard share."""

from __future__ import annotations

import base64
import functools
import html
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import anywidget
import ipywidgets as widgets
import traitlets

from surrogate_app.app.markup import alert, heading, refused
from surrogate_app.app.wording import sentence
from surrogate_app.common.resources import jupyter_data_dir

STATIC = Path(__file__).parent / "static"
TEMPLATE = jupyter_data_dir() / "voila" / "templates" / "surrogate"

log = logging.getLogger(__name__)

P = ParamSpec("P")

Guard = Callable[[Callable[..., Any]], Callable[..., None]]
"""Wraps a callback so that a failure becomes a message, as `Messages.guard` does."""


class Page(anywidget.AnyWidget):
    """The page's hand in the browser: style sheet, downloads, clipboard, address bar.

    Parameters
    ----------
    query_keys : list of str
        Entries of the address that belong to the page; all others are left as they are.
    tour : list of dict
        Steps of the tour: `select`, what it points at in CSS, with `title` and `text`.

    `webgl` becomes false if the browser turns out to draw nothing in three dimensions.
    """

    _esm = (STATIC / "page.js").read_text(encoding="utf-8")
    _css = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    query = traitlets.Unicode().tag(sync=True)
    query_keys = traitlets.List(traitlets.Unicode()).tag(sync=True)
    tour = traitlets.List(traitlets.Dict()).tag(sync=True)
    webgl = traitlets.Bool(True).tag(sync=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.on_msg(self._asked)

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if content == {"kind": "ask"}:
            self.send({"kind": "here"})

    def download(self, filename: str, mime: str, text: str) -> None:
        """Let the browser save a text as a file, through a data: URL.

        Parameters
        ----------
        filename : str
            Name that the browser proposes.
        mime : str
            Media type, such as text/csv.
        text : str
            Content of the file.
        """
        data = base64.b64encode(text.encode()).decode()
        url = f"data:{mime};charset=utf-8;base64,{data}"
        self.send({"kind": "download", "filename": filename, "url": url})


class Messages(widgets.VBox):  # type: ignore[misc]
    """The place where a page says what went wrong; it also wraps every callback of the page.

    `write` returns a sentence of the library as the page writes it.
    """

    def __init__(self, write: Callable[[str], str] = sentence) -> None:
        self._write = write
        self._notice, self._error = widgets.HTML(), widgets.HTML()
        super().__init__([self._error, self._notice])
        self.add_class("sa-messages")

    def notice(self, text: str) -> None:
        """Show a plain sentence, or nothing if `text` is empty."""
        self._notice.value = alert(text, "notice")

    def error(self, text: str) -> None:
        """Show a plain sentence about a failure, or nothing if `text` is empty."""
        self._error.value = alert(self._write(text), "error")

    def guard(self, callback: Callable[P, Any], clears: bool = True) -> Callable[P, None]:
        """Wrap a callback so that a failure becomes a message and never a traceback.

        Parameters
        ----------
        callback : callable
            What a widget is to call. The sentence of a ValueError is shown; any other exception is
            named and logged.
        clears : bool, optional
            Whether its success wipes what went wrong before.

        Returns
        -------
        callable
            The same callback, which raises nothing.
        """

        @functools.wraps(callback)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                callback(*args, **kwargs)
                if clears:
                    self.error("")
            except ValueError as error:
                self.error(str(error))
            except Exception as error:
                log.exception("callback failed")
                what = type(error).__name__
                if not isinstance(error, OSError):  # which names a path of the server
                    what += f": {error}"
                self.error(f"Something went wrong ({what}). The last good plot is shown.")

        return guarded


class Upload(anywidget.AnyWidget):
    """A place to choose files or to drop them on, which looks at their size before they are sent.

    The widget of ipywidgets sends files of any size, and the connection to the kernel breaks at
    messages above some 10 MB.

    Parameters
    ----------
    label : str
        What is written on it.
    max_bytes : int
        Largest size of the files of one upload, all together.
    on_files : callable
        Called with a list of pairs of name and content.
    on_refused : callable
        Called with a sentence if files were not sent.
    """

    _esm = (STATIC / "upload.js").read_text(encoding="utf-8")
    label = traitlets.Unicode().tag(sync=True)
    max_bytes = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        label: str,
        max_bytes: int,
        on_files: Callable[[list[tuple[str, bytes]]], None],
        on_refused: Callable[[str], None],
    ) -> None:
        super().__init__(label=label, max_bytes=max_bytes)
        self._on_files, self._on_refused = on_files, on_refused
        self.on_msg(self._received)

    def _received(self, _widget: Any, content: Any, buffers: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        names = [str(name) for name in content.get("names", ())] if kind else []
        if kind == "files" and len(names) == len(buffers):
            self._on_files(list(zip(names, map(bytes, buffers), strict=True)))
        elif kind == "too-large":
            limit = f"at most {self.max_bytes / 1e6:.0f} MB can be taken at a time"
            self._on_refused(f"{', '.join(names)}: {float(content['size']) / 1e6:.0f} MB; {limit}.")
        elif kind == "unreadable":
            self._on_refused(f"{', '.join(names)} could not be read by the browser.")


class Heartbeat(anywidget.AnyWidget):
    """Reports whether a browser still shows the page."""

    _esm = (STATIC / "heartbeat.js").read_text(encoding="utf-8")

    def __init__(self) -> None:
        super().__init__()
        self._heard = time.monotonic()
        self.on_msg(self._answered)

    @property
    def silence(self) -> float:
        """Seconds since the browser last answered, or since it was taken to be there."""
        return time.monotonic() - self._heard

    def begin(self) -> None:
        """Take the browser to be there now, because somebody uses it."""
        self._heard = time.monotonic()

    def ask(self) -> None:
        """Ask the browser whether it is there; it answers in its own time."""
        self.send({"kind": "ask"})

    def _answered(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "here":
            self.begin()


class Choice(widgets.Dropdown):  # type: ignore[misc]
    """A list to choose one entry from.

    Parameters
    ----------
    label : str
        Its name; read aloud but not shown.
    options : sequence of tuple
        Pairs of text and value.
    on_change : callable
        Called with the value that was chosen.
    """

    options: Any

    def __init__(
        self, label: str, options: Sequence[tuple[str, Any]], on_change: Callable[[Any], None]
    ) -> None:
        super().__init__(options=options, description=label)
        self._on_change = on_change
        self._showing = False
        self.add_class("sa-select")
        self.observe(self._chosen, "value")

    def show(self, value: Any, options: Sequence[tuple[str, Any]] | None = None) -> None:
        """Show a value, among other options if some are given, without reporting it."""
        self._showing = True
        try:
            if options is not None and tuple(options) != tuple(self.options):
                self.options = options
            if value in dict(self.options).values():
                self.value = value
        finally:
            self._showing = False

    def _chosen(self, change: dict[str, Any]) -> None:
        if not self._showing:
            self._on_change(change["new"])


class NumberField(widgets.VBox):  # type: ignore[misc]
    """A field for one quantity with its unit, or a choice of units, and its message.

    Parameters
    ----------
    label : str
        Name of the quantity, as HTML.
    unit : str or widget
        Its unit, or what chooses it.
    on_change : callable
        Called with the number that was asked for. Whether it is accepted, the state says.
    step : float, optional
        Step of the field's arrow keys.
    help : str, optional
        What the quantity is, shown under the pointer.
    """

    def __init__(
        self,
        label: str,
        unit: str | widgets.Widget,
        on_change: Callable[[float], None],
        step: float | None = None,
        help: str = "",
    ) -> None:
        self._on_change = on_change
        self._showing = False
        self.field = widgets.FloatText(
            step=step, description=label, description_allow_html=True, tooltip=help
        )
        self.message = widgets.HTML()
        self.message.add_class("sa-refusal")
        if isinstance(unit, str):
            unit = widgets.HTML(html.escape(unit))
            unit.add_class("sa-unit")
        else:
            unit.add_class("sa-unit-choice")
        head = widgets.HBox([self.field, unit])
        head.add_class("sa-control-head")
        super().__init__(self._parts(head))
        self.add_class("sa-control")
        self.field.observe(self._typed, "value")

    def show(self, value: float, message: str) -> None:
        """Show a value and a message without reporting it as a change."""
        self._showing = True
        try:
            if self.field.value != value:
                self.field.value = value
            (self.add_class if message else self.remove_class)("sa-refused")
            self.message.value = refused(message)
        finally:
            self._showing = False

    def _parts(self, head: widgets.Widget) -> list[widgets.Widget]:
        return [head, self.message]

    def _typed(self, change: dict[str, Any]) -> None:
        if not self._showing:
            self._on_change(change["new"])


class NumberControl(NumberField):
    """A slider and a number field for one quantity, with its unit and its message.

    Parameters
    ----------
    label : str
        Name of the quantity, as HTML.
    unit : str
        Its unit.
    limits : tuple of float
        Ends of the slider. The field takes any number.
    step : float
        Step of the slider and of its arrow keys.
    digits : int
        Decimals to which slider positions are rounded, so that 0.3075 is 0.3075.
    on_change : callable
        Called with the number that was asked for. Whether it is accepted, the state says.
    help : str, optional
        What the quantity is, shown under the pointer.
    """

    def __init__(
        self,
        label: str,
        unit: str,
        limits: tuple[float, float],
        step: float,
        digits: int,
        on_change: Callable[[float], None],
        help: str = "",
    ) -> None:
        self._digits = digits
        self._shown = limits[0]
        self.slider = widgets.FloatSlider(
            value=limits[0], min=limits[0], max=limits[1], step=step, readout=False
        )
        super().__init__(label, unit, on_change, step, help)
        self.slider.observe(self._slid, "value")

    def show(self, value: float, message: str) -> None:
        """Show a value and a message without reporting it as a change."""
        super().show(value, message)
        self._showing = True
        try:
            place = min(max(value, self.slider.min), self.slider.max)
            # what is refused leaves the slider where it was
            if (place == value or not message) and abs(self.slider.value - place) > 1e-9:
                self.slider.value = place
            self._shown = self.slider.value
        finally:
            self._showing = False

    def limit(self, limits: tuple[float, float]) -> None:
        """Let the slider reach from one end to another, without reporting that as a change."""
        low, high = limits
        if (self.slider.min, self.slider.max) == limits:
            return
        self._showing = True
        try:
            with self.slider.hold_trait_notifications():
                self.slider.max = max(high, self.slider.min)
                self.slider.min, self.slider.max = low, high
        finally:
            self._showing = False

    def _parts(self, head: widgets.Widget) -> list[widgets.Widget]:
        return [head, self.slider, self.message]

    def _slid(self, change: dict[str, Any]) -> None:
        # browsers report the slider's place, rounded to its steps, without anyone moving it
        step = self._step(change["new"])
        if not self._showing and step != self._step(self._shown):
            self._on_change(round(self.slider.min + step * self.slider.step, self._digits))

    def _step(self, value: float) -> int:
        step: int = round((value - self.slider.min) / self.slider.step)
        return step


class Fold(widgets.VBox):  # type: ignore[misc]
    """Widgets that a button shows and hides; hidden at first.

    Parameters
    ----------
    *children : Widget
        What it hides.
    """

    def __init__(self, *children: widgets.Widget) -> None:
        self._text = ""
        self._open = False
        self._content = widgets.VBox(children)
        self._head = button("", "Show or hide these inputs", self._toggle, "sa-fold-head")
        super().__init__([self._head, self._content])
        self.add_class("sa-fold")
        self._show()

    def title(self, text: str) -> None:
        """Set what is written on the button."""
        self._text = text
        self._show()

    def _toggle(self) -> None:
        self._open = not self._open
        self._show()

    def _show(self) -> None:
        content = self._content
        (content.remove_class if self._open else content.add_class)("sa-hidden")
        self._head.description = f"{'▾' if self._open else '▸'} {self._text}"


def button(text: str, tooltip: str, on_click: Callable[[], Any], *classes: str) -> widgets.Button:
    """Return a button in the style of the page.

    Parameters
    ----------
    text, tooltip : str
        What is on it and what it does.
    on_click : callable
        Called without arguments.
    *classes : str
        Further CSS classes.
    """
    made = widgets.Button(description=text, tooltip=tooltip)
    for name in ("sa-button", *classes):
        made.add_class(name)
    made.on_click(lambda _: on_click())
    return made


def share_link() -> widgets.HTML:
    """Return the link that restores what the page shows, with a button that copies it."""
    made = widgets.HTML(
        '<a class="sa-share" id="sa-share" href="?">Link to this state</a> '
        '<button type="button" class="sa-copy" data-sa-copy="#sa-share">Copy</button>'
    )
    made.add_class("sa-link")
    return made


def section(title: str, name: str, *children: widgets.Widget, help: str = "") -> widgets.VBox:
    """Return widgets under a small heading, which unfolds an explanation if there is one.

    Parameters
    ----------
    title : str
        Text of the heading.
    name : str
        What the tour knows it by.
    *children : Widget
        What stands under it.
    help : str, optional
        Explanation of these controls, as HTML.
    """
    made = widgets.VBox([widgets.HTML(heading(title, help)), *children])
    made.add_class("sa-section")
    made.add_class(f"sa-section-{name}")
    return made


def panel(title: str, name: str, *children: widgets.Widget) -> widgets.VBox:
    """Return widgets in a frame under a small heading that links can lead to as `name`."""
    made = widgets.VBox([widgets.HTML(heading(title, name=name)), *children])
    made.add_class("sa-panel")
    return made


def chips(*children: widgets.Widget) -> widgets.Box:
    """Return buttons and their like in as many rows as they need."""
    made = widgets.Box(children)
    made.add_class("sa-chips")
    return made


def tabs(contents: Mapping[str, widgets.Widget], on_change: Callable[[int], None]) -> widgets.Tab:
    """Return tabs by their titles; `on_change` is called with the number of the one that opens."""
    made = widgets.Tab(list(contents.values()), titles=list(contents))
    made.add_class("sa-tabs")
    made.observe(lambda change: on_change(change["new"]), "selected_index")
    return made


def columns(left: widgets.Widget, right: widgets.Widget) -> widgets.Box:
    """Return the two columns of a page, one above the other on a narrow screen."""
    right.add_class("sa-right")
    made = widgets.Box([left, right])
    made.add_class("sa-columns")
    return made


def caption(content: str) -> widgets.HTML:
    """Return the caption of a figure, given as HTML."""
    made = widgets.HTML(f"<p>{content}</p>")
    made.add_class("sa-caption")
    return made


def query_string() -> str:
    """Return the query string with which the page was opened, '' where there is none.

    In a kernel that Voila started before anyone requested the page, this waits for the
    request; call it last.
    """
    if os.environ.get("VOILA_PREHEAT") == "True":
        from voila.utils import wait_for_request

        wait_for_request()
    return os.environ.get("QUERY_STRING", "")
