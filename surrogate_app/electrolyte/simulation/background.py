"""A simulation in a process of its own, which reports while it runs and ends with its parent.

A thread would share the interpreter with whoever waits for it, and keep Numba's memory for good;
a process leaves its parent responsive on a single core, since it runs at low priority, and can be
ended at any moment. `BackgroundRun` starts it; run as a program, this module is it: it reads one
line of JSON, the task, and writes lines of JSON, the updates, until it is done or until nobody
holds the other end of its input any more.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.simulation.result import SimulatedProfile
from surrogate_app.electrolyte.system import N_BINS, Electrolyte

if TYPE_CHECKING:
    from surrogate_app.electrolyte.simulation.run import Stage

INTERVAL = 0.4
"""Seconds between updates."""

NICENESS = 10
"""How much the simulation gives way to other processes (0 to 19)."""

PHASES = ("equilibrating", "running", "finished", "failed")
"""What a simulation in the background goes through; it ends with one of the last two."""

MISSING = "Simulations need it: pip install numba."
"""What to do where a package is missing that only simulations need."""


@dataclass(frozen=True)
class Update:
    """State of a simulation in the background.

    Parameters
    ----------
    phase : str
        One of `PHASES`.
    done, planned : int
        Sweeps done and to be done, equilibration included; how many it takes to reach a precision
        is an estimate.
    positions : ndarray or None, shape (N, 3)
        Where the ions are, in nm, cations first.
    profile : SimulatedProfile or None
        Profile so far, as soon as there are blocks enough for its errors.
    sentence : str
        What went wrong in a simulation that failed.
    """

    phase: str
    done: int = 0
    planned: int = 0
    positions: NDArray[np.float64] | None = None
    profile: SimulatedProfile | None = None
    sentence: str = ""

    @property
    def ended(self) -> bool:
        """Whether it is the last one."""
        return self.phase in ("finished", "failed")


class BackgroundRun:
    """A simulation that runs in a process of its own from now on.

    The process ends when the simulation does, at `end`, when this object is forgotten, and when
    the process that made it ends, however it ends.

    Parameters
    ----------
    system : Electrolyte
        System to simulate.
    sweeps : int
        Sweeps of the production run.
    **options
        Other keyword arguments of `simulate`: seed, precision, max_sweeps and so on.

    Examples
    --------
    >>> run = BackgroundRun(Electrolyte(4.0, 1.0, 0.3, 0.3, -0.01), sweeps=64, equilibration=25)
    >>> updates = list(run.wait())
    >>> updates[-1].phase, updates[-1].profile.ions
    ('finished', (264, 251))
    """

    def __init__(self, system: Electrolyte, sweeps: int = 20_000, **options: Any) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "surrogate_app.electrolyte.simulation.background"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._end = weakref.finalize(self, _end, self._process)
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._ended = False
        task = {"system": system.to_dict(), "options": {"sweeps": sweeps, **options}}
        assert self._process.stdin is not None
        # the pipe stays open: its end shows the simulation that nobody waits for it
        self._process.stdin.write(json.dumps(task).encode() + b"\n")
        self._process.stdin.flush()
        threading.Thread(
            target=_forward, args=(self._process.stdout, self._lines), daemon=True
        ).start()

    @property
    def pid(self) -> int:
        """Identifier of the process."""
        return self._process.pid

    def updates(self) -> list[Update]:
        """Return the updates since the last call, without waiting."""
        found: list[Update] = []
        while not self._ended and not self._lines.empty():
            found.append(self._read(self._lines.get()))
        return found

    def wait(self) -> Iterator[Update]:
        """Wait for the updates one by one until the last."""
        while not self._ended:
            yield self._read(self._lines.get())

    def end(self) -> None:
        """End the process at once; there are no updates any more."""
        self._ended = True
        self._end()

    def _read(self, line: bytes) -> Update:
        if line.endswith(b"\n"):  # a process killed while it writes leaves half a line
            update = _unpacked(json.loads(line))
        else:
            code = self._process.wait()
            update = Update(
                "failed",
                sentence=f"The simulation broke off (exit code {code}), perhaps for want of "
                "memory; start it once more.",
            )
        if update.ended:
            self.end()
        return update


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, if it has not ended by itself, and give back what it held."""
    assert process.stdin is not None
    process.kill()
    process.stdin.close()
    process.wait()


