"""Simulated profiles obey what statistical mechanics demands of them."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_bvp

from surrogate_app.common.blocks import BLOCKS
from surrogate_app.common.units import BOLTZMANN, C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.pressure import maxwell_stress
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.simulation import run as simulation
from surrogate_app.electrolyte.simulation.cell import Cell, default_anions
from surrogate_app.electrolyte.simulation.estimator import antisymmetric, symmetric
from surrogate_app.electrolyte.simulation.result import SimulatedProfile
from surrogate_app.electrolyte.simulation.run import Run, Simulation, simulate
from surrogate_app.electrolyte.system import N_BINS, Electrolyte
from surrogate_app.electrolyte.walls import wall_factor

SYSTEM = Electrolyte(h=4.2, c=1.2, d_pos=0.3, d_neg=0.5, sigma_s=-0.02)


def coarse(values, bins=20):
    """Means over `bins` equal parts; 500 central bins of 502 divide by 20 evenly."""
    return np.asarray(values)[..., 1:-1].reshape(*np.shape(values)[:-1], bins, -1).mean(axis=-1)


def quick(system=SYSTEM, sweeps=1024, seed=1, min_anions=60, equilibration=300, **options):
    return simulate(
        system, sweeps, seed, min_anions=min_anions, equilibration=equilibration, **options
    )


@pytest.fixture(scope="module")
def profile():
    return quick(sweeps=4096)


@pytest.fixture(scope="module")
def repeats():
    """The same short run with 30 seeds."""
    return [quick(sweeps=512, seed=seed, min_anions=40) for seed in range(30)]


def test_midplane_is_neutral_by_gauss_law(profile):
    assert abs(profile.neutrality_residual) < 1e-12 * abs(SYSTEM.sigma_s) * N_BINS


def test_profiles_are_even(profile):
    for values in (profile.n_pos, profile.n_neg, profile.n_pos_sem, profile.n_neg_eps):
        np.testing.assert_allclose(values, values[::-1], rtol=1e-9, atol=1e-12)


def test_anions_amount_to_the_concentration_and_cations_to_the_walls_charge(profile):
    width = SYSTEM.h / N_BINS
    assert width * profile.n_neg.sum() == pytest.approx(profile.system.c * SYSTEM.h, rel=1e-10)
    surplus = width * profile.charge_density.sum() * MOLAR_TO_PER_NM3
    wall_charge = 2 * abs(SYSTEM.sigma_s) * C_PER_M2_TO_E_PER_NM2
    assert surplus == pytest.approx(wall_charge, rel=1e-10)


@pytest.mark.parametrize("c", [0.08, 0.31, 1.0, 2.1])
@pytest.mark.parametrize("sigma_s", [-0.008, -0.0137, -0.022, 0.0])
def test_cell_holds_whole_ions_with_the_exact_wall_charge(c, sigma_s):
    cell = Cell.of(SYSTEM.replace(c=c, sigma_s=sigma_s))
    area = cell.length**2
    counterions = 2 * abs(sigma_s) * C_PER_M2_TO_E_PER_NM2 * area
    assert cell.n_pos - cell.n_neg == pytest.approx(counterions, abs=1e-9)
    assert cell.n_neg >= 250
    assert cell.system.c == pytest.approx(c, rel=0.003)
    realised = cell.n_neg / (area * SYSTEM.h * MOLAR_TO_PER_NM3)
    assert cell.system.c == pytest.approx(realised, rel=1e-12)


def test_same_seed_same_answer_and_another_seed_another_one():
    first, again, other = (quick(sweeps=64, seed=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.n_pos, again.n_pos)
    np.testing.assert_array_equal(first.n_neg_sem, again.n_neg_sem)
    assert (first.n_pos != other.n_pos).any()


def test_standard_errors_are_what_repeated_runs_scatter_by(repeats):
    profiles = np.array([[p.n_pos, p.n_neg] for p in repeats])
    claimed = np.array([[p.n_pos_sem, p.n_neg_sem] for p in repeats])
    scatter = np.sqrt(profiles.var(axis=0, ddof=1).mean())
    assert 0.85 < np.sqrt((claimed**2).mean()) / scatter < 1.3


def test_block_deviations_exceed_standard_errors_by_root_of_the_number_of_blocks(profile):
    ratio = np.sqrt((profile.n_pos_eps**2).mean() / (profile.n_pos_sem**2).mean())
    assert ratio == pytest.approx(math.sqrt(simulation.LABEL_BLOCKS), rel=0.35)


def test_profile_from_forces_agrees_with_the_histogram_and_is_smoother():
    run = Run(Simulation(SYSTEM, seed=3, min_anions=60), 64)
    run.simulation.equilibrate(300)
    run.extend()
    counts = np.array([block.counts[0] for block in run.blocks])
    volume = 64 * run.simulation.cell.length**2 * SYSTEM.h / N_BINS * MOLAR_TO_PER_NM3
    histograms = 0.5 * (counts + counts[:, ::-1]) / volume
    profile, plain = run.profile(), run.profile("histogram")
    np.testing.assert_allclose(plain.n_pos, histograms.mean(axis=0), rtol=1e-12)
    blocks = coarse(histograms)
    error = blocks.std(axis=0, ddof=1) / math.sqrt(BLOCKS)
    visited = error > 0
    deviation = (coarse(profile.n_pos) - blocks.mean(axis=0))[visited] / error[visited]
    assert np.abs(deviation).max() < 4.0
    noise = histograms.std(axis=0, ddof=1) / math.sqrt(BLOCKS)
    assert np.sqrt((profile.n_pos_sem**2).mean() / (noise**2).mean()) < 0.6
    assert profile.n_pos.sum() == pytest.approx(plain.n_pos.sum(), rel=1e-9)


def test_cells_of_250_and_500_anions_give_the_same_profile():
    small, large = (
        quick(sweeps=768, seed=seed, min_anions=anions, equilibration=200)
        for seed, anions in ((11, 250), (12, 500))
    )
    for name in ("n_pos", "n_neg"):
        difference = coarse(getattr(small, name)) - coarse(getattr(large, name))
        errors = (coarse(getattr(p, f"{name}_sem")) for p in (small, large))
        bound = np.hypot(*errors)
        assert np.sqrt(np.mean(difference**2) / np.mean(bound**2)) < 1.5
        assert np.abs(difference).max() < 0.05


def test_equal_ions_between_uncharged_walls_carry_no_net_charge():
    system = Electrolyte(h=4.0, c=1.0, d_pos=0.4, d_neg=0.4, sigma_s=0.0)
    profile = quick(system, sweeps=4096)
    assert profile.ions == (60, 60)
    error = np.hypot(coarse(profile.n_pos_sem), coarse(profile.n_neg_sem))
    inside = error > 0
    deviation = coarse(profile.charge_density)[inside] / error[inside]
    assert np.abs(deviation).max() < 4.0
    assert profile.n_pos.max() > 1.0


def in_solvent(system, bjerrum):
    """The same system in a solvent in which the Bjerrum length is so long in nm."""
    return system.replace(permittivity=system.permittivity * system.bjerrum_length / bjerrum)


@pytest.mark.parametrize("salt", [(1, -1), (2, -1)])
def test_points_almost_without_charge_are_an_ideal_gas_that_only_walls_shape(salt):
    system = Electrolyte(4.0, 0.5, 0.02, 0.01, -0.01, *salt)
    profile = quick(in_solvent(system, 1e-5), sweeps=2048)
    for n, d, ions in zip((profile.n_pos, profile.n_neg), (0.02, 0.01), profile.ions, strict=True):
        factor = wall_factor(4.0, d, N_BINS)
        density = ions / (profile.length**2 * 4.0 * MOLAR_TO_PER_NM3)
        ideal = density * factor / factor.mean()
        np.testing.assert_allclose(coarse(n), coarse(ideal), rtol=0.03)


def test_uncharged_spheres_press_on_the_wall_as_hard_spheres_of_the_midplane_do():
    """Contact theorem: the wall's mean force is the bulk pressure, here of Carnahan–Starling."""
    system = in_solvent(Electrolyte(h=5.0, c=1.4, d_pos=0.5, d_neg=0.5, sigma_s=0.0), 1e-9)
    profile = quick(system, sweeps=4096, min_anions=100)
    density = (profile.n_pos + profile.n_neg) * MOLAR_TO_PER_NM3
    per_bar = 1e5 / (BOLTZMANN * system.temperature) * 1e-27  # k_BT/nm³

    r = np.linspace(1e-4, 2 ** (1 / 6), 4000)  # Barker–Henderson diameter
    with np.errstate(over="ignore"):
        boltzmann = np.exp(-(4 * (r**-12.0 - r**-6.0) + 1))
    diameter = 0.5 * float(np.trapezoid(1 - boltzmann, r))
    bulk = density[200:302].mean()
    eta = math.pi / 6 * bulk * diameter**3
    compressibility = (1 + eta + eta**2 - eta**3) / (1 - eta) ** 3
    assert compressibility > 1.6
    expected = bulk * compressibility
    assert profile.pressure * per_bar == pytest.approx(expected, rel=0.03)
    for pressure, error in (
        (profile.pressure_wall, profile.pressure_wall_sem),
        (profile.pressure_midplane, profile.pressure_midplane_sem),
    ):
        assert error * per_bar < 0.03 * expected
        assert pressure * per_bar == pytest.approx(expected, abs=0.015 * expected + 4 * error)


