"""The Monte Carlo simulation against molecular dynamics with LAMMPS, an independent program.

Same model, other method: Langevin dynamics instead of Monte Carlo, and the lattice sum by PPPM with
slab correction instead of minimum images with charged sheets.
"""

import math
import platform
import sys

import numpy as np
import pytest

from surrogate_app.common.units import MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.simulation.run import BLOCKS, Run, Simulation
from surrogate_app.electrolyte.system import N_BINS, Electrolyte
from surrogate_app.liquid.simulation.lammps import start

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="LAMMPS and MPICH are installed on x86-64 Linux only",
)

SYSTEM = Electrolyte(h=4.0, c=1.0, d_pos=0.4, d_neg=0.6, sigma_s=-0.02)
MULTIVALENT = {
    "2:1": Electrolyte(h=4.0, c=0.5, d_pos=0.45, d_neg=0.5, sigma_s=-0.06, z_pos=2),
    "3:1": Electrolyte(h=3.0, c=0.4, d_pos=0.5, d_neg=0.5, sigma_s=-0.1, z_pos=3),
}
ANIONS = 50
SLABS = 20
STEPS, EVERY, EQUILIBRATION = 40_000, 20, 4_000
LONGER = 4
"""How many times longer the runs of multivalent salts are."""

REACH = 2 ** (1 / 6)


def molecular_dynamics(simulation, steps=STEPS):
    """Densities of both ions in `SLABS` slabs in mol/L, one profile for each of `BLOCKS` blocks.

    In units of k_BT and nm, with charges such that q²/r is the Coulomb energy.
    """
    cell, sizes = simulation.cell, simulation.diameters
    system = simulation.requested
    half, length = system.h / 2, cell.length
    engine = start()
    pairs = [(1, 1, sizes[0]), (1, 2, sizes.mean()), (2, 2, sizes[1])]
    coefficients = "\n".join(f"pair_coeff {a} {b} 1.0 {d} {REACH * d}" for a, b, d in pairs)
    engine.commands_string(f"""
        units lj
        atom_style charge
        boundary p p f
        region box block 0 {length} 0 {length} {-half} {half}
        create_box 2 box
        mass * 1.0
        pair_style lj/cut/coul/long {REACH * sizes.max()} 2.4
        {coefficients}
        pair_modify shift yes
        kspace_style pppm 5.0e-3
        kspace_modify slab 3.0
    """)
    lateral = np.stack((simulation.x, simulation.y)).view(np.uint32) * (length / 2.0**32)
    places = np.concatenate((lateral, simulation.z[None])).T.astype(float)
    types = [1] * cell.n_pos + [2] * cell.n_neg
    engine.create_atoms(len(types), None, types, places.ravel().tolist())
    charge = math.sqrt(system.bjerrum_length)
    for kind, size, sign in ((1, sizes[0], system.z_pos), (2, sizes[1], system.z_neg)):
        wall = f"1.0 {size / 2} {REACH * size / 2}"
        engine.commands_string(f"""
            group g{kind} type {kind}
            set group g{kind} charge {sign * charge}
            fix wall{kind} g{kind} wall/lj126 zlo {-half} {wall} zhi {half} {wall}
        """)
    engine.commands_string(f"""
        velocity all create 1.0 1
        fix move all nve
        fix thermostat all langevin 1.0 1.0 0.5 7
        timestep 0.004
        run {EQUILIBRATION}
    """)
    frames = steps // EVERY
    counts = np.zeros((frames, 2, SLABS))
    for frame in range(frames):
        engine.command(f"run {EVERY} pre no post no")
        z = engine.numpy.extract_atom("x")[: len(types), 2]
        kinds = engine.numpy.extract_atom("type")[: len(types)]
        for species in (0, 1):
            counts[frame, species] = np.histogram(z[kinds == species + 1], SLABS, (-half, half))[0]
    engine.close()
    per_molar = length**2 * system.h / SLABS * MOLAR_TO_PER_NM3
    blocks = counts[: frames // BLOCKS * BLOCKS].reshape(BLOCKS, -1, 2, SLABS).mean(axis=1)
    return blocks / per_molar


def monte_carlo(simulation, per_block=256):
    """Raw histograms in the same slabs, one for each block; 502 bins are shared out linearly."""
    run = Run(simulation, per_block)
    run.extend()
    counts = np.array([block.counts for block in run.blocks]) / per_block
    edges = np.linspace(0, N_BINS, SLABS + 1)
    total = np.concatenate((np.zeros((BLOCKS, 2, 1)), np.cumsum(counts, axis=-1)), axis=-1)
    whole = np.floor(edges).astype(int)
    following = np.minimum(whole + 1, N_BINS)
    at_edges = total[..., whole] + (edges - whole) * (total[..., following] - total[..., whole])
    per_molar = simulation.cell.length**2 * simulation.requested.h / SLABS * MOLAR_TO_PER_NM3
    return np.diff(at_edges, axis=-1) / per_molar


def compared(*runs):
    """Means of both halves' densities of each run, and the root mean square of their errors."""
    means, errors = [], []
    for blocks in runs:
        folded = 0.5 * (blocks + blocks[..., ::-1])[..., : SLABS // 2]
        longer = folded.reshape(8, -1, *folded.shape[1:]).mean(axis=1)
        means.append(folded.mean(axis=0))
        errors.append(longer.std(axis=0, ddof=1) / math.sqrt(len(longer)))
    return means, np.sqrt((np.array(errors) ** 2).mean(axis=2, keepdims=True).sum(axis=0))


def test_profiles_agree_with_langevin_dynamics_and_pppm_within_their_errors():
    simulation = Simulation(SYSTEM, seed=5, min_anions=ANIONS)
    simulation.equilibrate(500)
    ours, theirs = monte_carlo(simulation), molecular_dynamics(simulation)
    means, error = compared(ours, theirs)
    deviation = means[0] - means[1]
    inside = means[0] > 0.01
    assert inside.sum() == 2 * SLABS // 2 - 1  # anions don't reach the outermost slab
    assert np.sqrt(np.mean((deviation / error)[inside] ** 2)) < 2.0
    assert np.sqrt(np.mean(deviation**2)) < 0.04 * SYSTEM.c
    # what is compared has structure: cations gather at the wall, anions do not
    assert means[1][0, 1] > 1.3 * means[1][0, -1]
    assert means[1][1, 1] < 0.7 * means[1][1, -1]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", MULTIVALENT)
def test_multivalent_salts_agree_with_langevin_dynamics_and_pppm(name):
    system = MULTIVALENT[name]
    simulation = Simulation(system, seed=6, min_anions=2 * ANIONS)
    simulation.equilibrate(1000)
    ours = monte_carlo(simulation, 256 * LONGER)
    theirs = molecular_dynamics(simulation, STEPS * LONGER)
    means, error = compared(ours, theirs)
    deviation = means[0] - means[1]
    inside = means[0] > 0.01
    assert np.sqrt(np.mean((deviation / error)[inside] ** 2)) < 2.0
    assert (np.sqrt(np.mean(deviation**2, axis=1)) < 0.03 * means[0].mean(axis=1)).all()
    # what is compared has structure
    assert means[1][0].max() > 2 * means[1][0, -1]
