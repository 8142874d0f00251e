"""The tab Methods, without a browser."""

import json

import numpy as np
import pytest

from surrogate_app.app.liquid import Dashboard
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.liquid.tabs.methods import readout
from surrogate_app.liquid.analysis.method import METHODS, Answer, Method


@pytest.fixture
def state():
    return LiquidState()


def test_opening_the_tab_compares_methods_and_maps_errors(state):
    tab = state.tab_states["methods"]
    assert tab.result is None
    state.tab = "methods"
    assert [row.method for row in tab.result.comparison] == list(METHODS)
    assert set(tab.result.maps) == {"rdf", "kl"}
    assert tab.result.comparison.fit.c12 == pytest.approx(state.fit.c12)
    html = readout.table(tab.result.comparison)
    assert all(method.label.split(" ")[0] in html for method in METHODS.values())


def test_answers_are_there_before_the_maps(state):
    postponed = []
    state.later = postponed.append
    state.tab = "methods"
    tab = state.tab_states["methods"]
    assert tab.refining
    assert not tab.result.maps
    postponed[-1]()
    assert not tab.refining
    assert tab.result.maps


def test_the_map_of_another_quantity_is_there_at_once(state):
    state.tab = "methods"
    tab = state.tab_states["methods"]
    before = tab.result
    tab.show_map("kl")
    assert tab.result is before
    assert "quantity='kl'" in tab.call
    assert tab.settings() == {"error_map": "kl"}
    with pytest.raises(ValueError, match="error map"):
        tab.restore({"error_map": "magic"})


def test_the_view_draws_each_method_and_the_ellipses_of_the_fit(state):
    dashboard = Dashboard(state)
    state.tab = "methods"
    view = dashboard.views["methods"]
    fit = state.tab_states["methods"].result.comparison.fit
    shown = {trace.meta for trace in view.rdfs.data[1:] if trace.visible}
    assert {"corresponding", "relative_entropy", "simplex"} <= shown
    contour, _least, one, two, *dots = view.map.data
    assert np.shape(contour.z) == (150, 150)
    assert np.ptp(one.x) == pytest.approx(2.0 * fit.c12_std, rel=1e-3)
    assert np.ptp(two.y) == pytest.approx(4.0 * fit.c6_std, rel=1e-2)
    by_name = {dot.meta: dot for dot in dots}
    assert by_name["corresponding"].x[0] == pytest.approx(fit.c12)
    assert not by_name["first_peak"].visible


def test_numbers_can_be_saved(state):
    state.tab = "methods"
    tab = state.tab_states["methods"]
    methods = json.loads(tab.table("methods").to_json())
    assert [row["method"] for row in methods["methods"]] == list(METHODS)
    found = json.loads(tab.table("error_map").to_json())
    assert np.shape(found["values"]) == (150, 150)
    assert len(tab.table("error_map").to_csv().splitlines()) > 150**2


def test_a_new_method_appears_on_the_page():
    METHODS.add(Method("toy", "Toy", lambda _: Answer(1e-5, 6e-3), 99, "#000000"))
    try:
        dashboard = Dashboard(LiquidState())
        dashboard.state.tab = "methods"
        view = dashboard.views["methods"]
        assert "Toy" in view.table.value
        assert "toy" in {trace.meta for trace in view.rdfs.data}
    finally:
        METHODS.remove("toy")
