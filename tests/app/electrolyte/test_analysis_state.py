"""The state behind the tabs Sweep, Sensitivity and Uncertainty, without a browser."""

import json

import numpy as np
import pytest

from surrogate_app.app import benchmark
from surrogate_app.app.electrolyte import link, places
from surrogate_app.app.electrolyte.inputs import PRESETS
from surrogate_app.app.electrolyte.state import PARTS, ElectrolyteState
from surrogate_app.electrolyte import (
    PARAMETERS,
    Surrogate,
    propagate,
    response_surface,
    sensitivity,
    sweep,
)

HIGH_C = PRESETS["High c"]
PAPER = {"d_pos": 0.01, "d_neg": 0.015}


@pytest.fixture
def state():
    made = ElectrolyteState()
    made.use_preset("High c")
    return made


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load()


def opened(state, name):
    state.tab = name
    return state.parts[name]


def test_only_the_tab_that_is_open_computes(state):
    state.change(c=1.0)
    assert all(part.result is None for part in state.parts.values())
    part = opened(state, "sweep")
    state.tab = "densities"
    before = part.result
    state.change(c=1.2)
    part.sweep_over("d_pos")
    assert part.result is before
    state.tab = "sweep"
    assert part.result.name == "d_pos"
    assert part.result.system.c == 1.2


def test_a_tab_that_opens_again_computes_nothing_anew(state):
    before = opened(state, "sensitivity").result
    state.tab = "densities"
    assert opened(state, "sensitivity").result is before


def test_a_sweep_is_that_of_the_library(state, surrogate):
    part = opened(state, "sweep")
    expected = sweep(surrogate, HIGH_C, "c", np.linspace(0.3, 1.9, 17))
    np.testing.assert_array_equal(part.result.curves, expected.curves)
    part.sweep_over("h")
    assert part.result.values[[0, -1]].tolist() == [4.0, 5.0]
    z, curves = part.result.on_one_grid()
    assert z[-1] == pytest.approx(2.5, abs=0.01)
    assert np.isnan(curves[0, 0])  # the narrowest slit ends before the widest one
    assert np.isfinite(curves[-1]).all()


