"""Waits until the user has stopped moving things before long work begins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

REST = 0.2
"""Seconds without a further request after which the work begins."""


class AfterRest:
    """Calls the latest of several functions once no other one has come for a while.

    Where no event loop runs, as in a plain script, functions are called at once.

    Parameters
    ----------
    guard : callable
        Wraps each function, which is called where nobody catches its exceptions.
    rest : float, optional
        Seconds to wait.
    """

    def __init__(
        self, guard: Callable[[Callable[[], Any]], Callable[[], None]], rest: float = REST
    ) -> None:
        self._guard, self._rest = guard, rest
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, work: Callable[[], None]) -> None:
        """Ask for a function to be called."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            work()
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(self._rest, self._guard(work))
