"""Simulated Lennard-Jones fluids have the structure, pressure and energy of that model.

Held against statistical mechanics where it has exact answers, against the reference calculations
of NIST, and against the equation of state of Thol et al. (2016).
"""

import math
from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad

from surrogate_app.common.blocks import BLOCKS
from surrogate_app.liquid.data import nist
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.designs import data_dir
from surrogate_app.liquid.simulation import kernel
from surrogate_app.liquid.simulation import run as simulation
from surrogate_app.liquid.simulation.bins import N_BINS, WIDTH, distances
from surrogate_app.liquid.simulation.engine import cutoff
from surrogate_app.liquid.simulation.run import Simulation, default_atoms, simulate
from surrogate_app.liquid.state import CUTOFF, LJState, to_reduced


def reduced(density, temperature):
    return LJState.from_reduced(density, temperature, sigma=0.34, epsilon=1.0)


def scatter(deviations):
    """Root mean square of deviations in units of their standard errors."""
    return math.sqrt(np.mean(np.square(deviations)))


def pair_energy(x):
    """u/ε at distance x in σ."""
    return 4.0 * (x**-12 - x**-6)


@cache
def dense():
    """A liquid near its triple point, where structure is strongest."""
    return simulate(reduced(0.82, 0.85), sweeps=8192, seed=3)


@cache
def gas():
    return simulate(reduced(0.005, 2.0), sweeps=16_384, seed=4)


def test_boxes_too_small_for_the_range_of_g_are_refused():
    for atoms in (-5, 100, 448):
        with pytest.raises(ValueError, match=f"atoms must be at least 513, got {atoms}"):
            simulate(reduced(0.5, 2.0), sweeps=32, atoms=atoms)


# ---------------------------------------------------------------- reference calculations


@pytest.mark.parametrize("sweeps", [2048, pytest.param(32_768, marks=pytest.mark.slow)])
def test_energy_and_pressure_are_those_of_nist_at_their_cut_off(sweeps):
    """Between 3σ and 3.5σ the oscillations of g(r) shift U* by 0.003 and p* by 0.012 here."""
    energies, pressures = [], []
    for density, t_star, energy, pressure in nist.TABLE:
        found = simulate(
            reduced(density, t_star), sweeps=sweeps, seed=21, atoms=nist.ATOMS, cut=nist.CUT
        )
        energies.append((found.energy - energy) / found.energy_sem)
        pressures.append((found.pressure - pressure) / found.pressure_sem)
        assert found.energy_sem < 0.01 * math.sqrt(4096 / sweeps)
        assert found.pressure_sem < 0.05 * math.sqrt(4096 / sweeps)
    assert len(energies) >= 9
    assert max(map(abs, energies)) < 4.0
    assert max(map(abs, pressures)) < 4.0
    assert scatter(energies) < 1.8
    assert scatter(pressures) < 1.8


def test_the_standard_cut_off_is_as_good_as_a_longer_one():
    short = dense()
    far = simulate(short.state, sweeps=8192, seed=5, cut=4.2)
    assert abs(short.energy - far.energy) < 4.0 * math.hypot(short.energy_sem, far.energy_sem)
    assert abs(short.pressure - far.pressure) < 4.0 * math.hypot(
        short.pressure_sem, far.pressure_sem
    )


# ---------------------------------------------------------------- equation of state


@cache
def thol():
    teqp = pytest.importorskip("teqp")
    return teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}})


@np.vectorize
def eos_pressure(density, temperature):
    pure = np.array([1.0])
    return density * temperature * (1.0 + thol().get_Ar01(temperature, density, pure))


def assert_pressures_agree(density, temperature, pressure, error):
    """Within 1 % where p* > 1, elsewhere within 0.02, beside three standard errors."""
    expected = eos_pressure(density, temperature)
    allowed = np.where(expected > 1.0, 0.01 * expected, 0.02) + 3.0 * np.asarray(error)
    excess = np.abs(pressure - expected) / allowed
    worst = int(np.argmax(excess))
    assert excess[worst] < 1.0, (
        f"p* = {np.ravel(pressure)[worst]:.4f}, not {np.ravel(expected)[worst]:.4f}, at "
        f"ρ* = {np.ravel(density)[worst]:.3f}, T* = {np.ravel(temperature)[worst]:.3f}"
    )


@pytest.mark.parametrize(
    ("density", "temperature"),
    [
        (0.1, 1.5),
        pytest.param(0.32, 1.4, marks=pytest.mark.slow),  # large boxes near the critical point
        (0.45, 2.88),
        (0.7, 1.15),
        (0.85, 1.1),
        (0.95, 4.0),
        (1.1, 6.0),
    ],
)
def test_pressure_follows_the_equation_of_state(density, temperature):
    found = simulate(reduced(density, temperature), sweeps=4096, seed=6)
    assert_pressures_agree([density], [temperature], [found.pressure], [found.pressure_sem])
    assert found.pressure_sem < 0.01 * max(found.pressure, 2.0)


