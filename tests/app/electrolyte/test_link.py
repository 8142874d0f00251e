"""Links to the page: what they restore, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.app_trial import MODELS, Layers

from surrogate_app.app.electrolyte.curve import MAX_PINS
from surrogate_app.app.electrolyte.inputs import with_unit
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.tabs import TABS
from surrogate_app.app.links import MAX_LENGTH
from surrogate_app.electrolyte import DOMAIN, PARAMETERS


def new_state(**arguments):
    return ElectrolyteState(load=Layers, models=MODELS, model="one", **arguments)


@pytest.fixture
def state():
    return new_state()


values = st.tuples(*(st.floats(*DOMAIN[name]) for name in PARAMETERS))


@settings(deadline=None, max_examples=60)
@given(
    values,
    st.sampled_from(MODELS),
    st.sampled_from([name for name, tab in TABS.items() if tab.state is None]),
    st.lists(st.tuples(values, st.sampled_from(MODELS)), max_size=MAX_PINS, unique=True),
)
def test_a_link_restores_the_whole_state_exactly(inputs, model, tab, pins):
    state = new_state()
    for pin, pin_model in pins:
        state.change(model=pin_model, **dict(zip(PARAMETERS, pin, strict=True)))
        state.pin()
    state.change(model=model, **dict(zip(PARAMETERS, inputs, strict=True)))
    state.tab = tab
    query = state.query
    assert len(query) <= MAX_LENGTH

    other = new_state()
    other.restore(query)
    assert other.inputs == state.inputs
    assert other.model == model
    assert other.tab == tab
    assert len(other.pinned) == len(state.pinned)
    for pin, kept in zip(other.pinned, state.pinned, strict=True):
        assert pin.same_inputs(kept)
        np.testing.assert_array_equal(pin.profile.n_pos, kept.profile.n_pos)
    assert not other.refused
    assert not other.notice
    assert other.query == query


@pytest.mark.parametrize(
    ("query", "name", "part"),
    [
        ("h=9", "h", "9 nm is outside 4 to 5 nm"),
        ("c=abc", "c", "“abc” is not a number"),
        ("c=nan", "c", "“nan” is not a number"),
        ("d_pos=0.3&d_pos=0.4", "d_pos", "more than once"),
        ("sigma_s=0.01", "sigma_s", "0.01 C/m² is outside −0.02 to −0.01 C/m²"),
    ],
)
def test_a_link_is_never_clamped_but_refused_in_words(state, query, name, part):
    before = getattr(state, name)
    state.restore(query)
    assert getattr(state, name) == before
    assert part in state.refused[name]
    assert with_unit(name, before) in state.refused[name]
    assert not state.stale
    setattr(state, name, DOMAIN[name][1])
    assert not state.refused


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("model=best", "model “best” is unknown"),
        ("tab=moon", "tab “moon” is unknown"),
        ("colour=red", "entry “colour” is unknown"),
        ("pin=1,2,3", "pinned curve “1,2,3”"),
        ("pin=9,1,0.4,0.4,-0.01,one", "9 nm is outside"),
        ("pin=4.5,1,0.4,0.4,-0.01,best", "was not understood"),
        (
            "&".join(f"pin=4.5,{c},0.4,0.4,-0.01,one" for c in range(1, 3)) + "&pin=x" * 3,
            "more than",
        ),
        ("pin=4.5,1,0.4,0.4,-0.01,one&pin=4.5,1,0.4,0.4,-0.01,one", "pinned already"),
        ("h=" + "4" * 5000, "too long"),
        ("&".join(f"a{i}=1" for i in range(80)), "too many entries"),
    ],
)
def test_whatever_else_a_link_gets_wrong_is_said(state, query, part):
    state.restore(query)
    assert part in state.notice
    assert not state.stale


def test_entries_of_hubs_and_voila_are_nobodys_mistake(state):
    state.restore("voila-theme=dark&token=abc&theme=dark&h=4.5")
    assert not state.notice
    assert state.h == 4.5


def test_a_link_of_refused_inputs_describes_what_is_shown(state):
    state.change(h=9.0)
    assert "h=4.8&" in state.query
