"""Controls, messages and the style that all pages of the dashboard share."""

from __future__ import annotations

import base64
import functools
import html
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec

import anywidget
import ipywidgets as widgets
import traitlets

STATIC = Path(__file__).parent / "static"

log = logging.getLogger(__name__)

P = ParamSpec("P")


class Page(anywidget.AnyWidget):
    """The page's hand in the browser: style sheet, downloads, clipboard, address bar.

    Parameters
    ----------
    query_keys : list of str
        Entries of the address that belong to the page; all others are left as they are.
    """

    _esm = (STATIC / "page.js").read_text(encoding="utf-8")
    _css = (STATIC / "style.css").read_text(encoding="utf-8")
    query = traitlets.Unicode().tag(sync=True)
    query_keys = traitlets.List(traitlets.Unicode()).tag(sync=True)

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
    """The place where a page says what went wrong; it also wraps every callback of the page."""

    def __init__(self) -> None:
        self._notice = widgets.HTML()
        self._error = widgets.HTML()
        super().__init__([self._error, self._notice])
        self.add_class("sa-messages")

    def notice(self, text: str) -> None:
        """Show a plain sentence, or nothing if `text` is empty."""
        self._notice.value = _alert(text, "notice")

    def error(self, text: str) -> None:
        """Show a plain sentence about a failure, or nothing if `text` is empty."""
        self._error.value = _alert(text, "error")

    def guard(self, callback: Callable[P, Any]) -> Callable[P, None]:
        """Wrap a callback so that a failure becomes a message and never a traceback.

        Parameters
        ----------
        callback : callable
            What a widget is to call. The sentence of a ValueError is shown as it is; any other
            exception is named and logged.

        Returns
        -------
        callable
            The same callback, which raises nothing.
        """

        @functools.wraps(callback)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                callback(*args, **kwargs)
            except ValueError as error:
                self.error(str(error))
            except Exception as error:
                log.exception("callback failed")
                self.error(
                    f"Something went wrong ({type(error).__name__}: {error}). "
                    "The last good plot is shown."
                )
            else:
                self.error("")

        return guarded


class NumberControl(widgets.VBox):  # type: ignore[misc]
    """A slider and a number field for one quantity, with its unit and its message.

    Parameters
    ----------
    label : str
        Name of the quantity, as HTML.
    unit : str
        Its unit.
    limits : tuple of float
        Ends of the slider. The field takes any number; whether it is accepted, the state says.
    step : float
        Step of the slider and of its arrow keys.
    digits : int
        Decimals to which slider positions are rounded, so that 0.3075 is 0.3075.
    on_change : callable
        Called with the number that was asked for.
    """

    def __init__(
        self,
        label: str,
        unit: str,
        limits: tuple[float, float],
        step: float,
        digits: int,
        on_change: Callable[[float], None],
    ) -> None:
        self._digits = digits
        self._on_change = on_change
        self._showing = False
        self._shown = limits[0]
        self.slider = widgets.FloatSlider(
            value=limits[0], min=limits[0], max=limits[1], step=step, readout=False
        )
        self.field = widgets.FloatText(
            value=limits[0], step=step, description=label, description_allow_html=True
        )
        self.message = widgets.HTML()
        self.message.add_class("sa-refusal")
        unit_label = widgets.HTML(html.escape(unit))
        unit_label.add_class("sa-unit")
        head = widgets.HBox([self.field, unit_label])
        head.add_class("sa-control-head")
        super().__init__([head, self.slider, self.message])
        self.add_class("sa-control")
        self.slider.observe(self._slid, "value")
        self.field.observe(self._typed, "value")

    def show(self, value: float, message: str) -> None:
        """Show a value and a message without reporting it as a change."""
        self._showing = True
        self._shown = value
        try:
            if self.field.value != value:
                self.field.value = value
            # a slider would clamp what lies outside it; it stays where it was instead
            inside = self.slider.min <= value <= self.slider.max
            if inside and abs(self.slider.value - value) > 1e-9:
                self.slider.value = value
            (self.add_class if message else self.remove_class)("sa-refused")
            text = html.escape(message)
            self.message.value = f'<span role="alert">{text}</span>' if text else ""
        finally:
            self._showing = False

    def _slid(self, change: dict[str, Any]) -> None:
        # browsers report the slider's place, rounded to its steps, without anyone moving it
        step = self._step(change["new"])
        if not self._showing and step != self._step(self._shown):
            self._on_change(round(self.slider.min + step * self.slider.step, self._digits))

    def _step(self, value: float) -> int:
        step: int = round((value - self.slider.min) / self.slider.step)
        return step

    def _typed(self, change: dict[str, Any]) -> None:
        if not self._showing:
            self._on_change(change["new"])


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


def section(title: str, *children: widgets.Widget) -> widgets.VBox:
    """Return widgets under a small heading."""
    heading = widgets.HTML(f"<h3>{html.escape(title)}</h3>")
    made = widgets.VBox([heading, *children])
    made.add_class("sa-section")
    return made


def caption(content: str) -> widgets.HTML:
    """Return the caption of a figure, given as HTML."""
    made = widgets.HTML(f"<p>{content}</p>")
    made.add_class("sa-caption")
    return made


def query_string() -> str:
    """Return the query string with which the page was opened, '' where there is none.

    In a kernel that Voila has heated before anyone asked for the page, this waits for the
    request; call it last.
    """
    if os.environ.get("VOILA_PREHEAT") == "True":
        from voila.utils import wait_for_request

        wait_for_request()
    return os.environ.get("QUERY_STRING", "")


def _alert(text: str, kind: str) -> str:
    if not text:
        return ""
    role = "alert" if kind == "error" else "status"
    return f'<div class="sa-{kind}" role="{role}">{html.escape(text)}</div>'
