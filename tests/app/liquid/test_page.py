"""Widgets and figures of the Lennard-Jones page: they show the state, whole and unchanged."""

import base64
import html
import json

import numpy as np
import pytest
from support.liquid_samples import fluid
from support.liquid_trial import EXAMPLES, Forward, new_state, text

from surrogate_app.app.liquid import Dashboard, LiquidState
from surrogate_app.app.liquid.page import LANGUAGES
from surrogate_app.app.liquid.tabs import TABS
from surrogate_app.liquid import ForwardSurrogate
from surrogate_app.liquid.export import fit as export
from surrogate_app.liquid.phases import freezing_density


@pytest.fixture
def dashboard():
    return Dashboard(new_state())


def traces(figure):
    return {trace.name: trace for trace in figure.data if trace.visible is not False}


def assert_shows_the_fit(dashboard):
    fit = dashboard.state.fit
    points, fitted, noise, residual = dashboard.views["fit"].figure.data
    np.testing.assert_array_equal(points.x, fit.rdf.r)
    np.testing.assert_array_equal(points.y, fit.rdf.g)
    np.testing.assert_array_equal(fitted.y, fit.g_fit)
    np.testing.assert_array_equal(residual.y, fit.g_fit - fit.rdf.g)
    assert sorted(set(noise.y)) == [-fit.noise, fit.noise]
    assert residual.yaxis == noise.yaxis == "y2"


def spectrum(state, per_nm=0.1):
    """A bare file of S(q), q in 10·per_nm nm⁻¹."""
    q = np.arange(3.0, 100.0, 0.5)
    s = ForwardSurrogate.load().structure_factor(state, q)
    return "".join(f"{x:.5f} {y:.6f}\n" for x, y in zip(per_nm * q, s, strict=True)).encode()


def test_a_structure_factor_is_fitted_and_shown_in_q(monkeypatch):
    argon = fluid(0.82, 0.85)
    dashboard = Dashboard()
    dashboard.controls.upload._on_files([("argon.sq", spectrum(argon))])
    dashboard.state.change(density=argon.density, temperature=argon.temperature)
    fit = dashboard.state.fit
    assert fit.sigma == pytest.approx(argon.sigma, rel=0.01)
    figure, controls = dashboard.views["fit"].figure, dashboard.controls
    shown = traces(figure)
    np.testing.assert_array_equal(shown["File"].y, fit.structure_factor.s)
    np.testing.assert_array_equal(shown["Fit"].y, fit.s_fit)
    assert "±1σ of the file" not in shown
    assert "nm⁻¹" in figure.layout.xaxis.title.text
    assert "Level" in dashboard.results.value
    assert controls.quantity.value == "S"
    assert [c.layout.display for c in (controls.length_unit, controls.q_unit)] == ["none", None]
    assert "StructureFactor.read" in html.unescape(dashboard.call.value)
    for name in ("by_hand", "methods", "state", "files"):
        open_tab(dashboard, name)
        if name == "state":  # which needs the potential only
            assert len(dashboard.state.tab_states[name].result) == 4
        elif name in dashboard.state.tab_states:
            assert "holds S(q)" in dashboard.state.tab_states[name].refusal

    saved = {}
    monkeypatch.setattr(
        dashboard.page, "download", lambda name, _, text: saved.update({name: text})
    )
    dashboard.controls.csv.click()
    dashboard.save.click()
    table, potential = saved.values()
    assert "fit,q,s,s_fit,residual" in table
    assert "from S(q)" in potential

    controls.q_unit.value = "nm⁻¹"
    assert dashboard.state.entry.structure_factor.q[-1] == pytest.approx(9.95)
    other = LiquidState()
    other.restore(dashboard.state.query)
    assert other.entry.q_unit == "nm⁻¹"
    dashboard.controls.examples[0].click()
    open_tab(dashboard, "fit")
    assert "Distance" in figure.layout.xaxis.title.text
    assert "±1σ of the file" in traces(figure)


def open_tab(dashboard, name):
    dashboard.tabs.selected_index = list(TABS).index(name)


def test_fit_and_residual_are_those_of_the_state(dashboard):
    assert_shows_the_fit(dashboard)
    assert dashboard.controls.for_all.layout.display == "none"
    dashboard.controls.examples[1].click()
    assert_shows_the_fit(dashboard)
    assert EXAMPLES[1].file in dashboard.views["fit"].figure.alt


