"""The page's state: inputs, refusals, pins, links and exports, without a browser."""

import csv
import io
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.app_trial import MODELS, Layers

from surrogate_app.app.electrolyte import link, readout
from surrogate_app.app.electrolyte.controls import DIGITS
from surrogate_app.app.electrolyte.inputs import PRESETS, STEPS, with_unit
from surrogate_app.app.electrolyte.state import MAX_PINS, PARTS, TABS, ElectrolyteState
from surrogate_app.electrolyte import DOMAIN, PARAMETERS, UNITS, Electrolyte
from surrogate_app.electrolyte.export import profiles as export


def new_state(**arguments):
    return ElectrolyteState(load=Layers, models=MODELS, model="one", **arguments)


@pytest.fixture
def state():
    return new_state()


def test_starts_with_the_prediction_for_system_one(state):
    assert state.inputs == PRESETS["I"].to_dict()
    assert state.preset == "I"
    np.testing.assert_array_equal(
        state.curve.profile.n_pos, Layers("one").predict(PRESETS["I"]).n_pos
    )


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_input_changes_the_prediction_at_once(state, name):
    low, high = DOMAIN[name]
    setattr(state, name, low + 0.3 * (high - low))
    assert state.curve.system == Electrolyte(**state.inputs)
    assert not state.stale


def test_several_inputs_predict_once(state):
    seen = []
    state.observe(lambda change: seen.append(change["new"]), "curve")
    state.change(h=4.1, c=0.7, model="two")
    assert len(seen) == 1
    assert seen[0].model == "two"
    assert seen[0].system.h == 4.1


@pytest.mark.parametrize(("name", "value"), [("h", 9.0), ("c", 0.0), ("sigma_s", 0.5)])
def test_outside_the_domain_the_last_curve_stays_and_the_input_is_refused(state, name, value):
    before = state.curve
    state.change(**{name: value})
    assert state.curve is before
    assert state.stale
    low, high = DOMAIN[name]
    assert list(state.refused) == [name]
    assert with_unit(name, value) in state.refused[name]
    assert with_unit(name, high) in state.refused[name]
    state.change(**{name: low})
    assert not state.stale
    assert not state.refused
    assert state.curve.system.to_dict()[name] == low


def test_what_is_not_a_number_is_refused(state):
    state.change(h=math.nan)
    assert state.stale
    assert "h" in state.refused


def test_a_model_that_refuses_is_quoted():
    class Picky(Layers):
        def predict(self, system):
            if system.c > 1.9:
                raise ValueError("too dense for this model")
            return super().predict(system)

    state = ElectrolyteState(load=Picky, models=MODELS, model="one")
    state.change(c=2.0)
    assert state.stale
    assert state.notice == "Too dense for this model."
    state.change(c=1.0)
    assert not state.notice


def test_where_a_model_is_weak_the_page_says_so():
    thin = Electrolyte(h=4.637, c=0.613, d_pos=0.218, d_neg=0.207, sigma_s=-0.012)
    state = ElectrolyteState(model="basenn")
    state.change(**thin.to_dict())
    assert "weak for systems like this one" in state.notice
    state.change(model="wallnet")
    assert not state.notice


def test_an_unknown_model_is_refused_in_words(state):
    state.change(model="three")
    assert state.stale
    assert "three" in state.notice


def test_presets_lie_in_the_domain_and_on_the_sliders():
    assert len(PRESETS) == 7
    for system in PRESETS.values():
        assert system.in_domain
        for name, value in system.to_dict().items():
            steps = (value - DOMAIN[name][0]) / STEPS[name]
            assert steps == pytest.approx(round(steps), abs=1e-9)
            assert round(value, DIGITS) == value


def test_the_grid_of_the_paper_lies_on_the_sliders():
    for diameter in (0.2, 0.3075, 0.415, 0.5225, 0.63):
        steps = (diameter - DOMAIN["d_pos"][0]) / STEPS["d_pos"]
        assert steps == pytest.approx(round(steps), abs=1e-9)


def test_pins_are_kept_told_apart_and_removed(state):
    state.pin()
    first = state.curve
    state.change(c=0.5, model="two")
    state.pin()
    assert state.pinned[0] is first
    assert first.differences(state.curve) == ("c = 1.5 mol/L", "model one")
    state.unpin(0)
    assert [pin.model for pin in state.pinned] == ["two"]
    state.clear_pins()
    assert state.pinned == ()


def test_pins_are_limited_and_never_double(state):
    for c in np.linspace(0.2, 0.8, MAX_PINS):
        state.change(c=float(c))
        state.pin()
    with pytest.raises(ValueError, match="already"):
        state.pin()
    state.change(c=1.0)
    with pytest.raises(ValueError, match="remove one"):
        state.pin()


def test_a_refused_system_cannot_be_pinned(state):
    state.change(h=9.0)
    with pytest.raises(ValueError, match="nothing was pinned"):
        state.pin()


