"""Salts, temperature and solvents on the page, and the theory beside a prediction."""

import json

import numpy as np
import pytest
from support.app_trial import Layers
from support.mean_field_surrogate import MeanFieldSurrogate

from surrogate_app.app.electrolyte import Dashboard
from surrogate_app.app.electrolyte.inputs import SALT
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.electrolyte import Electrolyte, capacitance, mean_field_profile
from surrogate_app.electrolyte.solvents import water_permittivity

LACL3 = PRESETS["LaCl₃"]


def new_state():
    """Return a state with a model for all salts, "one" of the paper's box beside it."""
    return ElectrolyteState(
        load=lambda name: Layers(name) if name == "one" else MeanFieldSurrogate(name),
        models=("wide", "one"),
        model="wide",
    )


@pytest.fixture
def state():
    return new_state()


@pytest.fixture
def dashboard(state):
    return Dashboard(state)


def test_the_salt_menu_sets_both_valencies(dashboard):
    state, controls = dashboard.state, dashboard.controls
    controls.presets["LaCl₃"].click()
    assert state.curve.system == LACL3
    assert controls.salt.value == (3, -1)
    controls.salt.value = (2, -1)
    assert state.curve.system == LACL3.replace(z_pos=2)
    assert "z_pos=2" in dashboard.call.value


def test_a_model_of_the_papers_box_refuses_other_salts_in_one_sentence(dashboard):
    state, controls = dashboard.state, dashboard.controls
    before = state.curve
    state.change(model="one", z_pos=2, temperature=310.0)
    assert state.stale
    assert state.curve is before
    assert state.refused[SALT] == (
        "This model knows 1:1 salts only, not 2:1: choose another surrogate or salt. "
        "The last curve stays."
    )
    assert "1:1 salts only" in controls.salt_refusal.value
    assert "310 K is not the 298 K" in controls.numbers["temperature"].message.value
    state.change(model="wide")
    assert not state.stale
    assert controls.salt_refusal.value == ""
    assert state.curve.system.z_pos == 2


def test_sliders_reach_as_far_as_the_model_answers(dashboard):
    slider = dashboard.controls.numbers["h"].slider
    assert (slider.min, slider.max) == (2.0, 10.0)
    dashboard.state.change(model="one")
    assert (slider.min, slider.max) == (4.0, 5.0)
    assert dashboard.state.h == slider.value == 4.8
    dashboard.state.change(model="wide", h=9.0)
    assert slider.value == 9.0


def test_what_several_inputs_break_together_is_told_above(dashboard):
    dashboard.state.change(d_pos=0.2, d_neg=0.2, z_pos=3)
    assert dashboard.state.stale
    assert "coupling of cation and anion is 10.5, more than 6" in dashboard.state.notice


def test_water_and_solvents_set_the_environment(dashboard):
    state, controls = dashboard.state, dashboard.controls
    state.change(temperature=310.0)
    controls.water.click()
    assert state.permittivity == pytest.approx(water_permittivity(310.0), abs=0.05)
    controls.solvents[1].click()
    assert (state.temperature, state.permittivity) == (293.2, 66.14)
    fold = controls.environment
    assert "T = 293.2 K, εᵣ = 66.14" in fold._head.description
    assert "sa-hidden" in fold._content._dom_classes
    fold._head.click()
    assert "sa-hidden" not in fold._content._dom_classes


def test_links_carry_nine_inputs_and_old_ones_keep_their_meaning(state):
    state.change(z_pos=2, z_neg=-2, temperature=310.0, permittivity=74.2, theory="both")
    state.pin()
    query = state.query
    other = new_state()
    other.restore(query)
    assert other.inputs == state.inputs
    assert other.theory == "both"
    assert other.pinned[0].system == state.curve.system
    assert other.query == query
    old = new_state()
    old.restore("h=4.5&c=1.0&d_pos=0.4&d_neg=0.6&sigma_s=-0.015&pin=4.5,1,0.3,0.4,-0.01,one")
    assert old.curve.system == Electrolyte(4.5, 1.0, 0.4, 0.6, -0.015)
    assert old.pinned[0].system == Electrolyte(4.5, 1.0, 0.3, 0.4, -0.01)
    old.restore("z_pos=7&theory=magic")
    assert "z₊ is 1, 2 or 3" in old.refused["z_pos"]
    assert "“magic” is unknown" in old.notice


def test_theory_is_drawn_beside_the_prediction_and_saved_with_it(dashboard):
    state = dashboard.state
    state.show(LACL3)
    view = dashboard.views["densities"]
    drawn = view.figure.data[-4:]
    assert not any(trace.visible for trace in drawn)
    dashboard.controls.theory.value = "points"
    assert [trace.visible for trace in drawn] == [False, True, False, True]
    points = mean_field_profile(LACL3, closest_approach=False)
    assert drawn[1].y == pytest.approx(points.n_pos)
    assert drawn[3].y == pytest.approx(points.n_neg)
    state.change(c=0.3)
    expected = mean_field_profile(LACL3.replace(c=0.3), closest_approach=False)
    assert drawn[1].y == pytest.approx(expected.n_pos)


def test_a_step_draws_each_figure_of_the_tab_potential_once(dashboard, monkeypatch):
    state = dashboard.state
    state.tab = "potential"
    view, drawn = dashboard.views["potential"], []
    for name, figure in view.figures.items():
        send = figure._send_update_msg

        def note(*message, name=name, send=send, **options):
            drawn.append(name)
            send(*message, **options)

        monkeypatch.setattr(figure, "_send_update_msg", note)
    state.change(h=5.2)
    assert drawn == ["potential", "capacitance"]


def test_the_tab_potential_shows_potential_and_capacitance(dashboard):
    state = dashboard.state
    state.show(LACL3)
    state.tab = "potential"
    view, part = dashboard.views["potential"], state.tab_states["potential"]
    *_, curve, _, _ = view.potential.data
    profile = state.curve.profile
    assert curve.y[1:-1] == pytest.approx(profile.potential)
    assert curve.y[0] == curve.y[-1] == profile.potential_drop
    found = capacitance(MeanFieldSurrogate(), LACL3)
    assert view.capacitance.data[1].y == pytest.approx(found.differential)
    assert view.capacitance.data[2].y[0] == pytest.approx(found.at_system)
    state.later = lambda work: work()
    state.theory = "approach"
    assert view.capacitance.data[3].visible
    assert view.capacitance.data[3].y == pytest.approx(found.differential, rel=1e-2)
    assert "capacitance(surrogate, system)" in part.call
    state.pin()
    assert view.potential.data[0].visible
    table = json.loads(part.table("potential").to_json())
    np.testing.assert_array_equal(table["potential"][1:-1], profile.potential)
    assert "differential_capacitance" in part.table("capacitance").to_csv()


def test_analyses_on_the_page_take_nine_inputs(state):
    state.later = lambda work: work()
    state.show(LACL3)
    state.tab = "sweep"
    part = state.tab_states["sweep"]
    part.sweep_over("z_pos")
    assert part.refusal == ""
    assert part.result.values.tolist() == [1.0, 2.0, 3.0]
    assert "values = [1, 2, 3]" in part.call
    part.sweep_over("temperature")
    assert (part.result.values[0], part.result.values[-1]) == (273.0, 373.0)
    state.analysis.change(quantity="potential")
    assert part.result.quantity == "potential"
    state.tab = "sensitivity"
    state.analysis.vary(("temperature",))
    found = state.tab_states["sensitivity"].result
    assert found.across.names == ("temperature",)
    assert state.tab_states["sensitivity"].warnings == ()
