"""Rigid molecules in LAMMPS against sums over pairs, quadrature and the laws of dilute gases."""

import itertools
import math
import platform
import sys

import numpy as np
import pytest

from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.simulation import molecules
from surrogate_app.liquid.simulation.molecules import (
    BAR,
    CH4,
    CO,
    COULOMB,
    DEBYE,
    F2,
    MOLECULES,
    PAIRS,
    Molecule,
    coefficients,
    rotations,
    simulate_molecules,
)

here = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="LAMMPS and MPICH are installed on x86-64 Linux only",
)


def name(molecule):
    return molecule.name


def pair_energy(molecule, apart, charges=True):
    """Energy of two molecules by summing over their atoms; `apart` has shape (..., n, n, 3)."""
    r = np.linalg.norm(apart, axis=-1)
    energy = np.zeros(r.shape[:-2])
    for i, a in enumerate(molecule.atoms):
        for j, b in enumerate(molecule.atoms):
            c12, c6 = PAIRS.get((a, b)) or PAIRS[b, a]
            energy += c12 / r[..., i, j] ** 12 - c6 / r[..., i, j] ** 6
            if charges:
                energy += COULOMB * molecule.charges[i] * molecule.charges[j] / r[..., i, j]
    return energy


def boltzmann_factor(molecule, r, temperature, turns=4000):
    """Average of exp(−u/k_BT) over the orientations of two molecules, shape of r."""
    random = np.random.default_rng(5)
    one, other = (molecule.centred @ rotations(random, turns) for _ in range(2))
    average = []
    for distance in r:
        apart = other[:, None, :, :] + [distance, 0.0, 0.0] - one[:, :, None, :]
        thermal = GAS_CONSTANT * temperature
        average.append(np.exp(-pair_energy(molecule, apart) / thermal).mean())
    return np.array(average)


def second_virial(molecule, temperature):
    """B₂ in nm³ from Mayer's function."""
    r = np.linspace(0.02, 2.5, 200)
    mayer = np.where(r < 0.18, -1.0, boltzmann_factor(molecule, np.maximum(r, 0.18), temperature))
    mayer = np.where(r < 0.18, mayer, mayer - 1.0)
    return -2.0 * math.pi * float(np.sum(mayer * r**2) * (r[1] - r[0]))


@pytest.mark.parametrize("pair", PAIRS)
def test_unlike_atoms_interact_by_the_geometric_means_of_gromos(pair):
    like = [PAIRS[atom, atom] for atom in pair]
    np.testing.assert_allclose(PAIRS[pair], np.sqrt(np.prod(like, axis=0)), rtol=1e-4)


@pytest.mark.parametrize("molecule", MOLECULES, ids=name)
def test_lammps_is_told_c12_and_c6_of_each_pair(molecule):
    elements = molecule.elements
    lines = [line.split() for line in coefficients(molecule)]
    assert len(lines) == len(elements) * (len(elements) + 1) // 2
    for _, i, j, epsilon, sigma, _ in lines:
        pair = elements[int(i) - 1], elements[int(j) - 1]
        c12, c6 = PAIRS.get(pair) or PAIRS[pair[::-1]]
        epsilon, sigma = float(epsilon), float(sigma)
        np.testing.assert_allclose([4 * epsilon * sigma**12, 4 * epsilon * sigma**6], [c12, c6])


def test_a_pair_without_parameters_is_named():
    strange = Molecule("HF", ("H", "F"), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.09)), (0.0, 0.0))
    with pytest.raises(ValueError, match="no interaction of H with F"):
        coefficients(strange)


@pytest.mark.parametrize("molecule", MOLECULES, ids=name)
def test_molecules_are_neutral_and_centred(molecule):
    assert sum(molecule.charges) == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(molecule.masses @ molecule.centred, 0.0, atol=1e-12)


def test_bonds_angles_and_moments_are_those_of_the_literature():
    assert np.linalg.norm(np.diff(CO.centred, axis=0)) == pytest.approx(0.1128323)
    assert np.linalg.norm(np.diff(F2.centred, axis=0)) == pytest.approx(0.141193)
    dipole = np.array(CO.charges) @ CO.centred / DEBYE
    assert np.linalg.norm(dipole) == pytest.approx(0.1098)
    assert CO.charges[CO.atoms.index("C")] < 0.0
    arms = CH4.centred[1:]
    np.testing.assert_allclose(np.linalg.norm(arms, axis=1), 0.109)
    cosines = arms @ arms.T / 0.109**2
    np.testing.assert_allclose(cosines[~np.eye(4, dtype=bool)], -1.0 / 3.0)
    np.testing.assert_allclose(np.array(CH4.charges) @ CH4.centred, 0.0, atol=1e-15)


def test_rotations_keep_lengths_and_prefer_no_direction():
    turns = rotations(np.random.default_rng(1), 20_000)
    np.testing.assert_allclose(
        turns @ turns.transpose(0, 2, 1), np.eye(3)[None] + 0 * turns, atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.det(turns), 1.0)
    np.testing.assert_allclose(turns.mean(axis=0), 0.0, atol=0.03)
    np.testing.assert_allclose((turns**2).mean(axis=0), 1.0 / 3.0, atol=0.02)


@pytest.fixture
def started():
    runs = []

    def start(molecule, density, number, seed=1, timestep=0.004):
        runs.append(molecules._Run(molecule, density, 345.0, number, seed, timestep))
        return runs[-1]

    yield start
    for run in runs:
        run.close()


