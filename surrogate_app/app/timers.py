"""Work that the event loop does later: once the user pauses, or again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

PAUSE = 0.3
"""Seconds without a further request after which postponed work begins."""

INTERVAL = 0.25
"""Seconds between two calls of `Repeat`."""

Wrap = Callable[[Callable[[], Any]], Callable[[], None]]


class Debounce:
    """Calls the latest of several functions once no other one has come for a while.

    Where no event loop runs, as in a plain script, functions are called at once.

    Parameters
    ----------
    guard : callable
        Wraps each function, since nobody catches exceptions of the event loop.
    pause : float, optional
        Seconds to wait.
    """

    def __init__(self, guard: Wrap, pause: float = PAUSE) -> None:
        self._guard, self._pause = guard, pause
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, work: Callable[[], None]) -> None:
        """Request a call of a function."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            work()
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(self._pause, self._guard(work))


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

    def __init__(self, work: Callable[[], bool], guard: Wrap, interval: float = INTERVAL) -> None:
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