def poisson_boltzmann(system, closest):
    """Densities of point ions between two plates that they approach to `closest`, a function of z.

    Solved numerically for any valencies: potential φ and φ' in units of k_BT/e, anions so far,
    and the logarithms of both densities where φ = 0, which the numbers of ions fix.
    """
    bjerrum, (z_pos, z_neg) = system.bjerrum_length, (system.z_pos, system.z_neg)
    surface = abs(system.sigma_s) * C_PER_M2_TO_E_PER_NM2
    anions = system.stoichiometry[1] * system.c * MOLAR_TO_PER_NM3 * system.h
    cations = (2 * surface - z_neg * anions) / z_pos

    def densities(potential, p):
        return [np.exp(p[k] - z * potential) for k, z in enumerate((z_pos, z_neg))]

    def equations(_, y, p):
        n_pos, n_neg = densities(y[0], p)
        return np.array([y[1], -4 * math.pi * bjerrum * (z_pos * n_pos + z_neg * n_neg), n_neg])

    def ends(a, b, _):
        field = 4 * math.pi * bjerrum * surface
        return np.array([a[1] - field, a[2], b[0], b[1], b[2] - anions / 2])

    z = np.linspace(-system.h / 2 + closest, 0.0, 400)
    depth = np.exp(-(z - z[0]) / min(system.debye_length, system.h / 4))
    guess = np.array([-0.5 * depth, 0.5 * depth, anions / 2 * (z - z[0]) / (z[-1] - z[0])])
    start = [math.log(cations / system.h), math.log(anions / system.h)]
    solution = solve_bvp(equations, ends, z, guess, p=start, tol=1e-5, max_nodes=50_000)
    assert solution.success
    return lambda at: [
        n / MOLAR_TO_PER_NM3
        for n in densities(solution.sol(np.clip(-np.abs(at), z[0], None))[0], solution.p)
    ]


