"""What the page does again and again while something runs, and how it knows that it is seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import anywidget

from surrogate_app.app.figures import STATIC

INTERVAL = 0.25
"""Seconds between two calls of `Repeat`."""


class Pulse(anywidget.AnyWidget):
    """Tells whether a browser still shows the page."""

    _esm = (STATIC / "pulse.js").read_text(encoding="utf-8")

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


class Repeat:
    """Calls a function from the event loop, again and again until it returns False.

    Widgets must be changed from the thread of their event loop only. Where none runs, as in
    a plain script, nothing is repeated.

    Parameters
    ----------
    work : callable
        Called without arguments.
    guard : callable
        Wraps what the event loop calls.
    interval : float, optional
        Seconds between two calls.
    """

    def __init__(
        self,
        work: Callable[[], bool],
        guard: Callable[[Callable[[], Any]], Callable[[], None]],
        interval: float = INTERVAL,
    ) -> None:
        self._work, self._interval = work, interval
        self._step = guard(self._once)
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin, if it has not begun."""
        if self._timer is None:
            self._schedule()

    def _once(self) -> None:
        self._timer = None
        if self._work():
            self._schedule()

    def _schedule(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._timer = loop.call_later(self._interval, self._step)
