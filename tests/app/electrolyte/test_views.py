"""Widgets and figures of the page: they show the state, whole and unchanged."""

import html
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from support.app_trial import MODELS, Layers

from surrogate_app.app import server
from surrogate_app.app.electrolyte import Dashboard, ElectrolyteState
from surrogate_app.app.electrolyte.inputs import PRESETS
from surrogate_app.app.electrolyte.state import MAX_PINS
from surrogate_app.app.figures import Figure, plotly_library
from surrogate_app.app.widgets import Messages, NumberControl
from surrogate_app.common.palette import ANION, CATION


@pytest.fixture
def dashboard(monkeypatch):
    monkeypatch.delenv("QUERY_STRING", raising=False)
    return Dashboard(ElectrolyteState(load=Layers, models=MODELS, model="one"))


def traces(figure):
    return {trace.name: trace for trace in figure.data if trace.visible is not False}


def assert_shows_densities(dashboard):
    profile = dashboard.state.curve.profile
    shown = traces(dashboard.views["densities"].figure)
    for name, values in (("Cations ", profile.n_pos), ("Anions ", profile.n_neg)):
        (line,) = [trace for key, trace in shown.items() if key.startswith(name + "<i>")]
        np.testing.assert_array_equal(line.x, profile.z)
        np.testing.assert_array_equal(line.y, values)
    band = shown["Cations ±1σ"]
    np.testing.assert_array_equal(band.y[:502], profile.n_pos + profile.n_pos_std)


def test_densities_are_those_of_the_profile(dashboard):
    assert_shows_densities(dashboard)
    dashboard.state.change(h=4.2, d_pos=0.3)
    assert_shows_densities(dashboard)
    left, right = dashboard.views["densities"].figure.layout.shapes
    assert (left.x1, right.x0) == (-2.1, 2.1)


def test_charge_is_that_of_the_profile_and_drawn_when_its_tab_opens(dashboard):
    assert "charge" not in dashboard.views
    dashboard.tabs.selected_index = 1
    view = dashboard.views["charge"]
    assert dashboard.state.tab == "charge"
    dashboard.state.change(c=0.4, d_pos=0.5, d_neg=0.5)
    profile = dashboard.state.curve.profile
    density, integrated = traces(view.density), traces(view.integrated)
    np.testing.assert_array_equal(density["<i>ρ</i>(<i>z</i>)"].y, profile.charge_density)
    np.testing.assert_array_equal(integrated["<i>S</i>(<i>r</i>)"].x, profile.r)
    np.testing.assert_array_equal(integrated["<i>S</i>(<i>r</i>)"].y, profile.integrated_charge)
    guide = integrated["±5 % of <i>σ</i><sub>s</sub>"]
    assert max(guide.y) == pytest.approx(0.05 * abs(profile.system.sigma_s))
    # the trial profiles of equal ions are equal: nothing is screened, no line may say where
    assert "Screening length" not in integrated


def test_hidden_tab_is_not_drawn(dashboard):
    dashboard.tabs.selected_index = 1
    before = dashboard.views["charge"].density.data[MAX_PINS].y
    dashboard.tabs.selected_index = 0
    dashboard.state.change(c=0.4)
    assert dashboard.views["charge"].density.data[MAX_PINS].y is before


def test_colours_of_ions_are_the_same_everywhere(dashboard):
    for trace in dashboard.views["densities"].figure.data:
        colour = trace.line.color or trace.marker.color
        if "ation" in f"{trace.name}{trace.meta}" and colour:
            assert colour == CATION
        if "nion" in f"{trace.name}{trace.meta}" and colour:
            assert colour == ANION


def test_pins_are_drawn_named_and_cleared(dashboard):
    dashboard.controls.pin.click()
    pinned = dashboard.state.curve
    dashboard.controls.presets["III"].click()
    cations, anions = dashboard.views["densities"].figure.data[:2]
    np.testing.assert_array_equal(cations.y, pinned.profile.n_pos)
    np.testing.assert_array_equal(anions.y, pinned.profile.n_neg)
    assert cations.name == "h = 4.8 nm, c = 1.5 mol/L, d₋ = 0.63 nm, σₛ = −0.02 C/m²"
    chip = dashboard.controls.pins[0]
    assert chip.layout.display is None
    chip.click()
    assert cations.visible is False
    assert chip.layout.display == "none"