@pytest.mark.parametrize(
    ("salt", "bjerrum"), [((1, -1), 0.03), ((2, -1), 0.012), ((1, -2), 0.012), ((3, -1), 0.006)]
)
def test_weakly_coupled_points_follow_poisson_and_boltzmann(salt, bjerrum):
    """Mean-field theory is exact where l_B is small against the distance of the ions."""
    system = in_solvent(Electrolyte(4.0, 0.7, 0.05, 0.05, -0.15, *salt), bjerrum)
    profile = quick(system, sweeps=2048, min_anions=120)
    theory = poisson_boltzmann(profile.system, closest=0.025)
    inside = np.abs(profile.z) < 1.9
    for n, expected in zip((profile.n_pos, profile.n_neg), theory(profile.z), strict=True):
        np.testing.assert_allclose(n[inside], expected[inside], rtol=0.035)
    assert profile.n_pos[inside].max() > 1.1 * profile.n_pos[inside].min()


@pytest.mark.parametrize("salt", [(1, -1), (2, -1), (1, -2)])
def test_dilute_salts_follow_gouy_and_chapman(salt):
    """In a wide slit, with small ions and little charge, where correlations hardly matter."""
    system = in_solvent(Electrolyte(8.0, 0.02, 0.35, 0.35, -0.008, *salt), 0.35)
    profile = simulate(system, sweeps=4096, seed=3, equilibration=500)
    assert sum(profile.ions) >= 250
    n_pos, n_neg = poisson_boltzmann(profile.system, closest=0.175)(profile.z)
    inside = np.abs(coarse(profile.z)) < 3.6
    for n, sem, expected in (
        (profile.n_pos, profile.n_pos_sem, n_pos),
        (profile.n_neg, profile.n_neg_sem, n_neg),
    ):
        deviation = coarse(n)[inside] / coarse(expected)[inside] - 1
        error = coarse(sem)[inside] / coarse(n)[inside]
        assert error.max() < 0.03
        assert (np.abs(deviation) < 0.04 + 3 * error).all()
    assert n_pos[30] > 1.2 * n_pos[250]


