"""How benchmarks measure: figures that are ratios, and stopwatches."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Figure:
    """One measured figure and what it is held against.

    Parameters
    ----------
    name : str
        What was measured, with its unit.
    value : float
        Measured value.
    against : str
        What it is compared with.
    reference : float
        Limit, or value of the peer in the same unit, measured in the same run.
    """

    name: str
    value: float
    against: str
    reference: float

    @property
    def ratio(self) -> float:
        """Value over reference."""
        return self.value / self.reference


def resident(statements: str, largest: bool = False) -> float:
    """Resident memory in MiB of a new Python process that has run some statements.

    Parameters
    ----------
    statements : str
        What the process runs.
    largest : bool, optional
        Whether to return the most that it ever held, not what it holds in the end.
    """
    now = "import psutil\nprint(psutil.Process().memory_info().rss / 2**20)"
    ever = "import resource, sys\nunit = 2**20 if sys.platform == 'darwin' else 2**10\n"
    ever += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)"
    code = f"{statements}\n{ever if largest else now}"
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    return float(finished.stdout)


def best(function: Callable[[], Any], repeats: int = 7) -> float:
    """Shortest time of several calls in seconds, after one that is not counted."""
    function()
    return min(_seconds(function) for _ in range(repeats))


def once(function: Callable[[], Any]) -> float:
    """Time of a single call in seconds, for what takes long."""
    return _seconds(function)


def median(function: Callable[[], Any], repeats: int) -> float:
    """Median time of several calls in seconds, after some that are not counted."""
    for _ in range(20):
        function()
    return float(np.median([_seconds(function) for _ in range(repeats)]))


def _seconds(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start
