"""Stated uncertainties are as large as the errors of networks, and weak places are named."""

import dataclasses

import numpy as np
import pytest

from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.export.profiles import Record, table
from surrogate_app.electrolyte.surrogate.uncertainty import (
    WEAK,
    expected_error,
    features,
    warnings_about,
)
from surrogate_app.electrolyte.system import MARGIN, N_BINS, PARAMETERS
from surrogate_app.electrolyte.training.calibration import calibrate


@pytest.fixture(scope="module")
def simulated():
    return Dataset.load("sobol").take(np.arange(400))


def erring(dataset, error, seed=1):
    """Return what a network with normal errors of a given size predicts, the truth being known."""
    rng = np.random.default_rng(seed)
    return mirror(dataset.n) + error * rng.normal(size=(len(dataset), 2, N_BINS))


def test_features_are_products_of_two_scaled_inputs():
    corners = np.array([[MARGIN[name][side] for name in PARAMETERS] for side in (0, 1)])
    of_inputs = [row for row, (i, j) in enumerate(zip(*np.triu_indices(7), strict=True)) if j < 6]
    assert features(corners)[1][of_inputs] == pytest.approx(np.ones(21))
    assert np.abs(features(corners)[0][of_inputs]) == pytest.approx(np.ones(21))


def test_the_packing_fraction_counts_as_an_input():
    middle = np.array([sum(MARGIN[name]) / 2 for name in PARAMETERS])
    low, high = (np.array([MARGIN[name][side] for name in PARAMETERS]) for side in (0, 1))
    tightest = np.where([False, True, True, True, False], high, low)
    packing = features(np.array([tightest, middle]))[:, 6]
    assert packing[0] == pytest.approx(1.0)
    assert packing[1] == pytest.approx(
        2.0
        * Electrolyte.from_array(middle).packing_fraction
        / Electrolyte.from_array(tightest).packing_fraction
        - 1.0
    )


@pytest.mark.parametrize("share", [0.003, 0.03])
def test_errors_are_recovered_from_noisy_simulations(simulated, share):
    """An error of a share of c, below the noise of the simulations or above it."""
    c = simulated.parameters[:, 1, None, None]
    noise = mirror(simulated.sem)
    prediction = erring(simulated, np.hypot(share * c, noise))
    expected = expected_error(calibrate(prediction, simulated), simulated.parameters, prediction)
    middle = expected[:, :, N_BINS // 2] / c[..., 0]
    assert np.median(middle) == pytest.approx(share, rel=0.1)


def test_systems_that_are_predicted_worse_are_known(simulated):
    """Errors that grow tenfold with the anion's diameter."""
    c, d_neg = simulated.parameters[:, 1], simulated.parameters[:, 3]
    low, high = MARGIN["d_neg"]
    share = 0.01 * 10 ** ((d_neg - low) / (high - low))
    prediction = erring(simulated, (share * c)[:, None, None])
    taught, asked = np.arange(300), np.arange(300, 400)
    table = calibrate(prediction[taught], simulated.take(taught))
    parameters, n = simulated.parameters[asked], prediction[asked]
    expected = expected_error(table, parameters, n)[:, 1, N_BINS // 2] / c[asked]
    assert np.log(expected / share[asked]).std() < 0.25
    assert np.median(expected / share[asked]) == pytest.approx(1.0, abs=0.15)


def test_a_sentence_names_an_expected_error_above_two_percent():
    n = np.full((2, N_BINS), 0.5)
    assert warnings_about(0.99 * WEAK * n, n) == ()
    (sentence,) = warnings_about(3.0 * WEAK * n, n)
    assert "expected to be 6.0 % of the mean density" in sentence


def test_the_default_model_is_weak_nowhere_on_the_test_systems():
    surrogate, parameters = Surrogate.load(), Dataset.load("test").parameters
    n = surrogate.predict_many(parameters)[1]
    expected = surrogate.uncertainty(parameters, n)
    assert not any(warnings_about(*pair) for pair in zip(expected, n, strict=True))


def test_the_papers_network_says_where_it_is_weak():
    weak = Surrogate.load("basenn").predict(Electrolyte(5.0, 0.1, 0.63, 0.63, -0.02))
    (sentence,) = weak.warnings
    record = Record("basenn", weak, "call", {})
    assert sentence in table([record]).to_csv() and sentence in table([record]).to_json()
    assert dataclasses.replace(weak, warnings=()).warnings == ()