def test_a_slider_moves_the_state_by_exact_steps(dashboard):
    control = dashboard.controls.numbers["d_pos"]
    control.slider.value = 0.4 + 3 * 0.0025 + 1e-16
    assert dashboard.state.d_pos == 0.4075
    assert control.field.value == 0.4075


def test_a_typed_value_between_steps_survives_the_slider_that_rounds_it(dashboard):
    control = dashboard.controls.numbers["d_pos"]
    control.field.value = 0.41234567
    assert dashboard.state.d_pos == 0.41234567
    control.slider.value = 0.4125  # what a browser reports of its own accord
    assert dashboard.state.d_pos == 0.41234567


def test_a_typed_value_outside_is_kept_refused_and_greys_the_plot(dashboard):
    control = dashboard.controls.numbers["h"]
    control.field.value = 7.0
    assert control.field.value == 7.0
    assert control.slider.value == 4.8
    assert "4 to 5 nm" in control.message.value
    assert "sa-stale" in dashboard._right._dom_classes
    assert_shows_densities(dashboard)
    dashboard.controls.presets["II"].click()
    assert control.message.value == ""
    assert "sa-stale" not in dashboard._right._dom_classes
    assert dashboard.state.inputs == PRESETS["II"].to_dict()


def test_model_is_chosen_and_named(dashboard):
    dashboard.controls.model.value = "two"
    assert dashboard.state.curve.model == "two"
    assert html.escape('Surrogate.load("two")') in dashboard.call.value
    assert "Version 3" in dashboard.controls.accuracy.value


def test_link_in_the_environment_is_restored_and_its_faults_are_said(monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "h=4.4&c=7&tab=charge&x=<script>")
    dashboard = Dashboard(ElectrolyteState(load=Layers, models=MODELS, model="one"))
    dashboard.open()
    assert dashboard.state.h == 4.4
    assert dashboard.tabs.selected_index == 1
    assert "7 mol/L is outside" in dashboard.controls.numbers["c"].message.value
    assert "<script>" not in dashboard.messages._notice.value
    assert dashboard.page.query.startswith("h=4.4&c=1.5&")


def test_export_sends_a_data_url(dashboard, monkeypatch):
    sent = []
    monkeypatch.setattr(dashboard.page, "send", sent.append)
    dashboard.controls.csv.click()
    dashboard.controls.json.click()
    names = [message["filename"] for message in sent]
    assert names == [
        f"electrolyte_h4.8_c1.5_dpos0.415_dneg0.63_sigma-0.02_one.{kind}"
        for kind in ("csv", "json")
    ]
    assert sent[0]["url"].startswith("data:text/csv;")


def test_guard_turns_failures_into_escaped_words():
    messages = Messages()

    def fail(error):
        raise error

    messages.guard(fail)(ValueError("take <b>care</b>"))
    assert "Take &lt;b&gt;care&lt;/b&gt;." in messages._error.value
    messages.guard(fail)(RuntimeError("disk"))
    assert "RuntimeError: disk" in messages._error.value
    messages.guard(lambda: None)()
    assert messages._error.value == ""


def test_a_failing_model_leaves_the_plot_and_a_message():
    class Broken(Layers):
        def predict(self, system):
            if system.c < 1:
                raise ZeroDivisionError("oops")
            return super().predict(system)

    dashboard = Dashboard(ElectrolyteState(load=Broken, models=MODELS, model="one"))
    dashboard.controls.numbers["c"].field.value = 0.5
    assert "ZeroDivisionError: oops" in dashboard.messages._error.value
    assert dashboard.state.stale
    assert_shows_densities(dashboard)
    dashboard.controls.numbers["c"].field.value = 1.5
    assert dashboard.messages._error.value == ""
    assert not dashboard.state.stale


