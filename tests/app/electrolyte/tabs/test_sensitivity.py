"""The tab Sensitivity, without a browser."""

import pytest

from surrogate_app.app.electrolyte import Dashboard
from surrogate_app.app.electrolyte.analysis import positions
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.electrolyte import (
    PARAMETERS,
)


@pytest.fixture
def state():
    made = ElectrolyteState()
    made.use_preset("High c")
    return made


def opened(state, name):
    state.tab = name
    return state.tab_states[name]


def test_places_follow_the_ions_and_the_walls(state):
    part = opened(state, "sensitivity")
    state.change(d_pos=0.3, h=4.2)
    assert part.result.at_positions.r == pytest.approx([0.15, 0.3, 2.1])
    assert positions.label("0.45") == "0.45 nm from the wall"
    part.add("2.3")
    assert "2.3 nm from the wall is beyond the middle of the slit, which is 2.1 nm" in part.refusal


def test_places_are_toggled_and_limited(state):
    part = opened(state, "sensitivity")
    part.toggle("middle")
    assert part.positions == ("contact_pos", "contact_neg")
    part.examine(positions.PAPER_POSITIONS)
    assert part.result.at_positions.z == pytest.approx([-2.05, -1.95, -1.85, -1.55, -1.0])
    part.add("0.9")
    assert "At most 5 positions" in part.refusal
    assert part.positions == positions.PAPER_POSITIONS


def test_a_place_more_does_not_compute_all_indices_anew(state):
    part = opened(state, "sensitivity")
    before = part.result.across
    part.add("0.45")
    assert part.result.across is before
    assert part.position == "0.45"
    state.analysis.set_spread("d_neg", width=0.01)
    assert part.result.across is not before


def test_many_inputs_wait_until_the_sliders_rest(state):
    waiting = []
    part = opened(state, "sensitivity")
    before = part.result
    state.later = waiting.append
    state.analysis.vary(PARAMETERS)
    assert part.waiting
    assert part.stale
    assert part.result is before
    waiting[-1]()
    assert not part.waiting
    assert len(part.result.across.first_order) == 5
    part.toggle("middle")  # quick: the indices across the slit are there
    assert not part.waiting


def test_indices_follow_the_sliders_and_the_surface_once_they_rest(state):
    waiting = []
    part = opened(state, "sensitivity")
    before = part.result.surface
    state.later = waiting.append
    state.change(c=1.7)
    assert part.refining
    assert part.result.across.system.c == part.result.at_positions.system.c == 1.7
    assert part.result.surface is before
    waiting[-1]()
    assert not part.refining
    assert part.result.surface.system.c == 1.7


def test_a_tab_that_was_left_before_its_answer_came_finds_it_on_return(state):
    waiting = []
    part = opened(state, "sensitivity")
    state.analysis.vary(PARAMETERS[:4])
    state.later = waiting.append
    state.change(c=1.7)
    state.tab = "densities"
    waiting.pop()()  # nobody looks
    state.tab = "sensitivity"
    assert part.waiting
    waiting.pop()()
    assert not part.waiting
    assert part.result.across.system.c == 1.7


def test_one_input_has_shares_but_no_surface(state):
    part = opened(state, "sensitivity")
    state.analysis.vary(("c",))
    assert part.result.surface is None
    assert part.result.at_positions.first_order["c"] == pytest.approx(1.0)
    state.analysis.vary(())
    assert "At least one input" in part.refusal
    assert part.result.across.names == ("c",)


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


def test_without_a_place_there_is_nothing_to_choose_or_to_save_of_it(dashboard):
    view, part = opened_view(dashboard, "sensitivity")
    surfaces = view.surfaces
    assert not hidden(view._pies_box)
    part.change(positions=())
    assert hidden(view._pies_box)
    assert hidden(surfaces.position)
    assert all(hidden(one) for one in surfaces.widget.children[1:])
    assert "choose a position" in surfaces.message.value
    part.add("middle")
    assert not hidden(view._pies_box)
    assert not hidden(surfaces.position)
    assert not any(hidden(one) for one in surfaces.widget.children)


def test_a_single_input_acts_with_no_other(dashboard):
    view, part = opened_view(dashboard, "sensitivity")
    assert view.pies.data[0].labels == ("d₊", "d₋", "interactions")
    part.analysis.vary(("d_neg",))
    assert view.pies.data[0].labels == ("d₋",)
    surfaces = view.surfaces
    assert hidden(surfaces.first)
    assert hidden(surfaces.second)
    assert not hidden(surfaces.position)  # the answer above is for this place


def test_both_axes_of_the_indices_are_named_in_one_size(dashboard):
    view, _ = opened_view(dashboard, "sensitivity")
    above, below = view.across.layout.yaxis.title, view.across.layout.yaxis2.title
    assert below.text.startswith("std of")
    assert (below.font.size, below.standoff) == (above.font.size, above.standoff)