@pytest.mark.parametrize("design", ["states", "test", "direct", "argon"])
def test_pressures_of_the_campaigns_follow_the_equation_of_state(design):
    """Where the equation was fitted: T* from 0.7 to 9, p* up to 65."""
    if not any(data_dir(design).glob("chunk-*.npz")):
        pytest.skip(f"the campaign {design} has no results yet")
    found = Structures.load(design)
    density, temperature = to_reduced(found.coupling, found.attraction)
    fitted = (temperature >= 0.7) & (temperature <= 9.0)
    fitted[fitted] = eos_pressure(density[fitted], temperature[fitted]) <= 65.0
    assert fitted.sum() > 0.5 * len(found)
    pressure, error = found.results["pressure"], found.results["pressure_sem"]
    assert_pressures_agree(density[fitted], temperature[fitted], pressure[fitted], error[fitted])


# ---------------------------------------------------------------- exact limits


def test_in_a_dilute_gas_g_is_the_boltzmann_factor():
    found = gas()
    edges = np.arange(N_BINS + 1) * WIDTH * found.state.reduced_density ** (-1.0 / 3.0)
    for index in range(20, 120):  # 1.2σ to 7σ; the factor is steep within a bin before that
        near, far = edges[index : index + 2]
        shell = quad(lambda x: x * x * math.exp(-pair_energy(x) / 2.0), near, far)[0]
        expected = shell * 3.0 / (far**3 - near**3)
        assert found.g[index] == pytest.approx(expected, abs=5 * found.g_sem[index] + 0.01)


def test_atoms_do_not_overlap():
    for found in (gas(), dense()):
        assert not found.g[found.r < 0.7 * found.state.sigma].any()


def test_the_pressure_of_a_dilute_gas_gives_the_second_virial_coefficient():
    found = simulate(reduced(0.02, 2.0), sweeps=8192, seed=7)

    def integrand(x):
        return -2.0 * math.pi * x * x * math.expm1(-pair_energy(x) / 2.0)

    second = quad(integrand, 1e-3, 1.0)[0] + quad(integrand, 1.0, np.inf)[0]
    rho, t_star = 0.02, 2.0
    excess = (found.pressure / (rho * t_star) - 1.0) / rho
    error = found.pressure_sem / (rho * t_star) / rho
    # the third coefficient, below 2σ⁶, adds at most 0.04
    assert error < 0.05
    assert excess == pytest.approx(second, abs=0.05 + 3.0 * error)


def test_far_apart_pairs_are_those_of_an_ideal_gas_of_one_atom_less():
    found = gas()
    ideal = 1.0 - 1.0 / found.atoms
    weights = distances()[200:] ** 2
    assert np.average(found.g[200:], weights=weights) == pytest.approx(ideal, abs=5e-4)


def test_a_very_hot_gas_is_ideal():
    found = simulate(reduced(0.001, 500.0), sweeps=1024, seed=8)
    assert found.pressure / (0.001 * 500.0) == pytest.approx(1.0, abs=2e-3)


# ---------------------------------------------------------------- consistency


def test_energy_and_pressure_follow_from_g():
    """The energy equation and the virial equation, with g up to the cut-off."""
    found = dense()
    rho, t_star = found.state.reduced_density, found.state.reduced_temperature
    x = found.r / found.state.sigma
    width = x[1] - x[0]
    part = np.clip((CUTOFF - x) / width + 0.5, 0.0, 1.0)  # of a bin before the cut-off
    shells = 4.0 * math.pi * x**2 * width * found.g * part
    virial = 24.0 * (2.0 * x**-12 - x**-6)
    energy = 0.5 * rho * np.sum(shells * pair_energy(x)) + simulation.tail_energy(rho)
    pressure = rho * t_star + rho**2 / 6.0 * np.sum(shells * virial)
    assert energy == pytest.approx(found.energy, rel=1e-3)
    assert pressure + simulation.tail_pressure(rho) == pytest.approx(found.pressure, abs=0.03)


def test_a_structure_depends_on_reduced_density_and_temperature_only():
    small, large = (
        simulate(LJState.from_reduced(0.5, 2.0, sigma, epsilon), sweeps=2048, seed=seed)
        for seed, (sigma, epsilon) in enumerate([(0.25, 0.3), (0.6, 2.0)])
    )
    error = np.hypot(small.g_sem, large.g_sem)
    seen = error > 0.0
    assert scatter((small.g - large.g)[seen] / error[seen]) < 1.3
    assert small.r[0] / small.state.sigma == pytest.approx(large.r[0] / large.state.sigma)


