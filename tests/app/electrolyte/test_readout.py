"""Numbers and accuracy on the page."""

import pytest
from support.app_trial import MODELS, Layers

from surrogate_app.app.electrolyte import readout
from surrogate_app.app.electrolyte.state import ElectrolyteState


def new_state(**arguments):
    return ElectrolyteState(load=Layers, models=MODELS, model="one", **arguments)


@pytest.fixture
def state():
    return new_state()


def test_numbers_are_those_of_the_profile(state):
    state.change(d_neg=state.d_pos)
    text = readout.numbers(state.curve)
    contact = state.curve.profile.contact_density
    assert f"{contact[0]:.3f}" in text
    assert f"{state.curve.system.debye_length:.3f}" in text
    assert "not screened" in text


def test_metadata_are_escaped_on_the_page():
    text = readout.accuracy({"version": "<b>1", "date": "<i>", "metrics": {"<u>": 0.5}})
    assert "<b>" not in text
    assert "<i>" not in text
    assert "<u>" not in text
    assert readout.accuracy({}) == ""


def test_accuracy_is_told_in_words_and_figures():
    text = readout.accuracy({"metrics": {"relative_rms": 0.0042, "relative_worst": 0.031}})
    assert "Typical error 0.4 %" in text
    assert "3.10%" in text


def test_accuracy_of_a_model_for_all_salts_is_told_salt_by_salt():
    figures = {"relative_rms": 0.0007, "salts_all_relative_median": 0.007}
    figures |= {"salts_all_relative_p95": 0.02}
    figures |= {"salts_3:1_relative_median": 0.0155, "salts_3:1_relative_p95": 0.023}
    text = readout.accuracy({"metrics": figures})
    assert "Typical error 0.7 % over all salts, 0.07 % for 1:1 in the paper’s box" in text
    assert "<td>relative RMSE of 3:1 salts, median</td><td>1.6%</td>" in text
