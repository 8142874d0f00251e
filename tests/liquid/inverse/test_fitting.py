"""Least squares finds the coupling and attraction that made g(r), and says how well."""

import numpy as np
import pytest
from support.liquid_samples import COUNTS, bins, curve, fluid, measurement, scatter

from surrogate_app.liquid.data.fluctuations import count_shape
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.inverse.fitting import FitSettings, fit_structure

FLUIDS = [(0.8, 1.0), (0.5, 2.0), (0.2, 3.0), (0.95, 4.0), (0.85, 1.6)]
STARTS = [(1.05, 1.05), (0.95, 0.95), (1.05, 0.95), (0.95, 1.05)]


def fit(state, g, t, width, start=(1.0, 1.0)):
    near = start[0] * state.coupling, start[1] * state.attraction
    return fit_structure(measurement(t, width, g), near)


def errors(solution, state):
    """Deviations of ln Γ and a."""
    return np.array(
        [np.log(solution.coupling / state.coupling), solution.attraction - state.attraction]
    )


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
@pytest.mark.parametrize("start", STARTS)
def test_without_noise_the_state_is_found_again_from_a_start_nearby(density, temperature, start):
    state = fluid(density, temperature)
    t, width = bins()
    solution = fit(state, curve(state, t, width), t, width, start)
    assert solution.coupling == pytest.approx(state.coupling, rel=2.5e-4)
    assert solution.attraction == pytest.approx(state.attraction, rel=2.5e-4)
    assert solution.level == pytest.approx(1.0, abs=4e-5)
    assert not solution.at_bound
    assert solution.kappa < 0.1  # in units of what the surrogate itself is off


@pytest.mark.parametrize(("density", "temperature"), [(0.8, 1.0), (0.5, 2.0)])
@pytest.mark.parametrize("level", [0.995, 1.005])
def test_a_wrong_normalisation_is_found_and_shifts_nothing(density, temperature, level):
    state = fluid(density, temperature)
    t, width = bins()
    solution = fit(state, level * curve(state, t, width), t, width)
    assert solution.level == pytest.approx(level, abs=4e-5)
    assert errors(solution, state) == pytest.approx(np.zeros(2), abs=4e-4)


def test_many_measurements_scatter_as_each_says():
    """60 runs in three states: errors are as large and as correlated as stated."""
    t, width = bins()
    pulls, together = [], []
    for density, temperature in FLUIDS[:3]:
        state = fluid(density, temperature)
        g = curve(state, t, width)
        rng = np.random.default_rng(11)
        for _ in range(20):
            noise = scatter(state, t, width, rng, counts=3e-7)
            solution = fit(state, g + noise, t, width, (1.02, 0.98))
            stated = np.sqrt(np.diag(solution.covariance))
            pulls.append(errors(solution, state) / stated)
            together.append(solution.covariance[0, 1] / stated.prod())
    pulls = np.array(pulls)
    inside = np.mean(np.abs(pulls) < 1.0, axis=0)
    assert ((inside > 0.5) & (inside < 0.85)).all()
    assert np.abs(pulls).max() < 5.0
    assert np.sqrt(np.mean(pulls**2, axis=0)) == pytest.approx(np.ones(2), abs=0.35)
    assert np.corrcoef(pulls.T)[0, 1] == pytest.approx(np.mean(together), abs=0.2)


@pytest.mark.parametrize(("density", "temperature"), FLUIDS[:3])
def test_a_longer_run_leaves_smaller_errors(density, temperature):
    """Four times the counts and waves, half the error."""
    state = fluid(density, temperature)
    t, width = bins()
    stated = []
    for counts in (4e-6, 1e-6):
        noise = scatter(state, t, width, np.random.default_rng(6), counts)
        solution = fit(state, curve(state, t, width) + noise, t, width)
        stated.append(np.sqrt(np.diag(solution.covariance)))
    assert stated[0] / stated[1] == pytest.approx(np.full(2, 2.0), rel=0.3)


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
def test_a_file_that_ends_at_the_second_shell_tells_less(density, temperature):
    state = fluid(density, temperature)
    found = []
    for end in (1.9, 4.0):
        t, width = bins(end=end)
        found.append(fit(state, curve(state, t, width), t, width, (1.03, 0.97)))
        assert errors(found[-1], state) == pytest.approx(np.zeros(2), abs=3e-4)
    short, long = (np.diag(solution.covariance) for solution in found)
    assert (short > long).all()


@pytest.mark.parametrize(("density", "temperature"), [(0.8, 1.0), (0.95, 4.0), (0.85, 1.6)])
def test_fits_to_noisy_curves_settle(density, temperature):
    """Noise of 0.02 at t = 1: whole steps of the fit would go to and fro in some of them."""
    state = fluid(density, temperature)
    t, width = bins()
    g, rng = curve(state, t, width), np.random.default_rng(5)
    for _ in range(8):
        noisy = g + 0.02 / t * rng.normal(size=len(t))
        assert fit(state, noisy, t, width, (1.02, 0.98)).converged


def test_starts_far_away_come_home():
    t, width = bins()
    state = fluid(0.6, 2.0)
    g = curve(state, t, width)
    for start in ((1.2, 0.7), (0.8, 1.3), (0.7, 1.0)):
        solution = fit(state, g, t, width, start)
        assert solution.coupling == pytest.approx(state.coupling, rel=1e-5)
        assert solution.attraction == pytest.approx(state.attraction, rel=1e-5)


def test_a_start_that_no_fluid_has_is_moved_to_one():
    t, width = bins()
    state = fluid(0.1, 2.0)
    solution = fit_structure(measurement(t, width, curve(state, t, width)), (-0.3, 9.0))
    assert np.isfinite([solution.coupling, solution.attraction, solution.kappa]).all()


def test_what_no_lennard_jones_fluid_has_ends_at_a_bound_with_a_large_scatter():
    t, width = bins()
    g = np.where(t > 1.1, 1.0 + 2.0 * np.exp(-5.0 * (t - 1.1)) * np.cos(25.0 * (t - 1.1)), 0.0)
    solution = fit_structure(measurement(t, width, g), (0.6, 1.0))
    assert solution.kappa > 20.0
    assert np.linalg.eigvalsh(solution.covariance).min() > 0.0


def test_an_rdf_that_tells_nothing_leaves_the_loosest_error():
    """Twenty bins far out, where nothing depends on the state."""
    t = 3.8 + (np.arange(20) + 0.5) * 0.01
    width = np.full(20, 0.01)
    g = 1.0 + 0.3 * np.random.default_rng(8).normal(size=20)
    solution = fit_structure(measurement(t, width, g), (0.1, 0.5))
    stated, loosest = np.sqrt(np.diag(solution.covariance)), FitSettings().loosest
    assert (stated > 0.3 * loosest).all()
    assert (stated <= loosest * (1.0 + 1e-6)).all()


@pytest.mark.parametrize(("density", "temperature"), FLUIDS[:2])
def test_comparing_with_the_true_state_finds_noise_and_with_another_one_a_difference(
    density, temperature
):
    state = fluid(density, temperature)
    t, width = bins()
    g = curve(state, t, width)
    error = np.interp(state.coupling, *NoiseModel.load().error)
    variance = (COUNTS + error) * count_shape(t, width, g)
    measured = measurement(t, width, g + scatter(state, t, width, np.random.default_rng(9)))
    noise, true = measured.compare(state.coupling, state.attraction)
    _, other = measured.compare(0.97 * state.coupling, state.attraction)
    assert 0.6 < true < 1.5 < 3.0 * true < other
    assert np.median(noise.std**2 / variance) == pytest.approx(1.0, abs=0.3)
