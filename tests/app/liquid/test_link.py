"""Links to the Lennard-Jones page: what they restore, and what they cannot contain."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.liquid_trial import EXAMPLES, MODELS, new_state, text

from surrogate_app.app.links import MAX_LENGTH
from surrogate_app.app.liquid import Dashboard
from surrogate_app.app.liquid.conditions import DENSITY_UNITS, TEMPERATURE_UNITS, Conditions
from surrogate_app.app.liquid.tabs import TABS


@pytest.fixture
def state():
    return new_state()


numbers = st.floats(1e-3, 1e3)


@settings(deadline=None, max_examples=12)
@given(
    st.builds(
        Conditions,
        numbers,
        numbers,
        st.sampled_from(DENSITY_UNITS),
        st.sampled_from(TEMPERATURE_UNITS),
        numbers,
        numbers,
        numbers,
    ),
    st.sampled_from(range(len(EXAMPLES))),
    st.sampled_from(MODELS),
    st.sampled_from(list(TABS)),
    st.booleans(),
    st.floats(-40.0, 40.0),
)
def test_a_link_restores_an_example_with_all_that_was_set(
    conditions, example, model, tab, normalise, change
):
    state = new_state()
    state.use_example(example)
    state.model = model
    state.change(density_unit=conditions.density_unit, temperature_unit=conditions.temperature_unit)
    state.change(
        **{name: getattr(conditions, name) for name in conditions.counting}, normalise=normalise
    )
    state.tab = tab
    state.tab_states["by_hand"].change(c12_change=change)
    query = state.query
    assert len(query) <= MAX_LENGTH

    other = new_state()
    other.restore(query)
    assert other.query == query
    assert other.notice == ""
    assert other.entry.name == EXAMPLES[example].file
    for name in conditions.counting:
        assert getattr(other.entry.conditions, name) == getattr(conditions, name)
    assert other.entry.normalise == normalise
    assert (other.model, other.tab) == (model, tab)
    assert (other.fit.c12, other.fit.c6) == (state.fit.c12, state.fit.c6)
    if tab == "by_hand":
        assert other.tab_states["by_hand"].c12_change == change


def test_a_link_to_an_upload_keeps_its_settings_and_waits_for_the_file(state):
    content = text(unit=10.0)
    state.upload([("mine.dat", content)])
    state.change(density=15.0, temperature=300.0, length_unit="Å", sampling="lower", normalise=True)
    state.tab = "by_hand"
    state.tab_states["by_hand"].change(c6_change=-3.0)
    query = state.query
    assert "dear" not in query
    assert "0.005" not in query

    other = new_state()
    other.restore(query)
    assert other.query == query
    assert other.stale
    assert other.entry.conditions == state.entry.conditions
    assert "“mine.dat”, which links do not contain: upload it" in other.entry.refused["file"]
    assert other.fits == []
    other.upload([("mine.dat", content)])
    assert not other.stale
    assert (other.fit.c12, other.fit.density) == (state.fit.c12, 15.0)
    assert other.entry.length_unit == "Å"
    assert other.entry.normalise
    assert other.entry.sampling == "lower"
    assert other.tab_states["by_hand"].result.rdf_error == (
        state.tab_states["by_hand"].result.rdf_error
    )


def test_another_file_takes_the_place_of_the_one_that_a_link_waits_for(state):
    state.restore("file=mine.dat&density=15&temperature=300&column=1")
    state.upload([("other.dat", text())])
    assert [entry.name for entry in state.entries] == ["other.dat"]
    assert (state.fit.density, state.entry.column) == (15.0, None)
    assert state.entry.copied_from == "mine.dat"
    state.restore("file=mine.dat")
    state.remove()
    assert state.entry.example
    assert not state.stale


def test_the_column_is_restored(state):
    state.restore("file=mine.dat&density=13.7&temperature=345&column=1")
    lines = text().decode().splitlines()
    state.upload([("mine.dat", "\n".join(f"{x} {x.split()[1]}" for x in lines).encode())])
    assert state.entry.rdf.column == 1
    assert "column=1" in state.query


def test_a_file_in_units_of_sigma_is_restored_with_its_unit(state):
    state.upload([("lj.dat", text(unit=1 / 0.34))])
    state.change(density_unit="nm⁻³", sigma=0.37, length_unit="σ")
    other = new_state()
    other.restore(state.query)
    assert other.entry.conditions.sigma == 0.37


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("model=best", "model “best” is unknown"),
        ("tab=moon", "tab “moon” is unknown"),
        ("colour=red", "entry “colour” is unknown"),
        ("example=water.xvg", "example “water.xvg” is unknown"),
        ("density=wide", "density “wide” is not a number"),
        ("density_unit=kg", "density_unit “kg” is unknown"),
        ("length_unit=mile", "length_unit “mile” is unknown"),
        ("column=-1", "column “-1” is unknown"),
        ("density=1&density=2", "density is given more than once"),
        ("tab=by_hand&c12_change=x", "c12_change “x” is not a number"),
        ("density=" + "4" * 5000, "too long"),
    ],
)
def test_what_a_link_gets_wrong_is_said_and_nothing_else_changes(state, query, part):
    before = state.fit
    state.restore(query)
    assert part in state.notice
    assert not state.stale
    assert (state.fit.c12, state.fit.density) == (before.c12, before.density)


def test_a_number_that_cannot_be_is_refused_beside_its_field(state):
    state.restore("density=-2&temperature=300")
    assert list(state.entry.refused) == ["density"]
    assert state.stale
    assert math.isclose(state.entry.conditions.temperature, 300.0)


def test_entries_of_hubs_and_voila_are_nobodys_mistake(state):
    state.restore("voila-theme=dark&token=abc&theme=dark&density=14")
    assert state.notice == ""
    assert state.fit.density == 14.0


def test_the_page_restores_its_link_and_follows_with_its_address(monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "example=cold.dat&density=11&tab=state&x=<script>")
    dashboard = Dashboard(new_state())
    dashboard.open()
    assert dashboard.state.entry.name == "cold.dat"
    assert dashboard.tabs.selected_index == list(TABS).index("state")
    assert "entry “x” is unknown" in dashboard.messages.children[1].value
    assert "<script>" not in dashboard.messages.children[1].value
    assert dashboard.page.query == dashboard.state.query
    assert set(dashboard.page.query_keys) >= {"density", "file", "c12_change", "tab"}
    dashboard.state.change(density=12.0)
    assert "density=12.0" in dashboard.page.query


def test_the_page_says_that_links_hold_no_files():
    dashboard = Dashboard(new_state())
    note = [w.value for w in dashboard.controls.widget.children[1].children[-1].children[-1:]]
    assert "not the content of uploaded files" in note[0]