def test_the_papers_series_is_set_at_once(state):
    part = opened(state, "sweep")
    revision = part.revision
    state.show_series("integrated_charge")
    assert part.revision == revision + 1
    assert part.result.quantity == "integrated_charge"
    assert part.result.values[[0, -1]].tolist() == [0.3, 1.9]
    assert part.result.system == PRESETS["Series in c"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"low": 0.05}, "0.05 mol/L is outside 0.1 to 2 mol/L"),
        ({"low": 1.9, "high": 0.3}, "must begin below its end"),
        ({"number": 1}, "2 to 25 curves"),
        ({"number": 1000}, "2 to 25 curves"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_in_a_sentence_and_the_last_stays(state, settings, words):
    part = opened(state, "sweep")
    before = part.result
    part.change(**settings)
    assert words in part.refusal
    assert part.stale
    assert part.result is before
    part.sweep_series()
    assert not part.stale


def test_indices_surfaces_and_distributions_are_those_of_the_library(state, surrogate):
    found = opened(state, "sensitivity").result
    z = [-2.05, -1.95, 0.0]
    across = sensitivity(surrogate, HIGH_C, PAPER)
    np.testing.assert_array_equal(found.across.first_order["d_pos"], across.first_order["d_pos"])
    there = sensitivity(surrogate, HIGH_C, PAPER, z=z)
    assert found.at_places.z == pytest.approx(z)
    assert found.at_places.first_order["d_neg"] == pytest.approx(there.first_order["d_neg"])
    surface = response_surface(surrogate, HIGH_C, PAPER, z=z, points=15)
    assert found.surface.values == pytest.approx(surface.values)
    p = opened(state, "uncertainty").result
    expected = propagate(surrogate, HIGH_C, PAPER, z=[-1.95], samples=1024)
    assert p.at_place.values[:, 0] == pytest.approx(expected.values[:, 0], abs=1e-5)
    assert p.at_place.model_std == pytest.approx(expected.model_std)


@pytest.mark.parametrize("name", PARTS)
def test_the_call_that_is_shown_returns_what_is_shown(state, name):
    part = opened(state, name)
    results = {}
    exec(part.call, results)
    if name == "sweep":
        np.testing.assert_array_equal(results["curves"].curves, part.result.curves)
    elif name == "sensitivity":
        assert results["at_places"].indices.keys() == part.result.at_places.indices.keys()
        np.testing.assert_array_equal(results["surface"].values, part.result.surface.values)
    elif name == "uncertainty":
        np.testing.assert_array_equal(results["bands"], part.result.quantiles)
        np.testing.assert_array_equal(results["density"], part.result.density[1])
        np.testing.assert_array_equal(results["there"].values, part.result.at_place.values)


def test_places_follow_the_ions_and_the_walls(state):
    part = opened(state, "sensitivity")
    state.change(d_pos=0.3, h=4.2)
    assert part.result.at_places.r == pytest.approx([0.15, 0.3, 2.1])
    assert places.label("0.45") == "0.45 nm from the wall"
    part.add("2.3")
    assert "2.3 nm from the wall is beyond the middle of the slit, which is 2.1 nm" in part.refusal


def test_places_are_toggled_and_limited(state):
    part = opened(state, "sensitivity")
    part.toggle("middle")
    assert part.places == ("contact_pos", "contact_neg")
    part.look_at(places.PAPER)
    assert part.result.at_places.z == pytest.approx([-2.05, -1.95, -1.85, -1.55, -1.0])
    part.add("0.9")
    assert "At most 5 places" in part.refusal
    assert part.places == places.PAPER


def test_a_place_more_does_not_compute_all_indices_anew(state):
    part = opened(state, "sensitivity")
    before = part.result.across
    part.add("0.45")
    assert part.result.across is before
    assert part.place == "0.45"
    state.question.set_spread("d_neg", width=0.01)
    assert part.result.across is not before


def test_many_inputs_wait_until_the_sliders_rest(state):
    waiting = []
    part = opened(state, "sensitivity")
    before = part.result
    state.later = waiting.append
    state.question.vary(PARAMETERS)
    assert part.waiting
    assert part.stale
    assert part.result is before
    waiting[-1]()
    assert not part.waiting
    assert len(part.result.across.first_order) == 5
    part.toggle("middle")  # quick: the indices across the slit are there
    assert not part.waiting


def test_a_tab_that_was_left_before_its_answer_came_finds_it_on_return(state):
    waiting = []
    part = opened(state, "sensitivity")
    state.question.vary(PARAMETERS)
    state.later = waiting.append
    state.change(c=1.7)
    state.tab = "densities"
    waiting.pop()()  # nobody looks
    state.tab = "sensitivity"
    assert part.waiting
    waiting.pop()()
    assert not part.waiting
    assert part.result.across.system.c == 1.7


def test_a_tab_that_opens_while_an_input_is_refused_shows_the_last_good_system(state):
    state.change(h=9.0)
    assert state.stale
    part = opened(state, "sweep")
    assert part.result.system == HIGH_C


def test_a_distribution_follows_the_sliders_with_few_systems_and_rests_with_all_of_them(state):
    waiting = []
    part = opened(state, "uncertainty")
    state.later = waiting.append
    state.change(c=1.7)
    assert not part.stale
    assert len(part.result.across.samples) == 256
    assert part.result.across.system.c == 1.7
    rough = part.result.across
    waiting[-1]()
    fine = part.result.across
    assert len(fine.samples) == 1024
    assert np.abs(rough.mean - fine.mean).max() < 0.1 * fine.std.max()


def test_one_input_has_shares_but_no_surface(state):
    part = opened(state, "sensitivity")
    state.question.vary(("c",))
    assert part.result.surface is None
    assert part.result.at_places.first_order["c"] == pytest.approx(1.0)
    state.question.vary(())
    assert "At least one input" in part.refusal
    assert part.result.across.names == ("c",)


def test_systems_outside_are_reported_and_too_many_refused(state):
    part = opened(state, "uncertainty")
    assert "of the systems lie outside the domain by their d_neg" in part.warnings[0]
    before = part.result
    state.question.set_spread("d_neg", width=0.2)
    assert "choose a smaller spread" in part.refusal
    assert part.result is before


def test_model_uncertainty_is_kept_apart(state):
    part = opened(state, "uncertainty")
    before = part.result.at_place
    state.question.set_spread("d_neg", width=0.005)
    state.question.set_spread("d_pos", width=0.005)
    there = part.result.at_place
    assert there.std < before.std
    assert there.model_std == before.model_std


FIGURES = {
    "sweep": ["sweep"],
    "sensitivity": ["sensitivity", "places", "surface"],
    "uncertainty": ["band", "histogram", "density"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_exports_tell_inputs_model_and_units(state, name):
    part = opened(state, name)
    for figure in FIGURES[name]:
        document = json.loads(part.table(figure).to_json())
        assert document["inputs"] == HIGH_C.to_dict()
        assert document["model"]["name"] == "wallnet"
        assert document["model"]["version"]
        lines = part.table(figure).to_csv().splitlines()
        columns = next(line for line in lines if not line.startswith("#")).split(",")
        for column in columns:
            assert column in document["units"]
            assert len(document[column]) == len(document[columns[0]])


def test_the_exported_histogram_holds_all_systems(state):
    document = json.loads(opened(state, "uncertainty").table("histogram").to_json())
    width = np.subtract(document["to"], document["from"])
    assert (width * document["density"]).sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("tab", "change"),
    [
        ("sweep", lambda s: s.parts["sweep"].change(name="h", low=4.1, high=4.7, number=4)),
        ("sensitivity", lambda s: s.parts["sensitivity"].look_at(("0.37", "middle"))),
        ("sensitivity", lambda s: s.parts["sensitivity"].change(form="map")),
        ("uncertainty", lambda s: s.parts["uncertainty"].change(place="0.51", samples=256)),
        ("uncertainty", lambda s: s.question.vary(("c", "sigma_s"))),
        ("uncertainty", lambda s: s.question.set_spread("d_pos", kind="uniform", width=0.0123)),
        ("sweep", lambda s: s.question.change(quantity="n_neg")),
    ],
)
def test_a_link_restores_the_tab_with_its_settings(state, tab, change):
    part = opened(state, tab)
    change(state)
    query = link.write(state)
    other = ElectrolyteState()
    other.restore(link.read(query, other.models))
    assert not other.notice
    assert other.tab == tab
    assert link.write(other) == query
    assert other.parts[tab].table(FIGURES[tab][0]).to_csv() == part.table(FIGURES[tab][0]).to_csv()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("quantity=pressure", "quantity “pressure” is unknown"),
        ("spread=radius:normal:0.1", "spread “radius” is unknown"),
        ("spread=c:cauchy:0.1", "kind of spread “cauchy” is unknown"),
        ("spread=c:normal:wide", "spread “wide” is not a number"),
        ("sweep=c:0.3:1.9", "sweep “c:0.3:1.9” was not understood"),
        ("sweep=c:0.3:1.9:9.5", "was not understood"),
        ("at=contact_pos,moon", "place “moon” is unknown"),
        ("spread=c:normal:1e9x-1", "spread “1e9x-1” is not a number"),
        ("at=-0.3", "place “-0.3” is unknown"),
        ("surface=middle:d_pos", "surface “middle:d_pos” was not understood"),
        ("where=nan", "place “nan” is unknown"),
        ("systems=7", "number of systems “7” is unknown"),
    ],
)
def test_what_a_link_gets_wrong_is_said(state, query, words):
    state.restore(link.read(f"tab=sensitivity&{query}", state.models))
    assert words in state.notice
    assert not state.parts["sensitivity"].refusal


def test_the_page_is_not_timed_where_there_is_no_browser(monkeypatch):
    monkeypatch.setattr(benchmark, "chromium", lambda: None)
    assert benchmark.figures() == []