def test_a_weak_charge_is_screened_over_the_debye_length():
    r"""Debye and Hückel: ρ(z) = |σ_s| κ cosh(κz)/sinh(κh/2) for a weakly charged wide slit."""
    system = Electrolyte(h=10.0, c=0.05, d_pos=0.3, d_neg=0.3, sigma_s=-0.002)
    profile = simulate(system, sweeps=6144, seed=8, equilibration=500)
    assert profile.length > 25.0
    contact = system.h / 2 - 0.15
    kappa = 1 / profile.system.debye_length
    surface = abs(system.sigma_s) * C_PER_M2_TO_E_PER_NM2 / MOLAR_TO_PER_NM3
    theory = surface * kappa * np.cosh(kappa * profile.z) / np.sinh(kappa * contact)
    inside = np.abs(coarse(profile.z)) < 4.6
    error = coarse(np.hypot(profile.n_pos_sem, profile.n_neg_sem))[inside]
    deviation = coarse(profile.charge_density)[inside] - coarse(theory)[inside]
    assert error.max() < 0.08 * theory.max()
    assert np.abs(deviation / error).max() < 4.0
    # a length a third off would not do
    longer = surface * kappa / 1.33 * np.cosh(kappa / 1.33 * profile.z)
    longer /= np.sinh(kappa / 1.33 * contact)
    assert np.abs(coarse(profile.charge_density - longer)[inside] / error).max() > 4.0


CORNERS = {
    "3:1": Electrolyte(h=3.0, c=0.3, d_pos=0.35, d_neg=0.352, sigma_s=-0.1, z_pos=3),
    "2:2": Electrolyte(h=2.0, c=1.0, d_pos=0.5, d_neg=0.44, sigma_s=-0.15, z_pos=2, z_neg=-2),
    "1:1": Electrolyte(h=3.0, c=0.5, d_pos=0.2, d_neg=0.27, sigma_s=-0.02, permittivity=40.0),
}
"""Where coupling is strongest: cations and anions form pairs that last."""


@pytest.mark.parametrize("name", CORNERS)
def test_starts_from_pairs_and_from_free_ions_agree_where_coupling_is_strongest(name):
    system = CORNERS[name]
    assert 5.8 < system.coupling <= 6.0
    profiles = []
    for paired in (False, True):
        simulator = Simulation(system, seed=31 + paired, min_anions=120, paired=paired)
        assert simulator.strong
        simulator.equilibrate(500)
        run = Run(simulator, 64)
        run.extend()
        profiles.append(run.profile())
        assert profiles[-1].relocation_acceptance > 0.02
    free, bound = profiles
    for ion in ("n_pos", "n_neg"):
        difference = coarse(getattr(free, ion)) - coarse(getattr(bound, ion))
        error = np.hypot(*(coarse(getattr(p, f"{ion}_sem")) for p in profiles))
        visited = error > 0
        assert np.sqrt(np.mean((difference[visited] / error[visited]) ** 2)) < 2.0
    error = math.hypot(free.pressure_midplane_sem, bound.pressure_midplane_sem)
    assert abs(free.pressure_midplane - bound.pressure_midplane) < 4 * error


