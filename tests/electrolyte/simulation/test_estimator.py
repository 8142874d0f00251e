"""The reduced-variance profile: exact totals, no bias, less noise than counts alone."""

import numpy as np
import pytest
from scipy.integrate import quad

from surrogate_app.common.blocks import BLOCKS, standard_error
from surrogate_app.electrolyte.simulation.estimator import combine
from surrogate_app.electrolyte.simulation.kernel import wall_energy
from surrogate_app.electrolyte.system import bin_centres
from surrogate_app.electrolyte.walls import wall_factor

H, BINS, DIAMETER = 4.0, 502, 0.4
WIDTH = H / BINS
Z = bin_centres(H)
FACTOR = wall_factor(H, DIAMETER, BINS)
FORCE_RMS = 15.0
WAVES = 2 * np.pi * np.array([0.5, 1.5])
Y = np.exp(0.6 * np.cos(WAVES[0] * Z) - 0.3 * np.cos(WAVES[1] * Z))
SLOPE = Y * (0.3 * WAVES[1] * np.sin(WAVES[1] * Z) - 0.6 * WAVES[0] * np.sin(WAVES[0] * Z))


def synthetic(visits, blocks, rng):
    """Counts and summed forces as a simulation of known density w·Y would yield them."""
    expected = visits * FACTOR * Y
    counts = rng.poisson(expected, (blocks, BINS)).astype(float)
    noise = FORCE_RMS * np.sqrt(expected) * rng.standard_normal((blocks, BINS))
    return counts, visits * FACTOR * SLOPE + noise


def test_wall_factor_vanishes_at_the_walls_and_is_one_beyond_their_reach():
    np.testing.assert_allclose(FACTOR, FACTOR[::-1], atol=1e-14)
    reach = 2 ** (1 / 6) * DIAMETER / 2
    free = np.abs(Z) + WIDTH / 2 < H / 2 - reach
    np.testing.assert_array_equal(FACTOR[free], 1.0)
    assert FACTOR[0] == 0.0
    left = FACTOR[: BINS // 2]
    assert (np.diff(left) >= 0.0).all()


@pytest.mark.parametrize("bin_", [18, 21, 24, 26])
def test_wall_factor_is_the_bin_average_of_the_boltzmann_factor(bin_):
    edges = -H / 2 + WIDTH * np.array([bin_, bin_ + 1])
    mean = quad(lambda z: np.exp(-wall_energy(z, H, DIAMETER)), *edges)[0] / WIDTH
    assert FACTOR[bin_] == pytest.approx(mean, rel=5e-3)


def test_wall_factors_of_many_systems_are_those_of_each():
    widths, diameters = np.array([4.0, 4.7, 5.0]), np.array([0.2, 0.63, 0.4])
    together = wall_factor(widths[:, None], diameters, BINS)
    assert together.shape == (3, 3, BINS)
    for i, h in enumerate(widths):
        for j, d in enumerate(diameters):
            np.testing.assert_allclose(together[i, j], wall_factor(h, d, BINS), atol=1e-14)


def test_without_interactions_an_exact_profile_is_returned_unchanged():
    counts = 1000.0 * FACTOR[None]
    result = combine(counts, np.zeros((1, BINS)), FORCE_RMS**2, FACTOR, WIDTH)
    np.testing.assert_allclose(result, counts, atol=1e-7)


def test_noiseless_data_return_their_own_density_within_a_thousandth():
    counts, forces = 1000.0 * FACTOR * Y, 1000.0 * FACTOR * SLOPE
    result = combine(counts[None], forces[None], FORCE_RMS**2, FACTOR, WIDTH)[0]
    inside = FACTOR > 0.5
    np.testing.assert_allclose(result[inside], counts[inside], rtol=1e-3)


def test_totals_of_counts_are_kept_exactly_whatever_the_forces_say():
    rng = np.random.default_rng(1)
    counts = rng.poisson(50.0 * FACTOR, (4, BINS)).astype(float)
    forces = 500.0 * rng.standard_normal((4, BINS)) * FACTOR
    result = combine(counts, forces, FORCE_RMS**2, FACTOR, WIDTH)
    np.testing.assert_allclose(result.sum(axis=1), counts.sum(axis=1), rtol=1e-12)


def test_estimate_is_linear_in_the_data():
    rng = np.random.default_rng(2)
    one, other = synthetic(20.0, 1, rng), synthetic(70.0, 1, rng)
    both = combine(one[0] + 3 * other[0], one[1] + 3 * other[1], FORCE_RMS**2, FACTOR, WIDTH)
    parts = [combine(*data, FORCE_RMS**2, FACTOR, WIDTH) for data in (one, other)]
    np.testing.assert_allclose(both, parts[0] + 3 * parts[1], atol=1e-8)


def test_estimate_is_unbiased_and_three_times_as_precise_as_counts():
    visits, blocks = 40.0, 1500
    counts, forces = synthetic(visits, blocks, np.random.default_rng(3))
    result = combine(counts, forces, FORCE_RMS**2, FACTOR, WIDTH)
    truth = visits * FACTOR * Y
    inside = FACTOR > 0.05
    deviation = (result.mean(axis=0) - truth)[inside]
    sem = result.std(axis=0, ddof=1)[inside] / np.sqrt(blocks)
    # neighbouring bins are correlated: about 20 independent ones
    assert 0.3 < np.mean((deviation / sem) ** 2) < 2.0
    noise = [np.sqrt(np.mean(x[:, inside].var(axis=0))) for x in (counts, result)]
    assert noise[1] < noise[0] / 3


def test_error_of_correlated_blocks_is_larger_than_that_of_independent_ones():
    rng = np.random.default_rng(4)
    independent = rng.standard_normal((BLOCKS, 4000))
    plain = np.sqrt(np.mean(standard_error(independent) ** 2))
    assert plain == pytest.approx(1 / np.sqrt(BLOCKS), rel=0.03)
    correlated = np.repeat(independent[: BLOCKS // 4], 4, axis=0)  # a quarter is independent
    honest = np.sqrt(np.mean(standard_error(correlated) ** 2))
    assert honest == pytest.approx(1 / np.sqrt(BLOCKS / 4), rel=0.03)