@here
@pytest.mark.parametrize("molecule", MOLECULES, ids=name)
def test_two_molecules_have_the_energy_of_their_pairs_of_atoms(started, molecule):
    length = 6.0
    run = started(molecule, 2 / length**3, 2)
    run.engine.command("run 0")
    centres, _, _ = run.configuration()
    close = np.array([0.0, 0.0, 0.38])
    shift = centres[0] + close - centres[1]
    run.engine.command("group second molecule 2")
    run.engine.command("displace_atoms second move " + " ".join(map(repr, shift.tolist())))
    run.engine.command("run 0")
    centres, arms, _ = run.configuration()
    apart = centres[1] - centres[0]
    apart -= length * np.round(apart / length)
    np.testing.assert_allclose(apart, close, atol=1e-9)
    expected = pair_energy(molecule, apart + arms[1][None, :] - arms[0][:, None])
    assert abs(expected) > 0.3
    assert run.engine.get_thermo("pe") == pytest.approx(float(expected), abs=0.003)


@here
@pytest.mark.parametrize("molecule", MOLECULES, ids=name)
def test_the_virial_is_the_change_of_the_energy_when_centres_move_apart(started, molecule):
    density, small = 13.7, 1e-7  # so small that no pair crosses the cut-off
    energies = []
    for sign in (1.0, 0.0, -1.0):
        run = started(molecule, density * math.exp(-3.0 * sign * small), 27)
        run.engine.command("pair_modify tail no")  # which stands for pairs that cross
        if molecule.charged:
            run.engine.command("kspace_modify force 1e-3")  # the mesh shall not move the energy
        run.engine.command("run 0")
        energies.append(run.engine.get_thermo("pe"))
        if not sign:
            _, arms, forces = run.configuration()
            virial = run._virial(arms, forces)
    assert virial == pytest.approx((energies[2] - energies[0]) / (2.0 * small), rel=5e-3)


@here
@pytest.mark.parametrize("molecule", MOLECULES, ids=name)
def test_molecules_stay_rigid_and_at_their_temperature(started, molecule):
    run = started(molecule, 13.7, 64)
    run.equilibrate(500)
    heat = []
    shape = np.linalg.norm(molecule.centred[:, None] - molecule.centred, axis=-1)
    for _ in range(60):
        run.engine.command("run 10")
        _, arms, _ = run.configuration()
        apart = np.linalg.norm(arms[:, :, None] - arms[:, None], axis=-1)
        np.testing.assert_allclose(apart, np.broadcast_to(shape, apart.shape), atol=1e-9)
        heat.append(run.engine.extract_compute("thermo_temp", 0, 0) / GAS_CONSTANT)
    # 64 molecules of 5 or 6 freedoms scatter by 345 K √(2/320), over some 20 independent times
    assert np.mean(heat) == pytest.approx(345.0, abs=4.0 * 345.0 * math.sqrt(2.0 / 320.0 / 20.0))


@here
def test_a_dilute_gas_has_the_structure_and_pressure_of_pairs():
    density = 0.2
    gas = simulate_molecules(F2, density, 345.0, 16_000, seed=2, number=216, timestep=0.01)
    edges = np.array([0.30, 0.34, 0.40, 0.50, 0.70, 1.0])
    for low, high in itertools.pairwise(edges):
        inside = (gas.r > low) & (gas.r < high)
        shell = gas.r[inside] ** 2
        expected = np.average(boltzmann_factor(F2, gas.r[inside], 345.0), weights=shell)
        parts = np.average(gas.blocks[:, inside], weights=shell, axis=1)
        error = parts.std(ddof=1) / math.sqrt(len(parts))
        assert error < 0.06 * expected
        # g(r) of a gas of density ρ differs from its limit by a few per cent at ρσ³ = 0.008
        assert parts.mean() == pytest.approx(expected, abs=4.0 * error + 0.02 * expected)
    ideal = BAR * density * GAS_CONSTANT * 345.0
    expected = ideal * (1.0 + density * second_virial(F2, 345.0))
    assert gas.pressure_sem < 0.01 * ideal
    assert gas.pressure == pytest.approx(expected, abs=4.0 * gas.pressure_sem)


@here
def test_the_same_seed_gives_the_same_answer():
    short = {"steps": 160, "number": 27, "equilibration": 20}
    runs = [simulate_molecules(CO, seed=seed, **short) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0].g, runs[1].g)
    assert runs[0].pressure == runs[1].pressure != runs[2].pressure


@here
def test_a_run_reports_its_size_and_progress():
    told = []
    run = simulate_molecules(F2, steps=161, number=30, equilibration=10, progress=told.append)
    assert (run.number, run.length, len(told), told[-1]) == (30, 320, 32, 1.0)
    assert run.r[-1] + 0.0025 <= 0.5 * (30 / 13.7) ** (1 / 3) < run.r[-1] + 0.0075
    assert run.blocks.shape == (32, len(run.r))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"density": -1.0}, "density must be positive, got -1.0"),
        ({"temperature": math.nan}, "temperature must be positive, got nan"),
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"number": 1}, "number must be at least 2, got 1"),
        ({"timestep": 0.0}, "timestep must be positive, got 0.0"),
        ({"equilibration": -1}, "equilibration must be at least 0, got -1"),
    ],
)
def test_bad_numbers_are_refused_in_a_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        simulate_molecules(CO, **wrong)
