"""Metrics equal what their equations give for cases that can be worked out by hand."""

import numpy as np
import pytest

from surrogate_app.electrolyte import scores as metrics
from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.evaluation import accuracy
from surrogate_app.electrolyte.system import bin_centres

RNG = np.random.default_rng(5)
TRUTH = 1.0 + RNG.random((7, 2, 502))
PREDICTION = TRUTH + 0.1 * RNG.standard_normal(TRUTH.shape)


def test_mean_square_error_is_the_mean_over_bins_of_squared_rmse_per_bin():
    per_bin = metrics.rmse_per_bin(TRUTH, PREDICTION)
    assert per_bin.shape == (2, 502)
    assert metrics.mse(TRUTH, PREDICTION) == pytest.approx(np.mean(per_bin**2))


def test_mean_square_error_is_the_mean_over_systems_of_squared_rmse_per_system():
    per_system = metrics.rmse_per_system(TRUTH, PREDICTION)
    assert per_system.shape == (7, 2)
    assert metrics.mse(TRUTH, PREDICTION) == pytest.approx(np.mean(per_system**2))


def test_errors_stay_with_their_species_and_bin():
    prediction = TRUTH.copy()
    prediction[:, 1, 30] += 0.5
    per_bin = metrics.rmse_per_bin(TRUTH, prediction)
    assert per_bin[1, 30] == pytest.approx(0.5)
    assert np.count_nonzero(per_bin) == 1
    expected = [0.0, 0.5 / np.sqrt(502)]
    np.testing.assert_allclose(metrics.rmse_per_system(TRUTH, prediction), [expected] * 7)


def test_an_error_as_large_as_epsilon_is_a_miss():
    zero, one = np.zeros((1, 2, 502)), np.ones((1, 2, 502))
    just_less = one * np.nextafter(1.0, 0.0)
    assert metrics.success_rate(zero, one, one) == 0.0
    assert metrics.success_rate(zero, just_less, one) == 1.0


def test_normal_errors_of_one_epsilon_succeed_in_68_percent_of_bins():
    truth = np.zeros((400, 2, 502))
    noise = np.random.default_rng(2).standard_normal(truth.shape)
    rate = metrics.success_rate(truth, noise, np.ones_like(truth))
    assert rate.mean() == pytest.approx(0.6827, abs=0.003)


def test_unvisited_bins_are_left_out():
    truth, eps = np.zeros((1, 2, 502)), np.zeros((1, 2, 502))
    prediction = np.zeros((1, 2, 502))
    eps[..., 100:] = 1.0  # 402 visited bins a species, all hits but 2
    prediction[..., 500:] = 2.0
    prediction[0, 0, 0] = 0.5  # ions inside the wall
    rate = metrics.success_rate(truth, prediction, eps)
    assert rate[0] == pytest.approx(400 / 402)


def test_only_masked_bins_count_and_nothing_to_count_is_nan():
    mask = np.zeros(TRUTH.shape, bool)
    mask[:, 0, :10] = True
    mask[6] = False
    eps = np.where(mask, 1.0, 1e-12)
    rate = metrics.success_rate(TRUTH, PREDICTION, eps, mask=mask)
    np.testing.assert_array_equal(rate, [1.0] * 6 + [np.nan])


def test_a_perfect_prediction_reaches_the_best_success_rate_on_the_average():
    rng = np.random.default_rng(5)
    sem = rng.uniform(0.5, 2.0, (400, 2, 502))
    eps = np.where(rng.random(sem.shape) < 0.1, 0.0, 1.3)
    simulated = sem * rng.standard_normal(sem.shape)
    rates = metrics.success_rate(simulated, np.zeros_like(sem), eps)
    best = metrics.best_success_rate(eps, sem)
    assert rates.mean() == pytest.approx(best.mean(), abs=3e-3)


def test_the_true_densities_succeed_as_often_as_the_noise_of_the_test_runs_allows():
    rng = np.random.default_rng(8)
    systems = 40
    boxes = np.tile([4.0, 1.0, 0.4, 0.5, -0.02], (systems, 1))
    blocks = 1.0 + 0.05 * rng.standard_normal((8, systems, 2, 251))
    n, eps = blocks.mean(axis=0), blocks.std(axis=0)
    sem = np.full_like(n, 0.05 / np.sqrt(8.0))
    found = accuracy.figures(np.ones((systems, 2, 502)), Dataset(boxes, n, sem, eps))
    # a normal deviate within √10 and within 1; Student's t of seven degrees of freedom within √7
    assert found["success_ten"] == pytest.approx(0.9984, abs=0.003)
    assert found["success_block"] == pytest.approx(0.9669, abs=0.01)
    assert found["success_sem"] == pytest.approx(0.6827, abs=0.02)


def test_relative_rmse_of_a_uniformly_wrong_prediction_is_its_relative_error():
    truth = np.ones((1, 2, 502)) * np.array([3.0, 1.0])[:, None]
    assert metrics.relative_rmse(truth, truth + 0.1)[0] == pytest.approx(0.1 / 2.0)


def test_noise_of_the_truth_is_taken_out_in_quadrature():
    noiseless = np.full((200, 2, 502), 2.0)
    noisy = noiseless + 0.3 * np.random.default_rng(3).standard_normal(noiseless.shape)
    prediction = noiseless + 0.1
    sem = np.full_like(noisy, 0.3)
    assert metrics.relative_rmse(noisy, prediction).mean() == pytest.approx(0.158, abs=0.001)
    corrected = metrics.relative_rmse(noisy, prediction, sem)
    assert np.sqrt(np.mean(corrected**2)) == pytest.approx(0.1 / 2.0, rel=0.05)


def test_relative_rmse_never_turns_negative_or_undefined():
    sem = np.full_like(TRUTH, 5.0)
    np.testing.assert_array_equal(metrics.relative_rmse(TRUTH, PREDICTION, sem), 0.0)


def test_near_contact_bins_reach_from_the_wall_to_a_radius_and_a_fifth_of_a_nanometre():
    z = bin_centres(np.array([4.0, 5.0]))
    mask = metrics.near_contact(z, [4.0, 5.0], [[0.2, 0.6], [0.4, 0.4]])
    assert mask.shape == (2, 2, 502)
    for system, h, species, reach in [(0, 4.0, 0, 0.3), (0, 4.0, 1, 0.5), (1, 5.0, 1, 0.4)]:
        near = mask[system, species]
        np.testing.assert_array_equal(near, near[::-1])
        assert near.sum() == 2 * round(reach / h * 502)
        assert near[0]
        assert not near[251]
