"""State of the tab Check: a simulation in the background beside the prediction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from traitlets import Enum, Int, Unicode

from surrogate_app.app.electrolyte.analysis.state import ElectrolyteTabState, Target
from surrogate_app.app.links import choice, number
from surrogate_app.app.tabs import Later
from surrogate_app.electrolyte import Electrolyte, Profile, SimulatedProfile
from surrogate_app.electrolyte.export.analyses import SystemTable
from surrogate_app.electrolyte.simulation.background import BackgroundRun, Update

log = logging.getLogger(__name__)

PRECISIONS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "quick": {"sweeps": 2_048},
        "standard": {"sweeps": 20_000},
        "training": {"sweeps": 2_048, "precision": 0.01, "max_sweeps": 16_384},
        "test": {"sweeps": 16_384, "precision": 0.005, "max_sweeps": 65_536},
    }
)
"""Lengths of a run to choose from, as keyword arguments of `simulate`; the last two are those of
the training and of the test systems in `dataset.DESIGNS`."""

BUSY = ("preparing", "equilibrating", "running")
"""Phases of a run while it lasts."""


class Running(Protocol):
    """What the page needs of a simulation in the background."""

    def updates(self) -> Iterable[Update]:
        """Return the updates since the last call."""

    def end(self) -> None:
        """End it at once."""


@dataclass(frozen=True)
class Check:
    """A simulation as far as it has come.

    Parameters
    ----------
    system : Electrolyte
        What is simulated.
    options : mapping
        Keyword arguments of `simulate`.
    phase : str
        One of `BUSY`, "finished", "cancelled" or "failed".
    done, planned : int
        Sweeps, equilibration included; 0 while it is being prepared.
    seconds_left : float
        Estimated time left, NaN before there is an estimate.
    positions : ndarray or None, shape (N, 3)
        Positions of the ions in nm, cations first.
    profile : SimulatedProfile or None
        What was measured so far.
    sentence : str
        Why it ended before it was finished.
    """

    system: Electrolyte
    options: Mapping[str, float]
    phase: str = "preparing"
    done: int = 0
    planned: int = 0
    seconds_left: float = float("nan")
    positions: NDArray[np.float64] | None = None
    profile: SimulatedProfile | None = None
    sentence: str = ""

    @property
    def busy(self) -> bool:
        """Whether it goes on."""
        return self.phase in BUSY

    @property
    def call(self) -> str:
        """The Python expression that repeats it to its end."""
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"simulate({self.system!r}, {options})"


class CheckState(ElectrolyteTabState):
    """A simulation of the system that is shown, and how it agrees with the prediction.

    A run belongs to the system for which it was started. When the sliders move it goes on, but
    what it finds is shown only where it belongs: while `fits` is true.

    Parameters
    ----------
    shared : object
        What the tabs have in common; not used.
    later : callable
        Calls what takes long; not used.
    start : callable, optional
        Starts a simulation, as `BackgroundRun` does.
    clock : callable, optional
        Returns the time in seconds.
    """

    keys: ClassVar[tuple[str, ...]] = ("check_precision", "check_seed")

    precision = Enum(tuple(PRECISIONS), default_value="standard")
    seed = Int(1)
    seed_refusal = Unicode()

    def __init__(
        self,
        shared: Any,
        later: Later,
        start: Callable[..., Running] = BackgroundRun,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(shared, later)
        self.check: Check | None = None
        self._start, self._clock = start, clock
        self._run: Running | None = None
        self._first: tuple[float, int] | None = None
        self._counterpart: Profile | None = None

    @property
    def options(self) -> dict[str, float]:
        """Keyword arguments of `simulate` for the next run."""
        return {**PRECISIONS[self.precision], "seed": self.seed}

    @property
    def fits(self) -> bool:
        """Whether the run is of the system that is shown."""
        same = self.check is not None and self.target is not None
        return same and self.check.system == self.target.system  # type: ignore[union-attr]

    @property
    def measured(self) -> SimulatedProfile | None:
        """What was measured so far for the system that is shown."""
        return self.check.profile if self.check is not None and self.fits else None

    @property
    def counterpart(self) -> Profile:
        """The prediction to compare with the measurement.

        It is for the concentration that whole ions make, up to 0.2 % off the one that is shown,
        unless that lies outside the domain.
        """
        assert self.target is not None
        assert self.measured is not None
        if self._counterpart is None:
            system, realised = self.target.system, self.measured.system
            inside = not self.target.surrogate.domain.outside(realised)
            self._counterpart = self.compute(
                replace(self.target, system=realised if inside else system)
            )
        return self._counterpart

    @property
    def call(self) -> str:
        """The Python statements that return what is shown, or would be simulated."""
        if self.target is None:
            return ""
        system = self.target.system
        check = self.check if self.fits else None
        expression = (check or Check(system, self.options)).call
        inside = self.measured is None or self.counterpart.system == self.measured.system
        return (
            "from surrogate_app.electrolyte import Electrolyte, Surrogate, simulate\n\n"
            f"system = {system!r}\n"
            f"measured = {expression.replace(repr(system), 'system')}\n"
            f'surrogate = Surrogate.load("{self.target.model}")\n'
            f"prediction = surrogate.predict({'measured.system' if inside else 'system'})\n"
            "measured.success_rate(prediction)"
        )

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings; a link starts no simulation."""
        return {"check_precision": self.precision, "check_seed": str(self.seed)}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if that is wrong."""
        precision, seed = (settings.get(name) for name in self.keys)
        if precision is not None:
            self.precision = choice("precision of the check", precision, tuple(PRECISIONS))
        if seed is not None:
            self.set_seed(number("seed", seed))
        self.revision += 1

    def set_seed(self, value: float) -> None:
        """Set the seed of the next run; what is no seed is refused in `seed_refusal`."""
        whole = float(value).is_integer() and 0 <= value < 2**32
        self.seed_refusal = "" if whole else "A seed is a whole number from 0 to 4294967295."
        if whole:
            self.seed = int(value)
        self.revision += 1

    def compute(self, target: Target) -> Profile:
        """Return the prediction."""
        prediction: Profile = target.surrogate.predict(target.system)
        return prediction

    def follow(self, target: Target) -> None:
        """Show another system, or what the run has measured meanwhile."""
        before = self.revision
        if target != self.target:
            self._counterpart = None
        super().follow(target)
        if self.revision == before:
            self.revision += 1

    def start(self) -> None:
        """Simulate the system that is shown; an earlier run ends.

        Raises
        ------
        ValueError
            If there is no system to simulate.
        """
        if self.target is None:
            raise ValueError("There is no prediction to check.")
        self.seed_refusal = ""  # the field shows the seed that was kept
        self._end()
        self.check = Check(self.target.system, self.options)
        self._first = self._counterpart = None
        self._run = self._start(self.check.system, **self.check.options)
        self._show()

    def cancel(self, sentence: str = "") -> None:
        """End the run; what it has found stays.

        Parameters
        ----------
        sentence : str
            Why, if it was not the user's wish.
        """
        if self.check is not None and self.check.busy:
            self._end()
            self.check = replace(self.check, phase="cancelled", sentence=sentence)
            self._show()

    def poll(self) -> bool:
        """Take in the news of the run; return whether it goes on.

        Call it from the thread in which everything else happens.
        """
        if self._run is None or self.check is None:
            return False
        try:
            updates = list(self._run.updates())
            for update in updates:
                self.check = self._with(self.check, update)
            if updates:
                self._show()
        except Exception as error:  # else the run would seem to go on for ever
            log.exception("a simulation could not be followed")
            self.check = replace(self.check, phase="failed", sentence=_could_not_follow(error))
            self._end()
            self._show()
        if not self.check.busy:
            self._end()
        return self.check.busy

    def table(self, name: str) -> SystemTable:
        """Return prediction and simulation side by side ("check"), or the ions ("ions")."""
        check, prediction = self.check, self.result
        if check is None or check.profile is None or self.target is None or not self.fits:
            raise ValueError("Nothing was measured for this system yet: check it by simulation.")
        options = {
            **check.profile.run,
            "call": check.call,
            "phase": check.phase,
            **check.options,
            "sweeps": check.profile.sweeps,
        }
        model = {"name": self.target.model, **self.target.surrogate.metadata}
        if name == "ions":
            return _of_ions(check, model, options)
        return _of_profiles(check.profile, prediction, model, options, self.counterpart)

    def _with(self, check: Check, update: Update) -> Check:
        now = self._clock()
        if self._first is None:
            self._first = now, update.done
        begun, done = self._first
        left = float("nan")
        if update.done > done:
            left = (update.planned - update.done) * (now - begun) / (update.done - done)
        return replace(
            check,
            phase=update.phase,
            done=update.done or check.done,
            planned=update.planned or check.planned,
            seconds_left=left,
            positions=check.positions if update.positions is None else update.positions,
            profile=check.profile if update.profile is None else update.profile,
            sentence=update.sentence,
        )

    def _end(self) -> None:
        if self._run is not None:
            self._run.end()
            self._run = None

    def _show(self) -> None:
        if self._open:
            self.revision += 1


def _could_not_follow(error: Exception) -> str:
    return f"Its results could not be shown ({type(error).__name__}: {error}); start it again."


def _of_profiles(
    measured: SimulatedProfile,
    prediction: Profile,
    model: Mapping[str, Any],
    options: Mapping[str, Any],
    counterpart: Profile,
) -> SystemTable:
    rates = {
        f"success_rate_{errors}{'_contact' * contact}": measured.success_rate(
            counterpart, errors, contact=contact
        )
        for errors in ("eps", "sem")
        for contact in (False, True)
    }
    columns = {"z": prediction.z}
    for ion in ("pos", "neg"):
        columns[f"n_{ion}_predicted"] = getattr(prediction, f"n_{ion}")
        columns[f"n_{ion}_predicted_std"] = getattr(prediction, f"n_{ion}_std")
        for kind in ("", "_sem", "_eps"):
            columns[f"n_{ion}_simulated{kind}"] = getattr(measured, f"n_{ion}{kind}")
    return SystemTable(
        title="prediction beside a simulation; sem: standard error, eps: deviation of blocks (E 4)",
        model=model,
        system=prediction.system,
        options={**options, "c_realised": measured.system.c, **rates},
        columns=columns,
        units={name: "nm" if name == "z" else "mol/L" for name in columns},
    )


def _of_ions(check: Check, model: Mapping[str, Any], options: Mapping[str, Any]) -> SystemTable:
    assert check.positions is not None
    assert check.profile is not None
    n_pos, n_neg = check.profile.ions
    x, y, z = check.positions.T
    columns = {
        "x": x,
        "y": y,
        "z": z,
        "charge": np.repeat([check.system.z_pos, check.system.z_neg], [n_pos, n_neg]),
        "diameter": np.repeat([check.system.d_pos, check.system.d_neg], [n_pos, n_neg]),
    }
    return SystemTable(
        title="positions of the ions of a simulation, periodic along x and y",
        model=model,
        system=check.system,
        options=options,
        columns=columns,
        units={**dict.fromkeys(columns, "nm"), "charge": "e"},
    )