def test_the_two_starts_differ():
    """Before any ion has moved, pairs are paired and free ions are not."""
    shares = []
    for paired in (False, True):
        simulator = Simulation(CORNERS["3:1"], seed=1, min_anions=120, paired=paired)
        x, y, z = simulator.positions.T.astype(float)
        n_pos, length = simulator.cell.n_pos, simulator.cell.length
        lateral = [np.subtract.outer(u[n_pos:], u[:n_pos]) for u in (x, y)]
        lateral = [u - length * np.rint(u / length) for u in lateral]
        r = np.sqrt(
            lateral[0] ** 2 + lateral[1] ** 2 + np.subtract.outer(z[n_pos:], z[:n_pos]) ** 2
        )
        shares.append((r.min(axis=1) < 0.4).mean())
    assert shares[0] < 0.4
    assert shares[1] > 0.9


@pytest.mark.parametrize("name", CORNERS)
def test_pressure_is_the_same_at_the_walls_and_across_the_midplane(name):
    """Two independent statistics of a run: ions at the soft walls, and forces between halves."""
    profile = quick(CORNERS[name], sweeps=4096, seed=5, min_anions=120)
    error = math.hypot(profile.pressure_wall_sem, profile.pressure_midplane_sem)
    assert abs(profile.pressure_wall - profile.pressure_midplane) < 3.5 * error
    # precise enough to notice the Maxwell stress, which one of them gets from the ions' forces
    assert error < 0.2 * maxwell_stress(profile.system) or error < 0.1 * profile.pressure_midplane
    # the profile's own has the forces in it and is more precise than plain visits
    assert abs(profile.pressure - profile.pressure_midplane) < 3.5 * error


@pytest.mark.parametrize("salt", [(1, -1), (2, -1), (1, -2), (2, -2), (3, -1), (3, -2)])
@pytest.mark.parametrize("sigma_s", [-0.05, 0.0])
def test_cells_of_any_salt_are_neutral_and_hold_whole_formula_units(salt, sigma_s):
    system = Electrolyte(4.0, 0.4, 0.4, 0.4, sigma_s, *salt)
    cell = Cell.of(system, default_anions(system))
    per_unit = system.stoichiometry
    charge = 2 * abs(sigma_s) * C_PER_M2_TO_E_PER_NM2 * cell.length**2
    assert salt[0] * cell.n_pos + salt[1] * cell.n_neg == pytest.approx(charge, abs=1e-9)
    units = cell.system.c * MOLAR_TO_PER_NM3 * cell.length**2 * system.h
    assert per_unit[1] * units == pytest.approx(cell.n_neg, rel=1e-12)
    assert cell.n_neg % per_unit[1] == 0
    assert cell.n_neg >= 250
    assert cell.system.c == pytest.approx(system.c, rel=0.01)


@pytest.mark.parametrize("salt", [(2, -1), (1, -2), (2, -2), (3, -1)])
def test_profiles_of_any_salt_keep_neutrality_and_concentration_exactly(salt):
    profile = quick(Electrolyte(4.0, 0.6, 0.5, 0.5, -0.04, *salt), sweeps=64)
    width = 4.0 / N_BINS
    anions = profile.system.stoichiometry[1] * profile.system.c * 4.0
    assert width * profile.n_neg.sum() == pytest.approx(anions, rel=1e-10)
    assert abs(profile.neutrality_residual) < 1e-14


