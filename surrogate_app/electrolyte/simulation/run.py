"""Canonical Monte Carlo simulation of the confined primitive model.

Model: monovalent ions of diameters d₊ and d₋ in a slab of width h with walls at z = ±h/2, 298 K,
relative permittivity 80 everywhere. Ions repel each other and the walls by 12-6 Lennard-Jones
potentials of energy k_BT cut and shifted at their minimum, of size (d_i + d_j)/2 between ions and
d/2 at a wall. The two equally charged walls exert no net field on the ions; they act through the
counterions, cations, that they bring. `coulomb` tells how the long range is treated, `estimator`
how profiles are formed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.blocks import BLOCKS, merge, standard_error
from surrogate_app.common.checks import positive, whole
from surrogate_app.common.units import MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.simulation import kernel as montecarlo
from surrogate_app.electrolyte.simulation.cell import MIN_ANIONS, Cell
from surrogate_app.electrolyte.simulation.coulomb import sheet_modes
from surrogate_app.electrolyte.simulation.estimator import antisymmetric, combine, symmetric
from surrogate_app.electrolyte.simulation.result import SimulatedProfile, default_equilibration
from surrogate_app.electrolyte.system import BJERRUM_LENGTH, N_BINS, Electrolyte
from surrogate_app.electrolyte.walls import REACH, wall_factor

Array = NDArray[np.float64]

LABEL_BLOCKS = 8
"""Number of blocks whose standard deviation is ε (E 4)."""

MAX_PACKING_FRACTION = 0.45
"""Ions fill less than this fraction of the slab: hard spheres begin to freeze at 0.494."""

_GROWTH = np.linspace(0.3, 1.0, 8)
_TUNING_SWEEPS = 25
_ACCEPTANCE = 0.4
_RARE_RELOCATION = 0.02


class Simulation:
    """A running simulation: equilibrate once, then produce block by block.

    Parameters
    ----------
    system : Electrolyte
        System to simulate.
    seed : int
        Seed of the random numbers.
    min_anions : int, optional
        Fewest anions in the cell.

    Raises
    ------
    ValueError
        If the ions would fill so much of the slab that they freeze, touch both walls at once, or
        be too many.
    """

    def __init__(self, system: Electrolyte, seed: int, min_anions: int = MIN_ANIONS) -> None:
        if system.packing_fraction > MAX_PACKING_FRACTION:
            raise ValueError(
                f"the ions would fill {system.packing_fraction:.2f} of the slab, more than "
                f"{MAX_PACKING_FRACTION}, and not equilibrate; choose a lower c or smaller ions"
            )
        narrowest = REACH * max(system.d_pos, system.d_neg)
        if system.h < narrowest:
            raise ValueError(
                f"h = {system.h:g} nm is too narrow: ions would touch both walls at once; "
                f"choose at least {narrowest:.3g} nm"
            )
        self.requested = system
        self.cell = Cell.of(system, min_anions)
        self.seed, self.min_anions = seed, min_anions
        self.equilibration = 0
        self.rng = np.random.default_rng(seed)
        n = self.cell.n_pos + self.cell.n_neg
        lateral = np.iinfo(np.int32)
        self.x, self.y = self.rng.integers(lateral.min, lateral.max, (2, n), dtype=np.int32)
        self.diameters = np.array([system.d_pos, system.d_neg])
        reach = np.where(np.arange(n) < self.cell.n_pos, *self.diameters)
        self.z = ((self.rng.random(n) - 0.5) * (system.h - reach)).astype(np.float32)
        self.steps = np.full(2, 0.3)
        self.relocation = 0.2
        self.wave_number, self.amplitude = sheet_modes(system.h, self.cell.length)

    @property
    def positions(self) -> NDArray[np.float32]:
        """Where the ions are now, in nm, shape (N, 3): cations first, all within the cell."""
        lateral = np.float32(self.cell.length / 2.0**32)
        return np.column_stack((self.x * lateral, self.y * lateral, self.z))

    def equilibrate(self, sweeps: int, progress: Callable[[int, int], None] | None = None) -> None:
        """Grow the ions to their size, tune the step lengths and let the profile relax.

        Parameters
        ----------
        sweeps : int
            Sweeps of grown ions.
        progress : callable, optional
            Called with the sweeps done and those to do, time and again.
        """
        self.equilibration = sweeps
        growing = len(_GROWTH)
        pieces = growing + max(sweeps // _TUNING_SWEEPS, 1)
        for piece in range(pieces):
            growth = _GROWTH[min(piece, growing - 1)]
            *_, moves = self._run(_TUNING_SWEEPS, growth * self.diameters, tune=True)
            if piece >= growing and moves[:, 3].sum() < 0.005 * moves[:, 2].sum():
                self.relocation = _RARE_RELOCATION
            if progress is not None:
                progress((piece + 1) * _TUNING_SWEEPS, pieces * _TUNING_SWEEPS)

    def produce(self, sweeps: int) -> tuple[Array, Array, Array, Array]:
        """Run `sweeps` sweeps; return counts, forces, squared forces and move counts."""
        return self._run(sweeps, self.diameters, tune=False)

    def _run(self, sweeps: int, diameters: Array, tune: bool) -> tuple[Array, Array, Array, Array]:
        counts, forces, squares = np.zeros((3, 2, N_BINS))
        moves = np.zeros((2, 4))
        montecarlo.run_sweeps(
            self.rng,
            sweeps,
            self.x,
            self.y,
            self.z,
            self.cell.n_pos,
            self.requested.h,
            self.cell.length,
            diameters,
            BJERRUM_LENGTH,
            self.wave_number,
            self.amplitude,
            self.steps,
            self.relocation,
            counts,
            forces,
            squares,
            moves,
        )
        if tune:
            accepted = moves[:, 1] / np.maximum(moves[:, 0], 1)
            widest = 0.25 * self.requested.h
            self.steps = np.clip(self.steps * np.exp(accepted - _ACCEPTANCE), 0.02, widest)
        return counts, forces, squares, moves


class Run:
    """The production run of a simulation, held as a fixed number of blocks.

    Parameters
    ----------
    simulation : Simulation
        An equilibrated simulation.
    per_block : int
        Sweeps per block at first.
    """

    def __init__(self, simulation: Simulation, per_block: int) -> None:
        self.simulation = simulation
        self.per_block = per_block
        self.blocks: list[tuple[Array, Array, Array, Array]] = []

    def extend(self, progress: Callable[[float], None] | None = None) -> None:
        """Add as many sweeps as there are, or the first ones; blocks grow, their number stays."""
        old = len(self.blocks)
        for _ in range(BLOCKS):
            self.blocks.append(self.simulation.produce(self.per_block))
            if progress is not None:
                progress(len(self.blocks) / (old + BLOCKS))
        if old:
            pairs = zip(self.blocks[::2], self.blocks[1::2], strict=True)
            self.blocks = [(a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]) for a, b in pairs]
            self.per_block *= 2

    @property
    def measurable(self) -> bool:
        """Whether there are blocks enough for uncertainties."""
        return len(self.blocks) >= LABEL_BLOCKS

    @property
    def sweeps(self) -> int:
        """Length of the run so far."""
        return self.per_block * len(self.blocks)

    def profile(self) -> SimulatedProfile:
        """Profiles and uncertainties of the run so far; it must be `measurable`."""
        simulation, cell = self.simulation, self.simulation.cell
        counts, forces, squares, moves = (np.array(p) for p in zip(*self.blocks, strict=True))
        h = simulation.requested.h
        width = h / N_BINS
        to_molar = 1.0 / (self.per_block * cell.length**2 * width * MOLAR_TO_PER_NM3)
        profiles, sems, labels = np.empty((3, 2, N_BINS))
        for species, diameter in enumerate(simulation.diameters):
            density = to_molar * combine(
                symmetric(counts[:, species]),
                antisymmetric(forces[:, species]),
                squares[:, species].sum() / counts[:, species].sum(),
                wall_factor(h, diameter, N_BINS),
                width,
            )
            profiles[species] = density.mean(axis=0)
            sems[species] = standard_error(density)
            labels[species] = merge(density, LABEL_BLOCKS).std(axis=0)
        total = moves.sum(axis=0)
        tried = np.maximum(total, 1)
        return SimulatedProfile(
            system=cell.system,
            n_pos=profiles[0],
            n_neg=profiles[1],
            n_pos_std=sems[0],
            n_neg_std=sems[1],
            n_pos_eps=labels[0],
            n_neg_eps=labels[1],
            n_pos_sem=sems[0],
            n_neg_sem=sems[1],
            requested=simulation.requested,
            length=cell.length,
            ions=(cell.n_pos, cell.n_neg),
            acceptance=(float(total[0, 1] / tried[0, 0]), float(total[1, 1] / tried[1, 0])),
            relocation_acceptance=float(total[:, 3].sum() / tried[:, 2].sum()),
            sweeps=self.sweeps,
            equilibration=simulation.equilibration,
            seed=simulation.seed,
            min_anions=simulation.min_anions,
        )


@dataclass(frozen=True)
class Stage:
    """Where a simulation stands, for those who watch it.

    Parameters
    ----------
    simulation : Simulation
        The simulation; it moves on after the call that hands this over.
    run : Run or None
        The production run, None as long as the simulation equilibrates.
    done, planned : int
        Sweeps of this phase that are done, and that it will take unless it is doubled.
    """

    simulation: Simulation
    run: Run | None
    done: int
    planned: int


def simulate(
    system: Electrolyte,
    sweeps: int = 20_000,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
    *,
    precision: float | None = None,
    max_sweeps: int | None = None,
    equilibration: int | None = None,
    min_anions: int = MIN_ANIONS,
    watch: Callable[[Stage], None] | None = None,
) -> SimulatedProfile:
    """Simulate a confined electrolyte and measure its density profiles.

    Parameters
    ----------
    system : Electrolyte
        System to simulate; need not lie in the surrogates' domain.
    sweeps : int, optional
        Length of the production run; a sweep is one trial move per ion. Rounded up to whole blocks.
    seed : int, optional
        Seed; the same seed gives the same profile on the same machine.
    progress : callable, optional
        Called with the fraction done of the planned run after every block.
    precision : float, optional
        Double the run until `SimulatedProfile.relative_error` is no larger than this.
    max_sweeps : int, optional
        Never double the run beyond this length.
    equilibration : int, optional
        Sweeps before the production run, by default a fifth of `sweeps`, at least 1,000.
    min_anions : int, optional
        Fewest anions in the cell.
    watch : callable, optional
        Called with the `Stage` every 25 sweeps while the simulation equilibrates, and after every
        block; an exception that it raises ends the simulation.

    Returns
    -------
    SimulatedProfile
        Profiles symmetrised about the midplane, with uncertainties.

    Raises
    ------
    ValueError
        If `precision` is not positive, a number of sweeps or ions or the seed is not whole or too
        small, the ions are too densely packed or too many, or the slit is hardly wider than they
        are.

    Examples
    --------
    >>> system = Electrolyte(h=4.0, c=1.0, d_pos=0.3, d_neg=0.3, sigma_s=-0.01)
    >>> simulate(system, sweeps=64, seed=7, equilibration=25).ions
    (264, 251)
    """
    sweeps, seed = whole("sweeps", sweeps, 1), whole("seed", seed, 0)
    min_anions = whole("min_anions", min_anions, 1)
    relax = default_equilibration(sweeps)
    if equilibration is not None:
        relax = whole("equilibration", equilibration, 0)
    if precision is not None:
        precision = positive("precision", precision)
    if max_sweeps is not None:
        max_sweeps = whole("max_sweeps", max_sweeps, 1)
    simulation = Simulation(system, seed, min_anions)
    run = Run(simulation, math.ceil(sweeps / BLOCKS))

    def equilibrating(done: int, planned: int) -> None:
        if watch is not None:
            watch(Stage(simulation, None, done, planned))

    def producing(fraction: float) -> None:
        if progress is not None:
            progress(fraction)
        if watch is not None:
            watch(Stage(simulation, run, run.sweeps, round(run.sweeps / fraction)))

    simulation.equilibrate(relax, equilibrating)
    run.extend(producing)
    profile = run.profile()
    while precision is not None and profile.relative_error > precision:
        if max_sweeps is not None and 2 * profile.sweeps > max_sweeps:
            break
        run.extend(producing)
        profile = run.profile()
    return profile
