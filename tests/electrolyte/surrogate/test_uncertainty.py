"""Users are warned where a network is known to be weak."""

import dataclasses

import numpy as np
import pytest

from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.export.profiles import Record, table
from surrogate_app.electrolyte.surrogate.uncertainty import (
    WEAK,
    features,
    warnings_about,
)
from surrogate_app.electrolyte.system import MARGIN, N_BINS, PARAMETERS


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
    assert sentence in table([record]).to_csv()
    assert sentence in table([record]).to_json()
    assert dataclasses.replace(weak, warnings=()).warnings == ()
