"""The tab By hand, without a browser."""

import numpy as np
import pytest
from support.liquid_trial import (
    EXAMPLES,
    MODELS,
    Forward,
    Inverse,
    gas,
    new_state,
)

from surrogate_app.app.liquid import Dashboard
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.liquid.tabs import TABS
from surrogate_app.app.liquid.tabs.by_hand import readout as by_hand_readout
from surrogate_app.liquid.scores import rdf_error


@pytest.fixture
def state():
    return new_state()


def test_parameters_by_hand_give_the_structure_that_belongs_to_them(state):
    assert state.tab_states["by_hand"].result is None
    state.tab = "by_hand"
    np.testing.assert_array_equal(
        state.tab_states["by_hand"].result.g, state.fit.g_fit[state.fit.rdf.r <= 1.5]
    )
    state.tab_states["by_hand"].change(c12_change=10.0)
    state.tab_states["by_hand"].change(c6_change=-5.0)
    hand, fit = state.tab_states["by_hand"].result, state.fit
    assert hand.state.c12 == pytest.approx(1.1 * fit.c12)
    assert hand.state.c6 == pytest.approx(0.95 * fit.c6)
    g = gas(hand.state, np.maximum(hand.r, 0.05))
    np.testing.assert_array_equal(hand.g, g)
    assert hand.rdf_error == rdf_error(hand.r, fit.rdf.g[: hand.r.size], g)
    state.tab_states["by_hand"].back_to_fit()
    assert state.tab_states["by_hand"].result.state.c12 == fit.c12


def test_parameters_by_hand_that_cannot_be_are_refused_and_the_last_ones_stay(state):
    state.tab = "by_hand"
    before = state.tab_states["by_hand"].result
    state.tab_states["by_hand"].change(c12_change=-100.0)
    assert "c12 must be a positive number" in state.tab_states["by_hand"].refusal
    assert state.tab_states["by_hand"].result is before
    state.tab_states["by_hand"].change(c12_change=0.0)
    assert not state.tab_states["by_hand"].refusal


def test_another_file_begins_with_its_own_fit(state):
    state.tab = "by_hand"
    state.tab_states["by_hand"].change(c12_change=10.0)
    state.change(density=14.0)
    assert state.tab_states["by_hand"].c12_change == 10.0
    state.use_example(1)
    assert state.tab_states["by_hand"].c12_change == 0.0
    assert state.tab_states["by_hand"].result.state.c12 == state.fit.c12


def test_structures_end_where_the_surrogate_does():
    class Near(Forward):
        def r_max(self, _state):
            return 0.8

    state = LiquidState(load_inverse=Inverse, load_forward=Near, models=MODELS, examples=EXAMPLES)
    state.tab = "by_hand"
    assert state.tab_states["by_hand"].result.r[-1] == pytest.approx(0.8, abs=0.01)


def test_the_shown_python_by_hand_returns_the_shown_curve(state, monkeypatch):
    class Surrogates:
        load = Forward

    monkeypatch.setattr("surrogate_app.liquid.ForwardSurrogate", Surrogates)
    state.tab = "by_hand"
    state.tab_states["by_hand"].change(c6_change=7.0)
    results = {"rdf": state.fit.rdf}
    exec(by_hand_readout.python(state.tab_states["by_hand"].result), results)
    np.testing.assert_array_equal(results["g"], state.tab_states["by_hand"].result.g)
    assert results["error"] == state.tab_states["by_hand"].result.rdf_error


@pytest.fixture
def dashboard():
    return Dashboard(new_state())


def traces(figure):
    return {trace.name: trace for trace in figure.data if trace.visible is not False}


def open_tab(dashboard, name):
    dashboard.tabs.selected_index = list(TABS).index(name)


def test_sliders_move_the_structure_and_a_button_brings_it_back(dashboard):
    open_tab(dashboard, "by_hand")
    view = dashboard.views["by_hand"]
    view.controls["c12_change"].slider.value = 12.5
    assert dashboard.state.tab_states["by_hand"].c12_change == 12.5
    hand = dashboard.state.tab_states["by_hand"].result
    np.testing.assert_array_equal(traces(view.figure)["By hand"].y, hand.g)
    assert f"{100 * hand.rdf_error:.3g}"[:3] in view.numbers.value
    view.controls["c12_change"].field.value = -150.0
    assert "c12 must be a positive number" in view.message.value
    view.back.click()
    assert view.message.value == ""
    assert view.controls["c12_change"].slider.value == 0.0
    assert dashboard.state.tab_states["by_hand"].result.state.c12 == dashboard.state.fit.c12
