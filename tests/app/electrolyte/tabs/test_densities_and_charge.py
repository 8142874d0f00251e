"""The tabs Densities and Charge: they show the state, whole and unchanged."""

import numpy as np
import pytest
from support.app_trial import MODELS, Layers

from surrogate_app.app.electrolyte import Dashboard, ElectrolyteState
from surrogate_app.app.electrolyte.curve import MAX_PINS
from surrogate_app.common.palette import ANION, CATION


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


def test_densities_are_those_of_the_profile(dashboard):
    assert_shows_densities(dashboard)
    dashboard.state.change(h=4.2, d_pos=0.3)
    assert_shows_densities(dashboard)
    left, right = dashboard.views["densities"].figure.layout.shapes
    assert (left.x1, right.x0) == (-2.1, 2.1)


def test_charge_is_that_of_the_profile_and_drawn_when_its_tab_opens(dashboard):
    assert "charge" not in dashboard.views
    dashboard.tabs.selected_index = 1
    view = dashboard.views["charge"]
    assert dashboard.state.tab == "charge"
    dashboard.state.change(c=0.4, d_pos=0.5, d_neg=0.5)
    profile = dashboard.state.curve.profile
    density, integrated = traces(view.density), traces(view.integrated)
    np.testing.assert_array_equal(density["<i>ρ</i>(<i>z</i>)"].y, profile.charge_density)
    np.testing.assert_array_equal(integrated["<i>S</i>(<i>r</i>)"].x, profile.r)
    np.testing.assert_array_equal(integrated["<i>S</i>(<i>r</i>)"].y, profile.integrated_charge)
    guide = integrated["±5 % of <i>σ</i><sub>s</sub>"]
    assert max(guide.y) == pytest.approx(0.05 * abs(profile.system.sigma_s))
    # the trial profiles of equal ions are equal: nothing is screened, no line may say where
    assert "Screening length" not in integrated


def test_hidden_tab_is_not_drawn(dashboard):
    dashboard.tabs.selected_index = 1
    before = dashboard.views["charge"].density.data[MAX_PINS].y
    dashboard.tabs.selected_index = 0
    dashboard.state.change(c=0.4)
    assert dashboard.views["charge"].density.data[MAX_PINS].y is before


def test_colours_of_ions_are_the_same_everywhere(dashboard):
    for trace in dashboard.views["densities"].figure.data:
        colour = trace.line.color or trace.marker.color
        if "ation" in f"{trace.name}{trace.meta}" and colour:
            assert colour == CATION
        if "nion" in f"{trace.name}{trace.meta}" and colour:
            assert colour == ANION