def test_state_is_placed_in_the_map(dashboard):
    dashboard.controls.upload._on_files([("a.dat", text()), ("b.dat", text())])
    dashboard.controls.shown.value = 1
    dashboard.controls.numbers["density"].field.value = 20.0
    open_tab(dashboard, "state")
    shown = traces(dashboard.views["state"].figure)
    fit = dashboard.state.fit
    assert shown["Fit"].x == [fit.state.reduced_density]
    assert shown["Fit"].y == [fit.state.reduced_temperature]
    assert shown["Fit"].error_y.array[0] == pytest.approx(
        fit.state.reduced_temperature * fit.epsilon_std / fit.epsilon
    )
    assert len(shown["Other files"].x) == 1
    np.testing.assert_array_equal(
        shown["Simulated states behind the models"].x, Forward.states[:, 0]
    )
    np.testing.assert_allclose(
        shown["Freezing"].x, freezing_density(np.asarray(shown["Freezing"].y))
    )


def test_a_state_far_out_widens_the_map(dashboard):
    open_tab(dashboard, "state")
    dashboard.controls.numbers["temperature"].field.value = 345_000.0
    low, high = dashboard.views["state"].figure.layout.yaxis.range
    assert low < np.log10(dashboard.state.fit.state.reduced_temperature) < high


def test_hidden_tabs_are_not_drawn(dashboard):
    before = dashboard.views["fit"].figure.data[0].y
    open_tab(dashboard, "state")
    dashboard.controls.examples[1].click()
    assert dashboard.views["fit"].figure.data[0].y is before
    open_tab(dashboard, "fit")
    assert_shows_the_fit(dashboard)


def test_fields_for_units_appear_when_they_count(dashboard):
    numbers = dashboard.controls.numbers
    shown = lambda: {name for name, field in numbers.items() if field.layout.display != "none"}  # noqa: E731
    assert shown() == {"density", "temperature"}
    dashboard.controls.density_unit.value = "g/cm³"
    assert shown() == {"density", "temperature", "molar_mass"}
    assert numbers["density"].field.value == pytest.approx(0.90879)
    dashboard.controls.density_unit.value = "ρ*"
    assert shown() == {"density", "temperature", "sigma"}
    dashboard.controls.temperature_unit.value = "T*"
    assert shown() == {"density", "temperature", "sigma", "epsilon"}
    assert dashboard.controls.reduced.layout.display is None


def test_a_refused_number_is_said_beside_its_field_and_greys_the_plot(dashboard):
    field = dashboard.controls.numbers["density"]
    field.field.value = -2.0
    assert "got −2" in field.message.value
    assert field.field.value == -2.0
    assert "sa-stale" in dashboard._right._dom_classes
    assert_shows_the_fit(dashboard)
    field.field.value = 13.0
    assert field.message.value == ""
    assert "sa-stale" not in dashboard._right._dom_classes


def test_an_upload_arrives_as_the_browser_sends_it(dashboard):
    upload = dashboard.controls.upload
    upload._received(upload, {"kind": "files", "names": ["a.dat"]}, [memoryview(text())])
    assert dashboard.state.entry.name == "a.dat"
    assert dashboard.controls.files.layout.display is None
    upload._received(upload, {"kind": "too-large", "names": ["<huge>"], "size": 3e9}, [])
    assert "&lt;huge&gt;: 3000 MB; at most 8 MB" in dashboard.controls.upload_message.value
    assert dashboard.state.entry.name == "a.dat"
    dashboard.controls.remove.click()
    assert dashboard.state.entry.name == EXAMPLES[0].file
    assert dashboard.controls.upload_message.value == ""


def test_a_bad_upload_leaves_one_sentence_and_the_plot(dashboard):
    dashboard.controls.upload._on_files([("a.png", b"\x89PNG")])
    assert 'role="alert"' in dashboard.controls.upload_message.value
    assert "a.png was not read" in dashboard.controls.upload_message.value
    assert "sa-stale" not in dashboard._right._dom_classes
    assert_shows_the_fit(dashboard)


