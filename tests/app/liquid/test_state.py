"""State of the Lennard-Jones page: files, conditions, fits and messages, without a browser."""

import gc
import math
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.liquid_trial import (
    ARGON,
    COLD,
    EXAMPLES,
    MODELS,
    Inverse,
    gas,
    new_state,
    text,
)

from surrogate_app.app.liquid import readout
from surrogate_app.app.liquid.conditions import NAMES, Conditions
from surrogate_app.app.liquid.state import MAX_FILES
from surrogate_app.app.liquid.tabs.files import readout as files_readout
from surrogate_app.app.markup import snippet
from surrogate_app.common.units import AVOGADRO, GAS_CONSTANT
from surrogate_app.liquid import RDF, LJState


@pytest.fixture
def state():
    return new_state()


def direct(rdf, density, temperature, model="one"):
    return Inverse(model).fit(rdf, density, temperature)


def test_starts_with_the_fit_of_the_first_example(state):
    example = EXAMPLES[0]
    fit = direct(example.rdf, example.state.density, example.state.temperature)
    assert (state.fit.c12, state.fit.c6) == (fit.c12, fit.c6)
    assert not state.stale


def test_mass_density_is_converted_with_the_molar_mass():
    argon = Conditions(1.4, 87.0, density_unit="g/cm³", molar_mass=39.948)
    assert argon.in_per_nm3 == pytest.approx(1.4 / 39.948 * AVOGADRO / 1e21, rel=1e-12)


def test_reduced_values_are_in_the_units_of_the_run():
    given = Conditions(0.8, 1.1, "ρ*", "T*", sigma=0.373, epsilon=1.2305)
    state = LJState.from_reduced(0.8, 1.1, 0.373, 1.2305)
    assert given.in_per_nm3 == pytest.approx(state.density, rel=1e-12)
    assert given.in_kelvin == pytest.approx(state.temperature, rel=1e-12)
    assert given.in_kelvin == pytest.approx(1.1 * 1.2305 / GAS_CONSTANT, rel=1e-12)


@pytest.mark.parametrize("density_unit", ["g/cm³", "ρ*"])
def test_another_unit_is_another_name_of_the_same_state(state, density_unit):
    before = state.fit
    state.change(density_unit=density_unit)
    state.change(temperature_unit="T*")
    assert state.entry.conditions.density_unit == density_unit
    assert state.fit.density == pytest.approx(before.density, rel=1e-5)
    assert state.fit.temperature == pytest.approx(before.temperature, rel=1e-5)
    state.change(density_unit="nm⁻³", temperature_unit="K")
    assert (state.fit.density, state.fit.temperature) == (13.7, 345.0)


def test_conditions_reach_the_fit_at_once(state):
    state.change(density=12.5)
    state.change(temperature=400.0)
    assert (state.fit.density, state.fit.temperature) == (12.5, 400.0)