def test_cells_hold_fewer_anions_where_the_walls_bring_most_of_the_ions():
    system = Electrolyte(h=10.0, c=0.02, d_pos=0.3, d_neg=0.3, sigma_s=-0.15)
    simulator = Simulation(system, seed=1)
    assert simulator.cell.n_neg < 100
    assert 900 < simulator.cell.n_pos + simulator.cell.n_neg < 1200
    assert simulator.repeats.tolist() == [1, simulator.cell.n_pos // (2 * simulator.cell.n_neg)]
    block = simulator.produce(2)
    assert block.counts.sum(axis=1) == pytest.approx(
        [2 * simulator.cell.n_pos, 2 * simulator.cell.n_neg]
    )


def test_forces_between_the_ions_build_up_the_density_from_contact_to_midplane():
    """Born–Green–Yvon, n' = n⟨F⟩ beyond the walls' reach: counts and forces tell the same story."""
    simulator = Simulation(SYSTEM, seed=21, min_anions=60)
    simulator.equilibrate(300)
    blocks = [simulator.produce(400) for _ in range(BLOCKS)]
    width = SYSTEM.h / N_BINS
    rises = []
    for species, diameter in enumerate((SYSTEM.d_pos, SYSTEM.d_neg)):
        free = int(2 ** (1 / 6) * diameter / 2 / width) + 2
        contact, midplane = slice(free, free + 20), slice(N_BINS // 2 - 40, N_BINS // 2)
        counted, built, density = [], [], []
        for block in blocks:
            n, force = (
                symmetric(block.counts[species]),
                antisymmetric(block.forces[species]),
            )
            integral = width * (np.cumsum(force) - 0.5 * force)
            counted.append(n[midplane].mean() - n[contact].mean())
            built.append(integral[midplane].mean() - integral[contact].mean())
            density.append(n[midplane].mean())
        difference = (np.array(counted) - np.array(built)) / np.mean(density)
        error = difference.std(ddof=1) / math.sqrt(BLOCKS)
        assert error < 0.04
        assert abs(difference.mean()) < 4 * error
        rises.append(np.mean(counted) / np.mean(density))
    assert rises[0] < -0.15  # there is something to build: cations gather at the walls


@pytest.mark.parametrize(
    "values",
    [(5.0, 2.0, 0.63, 0.63, -0.02), (4.0, 2.1, 0.68, 0.68, -0.022)],
    ids=["domain", "margin"],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_densest_systems_start_without_failing(values, seed):
    system = Electrolyte(*values)
    profile = quick(system, sweeps=64, seed=seed, min_anions=250, equilibration=200)
    assert min(profile.ions) >= 250
    for n, sem in ((profile.n_pos, profile.n_pos_sem), (profile.n_neg, profile.n_neg_sem)):
        assert np.isfinite(n).all()
        assert np.isfinite(sem).all()
        overlapping = np.abs(profile.z) > 0.5 * system.h - 0.4 * system.d_pos
        assert overlapping.sum() > 40
        assert n[overlapping].max() < 0.02
        assert n.max() > 4.0
    assert min(profile.acceptance) > 0.2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"h": 0.65}, "h = 0.65 nm is too narrow: ions would touch both walls at once"),
        ({"sigma_s": -1e-6}, "takes [0-9,]+ ions, at most 20,000 can be simulated"),
        ({"h": 60.0, "c": 2.0}, "takes [0-9,]+ ions, at most 20,000 can be simulated"),
        ({"h": 60.0, "c": 2.0, "sigma_s": 0.0}, "at most 20,000 can be simulated"),
    ],
)
def test_slits_that_cannot_be_simulated_are_refused_in_a_sentence(change, message):
    system = Electrolyte(h=4.0, c=0.5, d_pos=0.63, d_neg=0.3, sigma_s=-0.01).replace(**change)
    with pytest.raises(ValueError, match=message):
        simulate(system, sweeps=64)


def test_wide_slits_have_cells_that_are_as_wide():
    for sigma_s in (0.0, -0.01):
        system = Electrolyte(h=20.0, c=1.0, d_pos=0.3, d_neg=0.3, sigma_s=sigma_s)
        assert Cell.of(system).length >= 20.0


def test_ions_that_would_freeze_are_refused():
    with pytest.raises(ValueError, match=r"fill 0\.5\d of the slab, more than 0\.45"):
        simulate(Electrolyte(h=4.0, c=2.5, d_pos=0.68, d_neg=0.68, sigma_s=-0.02))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sweeps": 0}, "sweeps must be at least 1, got 0"),
        ({"precision": 0.0}, "precision must be positive, got 0"),
        ({"precision": -0.1}, "precision must be positive, got -0.1"),
        ({"precision": math.nan}, "precision must be positive, got nan"),
        ({"sweeps": 64.5}, "sweeps must be a whole number, got 64.5"),
        ({"equilibration": -1}, "equilibration must be at least 0, got -1"),
        ({"equilibration": 1.5}, "equilibration must be a whole number, got 1.5"),
        ({"min_anions": -5}, "min_anions must be at least 1, got -5"),
        ({"max_sweeps": "many"}, "max_sweeps must be a whole number, got 'many'"),
        ({"seed": None}, "seed must be a whole number, got None"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"estimator": "dice"}, "estimator must be combined or histogram, got 'dice'"),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        simulate(SYSTEM, **options)


