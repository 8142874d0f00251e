"""What gives g(r) of a trial potential: the forward surrogate, or a simulation of each."""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.files import write_atomically
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.structure import Shells
from surrogate_app.liquid.inverse.histogram import cell_means
from surrogate_app.liquid.simulation.bins import REACH, WIDTH
from surrogate_app.liquid.state import LJState, coupling_and_attraction

Array = NDArray[np.float64]

SURROGATE = "surrogate"
SIMULATORS = {"montecarlo": "monte-carlo", "lammps": "lammps"}
"""Engines that simulate, and what `simulate` calls them."""

ENGINES = (SURROGATE, *SIMULATORS)
"""Names of the engines, the default first."""

_HIGHEST = 50.0


class Engine(Protocol):
    """Gives g of trial potentials in the bins of a measurement, and counts how often it did."""

    evaluations: int

    def g(self, x: Array) -> Array:
        """Return g of reduced parameters of shape (m, 2), shape (m, n); ValueError if it can't."""

    def over(self, t: Array, width: Array, surrogate: SurrogateEngine) -> Engine:
        """Return the same engine for other bins, on which `surrogate` gives g."""


@dataclass
class SurrogateEngine:
    """The forward surrogate.

    Parameters
    ----------
    shells : Shells
        The bins.
    expansion : Expansion
        The surrogate.
    evaluations : int
        How many g(r) it gave.
    """

    shells: Shells
    expansion: Expansion
    evaluations: int = 0

    def g(self, x: Array) -> Array:
        """Return g of reduced parameters of shape (m, 2), shape (m, n)."""
        self.evaluations += len(x)
        coupling, attraction = coupling_and_attraction(x[:, 0], x[:, 1], 1.0, 1.0 / GAS_CONSTANT)
        return np.minimum(self.shells.g(self.expansion, coupling, attraction), _HIGHEST)

    def over(self, _t: Array, _width: Array, surrogate: SurrogateEngine) -> SurrogateEngine:
        """Return the engine for other bins."""
        return surrogate


@dataclass
class SimulationEngine:
    """A simulation of every trial potential; those found in the folder are not repeated.

    Parameters
    ----------
    name : str
        One of `SIMULATORS`.
    folder : Path
        Where each result is kept, written whole or not at all.
    density, temperature : float
        In nm⁻³ and K.
    sweeps, seed : int
        Length and seed of every run: with one seed, noise is largely common to similar potentials.
    t, width : ndarray, shape (n,)
        The bins in ρ^(−1/3); a width of 0 for points.
    evaluations : int
        How many g(r) it gave.
    """

    name: str
    folder: Path
    density: float
    temperature: float
    sweeps: int
    seed: int
    t: Array
    width: Array
    evaluations: int = field(default=0)

    def g(self, x: Array) -> Array:
        """Return g of reduced parameters of shape (m, 2), shape (m, n); ValueError if it can't."""
        return np.stack([self._one(row) for row in x])

    def over(self, t: Array, width: Array, _surrogate: SurrogateEngine) -> SimulationEngine:
        """Return the engine for other bins."""
        return replace(self, t=t, width=width, evaluations=0)

    def _one(self, x: Array) -> Array:
        self.evaluations += 1
        thermal = GAS_CONSTANT * self.temperature
        c12 = float(f"{x[0] * thermal / self.density**4:.10g}")
        c6 = float(f"{x[1] * thermal / self.density**2:.10g}")
        if not (math.isfinite(c12) and c12 > 0.0 and math.isfinite(c6) and c6 > 0.0):
            raise ValueError("the trial potential has no Lennard-Jones form")
        simulated = self._simulated(LJState(c12, c6, self.density, self.temperature))
        edges = np.linspace(0.0, REACH, len(simulated) + 1)
        if not np.all(self.width > 0.0):
            return np.asarray(np.interp(self.t, edges[:-1] + 0.5 * WIDTH, simulated))
        ends = np.append(self.t - 0.5 * self.width, self.t[-1] + 0.5 * self.width[-1])
        return cell_means(ends, edges, simulated)[0]

    def _simulated(self, state: LJState) -> Array:
        key = f"{state!r} {self.name} {self.sweeps} {self.seed}"
        path = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.npz"
        if path.exists():
            with np.load(path, allow_pickle=False) as arrays:
                return np.asarray(arrays["g"])
        # Numba takes a second to import, too slow for serving, which never simulates
        from surrogate_app.liquid.simulation.run import simulate

        found = simulate(state, self.sweeps, self.seed, engine=SIMULATORS[self.name])
        self.folder.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        np.savez(content, g=found.g, g_sem=found.g_sem, state=list(state.to_dict().values()))
        write_atomically(path, content.getvalue())
        return found.g