COUNTING = {
    "molar_mass": {"density_unit": "g/cm³"},
    "sigma": {"density_unit": "ρ*"},
    "epsilon": {"temperature_unit": "T*"},
}
"""Units in which numbers besides density and temperature count."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0.0, -3.0, math.nan, math.inf])
def test_a_number_that_cannot_be_is_refused_and_the_last_fit_stays(state, name, value):
    state.change(**COUNTING.get(name, {}))
    before = state.fit
    state.change(**{name: value})
    assert state.stale
    assert state.fit is before
    assert list(state.entry.refused) == [name]
    assert state.entry.refused[name].startswith(f"{NAMES[name]} must be a number from")
    state.change(**{name: 1.0})
    assert not state.stale


@pytest.mark.parametrize("name", COUNTING)
def test_a_number_is_not_refused_where_it_does_not_count(state, name):
    state.change(**COUNTING[name])
    state.change(**{name: 0.0})
    assert state.stale
    state.change(density_unit="nm⁻³", temperature_unit="K")
    assert not state.stale
    assert not state.entry.refused


@settings(deadline=None, max_examples=30)
@given(
    st.dictionaries(st.sampled_from(list(NAMES)), st.floats(), max_size=5),
    st.sampled_from(["nm⁻³", "g/cm³", "ρ*"]),
    st.sampled_from(["K", "T*"]),
)
def test_no_number_breaks_the_page(numbers, density_unit, temperature_unit):
    state = new_state()
    state.change(density_unit=density_unit, temperature_unit=temperature_unit)
    state.change(**numbers)
    assert state.fit is not None
    assert state.stale == bool(state.entry.refused)
    readout.conditions(state.entry)


def test_uploads_take_the_place_of_the_example_and_its_conditions(state):
    state.upload([("a.dat", text()), ("b.dat", text(unit=10.0))])
    assert [entry.name for entry in state.entries] == ["a.dat", "b.dat"]
    assert state.entry.name == "a.dat"
    assert state.entry.copied_from == EXAMPLES[0].file
    assert state.entries[1].rdf.length_unit == "Å"
    np.testing.assert_allclose(state.entries[1].rdf.r, state.entries[0].rdf.r)
    assert f"Taken over from {EXAMPLES[0].file}" in readout.conditions(state.entry)
    state.change(density=20.0)
    assert "Taken over" not in readout.conditions(state.entry)
    assert state.entries[1].fit.density == 13.7


def test_a_new_file_takes_over_the_conditions_of_the_last_one(state):
    state.upload([("a.dat", text())])
    state.change(density=20.0, temperature=300.0)
    state.upload([("b.dat", text())])
    assert state.entry.name == "b.dat"
    assert (state.fit.density, state.fit.temperature) == (20.0, 300.0)
    assert state.entry.copied_from == "a.dat"


def test_a_file_that_comes_again_keeps_what_was_said_of_it(state):
    state.upload([("a.dat", text())])
    state.change(density=20.0, length_unit="nm")
    hotter = LJState(ARGON.c12, ARGON.c6, 20.0, 500.0)
    state.upload([("a.dat", text(hotter))])
    assert len(state.entries) == 1
    assert state.entry.conditions.density == 20.0
    assert state.entry.length_unit == "nm"
    assert state.fit.rdf.g.max() == pytest.approx(gas(hotter, state.fit.rdf.r[1:]).max())


def test_a_file_in_units_of_sigma_asks_for_reduced_values(state):
    state.upload([("lj.dat", text(unit=1 / 0.34))])
    given = state.entry.conditions
    assert (given.density_unit, given.temperature_unit) == ("ρ*", "T*")
    assert given.in_per_nm3 == pytest.approx(13.7, rel=1e-5)
    before = state.fit.sigma
    state.change(sigma=0.68)
    # the same numbers of a run whose unit is twice as long
    assert state.fit.sigma == pytest.approx(2.0 * before, rel=1e-6)
    assert state.fit.density == pytest.approx(13.7 / 8.0, rel=1e-5)


def test_conditions_of_one_file_can_be_given_to_all(state):
    state.upload([("a.dat", text()), ("b.dat", text(unit=10.0)), ("c.dat", text())])
    state.change(density=1.2, density_unit="g/cm³")
    state.use_conditions_for_all()
    assert state.entry.name == "a.dat"
    assert len({entry.conditions for entry in state.entries}) == 1
    assert len({entry.fit.density for entry in state.entries}) == 1
    assert not any(entry.copied_from for entry in state.entries)
    assert state.entries[1].rdf.length_unit == "Å"


def test_what_cannot_be_read_is_said_and_changes_nothing_else(state):
    before = state.fit
    state.upload([("notes.txt", b"dear diary")])
    assert state.upload_refused.startswith("notes.txt was not read: ")
    assert state.upload_refused.count(".") == state.upload_refused.count(". ") + 2
    assert not state.stale  # what is shown stays right
    assert state.fit is before
    assert state.entry.name == EXAMPLES[0].file
    state.select(0)
    assert not state.upload_refused
    assert not state.stale


def test_good_files_are_taken_and_bad_ones_named(state):
    state.upload([("bad.png", b"\x89PNG\r\n\x1a\n"), ("good.dat", text()), ("empty", b"")])
    assert [entry.name for entry in state.entries] == ["good.dat"]
    assert not state.stale
    assert "bad.png was not read" in state.upload_refused
    assert "empty was not read" in state.upload_refused


def test_a_file_that_is_read_but_not_fitted_is_kept_with_the_reason(state):
    before = state.fit
    state.upload([("short.dat", text(r_max=0.45))])
    assert state.entry.name == "short.dat"
    assert state.stale
    assert "must reach 0.5 nm" in state.entry.refused["file"]
    assert state.fit is before
    assert "must reach 0.5 nm" in files_readout.table(state.entries, 0)


def test_there_is_room_for_so_many_files_and_no_more(state):
    state.upload([(f"{i}.dat", text()) for i in range(MAX_FILES + 2)])
    assert len(state.entries) == MAX_FILES
    assert state.upload_refused.count("left out") == 2


def test_a_file_is_parsed_again_only_when_it_is_read_otherwise(state):
    state.upload([("a.dat", text())])
    first = state.entry.rdf
    state.change(density=12.5)
    state.change(temperature=400.0)
    state.model = MODELS[1]
    assert state.entry.rdf is first
    state.change(length_unit="Å")
    assert state.entry.rdf is not first
    assert state.entry.rdf.length_unit == "Å"


def test_a_removed_file_is_not_kept(state):
    state.upload([("a.dat", text()), ("b.dat", text(COLD))])
    removed = [weakref.ref(held) for held in (state.entry, state.entry.rdf, state.entry.fit)]
    state.remove()
    gc.collect()
    assert [held() for held in removed] == [None, None, None]
    assert [entry.name for entry in state.entries] == ["b.dat"]


def test_a_corrected_unit_moves_the_fit(state):
    state.upload([("a.dat", text())])
    sigma = state.fit.sigma
    state.change(length_unit="Å", density=13.7e3)
    assert state.entry.refused  # 0.13 nm: the trial model wants 0.5
    state.change(length_unit="nm", density=13.7)
    assert state.fit.sigma == sigma


def test_a_column_is_chosen_and_the_tail_divided(state):
    r = np.arange(0.005, 1.3, 0.005)
    one, two = gas(ARGON, np.maximum(r, 0.05)), 0.97 * gas(ARGON, np.maximum(r, 0.05) * 0.9)
    rows = "".join(f"{x:.6f} {y:.8f} {z:.8f}\n" for x, y, z in zip(r, one, two, strict=True))
    state.upload([("two.dat", rows.encode())])
    assert len(state.entry.rdf.columns) == 2
    state.change(column=1)
    assert state.fit.rdf.g[-1] == pytest.approx(0.97, abs=1e-3)
    assert any("tends to 0.97" in doubt for doubt in state.entry.rdf.warnings)
    state.change(normalise=True)
    assert state.fit.rdf.g[-1] == pytest.approx(1.0, abs=3e-3)


def test_another_model_fits_all_files_again(state):
    state.upload([("a.dat", text()), ("b.dat", text())])
    state.model = "two"
    assert [entry.fit.model for entry in state.entries] == ["two", "two"]
    assert state.fit is state.entries[0].fit


def test_examples_take_turns_and_leave_files_of_the_user(state):
    state.upload([("a.dat", text())])
    for index, example in enumerate(EXAMPLES):
        state.use_example(index)
        assert [entry.name for entry in state.entries] == ["a.dat", example.file]
        assert state.entry.conditions.density == example.state.density
    state.remove()
    assert state.entry.name == "a.dat"
    state.remove()
    assert [entry.name for entry in state.entries] == [EXAMPLES[0].file]


def test_the_first_example_takes_the_place_of_the_last_file(state):
    state.upload([("a.dat", text(COLD))])
    state.remove()
    assert [entry.name for entry in state.entries] == [EXAMPLES[0].file]
    assert state.entry.example
    assert state.fit is state.entry.fit
    assert len(state.fits) == 1


def test_each_change_is_told_once(state):
    seen = []
    state.observe(lambda change: seen.append(change["new"]), "revision")
    state.upload([("a.dat", text()), ("b.dat", text())])
    state.change(density=10.0, temperature=200.0)
    state.select(1)
    state.model = "two"
    state.tab = "by_hand"
    assert len(seen) == 5
    by_hand = state.tab_states["by_hand"]
    by_hand.observe(lambda change: seen.append(change["new"]), "revision")
    by_hand.change(c12_change=3.0)
    assert len(seen) == 6


def test_the_shown_python_returns_the_shown_fit(state, tmp_path, monkeypatch):
    class Surrogates:
        load = Inverse

    (tmp_path / "it's.dat").write_bytes(text(unit=10.0))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("surrogate_app.liquid.InverseSurrogate", Surrogates)
    state.upload([("it's.dat", text(unit=10.0))])
    state.change(density=1.0, density_unit="g/cm³")
    state.change(normalise=True)
    results = {}
    exec(readout.python(state.entry, state.model), results)
    assert results["fit"].c12 == state.fit.c12
    assert isinstance(results["rdf"], RDF)


def test_nothing_that_a_file_says_becomes_markup(state):
    state.upload([("<script>alert(1)</script>.dat", text())])
    state.change(density=50.0)
    assert state.fit.warnings == ("This state is a <solid>.",)
    shown = [
        readout.results(state.fit),
        readout.reading(state.entry),
        files_readout.table(state.entries, 0),
        snippet(readout.python(state.entry, state.model), "sa-call"),
    ]
    state.upload([("b.dat", text())])
    shown.append(readout.conditions(state.entry))
    for html in shown:
        assert "<script" not in html
        assert "<solid" not in html
    assert "&lt;script&gt;" in shown[2]
    assert "&lt;script&gt;" in shown[-1]


def test_results_show_value_and_deviation(state):
    html = readout.results(state.fit)
    assert f"± {state.fit.sigma_std:.5f}" in html
    assert "Outside the domain" not in html
    assert "Not reliable" not in html
    state.change(density=50.0)
    assert "Outside the domain" in readout.results(state.fit)
