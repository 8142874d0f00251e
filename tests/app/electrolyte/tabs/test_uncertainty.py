"""The tab Uncertainty, without a browser."""

import json

import numpy as np
import pytest

from surrogate_app.app.electrolyte import Dashboard
from surrogate_app.app.electrolyte.state import ElectrolyteState


@pytest.fixture
def state():
    made = ElectrolyteState()
    made.use_preset("High c")
    return made


def opened(state, name):
    state.tab = name
    return state.tab_states[name]


def test_a_distribution_follows_the_sliders_with_few_systems_and_rests_with_all_of_them(state):
    waiting = []
    part = opened(state, "uncertainty")
    state.later = waiting.append
    state.change(c=1.7)
    assert not part.stale
    assert len(part.result.across.samples) == 64
    assert part.result.across.system.c == 1.7
    rough = part.result.across
    waiting[-1]()
    fine = part.result.across
    assert len(fine.samples) == 1024
    assert np.abs(rough.mean - fine.mean).max() < 0.1 * fine.std.max()


def test_systems_outside_are_reported_and_too_many_refused(state):
    state.change(model="wallnet")
    state.change(d_neg=state.domain.ranges["d_neg"][1])
    part = opened(state, "uncertainty")
    assert "of the systems lie outside the domain by their d_neg" in part.warnings[0]
    before = part.result
    state.analysis.set_spread("d_neg", width=0.2)
    assert "choose a smaller spread" in part.refusal
    assert part.result is before


def test_model_uncertainty_is_kept_apart(state):
    part = opened(state, "uncertainty")
    before = part.result.at_position
    state.analysis.set_spread("d_neg", width=0.005)
    state.analysis.set_spread("d_pos", width=0.005)
    there = part.result.at_position
    assert there.std < before.std
    assert there.model_std == before.model_std


def test_the_exported_histogram_holds_all_systems(state):
    document = json.loads(opened(state, "uncertainty").table("distribution").to_json())
    width = np.subtract(document["to"], document["from"])
    assert (width * document["density"]).sum() == pytest.approx(1.0)


@pytest.fixture
def dashboard(monkeypatch):
    monkeypatch.delenv("QUERY_STRING", raising=False)
    made = Dashboard()
    made.state.use_preset("High c")
    return made


def opened_view(dashboard, name):
    dashboard.state.tab = name
    return dashboard.views[name], dashboard.state.tab_states[name]


def hidden(widget):
    return "sa-hidden" in widget._dom_classes


def test_while_few_systems_are_shown_the_page_says_that_more_are_computed(dashboard):
    waiting = []
    dashboard.state.later = waiting.append
    view, part = opened_view(dashboard, "uncertainty")
    assert "64 so far, computing" in view.progress.value
    assert not part.stale
    waiting[-1]()
    assert "computing" not in view.progress.value
    assert len(part.result.at_position.samples) == 1024


def test_a_quantity_that_does_not_vary_has_no_histogram(dashboard):
    view, part = opened_view(dashboard, "uncertainty")
    assert not hidden(view._histogram_box)
    part.analysis.change(quantity="integrated_charge")
    part.change(position="0.0")
    assert hidden(view._histogram_box)
    assert "does not vary here" in view.numbers.value
    assert "lie in" not in view.numbers.value
    part.change(position="middle")
    part.analysis.change(quantity="n_pos")
    assert not hidden(view._histogram_box)
    assert "68 % lie in" in view.numbers.value
