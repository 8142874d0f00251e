"""Canonical simulation of a Lennard-Jones fluid: g(r), pressure and energy with their errors.

The potential is cut at 3.5σ, or at half the box where that is shorter (only above T* = 10), and
not shifted; pressure and energy are corrected for what lies beyond as if g(r) were one there.
Since the cut-off goes with σ, all results in units of σ and ε depend on ρ* = ρσ³ and T* = k_BT/ε
only. `kernel` is the engine; `lammps` runs the same state in LAMMPS, to check it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.blocks import BLOCKS, standard_error
from surrogate_app.common.checks import positive, whole
from surrogate_app.common.metropolis import LANES
from surrogate_app.liquid.phases import (
    CRITICAL_DENSITY,
    CRITICAL_TEMPERATURE,
    simulated_freezing_density,
)
from surrogate_app.liquid.simulation import kernel, lammps
from surrogate_app.liquid.simulation.bins import N_BINS, WIDTH, distances, ideal_pairs
from surrogate_app.liquid.simulation.engine import Block, cutoff
from surrogate_app.liquid.state import CUTOFF, LJState

Array = NDArray[np.float64]

MIN_ATOMS = 513
"""Fewest atoms in a simulation, so that half the box holds the range of g(r), 4 ρ^(−1/3)."""

HOT = 10.0
"""Temperature T* above which the box need not hold the cut-off: u(3.5σ) is below 0.0003 k_BT."""

METASTABLE = 1.03
"""Density over that of freezing up to which a fluid is simulated."""

COLDEST = 0.69
"""Temperature T* below which that density stays as it is there."""

CRITICAL_ATOMS = 1025
"""Fewest atoms near the critical point, where density fluctuates over long distances."""

ENGINES = ("monte-carlo", "lammps")
"""Simulation engines by name, the default one first."""

MEASURE_EVERY = 3
"""Sweeps between measurements."""

_GROWTH = np.linspace(0.3, 1.0, 8)
_TUNING_SWEEPS = 25
_ACCEPTANCE = 0.35


@dataclass(frozen=True)
class SimulatedRDF:
    """What one simulation found.

    Parameters
    ----------
    state : LJState
        The fluid.
    r, g, g_sem : ndarray, shape (400,)
        Centres of equal bins over (0, 4 ρ^(−1/3)) in nm; g(r), normalised by the density N/V, and
        its standard error.
    blocks : ndarray, shape (32, 400)
        g(r) of the successive blocks of the run.
    pressure, pressure_sem : float
        Pressure p* = pσ³/ε with its standard error, tail corrected.
    energy, energy_sem : float
        Potential energy per atom U* = U/(Nε) with its standard error, tail corrected.
    atoms, seed, length : int
        Number of atoms, seed, sweeps (Monte Carlo) or time steps (LAMMPS) of production.
    engine : str
        One of `ENGINES`.
    """

    state: LJState
    r: Array
    g: Array
    g_sem: Array
    blocks: Array
    pressure: float
    pressure_sem: float
    energy: float
    energy_sem: float
    atoms: int
    seed: int
    length: int
    engine: str

    @classmethod
    def from_blocks(
        cls, state: LJState, blocks: list[Block], cut: float, **run: Any
    ) -> SimulatedRDF:
        """Average the blocks of a run with the potential cut at `cut` σ and estimate the errors."""
        rho, t_star = state.reduced_density, state.reduced_temperature
        g = np.array([block.g for block in blocks])
        energy = t_star * np.array([[block.energy] for block in blocks])
        pressure = rho * t_star * (1.0 + np.array([[block.virial] for block in blocks]) / 3.0)
        return cls(
            state=state,
            r=distances() * state.density ** (-1.0 / 3.0),
            g=g.mean(axis=0),
            g_sem=standard_error(g),
            blocks=g,
            pressure=float(pressure.mean() + tail_pressure(rho, cut)),
            pressure_sem=float(standard_error(pressure)[0]),
            energy=float(energy.mean() + tail_energy(rho, cut)),
            energy_sem=float(standard_error(energy)[0]),
            **run,
        )


class Simulation:
    """A Monte Carlo run: equilibrate once, then produce block by block.

    Parameters
    ----------
    state : LJState
        The fluid.
    seed : int
        Seed of the random numbers.
    atoms : int
        Number of atoms, rounded up to one more than a multiple of 64.
    cut : float, optional
        Largest distance in σ at which the potential is cut; `CUTOFF` by default.
    """

    def __init__(self, state: LJState, seed: int, atoms: int, cut: float | None = None) -> None:
        self.n = rounded(atoms)
        self.rng = np.random.default_rng(seed)
        length = (self.n / state.core_density) ** (1.0 / 3.0)
        reach = cutoff(state, self.n, cut) * state.sigma / state.core
        self.model = kernel.Model(length, reach, state.attraction)
        self.bin_width = WIDTH * state.core_density ** (-1.0 / 3.0)
        whole = np.iinfo(np.int32)
        self.atoms = kernel.Atoms(
            *self.rng.integers(whole.min, whole.max, (3, self.n), dtype=np.int32)
        )
        self.step = 0.1

    def equilibrate(self, sweeps: int) -> None:
        """Grow the atoms to their size, tune the step length and let the fluid relax."""
        for growth in _GROWTH:
            self._tune(growth)
        for _ in range(math.ceil(sweeps / _TUNING_SWEEPS)):
            self._tune(1.0)

    def produce(self, sweeps: int) -> Block:
        """Run `sweeps` sweeps and average over them."""
        farthest = math.sqrt(0.75) * self.model.length
        counts = np.zeros(math.ceil(farthest / self.bin_width) + 2, np.int64)
        samples = math.ceil(sweeps / MEASURE_EVERY)
        energy = virial = 0.0
        for _ in range(samples):
            self._sweep(MEASURE_EVERY)
            u, w = kernel.measure(self.atoms, self.model, counts, self.bin_width)
            energy += u
            virial += w
        g = counts[:N_BINS] / (samples * ideal_pairs(self.n))
        return Block(g, energy / (samples * self.n), virial / (samples * self.n))

    def _sweep(self, sweeps: int, growth: float = 1.0) -> float:
        model = self.model._replace(length=self.model.length / growth)
        return float(kernel.run_sweeps(self.rng, sweeps, self.atoms, model, self.step))

    def _tune(self, growth: float) -> None:
        accepted = self._sweep(_TUNING_SWEEPS, growth)
        self.step = float(
            np.clip(self.step * math.exp(accepted - _ACCEPTANCE), 0.02, 0.25 * self.model.length)
        )


def simulate(
    state: LJState,
    sweeps: int = 20_000,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
    *,
    engine: str = ENGINES[0],
    atoms: int | None = None,
    equilibration: int | None = None,
    cut: float | None = None,
) -> SimulatedRDF:
    """Simulate a Lennard-Jones fluid at constant volume and temperature.

    Parameters
    ----------
    state : LJState
        The fluid.
    sweeps : int, optional
        Length of the production run: Monte Carlo sweeps of one trial move per atom, or time steps
        of LAMMPS. Rounded up to whole blocks.
    seed : int, optional
        Seed; the same seed gives the same result on the same machine.
    progress : callable, optional
        Called with the fraction done after every block.
    engine : str, optional
        "monte-carlo" or "lammps".
    atoms : int, optional
        Number of atoms, in Monte Carlo rounded up to one more than a multiple of 64, then at least
        513; by default `default_atoms`.
    equilibration : int, optional
        Sweeps or steps before the production run, by default an eighth of it, at least 1,000.
    cut : float, optional
        Distance in σ at which the potential is cut, `CUTOFF` by default; half the box at most.

    Returns
    -------
    SimulatedRDF

    Raises
    ------
    ValueError
        If a number is too small, the engine is unknown, or the state lies beyond freezing. States
        where liquid and vapour separate are simulated: see `domain.about_phase`.
    ModuleNotFoundError
        If the engine is not installed.

    Examples
    --------
    >>> gas = LJState.from_reduced(0.1, 2.0, sigma=0.34, epsilon=1.0)
    >>> result = simulate(gas, sweeps=64, seed=7, equilibration=25)
    >>> result.atoms, result.r.shape
    (513, (400,))
    """
    sweeps, seed = whole("sweeps", sweeps, 1), whole("seed", seed, 0)
    if equilibration is not None:
        equilibration = whole("equilibration", equilibration, 0)
    if engine not in ENGINES:
        raise ValueError(f"engine must be {' or '.join(ENGINES)}, got {engine!r}")
    if cut is not None:
        positive("cut", cut, "σ")
    rho, t_star = state.reduced_density, state.reduced_temperature
    densest = METASTABLE * float(simulated_freezing_density(max(t_star, COLDEST)))
    if rho > densest:
        raise ValueError(
            f"at ρ* = {rho:.3f} and T* = {t_star:.3f} a Lennard-Jones system freezes; "
            f"choose a density below ρ* = {densest:.3f}"
        )
    number = default_atoms(state) if atoms is None else whole("atoms", atoms)
    if (number if engine == "lammps" else rounded(number)) < MIN_ATOMS:
        raise ValueError(
            f"atoms must be at least {MIN_ATOMS}, got {number}: half of a smaller box does not "
            "hold the range of g(r)"
        )
    relax = max(sweeps // 8, 1000) if equilibration is None else equilibration
    per_block = math.ceil(sweeps / BLOCKS)
    run: dict[str, Any] = {"seed": seed, "length": per_block * BLOCKS, "engine": engine}
    if engine == "lammps":
        blocks = lammps.run(state, number, relax, per_block, seed, cut)
        run["atoms"] = number
    else:
        simulation = Simulation(state, seed, number, cut)
        simulation.equilibrate(relax)
        blocks = (simulation.produce(per_block) for _ in range(BLOCKS))
        run["atoms"] = simulation.n
    cut = cutoff(state, run["atoms"], cut)
    return SimulatedRDF.from_blocks(state, list(_reported(blocks, progress)), cut, **run)


def rounded(atoms: int) -> int:
    """Round a number of atoms up to one that the Monte Carlo kernel takes.

    Examples
    --------
    >>> rounded(500), rounded(513)
    (513, 513)
    """
    return LANES * math.ceil((atoms - 1) / LANES) + 1


def default_atoms(state: LJState) -> int:
    """Choose the number of atoms: enough for the cut-off, more near the critical point."""
    rho, t_star = state.reduced_density, state.reduced_temperature
    enough = math.ceil(1.02 * (2.0 * CUTOFF) ** 3 * rho) if t_star <= HOT else 0
    near = abs(rho / CRITICAL_DENSITY - 1.0) < 0.8 and t_star < 1.2 * CRITICAL_TEMPERATURE
    return max(CRITICAL_ATOMS if near else MIN_ATOMS, enough)


def tail_energy(density: float, cut: float = CUTOFF) -> float:
    """Energy per atom U* beyond a cut-off in σ, with g(r) = 1 there, at density ρ*."""
    return 8.0 * math.pi * density * (cut**-9 / 9.0 - cut**-3 / 3.0)


def tail_pressure(density: float, cut: float = CUTOFF) -> float:
    """Pressure p* due to pairs beyond a cut-off in σ, with g(r) = 1 there, at density ρ*."""
    return 16.0 / 3.0 * math.pi * density**2 * (2.0 / 3.0 * cut**-9 - cut**-3)


def _reported(blocks: Iterator[Block], progress: Callable[[float], None] | None) -> Iterator[Block]:
    for number, block in enumerate(blocks, start=1):
        if progress is not None:
            progress(number / BLOCKS)
        yield block