def test_a_run_doubles_until_it_is_precise_enough():
    profile = quick(sweeps=64, min_anions=30, precision=0.05)
    assert profile.relative_error <= 0.05
    assert math.log2(profile.sweeps / 64) in {1, 2, 3, 4, 5}


def test_a_run_never_doubles_beyond_its_longest_length():
    profile = quick(sweeps=64, min_anions=30, precision=1e-6, max_sweeps=300)
    assert profile.sweeps == 256


def test_doubled_runs_keep_their_number_of_blocks_and_every_count():
    run = Run(Simulation(SYSTEM, seed=2, min_anions=30), 3)
    run.simulation.equilibrate(25)
    for doublings in range(3):
        run.extend()
        assert len(run.blocks) == BLOCKS
        assert run.per_block == 3 * 2**doublings
        counted = sum(block.counts.sum(axis=1) for block in run.blocks)
        ions = np.array([run.simulation.cell.n_pos, run.simulation.cell.n_neg])
        np.testing.assert_array_equal(counted, BLOCKS * run.per_block * ions)


def test_progress_runs_from_a_block_to_the_end():
    told = []
    quick(sweeps=32, min_anions=30, equilibration=25, progress=told.append)
    assert told == [(i + 1) / BLOCKS for i in range(BLOCKS)]


def test_a_watched_simulation_shows_itself_while_it_runs_and_comes_out_the_same():
    phases, sizes, partial = [], [], []

    def watch(stage):
        phases.append(stage.run is not None)
        assert 0 < stage.done <= stage.planned
        x, y, z = stage.simulation.positions.T
        assert len(z) == stage.simulation.cell.n_pos + stage.simulation.cell.n_neg
        assert max(np.abs(x).max(), np.abs(y).max()) <= stage.simulation.cell.length / 2
        assert np.abs(z).max() < SYSTEM.h / 2
        if stage.run is not None and stage.run.measurable:
            sizes.append(len(stage.run.blocks))
            partial.append(stage.run.profile())

    options = {"sweeps": 64, "min_anions": 30, "equilibration": 50, "precision": 1e-6}
    watched = quick(**options, max_sweeps=128, watch=watch)
    alone = quick(**options, max_sweeps=128)
    np.testing.assert_array_equal(watched.n_pos, alone.n_pos)
    np.testing.assert_array_equal(watched.n_neg_sem, alone.n_neg_sem)
    assert phases == [False] * 10 + [True] * 64
    assert sizes == list(range(8, 65))
    assert [p.sweeps for p in partial] == [2 * size for size in sizes]
    np.testing.assert_allclose(partial[-1].n_pos, alone.n_pos, rtol=1e-12)
    for profile in partial:
        assert abs(profile.neutrality_residual) < 1e-12 * abs(SYSTEM.sigma_s) * N_BINS
        assert profile.n_pos_sem.max() > 0.0


@pytest.mark.parametrize("estimator", ["combined", "histogram"])
def test_the_call_of_a_simulated_profile_repeats_it(estimator):
    made = quick(sweeps=64, min_anions=30, precision=0.2, max_sweeps=256, estimator=estimator)
    repeated = eval(made.call, {"Electrolyte": Electrolyte, "simulate": simulate})
    np.testing.assert_allclose(repeated.n_pos, made.n_pos, rtol=1e-9)


def test_success_rates_count_the_bins_within_the_chosen_error(profile):
    shifted = 1.5 * profile.n_pos_sem, 1.5 * profile.n_neg_sem
    n_pos, n_neg = profile.n_pos + shifted[0], profile.n_neg - shifted[1]
    prediction = Profile(profile.system, n_pos, n_neg, *shifted)
    assert profile.success_rate(prediction, "sem") == 0.0
    assert profile.success_rate(prediction, "eps") > 0.9
    assert profile.success_rate(profile, "sem", contact=True) == 1.0


def test_a_simulated_profile_reports_the_realised_and_the_requested_system(profile):
    assert isinstance(profile, SimulatedProfile)
    assert profile.requested == SYSTEM
    assert profile.system == SYSTEM.replace(c=profile.system.c)
    assert profile.system.c != SYSTEM.c
    np.testing.assert_array_equal(profile.n_pos_std, profile.n_pos_sem)
