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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.blocks import BLOCKS, merge, standard_error
from surrogate_app.electrolyte import montecarlo
from surrogate_app.electrolyte.coulomb import sheet_modes
from surrogate_app.electrolyte.estimator import antisymmetric, combine, symmetric
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.system import BJERRUM_LENGTH, N_BINS, Electrolyte
from surrogate_app.electrolyte.walls import wall_factor
from surrogate_app.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3

Array = NDArray[np.float64]

MIN_ANIONS = 250
"""Fewest anions in a simulation cell."""

LABEL_BLOCKS = 8
"""Number of blocks whose standard deviation is ε (E 4)."""

MAX_PACKING_FRACTION = 0.45
"""Ions fill less than this fraction of the slab: hard spheres begin to freeze at 0.494."""

_GROWTH = np.linspace(0.3, 1.0, 8)
_TUNING_SWEEPS = 25
_ACCEPTANCE = 0.4
_RARE_RELOCATION = 0.02


@dataclass(frozen=True)
class Cell:
    """The periodic cell that realises a system with whole ions.

    Parameters
    ----------
    system : Electrolyte
        The system as realised: c = N₋/(L²h), σ_s exactly as requested.
    length : float
        Lateral period L in nm.
    n_pos, n_neg : int
        Number of cations (salt and counterions) and anions.
    """

    system: Electrolyte
    length: float
    n_pos: int
    n_neg: int

    @classmethod
    def of(cls, system: Electrolyte, min_anions: int = MIN_ANIONS) -> Cell:
        """Choose L so that σ_s is exact, with at least `min_anions` anions and c nearly as asked.

        The number of counterions M fixes the area, L² = M e/(2|σ_s|). Of the areas up to
        a tenth larger than the smallest possible one, that with the smallest relative error of
        c = N₋/(L²h) is taken; the error is at most 1/(2 min_anions).
        """
        charge = 2.0 * abs(system.sigma_s) * C_PER_M2_TO_E_PER_NM2
        anions_per_area = system.c * MOLAR_TO_PER_NM3 * system.h
        smallest = (min_anions - 0.5) / anions_per_area
        if charge == 0.0:
            n_neg, area, counterions = min_anions, min_anions / anions_per_area, 0
        else:
            least = math.ceil(smallest * charge)
            candidates = np.arange(least, max(math.floor(1.1 * smallest * charge), least) + 1)
            anions = anions_per_area * candidates / charge
            error = np.where(
                np.rint(anions) < min_anions, 1.0, np.abs(np.rint(anions) / anions - 1)
            )
            best = int(np.argmin(error))
            counterions, n_neg = int(candidates[best]), int(np.rint(anions[best]))
            area = counterions / charge
        realised = system.replace(c=n_neg / (area * system.h * MOLAR_TO_PER_NM3))
        return cls(realised, math.sqrt(area), n_neg + counterions, n_neg)


@dataclass(frozen=True)
class SimulatedProfile(Profile):
    """Density profiles measured in one simulation, with their uncertainties.

    `n_pos_std` and `n_neg_std` equal the standard errors `n_pos_sem` and `n_neg_sem`.

    Parameters
    ----------
    n_pos_eps, n_neg_eps : ndarray, shape (502,)
        Standard deviation ε of the block profiles (E 4) in mol/L.
    n_pos_sem, n_neg_sem : ndarray, shape (502,)
        Standard error of the mean in mol/L, autocorrelation included.
    requested : Electrolyte
        The system asked for; `system` holds the realised concentration.
    length : float
        Lateral period L in nm.
    ions : tuple of int
        Numbers of cations and anions.
    acceptance : tuple of float
        Accepted fraction of displacements of cations and of anions.
    relocation_acceptance : float
        Accepted fraction of relocations.
    sweeps, seed : int
        Length of the production run and seed.
    """

    n_pos_eps: Array
    n_neg_eps: Array
    n_pos_sem: Array
    n_neg_sem: Array
    requested: Electrolyte
    length: float
    ions: tuple[int, int]
    acceptance: tuple[float, float]
    relocation_acceptance: float
    sweeps: int
    seed: int

    @property
    def run(self) -> dict[str, Any]:
        """How the profile was made, for the metadata of exports."""
        return {
            "requested": self.requested.to_dict(),
            "length": self.length,
            "ions": list(self.ions),
            "acceptance": list(self.acceptance),
            "relocation_acceptance": self.relocation_acceptance,
            "sweeps": self.sweeps,
            "seed": self.seed,
        }

    @property
    def call(self) -> str:
        """The Python expression that repeats the simulation."""
        return f"simulate({self.requested!r}, sweeps={self.sweeps}, seed={self.seed})"

    @property
    def relative_error(self) -> float:
        """Root mean square standard error over all bins divided by the mean density.

        The larger of the two species' values.
        """
        return max(
            float(np.sqrt(np.mean(sem**2)) / np.mean(n))
            for sem, n in ((self.n_pos_sem, self.n_pos), (self.n_neg_sem, self.n_neg))
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
        Fewest anions in the cell.

    Raises
    ------
    ValueError
        If the ions would fill so much of the slab that they freeze.
    """

    def __init__(self, system: Electrolyte, seed: int, min_anions: int = MIN_ANIONS) -> None:
        if system.packing_fraction > MAX_PACKING_FRACTION:
            raise ValueError(
                f"the ions would fill {system.packing_fraction:.2f} of the slab, more than "
                f"{MAX_PACKING_FRACTION}, and not equilibrate; choose a lower c or smaller ions"
            )
        self.requested = system
        self.cell = Cell.of(system, min_anions)
        self.seed = seed
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

    def equilibrate(self, sweeps: int) -> None:
        """Grow the ions to their size, tune the step lengths and let the profile relax."""
        for growth in _GROWTH:
            self._run(_TUNING_SWEEPS, growth * self.diameters, tune=True)
        for _ in range(max(sweeps // _TUNING_SWEEPS, 1)):
            *_, moves = self._run(_TUNING_SWEEPS, self.diameters, tune=True)
            if moves[:, 3].sum() < 0.005 * moves[:, 2].sum():
                self.relocation = _RARE_RELOCATION

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

    def profile(self) -> SimulatedProfile:
        """Profiles and uncertainties of the run so far."""
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
            sweeps=self.per_block * BLOCKS,
            seed=simulation.seed,
        )


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

    Returns
    -------
    SimulatedProfile
        Profiles symmetrised about the midplane, with uncertainties.

    Raises
    ------
    ValueError
        If `sweeps` or `precision` is not positive or the ions are too densely packed.

    Examples
    --------
    >>> system = Electrolyte(h=4.0, c=1.0, d_pos=0.3, d_neg=0.3, sigma_s=-0.01)
    >>> simulate(system, sweeps=64, seed=7, equilibration=25).ions
    (264, 251)
    """
    if sweeps < 1:
        raise ValueError(f"sweeps must be at least 1, got {sweeps}")
    if precision is not None and precision <= 0.0:
        raise ValueError(f"precision must be positive, got {precision:g}")
    simulation = Simulation(system, seed, min_anions)
    simulation.equilibrate(max(sweeps // 5, 1000) if equilibration is None else equilibration)
    run = Run(simulation, math.ceil(sweeps / BLOCKS))
    run.extend(progress)
    profile = run.profile()
    while precision is not None and profile.relative_error > precision:
        if max_sweeps is not None and 2 * profile.sweeps > max_sweeps:
            break
        run.extend(progress)
        profile = run.profile()
    return profile
