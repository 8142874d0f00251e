"""Stated uncertainties are as large as the errors of networks."""

import numpy as np
import pytest

from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.surrogate.uncertainty import expected_error
from surrogate_app.electrolyte.system import MARGIN, N_BINS
from surrogate_app.electrolyte.training.calibration import calibrate


@pytest.fixture(scope="module")
def simulated():
    return Dataset.load("sobol").take(np.arange(400))


def erring(dataset, error, seed=1):
    """Return what a network with normal errors of a given size predicts, the truth being known."""
    rng = np.random.default_rng(seed)
    return mirror(dataset.n) + error * rng.normal(size=(len(dataset), 2, N_BINS))


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
    known, others = np.arange(300), np.arange(300, 400)
    table = calibrate(prediction[known], simulated.take(known))
    parameters, n = simulated.parameters[others], prediction[others]
    expected = expected_error(table, parameters, n)[:, 1, N_BINS // 2] / c[others]
    assert np.log(expected / share[others]).std() < 0.25
    assert np.median(expected / share[others]) == pytest.approx(1.0, abs=0.15)
