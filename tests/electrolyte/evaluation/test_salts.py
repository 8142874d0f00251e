"""Figures salt by salt are those of the systems of that salt; the peak of S is found exactly."""

import numpy as np
import pytest

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2
from surrogate_app.electrolyte import Surrogate
from surrogate_app.electrolyte.data.dataset import INVERSION, Dataset
from surrogate_app.electrolyte.domain import SALTS
from surrogate_app.electrolyte.evaluation.salts import (
    as_tables,
    measure_inversion,
    measure_salts,
    peaks,
)
from surrogate_app.electrolyte.system import N_BINS


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load("saltnet")


@pytest.fixture(scope="module")
def predicted(surrogate):
    """Systems whose simulated profiles are the prediction plus normal noise of a known error."""
    test = Dataset.load("wide-test").take(np.arange(20))
    n = surrogate.predict_many(test.parameters, limits={"c": (0.01, 3.0)})[1][..., : N_BINS // 2]
    sem = 1e-3 * n
    noisy = n + sem * np.random.default_rng(1).normal(size=n.shape)
    return Dataset(test.parameters, noisy, sem, sem)


def test_a_perfect_model_has_no_error_but_the_noise(surrogate, predicted):
    found = measure_salts(surrogate, predicted)
    assert list(found) == ["all", "multivalent", *(f"{a}:{-b}" for a, b in SALTS)]
    assert [found[name]["systems"] for name in ("all", "multivalent", "2:1")] == [20, 16, 4]
    assert found["all"]["relative_rms"] < 1e-3
    assert found["all"]["coverage_2"] > 0.95
    assert "| 3:1 | 4 |" in as_tables({"saltnet": found}, {})


def test_an_error_of_one_salt_is_that_of_its_row(surrogate, predicted):
    trivalent = predicted.parameters[:, 5] == 3
    wrong = np.where(trivalent[:, None, None], 1.1, 1.0) * predicted.n
    found = measure_salts(
        surrogate, Dataset(predicted.parameters, wrong, predicted.sem, predicted.eps)
    )
    assert found["1:1"]["relative_worst"] < 2e-3
    assert found["3:1"]["relative_median"] > 0.05
    assert found["all"]["relative_worst"] == found["3:1"]["relative_worst"]


def test_the_peak_of_the_charge_is_found_between_bins():
    rows = INVERSION[:1]
    h, sigma = rows[0, 0], rows[0, 4]
    edges = h * np.arange(N_BINS // 2 + 1) / N_BINS
    top, height = 1.2345, 0.1
    charge = np.abs(sigma) * (height - 0.7 * (edges - top) ** 2)
    cations = np.diff(charge, prepend=0.0)[1:] / (3 * MOLAR_NM_TO_C_PER_M2 * h / N_BINS)
    cations[0] += (charge[0] + np.abs(sigma)) / (3 * MOLAR_NM_TO_C_PER_M2 * h / N_BINS)
    n = np.zeros((1, 2, N_BINS))
    n[0, 0] = np.concatenate((cations, cations[::-1]))
    assert peaks(rows, n)[0] == pytest.approx([height, top], abs=2e-5)


def test_the_shipped_model_overcharges_as_simulations_do(surrogate):
    for row in measure_inversion(surrogate, Dataset.load("wide-inversion")):
        assert row["height_predicted"] == pytest.approx(row["height"], abs=0.02)
        assert row["place_predicted"] == pytest.approx(row["place"], abs=0.1)