def _forward(stream: Any, lines: queue.SimpleQueue[bytes]) -> None:
    """Put every line into the queue, and an empty one at the end."""
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(b"")


class _Reporter:
    """Reports on a simulation from time to time, as `watch` of `simulate`.

    Parameters
    ----------
    options : mapping
        Keyword arguments of `simulate`.
    send : callable
        Called with each message.
    """

    def __init__(self, options: Mapping[str, Any], send: Callable[[dict[str, Any]], None]) -> None:
        self._options = options
        self._send = send
        self._next = 0.0
        self._relaxed = 0
        self._stage: Stage | None = None

    def __call__(self, stage: Stage) -> None:
        """Report where the simulation stands, unless that was done a moment ago."""
        self._stage = stage
        if stage.run is None:
            self._relaxed = stage.done
        if time.monotonic() < self._next:
            return
        run = stage.run
        phase = "equilibrating" if run is None else "running"
        self._tell(phase, run.profile() if run is not None and run.measurable else None)
        self._next = time.monotonic() + INTERVAL

    def finish(self, profile: SimulatedProfile) -> None:
        """Report that the simulation is done."""
        self._tell("finished", profile)

    def _tell(self, phase: str, profile: SimulatedProfile | None) -> None:
        assert self._stage is not None
        simulation, run = self._stage.simulation, self._stage.run
        done, planned = self._stage.done, self._stage.planned
        if run is None:
            planned += self._options["sweeps"]
        else:
            if profile is not None:
                planned = max(planned, self._forecast(profile))
            done, planned = self._relaxed + done, self._relaxed + planned
        self._send(
            {
                "phase": phase,
                "done": done,
                "planned": done if phase == "finished" else planned,
                "positions": np.round(simulation.positions.astype(float), 4).tolist(),
                "profile": profile and _packed(profile),
            }
        )

    def _forecast(self, profile: SimulatedProfile) -> int:
        """Sweeps after which the error will be small enough, if it falls as their root does."""
        precision, longest = (self._options.get(name) for name in ("precision", "max_sweeps"))
        planned: int = self._options["sweeps"]
        if precision is not None:
            needed = profile.sweeps * (profile.relative_error / precision) ** 2
            while planned < needed and (longest is None or 2 * planned <= longest):
                planned *= 2
        return planned


def _packed(profile: SimulatedProfile) -> dict[str, Any]:
    packed = {}
    for field in fields(profile):
        value = getattr(profile, field.name)
        if isinstance(value, Electrolyte):
            value = value.to_dict()
        packed[field.name] = value.tolist() if isinstance(value, np.ndarray) else value
    return packed


def _unpacked(message: dict[str, Any]) -> Update:
    if message.get("positions") is not None:
        message["positions"] = np.array(message["positions"])
    packed = message.get("profile")
    if packed is not None:
        for name, value in packed.items():
            if isinstance(value, dict):
                packed[name] = Electrolyte(**value)
            elif isinstance(value, list):
                packed[name] = np.array(value) if len(value) == N_BINS else tuple(value)
        message["profile"] = SimulatedProfile(**packed)
    return Update(**message)


def _end_with_parent() -> None:
    """End this process when the other end of its input is closed, which a dead parent's is."""
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """Read a task and simulate it, reporting progress."""
    os.nice(NICENESS)
    task = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def send(message: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    try:
        from surrogate_app.electrolyte.simulation.run import simulate

        reporter = _Reporter(task["options"], send)
        system = Electrolyte(**task["system"])
        reporter.finish(simulate(system, **task["options"], watch=reporter))
    except ValueError as error:
        sentence = str(error).rstrip(".")
        send({"phase": "failed", "sentence": f"{sentence[:1].upper()}{sentence[1:]}."})
    except ModuleNotFoundError as error:
        send({"phase": "failed", "sentence": f"{error.name} is not installed. {MISSING}"})


if __name__ == "__main__":
    main()
