"""Widgets of the page: they show the state, whole and unchanged."""

import html

import numpy as np
import pytest
from support.app_trial import MODELS, Layers

from surrogate_app.app.electrolyte import Dashboard, ElectrolyteState


@pytest.fixture
def dashboard(monkeypatch):
    monkeypatch.delenv("QUERY_STRING", raising=False)
    return Dashboard(ElectrolyteState(load=Layers, models=MODELS, model="one"))


def traces(figure):
    return {trace.name: trace for trace in figure.data if trace.visible is not False}


def assert_shows_densities(dashboard):
    profile = dashboard.state.curve.profile
    shown = traces(dashboard.views["densities"].figure)
    for name, values in (("Cations ", profile.n_pos), ("Anions ", profile.n_neg)):
        (line,) = [trace for key, trace in shown.items() if key.startswith(name + "<i>")]
        np.testing.assert_array_equal(line.x, profile.z)
        np.testing.assert_array_equal(line.y, values)
    band = shown["Cations ±1σ"]
    np.testing.assert_array_equal(band.y[:502], profile.n_pos + profile.n_pos_std)


def test_pins_are_drawn_named_and_cleared(dashboard):
    dashboard.controls.pin.click()
    pinned = dashboard.state.curve
    dashboard.controls.presets["III"].click()
    cations, anions = dashboard.views["densities"].figure.data[:2]
    np.testing.assert_array_equal(cations.y, pinned.profile.n_pos)
    np.testing.assert_array_equal(anions.y, pinned.profile.n_neg)
    assert cations.name == "h = 4.8 nm, c = 1.5 mol/L, d₋ = 0.63 nm, σₛ = −0.02 C/m²"
    chip = dashboard.controls.pins[0]
    assert chip.layout.display is None
    chip.click()
    assert cations.visible is False
    assert chip.layout.display == "none"


def test_a_slider_moves_the_state_by_exact_steps(dashboard):
    control = dashboard.controls.numbers["d_pos"]
    control.slider.value = 0.4 + 3 * 0.0025 + 1e-16
    assert dashboard.state.d_pos == 0.4075
    assert control.field.value == 0.4075


def test_a_typed_value_between_steps_survives_the_slider_that_rounds_it(dashboard):
    control = dashboard.controls.numbers["d_pos"]
    control.field.value = 0.41234567
    assert dashboard.state.d_pos == 0.41234567
    control.slider.value = 0.4125  # what a browser reports of its own accord
    assert dashboard.state.d_pos == 0.41234567


def test_a_typed_value_outside_is_kept_refused_and_greys_the_plot(dashboard):
    control = dashboard.controls.numbers["h"]
    control.field.value = 7.0
    assert control.field.value == 7.0
    assert control.slider.value == 4.8
    assert "4 to 5 nm" in control.message.value
    assert "sa-stale" in dashboard._right._dom_classes
    assert_shows_densities(dashboard)
    dashboard.controls.presets["Dense"].click()
    assert control.message.value == ""
    assert "sa-stale" not in dashboard._right._dom_classes
    assert dashboard.state.preset == "Dense"


def test_model_is_chosen_and_named(dashboard):
    dashboard.controls.model.value = "two"
    assert dashboard.state.curve.model == "two"
    assert html.escape('Surrogate.load("two")') in dashboard.call.value
    assert "Version 3" in dashboard.controls.accuracy.value


def test_link_in_the_environment_is_restored_and_its_faults_are_said(monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "h=4.4&c=7&tab=charge&x=<script>")
    dashboard = Dashboard(ElectrolyteState(load=Layers, models=MODELS, model="one"))
    dashboard.open()
    assert dashboard.state.h == 4.4
    assert dashboard.tabs.selected_index == 1
    assert "7 mol/L is outside" in dashboard.controls.numbers["c"].message.value
    assert "<script>" not in dashboard.messages._notice.value
    assert dashboard.page.query.startswith("h=4.4&c=1.5&")


def test_export_sends_a_data_url(dashboard, monkeypatch):
    sent = []
    monkeypatch.setattr(dashboard.page, "send", sent.append)
    dashboard.controls.csv.click()
    dashboard.controls.json.click()
    names = [message["filename"] for message in sent]
    assert names == [
        f"electrolyte_h4.8_c1.5_dpos0.415_dneg0.63_sigma-0.02_one.{kind}"
        for kind in ("csv", "json")
    ]
    assert sent[0]["url"].startswith("data:text/csv;")


def test_a_failing_model_leaves_the_plot_and_a_message():
    class Broken(Layers):
        def predict(self, system):
            if system.c < 1:
                raise ZeroDivisionError("oops")
            return super().predict(system)

    dashboard = Dashboard(ElectrolyteState(load=Broken, models=MODELS, model="one"))
    dashboard.controls.numbers["c"].field.value = 0.5
    assert "ZeroDivisionError: oops" in dashboard.messages._error.value
    assert dashboard.state.stale
    assert_shows_densities(dashboard)
    dashboard.controls.numbers["c"].field.value = 1.5
    assert dashboard.messages._error.value == ""
    assert not dashboard.state.stale


def test_without_any_prediction_there_are_no_empty_buttons():
    def missing(_name):
        raise ValueError("the file of this model is missing")

    dashboard = Dashboard(ElectrolyteState(load=missing, models=MODELS, model="one"))
    assert "the file of this model is missing" in dashboard.messages._notice.value.lower()
    assert all(chip.layout.display == "none" for chip in dashboard.controls.pins)
