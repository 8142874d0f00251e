"""Simulated profiles obey what statistical mechanics demands of them."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_bvp

from surrogate_app.common.blocks import BLOCKS
from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.simulation import run as simulation
from surrogate_app.electrolyte.simulation.cell import Cell
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
    counts = np.array([block[0][0] for block in run.blocks])
    volume = 64 * run.simulation.cell.length**2 * SYSTEM.h / N_BINS * MOLAR_TO_PER_NM3
    histograms = 0.5 * (counts + counts[:, ::-1]) / volume
    profile = run.profile()
    blocks = coarse(histograms)
    error = blocks.std(axis=0, ddof=1) / math.sqrt(BLOCKS)
    visited = error > 0
    deviation = (coarse(profile.n_pos) - blocks.mean(axis=0))[visited] / error[visited]
    assert np.abs(deviation).max() < 4.0
    noise = histograms.std(axis=0, ddof=1) / math.sqrt(BLOCKS)
    assert np.sqrt((profile.n_pos_sem**2).mean() / (noise**2).mean()) < 0.6


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


def test_points_almost_without_charge_are_an_ideal_gas_that_only_walls_shape(monkeypatch):
    monkeypatch.setattr(simulation, "BJERRUM_LENGTH", 1e-5)
    system = Electrolyte(h=4.0, c=0.5, d_pos=0.02, d_neg=0.01, sigma_s=-0.01)
    profile = quick(system, sweeps=2048)
    for n, d, ions in zip((profile.n_pos, profile.n_neg), (0.02, 0.01), profile.ions, strict=True):
        factor = wall_factor(4.0, d, N_BINS)
        density = ions / (profile.length**2 * 4.0 * MOLAR_TO_PER_NM3)
        ideal = density * factor / factor.mean()
        np.testing.assert_allclose(coarse(n), coarse(ideal), rtol=0.03)


def test_uncharged_spheres_press_on_the_wall_as_hard_spheres_of_the_midplane_do(monkeypatch):
    """Contact theorem: the wall's mean force is the bulk pressure, here of Carnahan–Starling."""
    monkeypatch.setattr(simulation, "BJERRUM_LENGTH", 0.0)
    system = Electrolyte(h=5.0, c=1.4, d_pos=0.5, d_neg=0.5, sigma_s=0.0)
    profile = quick(system, sweeps=4096, min_anions=100)
    density = (profile.n_pos + profile.n_neg) * MOLAR_TO_PER_NM3
    factor = wall_factor(5.0, 0.5, N_BINS)
    left = factor[: N_BINS // 2]
    slope = np.gradient(left)  # −w u' dz: the wall's force on y = n/w
    y = np.divide(density[: N_BINS // 2], left, out=np.zeros_like(left), where=left > 1e-6)
    pressure = float((y * slope).sum())

    r = np.linspace(1e-4, 2 ** (1 / 6), 4000)  # Barker–Henderson diameter
    with np.errstate(over="ignore"):
        boltzmann = np.exp(-(4 * (r**-12.0 - r**-6.0) + 1))
    diameter = 0.5 * float(np.trapezoid(1 - boltzmann, r))
    bulk = density[200:302].mean()
    eta = math.pi / 6 * bulk * diameter**3
    compressibility = (1 + eta + eta**2 - eta**3) / (1 - eta) ** 3
    assert compressibility > 1.6
    assert pressure == pytest.approx(bulk * compressibility, rel=0.03)


def test_weakly_coupled_points_follow_poisson_and_boltzmann(monkeypatch):
    """Mean-field theory is exact where l_B is small against the distance of the ions."""
    bjerrum, h, c, sigma = 0.03, 4.0, 1.0, 0.15
    monkeypatch.setattr(simulation, "BJERRUM_LENGTH", bjerrum)
    system = Electrolyte(h=h, c=c, d_pos=0.05, d_neg=0.05, sigma_s=-sigma)
    profile = quick(system, sweeps=2048, min_anions=100)

    anions = profile.system.c * MOLAR_TO_PER_NM3 * h  # per area, as is the walls' charge
    field = 4 * math.pi * bjerrum * sigma * C_PER_M2_TO_E_PER_NM2

    def equations(z, y, p):
        # potential φ, its slope, anions so far; p the logarithm of the density where φ = 0
        density = np.exp(p[0])
        return np.array(
            [
                y[1],
                8 * math.pi * bjerrum * density * np.sinh(y[0]),
                density * np.exp(y[0]),
            ]
        )

    def ends(a, b, p):
        return np.array([a[1] - field, a[2], b[1], b[2] - anions / 2])

    wall = 0.03  # where the soft wall of points of 0.05 nm lets them in
    z = np.linspace(-h / 2 + wall - 0.005, 0.0, 400)
    guess = np.array([-0.5 * np.exp(-(z + h / 2)), 0.5 * np.exp(-(z + h / 2)), z + h / 2])
    theory = solve_bvp(equations, ends, z, guess, p=[math.log(anions / h)])
    assert theory.success
    potential = theory.sol(np.clip(-np.abs(profile.z), z[0], None))[0]
    inside = np.abs(profile.z) < 1.9
    for n, sign in ((profile.n_pos, -1), (profile.n_neg, 1)):
        expected = np.exp(theory.p[0] + sign * potential) / MOLAR_TO_PER_NM3
        np.testing.assert_allclose(n[inside], expected[inside], rtol=0.03)
    assert profile.n_pos[inside].max() > 1.25 * profile.n_pos[inside].min()


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
        for counts, forces, *_ in blocks:
            n, force = (
                symmetric(counts[species]),
                antisymmetric(forces[species]),
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
        assert np.isfinite(n).all() and np.isfinite(sem).all()
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
    ],
)
def test_impossible_lengths_are_refused(options, message):
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
        counted = sum(block[0].sum(axis=1) for block in run.blocks)
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


def test_the_call_of_a_simulated_profile_repeats_it():
    made = quick(sweeps=64, min_anions=30, precision=0.2, max_sweeps=256)
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