def test_how_a_file_is_read_can_be_corrected(dashboard):
    dashboard.controls.upload._on_files([("a.dat", text(unit=10.0))])
    assert dashboard.controls.length_unit.value == "Å"
    assert "taken to be in Å" in dashboard.controls.reading.value
    dashboard.controls.length_unit.value = "σ"
    assert dashboard.state.entry.length_unit == "σ"
    assert dashboard.state.fit.rdf.r[-1] == pytest.approx(0.34 * 12.95, rel=1e-3)
    dashboard.controls.normalise.value = True
    assert dashboard.state.entry.normalise


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_potential_is_written_for_simulation_programs(dashboard, name, monkeypatch):
    sent = []
    monkeypatch.setattr(dashboard.page, "send", sent.append)
    dashboard.language.value = name
    extension, media_type, write = LANGUAGES[name]
    assert 'id="sa-potential"' in dashboard.potential.value
    dashboard.save.click()
    assert sent[0]["filename"].endswith(f".{extension}")
    header, _, data = sent[0]["url"].partition(",")
    assert header.startswith(f"data:{media_type};")
    assert base64.b64decode(data).decode() == write(dashboard.state.fit)
    dashboard.controls.examples[1].click()
    assert html.escape(write(dashboard.state.fit)) in dashboard.potential.value


def test_lines_of_an_earlier_fit_are_not_saved(dashboard, monkeypatch):
    sent = []
    monkeypatch.setattr(dashboard.page, "send", sent.append)
    dashboard.state.change(density=-1.0)
    dashboard.save.click()
    assert sent == []
    dashboard.state.change(density=13.7)
    dashboard.save.click()
    assert len(sent) == 1


def test_exports_hold_all_fits_the_shown_one_first(dashboard, monkeypatch):
    sent = []
    monkeypatch.setattr(dashboard.page, "send", sent.append)
    dashboard.controls.upload._on_files([("a.dat", text()), ("b.dat", text())])
    dashboard.controls.shown.value = 1
    dashboard.controls.csv.click()
    dashboard.controls.json.click()
    fits = [dashboard.state.entries[1].fit, dashboard.state.entries[0].fit]
    csv, document = (base64.b64decode(m["url"].partition(",")[2]).decode() for m in sent)
    assert csv == export.table(fits).to_csv()
    assert [f["rdf"]["name"] for f in json.loads(document)["fits"]] == ["b.dat", "a.dat"]
    assert [m["filename"].rpartition(".")[2] for m in sent] == ["csv", "json"]


def test_a_fit_of_conditions_that_were_refused_is_neither_exported_nor_on_the_map(
    dashboard, monkeypatch
):
    """It is one at the density before: its row in the table is empty too."""
    sent = []
    monkeypatch.setattr(dashboard.page, "send", sent.append)
    dashboard.controls.upload._on_files([("a.dat", text()), ("b.dat", text())])
    dashboard.state.change(density=-1.0)
    dashboard.controls.json.click()
    dashboard.controls.shown.value = 1
    dashboard.controls.json.click()
    for message in sent:
        document = json.loads(base64.b64decode(message["url"].partition(",")[2]))
        assert [f["rdf"]["name"] for f in document["fits"]] == ["b.dat"]
        assert message["filename"].startswith("b")
    open_tab(dashboard, "state")
    assert not dashboard.views["state"].figure.data[-2].visible
    dashboard.state.change(temperature=-1.0)
    dashboard.controls.json.click()
    assert len(sent) == 2
    assert "There is no fit to export" in dashboard.messages._error.value


def test_table_has_a_row_a_file_and_marks_the_shown_one(dashboard):
    dashboard.controls.upload._on_files([("a.dat", text()), ("b.dat", text())])
    open_tab(dashboard, "files")
    table = dashboard.views["files"].table.value
    assert table.count('scope="row"') == 2
    assert table.count("sa-active") == 1
    dashboard.controls.shown.value = 1
    assert dashboard.views["files"].table.value.index("sa-active") > table.index("sa-active")
    dashboard.controls.numbers["temperature"].field.value = 123.0
    dashboard.controls.for_all.click()
    assert dashboard.views["files"].table.value.count("<td>123.0</td>") == 2


def test_model_is_chosen_and_named(dashboard):
    dashboard.controls.model.value = "two"
    assert dashboard.state.fit.model == "two"
    assert "InverseSurrogate.load(&quot;two&quot;)" in dashboard.call.value
    assert "Version 3" in dashboard.controls.accuracy.value


def test_every_figure_says_what_it_shows(dashboard):
    for name in TABS:
        open_tab(dashboard, name)
        for figure in dashboard.views[name].figures.values():
            assert len(figure.alt) > 40
            assert figure.layout.xaxis.title.text
