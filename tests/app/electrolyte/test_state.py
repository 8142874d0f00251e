"""State of the page: inputs, refusals, pins and exports, without a browser."""

import csv
import io
import json
import math

import numpy as np
import pytest
from support.app_trial import MODELS, Layers

from surrogate_app.app.electrolyte.analysis.state import WIDTHS
from surrogate_app.app.electrolyte.controls import DIGITS
from surrogate_app.app.electrolyte.curve import MAX_PINS
from surrogate_app.app.electrolyte.inputs import STEPS, with_unit
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.electrolyte import DOMAIN, PARAMETERS, UNITS, Electrolyte
from surrogate_app.electrolyte.domain import WIDE
from surrogate_app.electrolyte.export import profiles as export


def new_state(**arguments):
    return ElectrolyteState(load=Layers, models=MODELS, model="one", **arguments)


@pytest.fixture
def state():
    return new_state()


def test_starts_with_the_prediction_for_system_one(state):
    assert Electrolyte(**state.inputs) == PRESETS["I"]
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


def test_presets_lie_on_the_sliders_with_room_around_them():
    for system in PRESETS.values():
        for name, (low, high) in WIDE.ranges.items():
            value = getattr(system, name)
            assert low + 3.0 * WIDTHS[name] <= value <= high - 3.0 * WIDTHS[name]
            steps = (value - low) / STEPS[name]
            assert steps == pytest.approx(round(steps), abs=1e-6)
            assert round(value, DIGITS) == value
        assert (system.z_pos, system.z_neg) in WIDE.salts
        assert system.coupling < 0.9 * WIDE.coupling
        assert system.packing_fraction < 0.9 * WIDE.filling


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
    assert all(UNITS[name] in text for name in PARAMETERS)


def test_json_holds_every_number_and_says_what_it_is(state):
    state.change(d_neg=state.d_pos)
    document = json.loads(export.table([state.curve]).to_json())
    (curve,) = document["curves"]
    assert Electrolyte(**curve["inputs"]) == Electrolyte(**state.inputs)
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