values = st.tuples(*(st.floats(*DOMAIN[name]) for name in PARAMETERS))


@settings(deadline=None, max_examples=60)
@given(
    values,
    st.sampled_from(MODELS),
    st.sampled_from([tab for tab in TABS if tab not in PARTS]),
    st.lists(st.tuples(values, st.sampled_from(MODELS)), max_size=MAX_PINS, unique=True),
)
def test_a_link_restores_the_whole_state_exactly(inputs, model, tab, pins):
    state = new_state()
    for pin, pin_model in pins:
        state.change(model=pin_model, **dict(zip(PARAMETERS, pin, strict=True)))
        state.pin()
    state.change(model=model, **dict(zip(PARAMETERS, inputs, strict=True)))
    state.tab = tab
    query = link.write(state)
    assert len(query) <= link.MAX_LENGTH

    other = new_state()
    other.restore(link.read(query, MODELS))
    assert other.inputs == state.inputs
    assert other.model == model
    assert other.tab == tab
    assert len(other.pinned) == len(state.pinned)
    for pin, kept in zip(other.pinned, state.pinned, strict=True):
        assert pin.same_inputs(kept)
        np.testing.assert_array_equal(pin.profile.n_pos, kept.profile.n_pos)
    assert not other.refused
    assert not other.notice
    assert link.write(other) == query


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
    state.restore(link.read(query, MODELS))
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
    state.restore(link.read(query, MODELS))
    assert part in state.notice
    assert not state.stale


def test_entries_of_hubs_and_voila_are_nobodys_mistake(state):
    state.restore(link.read("voila-theme=dark&token=abc&theme=dark&h=4.5", MODELS))
    assert not state.notice
    assert state.h == 4.5


def test_a_link_of_refused_inputs_describes_what_is_shown(state):
    state.change(h=9.0)
    assert "h=4.8&" in link.write(state)


def test_csv_holds_every_number_and_says_what_it_is(state):
    state.pin()
    state.change(c=0.5)
    text = export.table([state.curve, *state.pinned]).to_csv()
    rows = list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))
    assert len(rows) == 2 * 502
    for index, curve in enumerate([state.curve, *state.pinned]):
        own = [row for row in rows if row["curve"] == str(index)]
        for name in export.COLUMNS:
            stored = [float(row[name]) for row in own if row[name]]
            np.testing.assert_array_equal(stored, getattr(curve.profile, name))
    assert state.curve.call in text
    assert "model version: 3" in text
    assert all(unit in text for unit in UNITS.values())


def test_json_holds_every_number_and_says_what_it_is(state):
    state.change(d_neg=state.d_pos)
    document = json.loads(export.table([state.curve]).to_json())
    (curve,) = document["curves"]
    assert curve["inputs"] == state.inputs
    assert curve["model"]["version"] == "3"
    assert curve["call"] == state.curve.call
    for name in export.COLUMNS:
        np.testing.assert_array_equal(curve[name], getattr(state.curve.profile, name))
    # the trial profiles of equal ions are equal, so that nothing is screened
    assert curve["numbers"]["screening_length"] is None
    assert document["units"]["integrated_charge"] == "C/m²"


def test_metadata_cannot_break_the_exports(state):
    metadata = {"note": "two\nlines", "loss": math.nan, "nested": {"a": (1, math.inf)}}
    curve = type(state.curve)("a/b", state.curve.profile, metadata)
    assert "two lines" in export.table([curve]).to_csv()
    assert json.loads(export.table([curve]).to_json())["curves"][0]["model"]["loss"] is None
    assert "/" not in export.file_name(curve.system, curve.model, "csv")


def test_the_call_that_is_shown_returns_what_is_shown(state):
    class Surrogates:
        load = Layers

    profile = eval(state.curve.call, {"Surrogate": Surrogates, "Electrolyte": Electrolyte})
    np.testing.assert_array_equal(profile.n_neg, state.curve.profile.n_neg)


def test_numbers_are_those_of_the_profile(state):
    state.change(d_neg=state.d_pos)
    text = readout.numbers(state.curve)
    contact = state.curve.profile.contact_density
    assert f"{contact[0]:.3f}" in text
    assert f"{state.curve.system.debye_length:.3f}" in text
    assert "not screened" in text


def test_metadata_are_escaped_on_the_page():
    text = readout.accuracy({"version": "<b>1", "date": "<i>", "metrics": {"<u>": 0.5}})
    assert "<b>" not in text
    assert "<i>" not in text
    assert "<u>" not in text
    assert readout.accuracy({}) == ""


def test_accuracy_is_told_in_words_and_figures():
    text = readout.accuracy({"metrics": {"relative_rms": 0.0042, "relative_worst": 0.031}})
    assert "Typically 0.4% off" in text
    assert "3.10%" in text
