"""What the tabs of analysis have in common, without a browser."""

import json

import numpy as np
import pytest

from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.tabs import TABS
from surrogate_app.electrolyte import (
    Surrogate,
    propagate,
    response_surface,
    sensitivity,
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
    return state.tab_states[name]


def test_only_the_tab_that_is_open_computes(state):
    state.change(c=1.0)
    assert all(part.result is None for part in state.tab_states.values())
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


def test_indices_surfaces_and_distributions_are_those_of_the_library(state, surrogate):
    found = opened(state, "sensitivity").result
    z = [-2.05, -1.95, 0.0]
    across = sensitivity(surrogate, HIGH_C, PAPER)
    first_order = found.across.first_order["d_pos"]  # sums of BLAS round as arrays lie in memory
    np.testing.assert_allclose(first_order, across.first_order["d_pos"], rtol=1e-9)
    there = sensitivity(surrogate, HIGH_C, PAPER, z=z)
    assert found.at_positions.z == pytest.approx(z)
    assert found.at_positions.first_order["d_neg"] == pytest.approx(there.first_order["d_neg"])
    surface = response_surface(surrogate, HIGH_C, PAPER, z=z, points=15)
    assert found.surface.values == pytest.approx(surface.values)
    p = opened(state, "uncertainty").result
    expected = propagate(surrogate, HIGH_C, PAPER, z=[-1.95], samples=1024)
    assert p.at_position.values[:, 0] == pytest.approx(expected.values[:, 0], abs=1e-5)
    assert p.at_position.model_std == pytest.approx(expected.model_std)


@pytest.mark.parametrize("name", [name for name, tab in TABS.items() if tab.state is not None])
def test_the_call_that_is_shown_returns_what_is_shown(state, name):
    part = opened(state, name)
    if name == "check":
        part.change(precision="quick")
    results = {}
    exec(part.call, results)
    if name == "sweep":
        np.testing.assert_array_equal(results["curves"].curves, part.result.curves)
    elif name == "sensitivity":
        assert results["at_positions"].indices.keys() == part.result.at_positions.indices.keys()
        np.testing.assert_array_equal(results["surface"].values, part.result.surface.values)
    elif name == "uncertainty":
        np.testing.assert_array_equal(results["bands"], part.result.quantiles)
        np.testing.assert_array_equal(results["density"], part.result.density[1])
        np.testing.assert_array_equal(results["there"].values, part.result.at_position.values)


def test_a_tab_that_opens_while_an_input_is_refused_shows_the_last_good_system(state):
    state.change(h=11.0)
    assert state.stale
    part = opened(state, "sweep")
    assert part.result.system == HIGH_C


@pytest.mark.parametrize("name", ["sweep", "sensitivity", "uncertainty"])
def test_exports_tell_inputs_model_and_units(state, name):
    part = opened(state, name)
    for figure in TABS[name].exports:
        document = json.loads(part.table(figure).to_json())
        assert document["inputs"] == HIGH_C.to_dict()
        assert document["model"]["name"] == Surrogate.default_name()
        assert document["model"]["version"]
        lines = part.table(figure).to_csv().splitlines()
        columns = next(line for line in lines if not line.startswith("#")).split(",")
        for column in columns:
            assert column in document["units"]
            assert len(document[column]) == len(document[columns[0]])


@pytest.mark.parametrize(
    ("tab", "change"),
    [
        ("sweep", lambda s: s.tab_states["sweep"].change(name="h", low=4.1, high=4.7, number=4)),
        ("sensitivity", lambda s: s.tab_states["sensitivity"].examine(("0.37", "middle"))),
        ("sensitivity", lambda s: s.tab_states["sensitivity"].change(form="map")),
        ("uncertainty", lambda s: s.tab_states["uncertainty"].change(position="0.51", samples=256)),
        ("uncertainty", lambda s: s.analysis.vary(("c", "sigma_s"))),
        ("uncertainty", lambda s: s.analysis.set_spread("d_pos", kind="uniform", width=0.0123)),
        ("sweep", lambda s: s.analysis.change(quantity="n_neg")),
    ],
)
def test_a_link_restores_the_tab_with_its_settings(state, tab, change):
    part = opened(state, tab)
    change(state)
    query = state.query
    other = ElectrolyteState()
    other.restore(query)
    assert not other.notice
    assert other.tab == tab
    assert other.query == query
    for name in TABS[tab].exports:
        assert other.tab_states[tab].table(name).to_csv() == part.table(name).to_csv()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("quantity=pressure", "quantity “pressure” is unknown"),
        ("spread=radius:normal:0.1", "spread “radius” is unknown"),
        ("spread=c:cauchy:0.1", "kind of spread “cauchy” is unknown"),
        ("spread=c:normal:wide", "spread “wide” is not a number"),
        ("sweep=c:0.3:1.9", "sweep “c:0.3:1.9” was not understood"),
        ("sweep=c:0.3:1.9:9.5", "was not understood"),
        ("at=contact_pos,moon", "position “moon” is unknown"),
        ("spread=c:normal:1e9x-1", "spread “1e9x-1” is not a number"),
        ("at=-0.3", "position “-0.3” is unknown"),
        ("surface=middle:d_pos", "surface “middle:d_pos” was not understood"),
        ("where=nan", "position “nan” is unknown"),
        ("systems=7", "number of systems “7” is unknown"),
    ],
)
def test_what_a_link_gets_wrong_is_said(state, query, words):
    state.restore(f"tab=sensitivity&{query}")
    assert words in state.notice
    assert not state.tab_states["sensitivity"].refusal
