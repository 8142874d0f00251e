"""Canonical Monte Carlo simulation of the confined primitive model.

Model: ions of diameters d₊ and d₋ and valencies z₊ and z₋ in a slab of width h with walls at
z = ±h/2, in a solvent of the same permittivity everywhere. Ions repel each other and the walls by
12-6 Lennard-Jones potentials of energy k_BT cut and shifted at their minimum, of size (d_i + d_j)/2
between ions and d/2 at a wall. The two equally charged walls exert no net field on the ions; they
act through the counterions, cations, that they bring. `coulomb` describes how the long range is
treated, `estimator` how profiles are formed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.blocks import BLOCKS, merge, standard_error
from surrogate_app.common.checks import positive, whole
from surrogate_app.common.units import MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.pressure import across_planes, contact_sum, maxwell_stress
from surrogate_app.electrolyte.simulation import kernel
from surrogate_app.electrolyte.simulation.cell import Cell, default_anions
from surrogate_app.electrolyte.simulation.coulomb import sheet_modes
from surrogate_app.electrolyte.simulation.estimator import antisymmetric, combine, symmetric
from surrogate_app.electrolyte.simulation.result import (
    Estimator,
    SimulatedProfile,
    default_equilibration,
)
from surrogate_app.electrolyte.system import N_BINS, Electrolyte
from surrogate_app.electrolyte.walls import WALL_RANGE, wall_factor

Array = NDArray[np.float64]

LABEL_BLOCKS = 8
"""Number of blocks whose standard deviation is ε (E 4)."""

MAX_PACKING_FRACTION = 0.45
"""Ions fill less than this fraction of the slab: hard spheres begin to freeze at 0.494."""

STRONG_COUPLING = 3.75
"""Coupling (`Electrolyte.coupling`) above which ions pair for long and moves are added that loosen
pairs; 1:1 salts in water at room temperature stay below."""

_GROWTH = np.linspace(0.3, 1.0, 8)
_TUNING_SWEEPS = 25
_ACCEPTANCE = 0.4
_RARE_RELOCATION = 0.02
_AIMED = 0.5
_CLUSTERS = 0.15
_SHELL = (0.95, 1.4)  # distances of paired ions in units of (d₊ + d₋)/2
_RARE = 4  # times as many cations as anions, above which anions are moved more often


@dataclass(frozen=True)
class Block:
    """Sums over a stretch of a run.

    Parameters
    ----------
    counts, forces, squares : ndarray, shape (2, 502)
        Visits by species and bin, one per ion and sweep; the visitors' forces along z (of the
        other ions, in k_BT/nm), and these squared.
    moves : ndarray, shape (2, 6)
        Moves tried and accepted, see `kernel.Tally`.
    """

    counts: Array
    forces: Array
    squares: Array
    moves: Array

    def __add__(self, other: Block) -> Block:
        """Add the sums of two stretches."""
        return Block(
            self.counts + other.counts,
            self.forces + other.forces,
            self.squares + other.squares,
            self.moves + other.moves,
        )


class Simulation:
    """A running simulation: equilibrate once, then produce block by block.

    Parameters
    ----------
    system : Electrolyte
        System to simulate.
    seed : int
        Seed of the random numbers.
    min_anions : int, optional
        Fewest anions in the cell, by default `cell.default_anions`.
    paired : bool, optional
        Start with anions next to cations. By default ions start at random places; where coupling
        is strong, they grow to their size without charge, and thus start dissociated.

    Raises
    ------
    ValueError
        If the ions would fill so much of the slab that they freeze, touch both walls at once, or
        be too many.
    """

    def __init__(
        self, system: Electrolyte, seed: int, min_anions: int | None = None, paired: bool = False
    ) -> None:
        if system.packing_fraction > MAX_PACKING_FRACTION:
            raise ValueError(
                f"the ions would fill {system.packing_fraction:.2f} of the slab, more than "
                f"{MAX_PACKING_FRACTION}, and not equilibrate; choose a lower c or smaller ions"
            )
        narrowest = WALL_RANGE * max(system.d_pos, system.d_neg)
        if system.h < narrowest:
            raise ValueError(
                f"h = {system.h:g} nm is too narrow: ions would touch both walls at once; "
                f"choose at least {narrowest:.3g} nm"
            )
        min_anions = default_anions(system) if min_anions is None else min_anions
        self.requested = system
        self.cell = Cell.of(system, min_anions)
        self.seed, self.min_anions = seed, min_anions
        self.equilibration = 0
        self.rng = np.random.default_rng(seed)
        n_pos, n_neg = self.cell.n_pos, self.cell.n_neg
        n = n_pos + n_neg
        lateral = np.iinfo(np.int32)
        self.x, self.y = self.rng.integers(lateral.min, lateral.max, (2, n), dtype=np.int32)
        self.diameters = np.array([system.d_pos, system.d_neg])
        reach = np.where(np.arange(n) < n_pos, *self.diameters)
        self.z = ((self.rng.random(n) - 0.5) * (system.h - reach)).astype(np.float32)
        self.steps = np.full(2, 0.3)
        self.cluster_step = 0.3
        self.relocation = 0.2
        self.strong = system.coupling > STRONG_COUPLING
        self.paired = paired
        if paired:
            self._pair_up()
        often = n_pos // (2 * n_neg) if n_pos > _RARE * n_neg else 1
        self.repeats = np.array([1, often])
        self.waves = sheet_modes(system.h, self.cell.length)

    def _pair_up(self) -> None:
        """Put each anion next to a cation."""
        n_pos, n_neg = self.cell.n_pos, self.cell.n_neg
        partner = np.arange(n_neg) % n_pos
        way = self.rng.standard_normal((n_neg, 3))
        way *= self.diameters.mean() / np.linalg.norm(way, axis=1, keepdims=True)
        lateral = np.rint(way[:, :2] * 2.0**32 / self.cell.length).astype(np.int64)
        self.x[n_pos:] = (self.x[partner] + lateral[:, 0]).astype(np.int32)
        self.y[n_pos:] = (self.y[partner] + lateral[:, 1]).astype(np.int32)
        edge = 0.5 * (self.requested.h - self.diameters[1])
        self.z[n_pos:] = np.clip(self.z[partner] + way[:, 2], -edge, edge)

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
            uncharged = self.strong and not self.paired and piece < growing
            moves = self._run(_TUNING_SWEEPS, growth, uncharged).moves
            self._tune(moves)
            if piece >= growing and moves[:, 3].sum() < 0.005 * moves[:, 2].sum():
                self.relocation = _RARE_RELOCATION
            if progress is not None:
                progress((piece + 1) * _TUNING_SWEEPS, pieces * _TUNING_SWEEPS)

    def produce(self, sweeps: int) -> Block:
        """Run some sweeps."""
        return self._run(sweeps)

    def _run(self, sweeps: int, growth: float = 1.0, uncharged: bool = False) -> Block:
        system, cell = self.requested, self.cell
        model = kernel.Model(
            n_pos=cell.n_pos,
            n_neg=cell.n_neg,
            h=system.h,
            length=cell.length,
            diameters=growth * self.diameters,
            valencies=np.array([system.z_pos, system.z_neg], np.float32),
            bjerrum=0.0 if uncharged else system.bjerrum_length,
            wave_number=self.waves[0],
            amplitude=self.waves[1],
        )
        inner, outer = (limit * float(self.diameters.mean()) for limit in _SHELL)
        moves = kernel.Moves(
            steps=self.steps,
            relocation=self.relocation,
            aimed=_AIMED if self.strong else 0.0,
            inner=inner,
            outer=outer,
            clusters=_CLUSTERS if self.strong else 0.0,
            cluster_step=self.cluster_step,
            repeats=self.repeats,
        )
        counts, forces, squares = np.zeros((3, 2, N_BINS))
        tally = kernel.Tally(counts, forces, squares, np.zeros((2, 6)))
        ions = kernel.Ions(self.x, self.y, self.z)
        kernel.run_sweeps(self.rng, sweeps, ions, model, moves, tally)
        often = self.repeats[:, None]
        return Block(counts / often, forces / often, squares / often, tally.moves)

    def _tune(self, moves: Array) -> None:
        """Lengthen or shorten the steps towards an acceptance of 0.4."""
        widest = 0.25 * self.requested.h
        accepted = moves[:, 1] / np.maximum(moves[:, 0], 1)
        self.steps = np.clip(self.steps * np.exp(accepted - _ACCEPTANCE), 0.02, widest)
        tried = moves[:, 4].sum()
        if tried:
            accepted = moves[:, 5].sum() / tried
            longer = self.cluster_step * math.exp(accepted - _ACCEPTANCE)
            self.cluster_step = min(max(longer, 0.02), widest)


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
        self.blocks: list[Block] = []

    def extend(self, progress: Callable[[float], None] | None = None) -> None:
        """Add as many sweeps as there are, or the first ones; blocks grow, their number stays."""
        old = len(self.blocks)
        for _ in range(BLOCKS):
            self.blocks.append(self.simulation.produce(self.per_block))
            if progress is not None:
                progress(len(self.blocks) / (old + BLOCKS))
        if old:
            pairs = zip(self.blocks[::2], self.blocks[1::2], strict=True)
            self.blocks = [first + second for first, second in pairs]
            self.per_block *= 2

    @property
    def measurable(self) -> bool:
        """Whether there are blocks enough for uncertainties."""
        return len(self.blocks) >= LABEL_BLOCKS

    @property
    def sweeps(self) -> int:
        """Length of the run so far."""
        return self.per_block * len(self.blocks)

    def profile(self, estimator: Estimator = "combined") -> SimulatedProfile:
        """Profiles and uncertainties of the run so far; it must be `measurable`.

        Parameters
        ----------
        estimator : {"combined", "histogram"}, optional
            Whether densities are formed from visits and forces, or from visits alone.
        """
        simulation, cell = self.simulation, self.simulation.cell
        counts = np.array([block.counts for block in self.blocks])
        forces = np.array([block.forces for block in self.blocks])
        squares = np.sum([block.squares for block in self.blocks], axis=0)
        h = simulation.requested.h
        width = h / N_BINS
        to_molar = 1.0 / (self.per_block * cell.length**2 * width * MOLAR_TO_PER_NM3)
        profiles, sems, labels = np.empty((3, 2, N_BINS))
        for species, diameter in enumerate(simulation.diameters):
            density = symmetric(counts[:, species])
            if estimator == "combined":
                density = combine(
                    density,
                    antisymmetric(forces[:, species]),
                    squares[species].sum() / counts[:, species].sum(),
                    wall_factor(h, diameter, N_BINS),
                    width,
                )
            density = to_molar * density
            profiles[species] = density.mean(axis=0)
            sems[species] = standard_error(density)
            labels[species] = merge(density, LABEL_BLOCKS).std(axis=0)
        total = np.sum([block.moves for block in self.blocks], axis=0)
        tried = np.maximum(total, 1)
        wall, midplane = self._pressures(to_molar * counts, to_molar * forces)
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
            pressure_wall=wall[0],
            pressure_wall_sem=wall[1],
            pressure_midplane=midplane[0],
            pressure_midplane_sem=midplane[1],
            requested=simulation.requested,
            length=cell.length,
            ions=(cell.n_pos, cell.n_neg),
            acceptance=(float(total[0, 1] / tried[0, 0]), float(total[1, 1] / tried[1, 0])),
            relocation_acceptance=float(total[:, 3].sum() / tried[:, 2].sum()),
            sweeps=self.sweeps,
            equilibration=simulation.equilibration,
            seed=simulation.seed,
            min_anions=simulation.min_anions,
            estimator=estimator,
        )

    def _pressures(self, n: Array, force: Array) -> list[tuple[float, float]]:
        """Pressure in bar and its standard error by the contact sum and across the midplane.

        Plain visits `n` in mol/L and forces, shape (blocks, 2, 502), of which both are independent
        statistics.
        """
        system = self.simulation.requested
        by_contact = contact_sum(system, n) - maxwell_stress(system)
        across = across_planes(system, n, force) - maxwell_stress(system)
        return [
            (float(p.mean()), float(standard_error(p[:, None])[0])) for p in (by_contact, across)
        ]


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
    min_anions: int | None = None,
    estimator: Estimator = "combined",
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
        Fewest anions in the cell, by default `cell.default_anions`: 250, or fewer where strongly
        charged walls bring most of the ions.
    estimator : {"combined", "histogram"}, optional
        Whether densities are formed from visits and forces, or, with more noise, from visits alone.
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
        small, there is no such estimator, the ions are too densely packed or too many, or the slit
        is hardly wider than they are.

    Examples
    --------
    >>> system = Electrolyte(h=4.0, c=1.0, d_pos=0.3, d_neg=0.3, sigma_s=-0.01)
    >>> simulate(system, sweeps=64, seed=7, equilibration=25).ions
    (264, 251)
    """
    sweeps, seed = whole("sweeps", sweeps, 1), whole("seed", seed, 0)
    if min_anions is not None:
        min_anions = whole("min_anions", min_anions, 1)
    relax = default_equilibration(sweeps)
    if equilibration is not None:
        relax = whole("equilibration", equilibration, 0)
    if precision is not None:
        precision = positive("precision", precision)
    if max_sweeps is not None:
        max_sweeps = whole("max_sweeps", max_sweeps, 1)
    if estimator not in get_args(Estimator):
        raise ValueError(f"estimator must be {' or '.join(get_args(Estimator))}, got {estimator!r}")
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
    profile = run.profile(estimator)
    while precision is not None and profile.relative_error > precision:
        if max_sweeps is not None and 2 * profile.sweeps > max_sweeps:
            break
        run.extend(producing)
        profile = run.profile(estimator)
    return profile