def test_standard_errors_are_what_repeated_runs_scatter_by():
    runs = [
        simulate(reduced(0.7, 1.5), sweeps=512, seed=seed, equilibration=300) for seed in range(24)
    ]
    expected = 1.0 / math.sqrt(2 * len(runs))  # relative uncertainty of a standard deviation
    for name, error in (("pressure", "pressure_sem"), ("energy", "energy_sem")):
        values = np.array([getattr(run, name) for run in runs])
        errors = np.array([getattr(run, error) for run in runs])
        ratio = values.std(ddof=1) / math.sqrt(np.mean(errors**2))
        assert abs(ratio - 1.0) < 3.5 * expected
    g = np.array([run.g for run in runs])
    errors = np.array([run.g_sem for run in runs])
    ratio = math.sqrt(g.var(axis=0, ddof=1).mean() / np.mean(errors**2))
    assert abs(ratio - 1.0) < 2.0 * expected


def test_errors_shrink_with_the_root_of_the_length():
    short, long = (simulate(reduced(0.8, 1.2), sweeps=n, seed=9) for n in (1024, 8192))
    ratio = np.sqrt(np.mean(short.g_sem**2) / np.mean(long.g_sem**2))
    assert ratio == pytest.approx(math.sqrt(8.0), rel=0.25)


def test_energies_and_distances_are_those_of_plain_arithmetic():
    state = reduced(0.7, 1.3)
    run = Simulation(state, seed=10, atoms=129)
    run.equilibrate(25)
    counts = np.zeros(4 * N_BINS, np.int64)
    energy, virial = kernel.measure(run.atoms, run.model, counts, run.bin_width)
    length = run.model.length
    places = np.stack(run.atoms).astype(float) * (length / 2.0**32)
    first, second = np.triu_indices(run.n, 1)
    apart = places[:, first] - places[:, second]
    r = np.linalg.norm(apart - length * np.rint(apart / length), axis=0)
    near = r[r < run.model.cutoff]
    repulsion, attraction = near**-12, state.attraction * near**-6
    assert energy == pytest.approx(np.sum(repulsion - attraction), rel=1e-5)
    assert virial == pytest.approx(np.sum(12.0 * repulsion - 6.0 * attraction), rel=1e-5)
    expected = np.histogram(r, bins=len(counts), range=(0.0, len(counts) * run.bin_width))[0]
    assert counts.sum() == len(r) == run.n * (run.n - 1) // 2
    # single precision may put a distance on an edge into the neighbouring bin
    assert np.abs(np.cumsum(counts - expected)).max() <= 1


# ---------------------------------------------------------------- use


def test_the_same_seed_gives_the_same_answer_and_another_seed_another_one():
    first, again, other = (
        simulate(reduced(0.5, 2.0), sweeps=64, seed=seed, equilibration=50) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.g, again.g)
    assert (first.pressure, first.energy) == (again.pressure, again.energy)
    assert (first.g != other.g).any()


def test_progress_is_told_after_every_block():
    told = []
    simulate(reduced(0.5, 2.0), sweeps=64, progress=told.append, equilibration=50)
    assert told == [number / BLOCKS for number in range(1, BLOCKS + 1)]


@pytest.mark.parametrize("density", [0.001, 0.1, 0.3, 0.8, 1.5])
@pytest.mark.parametrize("temperature", [0.8, 1.35, 4.0, 9.0])
def test_boxes_hold_at_least_500_atoms_and_the_cut_off(density, temperature):
    state = reduced(density, temperature)
    atoms = default_atoms(state)
    assert atoms >= 500
    assert cutoff(state, atoms) == CUTOFF


@pytest.mark.parametrize("density", [0.1, 1.5, 4.0])
@pytest.mark.parametrize("temperature", [20.0, 600.0])
def test_in_smaller_boxes_of_hot_fluids_nothing_but_thermal_noise_is_cut_off(density, temperature):
    state = reduced(density, temperature)
    atoms = default_atoms(state)
    cut = cutoff(state, atoms)
    assert atoms >= 500
    assert cut <= 0.5 * (atoms / density) ** (1 / 3) * (1 + 1e-12)
    assert abs(pair_energy(cut)) < 1e-3 * temperature


@pytest.mark.parametrize(
    ("state", "options", "message"),
    [
        ((0.5, 2.0), {"sweeps": 0}, r"sweeps must be at least 1, got 0"),
        ((0.5, 2.0), {"seed": None}, r"seed must be a whole number, got None"),
        ((0.5, 2.0), {"equilibration": -1}, r"equilibration must be at least 0, got -1"),
        ((0.5, 2.0), {"engine": "abacus"}, r"engine must be .*lammps, got 'abacus'"),
        ((1.05, 1.0), {}, r"at ρ\* = 1\.050 and T\* = 1\.000 .* freezes; .* below ρ\* = 0\.9"),
        ((0.95, 0.5), {}, r"freezes"),
    ],
)
def test_bad_requests_are_refused_with_a_reason(state, options, message):
    with pytest.raises(ValueError, match=message):
        simulate(reduced(*state), **options)