def test_without_any_prediction_there_are_no_empty_buttons():
    def missing(name):
        raise ValueError("the file of this model is missing")

    dashboard = Dashboard(ElectrolyteState(load=missing, models=MODELS, model="one"))
    assert "the file of this model is missing" in dashboard.messages._notice.value.lower()
    assert all(chip.layout.display == "none" for chip in dashboard.controls.pins)


def test_showing_a_value_reports_no_change():
    seen = []
    control = NumberControl("x", "nm", (0.0, 1.0), 0.1, 4, seen.append)
    control.show(0.5, "")
    control.show(3.0, "too large")
    assert seen == []
    assert control.slider.value == 0.5


def test_the_knob_stands_at_the_end_that_is_nearest_to_a_value_beyond():
    seen = []
    control = NumberControl("x", "nm", (0.0, 1.0), 0.1, 4, seen.append)
    for value, place in ((3.0, 1.0), (-2.0, 0.0), (0.5, 0.5)):
        control.show(value, "")
        assert control.slider.value == place
    control.show(3.0, "")
    control.slider.value = 0.99  # what a browser reports of its own accord
    assert seen == []
    control.slider.value = 0.9
    assert seen == [0.9]


def test_figures_share_one_copy_of_plotly():
    first, second = (
        Figure(name="a", alt="b", x_title="x", y_title="y", hover="%{x}") for _ in range(2)
    )
    assert first.library is second.library is plotly_library()
    assert len(first._esm) < 10_000
    assert "sendChartToCloud" in first._config["modeBarButtonsToRemove"]


def test_a_figure_answers_a_browser_with_its_present_state():
    figure = Figure(name="a", alt="b", x_title="x", y_title="y", hover="%{x}")
    figure.add_scatter(y=np.arange(3.0))
    figure.data[0].y = np.arange(4.0)
    sent = []
    figure.send = sent.append
    figure._answer(figure, {"kind": "send-state"}, [])
    np.testing.assert_array_equal(figure._widget_data[0]["y"], np.arange(4.0))
    assert sent == [{"kind": "state-sent"}]


def test_importing_the_app_hides_no_module():
    import surrogate_app.app  # noqa: F401

    assert all(module is not None for module in sys.modules.values())


def test_notebook_runs_clean_and_without_tensorflow(root):
    path = root / "notebooks" / "confined_electrolyte.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
    heavy = "import sys; print([m for m in ('tensorflow', 'keras', 'numba') if m in sys.modules])"
    notebook.cells.append(nbformat.v4.new_code_cell(heavy))
    NotebookClient(notebook, timeout=120).execute(cwd=str(path.parent))
    outputs = notebook.cells[-1].outputs
    assert "".join(output.text for output in outputs) == "[]\n"


def test_a_taken_port_is_named_and_a_free_one_found():
    with socket.socket() as busy:
        busy.bind((server.HOST, 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(ValueError, match=f"port {port} is taken"):
            server.serve(port=port)
    assert server.choose_port(None) >= server.DEFAULT_PORT
    with pytest.raises(ValueError, match="65535"):
        server.choose_port(70_000)


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"no notebook .*none\.ipynb"):
        server.serve(notebook=tmp_path / "none.ipynb")


def test_server_says_where_it_is_and_ends_quietly_at_ctrl_c(tmp_path):
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[nbformat.v4.new_code_cell("1 + 1")],
    )
    path = tmp_path / "sum.ipynb"
    nbformat.write(notebook, path)
    port = server.choose_port(None)
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from surrogate_app.app.server import serve;"
        f"serve(port={port}, open_browser=False, notebook={str(path)!r})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        address = f"http://{server.HOST}:{port}/"
        assert address in process.stdout.readline()
        for _ in range(240):
            try:
                urllib.request.urlopen(address, timeout=30).read()
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.25)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode == 0, output
    assert "Traceback" not in output
