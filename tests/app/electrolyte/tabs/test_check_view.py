"""The tab Check: what is drawn and said of a simulation, and how the page follows it."""

import asyncio
import threading

import numpy as np
import pytest
from support.app_trial import MODELS, Layers
from support.check_trial import IONS, Trial

from surrogate_app.app.electrolyte import Dashboard, ElectrolyteState
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.tabs.check import view as check_view
from surrogate_app.app.electrolyte.tabs.check.ions import NO_WEBGL, circles, sphere, spheres
from surrogate_app.app.numbers import percent
from surrogate_app.common.palette import ANION, CATION


@pytest.fixture
def dashboard(monkeypatch):
    monkeypatch.delenv("QUERY_STRING", raising=False)
    Trial.made = ()
    made = Dashboard(ElectrolyteState(load=Layers, models=MODELS, model="one"))
    made.state.tab = "check"
    monkeypatch.setattr(made.state.tab_states["check"], "_start", Trial)
    return made


def started(dashboard):
    view = dashboard.views["check"]
    view.start.click()
    return view, Trial.made[-1]


def hidden(widget):
    return "sa-hidden" in widget._dom_classes


def test_the_simulation_is_drawn_over_the_prediction_with_its_standard_errors(dashboard):
    view, run = started(dashboard)
    assert "Preparing" in view.standing.value
    assert not view.cancel.disabled
    run.tell("running", 300, 900, sweeps=200)
    assert view.tab_state.poll()
    measured, predicted = view.tab_state.check.profile, dashboard.state.curve.profile
    lines, points = view.profiles.data[2:4], view.profiles.data[4:6]
    for line, shown, ion in zip(lines, points, ("pos", "neg"), strict=True):
        np.testing.assert_array_equal(line.y, getattr(predicted, f"n_{ion}"))
        assert shown.visible
        chosen = np.isin(measured.z, shown.x)
        assert chosen.sum() == len(shown.x) > 160
        np.testing.assert_array_equal(shown.y, getattr(measured, f"n_{ion}")[chosen])
        np.testing.assert_array_equal(
            shown.error_y.array, getattr(measured, f"n_{ion}_sem")[chosen]
        )
    assert [trace.marker.color for trace in points] == [CATION, ANION]
    assert "300 of 900 sweeps" in view.standing.value
    assert 'value="0.3333"' in view.standing.value
    everywhere, contact = measured.success_rate(predicted, "eps"), 1.0
    assert percent(everywhere) in view.agreement.value
    assert percent(contact) in view.agreement.value
    assert "success_rate(prediction, &quot;sem&quot;)" in view.agreement.value


def test_moved_sliders_hide_the_simulation_and_a_button_leads_back(dashboard):
    view, run = started(dashboard)
    run.tell("running", 300, 900, sweeps=200)
    view.tab_state.poll()
    assert hidden(view.back)
    assert view.elsewhere.value == ""
    dashboard.state.use_preset("Dense")
    assert not any(trace.visible for trace in view.profiles.data[4:6])
    assert hidden(view._ions_box)
    assert view.agreement.value == ""
    assert "is running for h = 4.8 nm, c = 1.5 mol/L" in view.elsewhere.value
    assert not run.ended
    view.back.click()
    assert dashboard.state.preset == "I"
    assert all(trace.visible for trace in view.profiles.data[4:6])


def test_the_ions_of_a_new_run_take_the_place_of_the_last_ones_at_once(dashboard):
    view, run = started(dashboard)
    run.tell("finished", 900, 900, sweeps=900)
    view.tab_state.poll()
    dashboard.state.use_preset("Dense")
    view, run = started(dashboard)
    drawn = []
    view.ions.render = lambda check: drawn.append(check.system)
    run.tell("running", 100, 900, sweeps=100)
    view.tab_state.poll()
    assert drawn == [PRESETS["Dense"]]


def test_news_of_a_run_do_not_wipe_what_went_wrong_meanwhile(dashboard):
    started(dashboard)
    dashboard.messages.error("This curve is pinned already")
    dashboard.messages.guard(dashboard.views["check"]._poll, clears=False)()
    assert "pinned already" in dashboard.messages._error.value
    dashboard.messages.guard(lambda: None)()
    assert dashboard.messages._error.value == ""


def test_refused_inputs_are_not_simulated(dashboard):
    dashboard.state.change(h=9.0)
    dashboard.views["check"].start.click()
    assert Trial.made == ()
    assert "nothing was simulated" in dashboard.messages._error.value


def test_a_failure_is_told_in_plain_escaped_text(dashboard):
    view, run = started(dashboard)
    run.tell("failed", sentence="No room for <b>ions</b>.")
    assert not view.tab_state.poll()
    assert "Failed; No room for &lt;b&gt;ions&lt;/b&gt;." in view.standing.value
    assert view.cancel.disabled


def test_spheres_are_where_the_ions_are_and_as_large():
    corners, triangles = sphere()
    np.testing.assert_allclose(np.linalg.norm(corners, axis=1), 1.0, atol=1e-6)
    a, b, c = (corners[triangles[:, k]] for k in range(3))
    volume = np.einsum("ij,ij->i", np.cross(a, b), c) / 6.0
    assert (volume > 0.0).all()  # all seen from outside
    assert 0.8 < volume.sum() / (4 / 3 * np.pi) < 1.0  # no 32 corners on a sphere hold 0.85 of it
    centres = np.array([[0.0, 1.0, 2.0], [-3.0, 0.5, 0.0]])
    placed, joined = spheres(centres, 0.63)
    assert joined.max() == len(placed) - 1
    for index, centre in enumerate(centres):
        own = placed[index * len(corners) : (index + 1) * len(corners)]
        np.testing.assert_allclose(np.linalg.norm(own - centre, axis=1), 0.315, rtol=1e-5)
    x, y = circles(centres[:, [0, 2]], 0.4)
    pieces = np.isnan(x).sum()
    assert pieces == len(centres) == np.isnan(y).sum()
    assert np.nanmax(x) == pytest.approx(0.2)
    assert np.nanmax(y) == pytest.approx(2.2)


@pytest.mark.parametrize("flat", [False, True])
def test_ions_are_drawn_in_space_or_from_the_side(dashboard, flat):
    dashboard.state.flat = flat
    view, run = started(dashboard)
    run.tell("finished", 900, 900, sweeps=600)
    view.tab_state.poll()
    figure = view.figures["ions"]
    assert {trace.type for trace in figure.data} == {"scatter" if flat else "mesh3d"}
    colour = [trace.line.color if flat else trace.color for trace in figure.data[:2]]
    assert colour == [CATION, ANION]
    assert len(figure.data[0].x) % IONS[0] == 0
    assert (NO_WEBGL in view.ions.widget.children[0].value) if flat else True
    assert f"{IONS[0]} cations and {IONS[1]} anions" in view.cell.value


def test_the_page_follows_a_run_from_its_event_loop_and_ends_it_when_it_is_left(
    dashboard, monkeypatch
):
    threads = set()

    async def use():
        dashboard.views["check"]._repeat._interval = 0.01
        view, run = started(dashboard)
        view.standing.observe(lambda _: threads.add(threading.current_thread()), "value")
        run.tell("running", 300, 900, sweeps=200)
        await asyncio.sleep(0.1)
        assert view.tab_state.check.phase == "running"
        monkeypatch.setattr(check_view, "PATIENCE", 0.05)
        await asyncio.sleep(0.2)
        return view, run

    view, run = asyncio.run(use())
    assert run.ended
    assert (view.tab_state.check.phase, view.tab_state.check.sentence) == (
        "cancelled",
        "the page was closed",
    )
    assert threads == {threading.main_thread()}


def test_an_answer_of_the_browser_keeps_a_run_going(dashboard, monkeypatch):
    monkeypatch.setattr(check_view, "PATIENCE", 0.05)

    async def use():
        dashboard.views["check"]._repeat._interval = 0.01
        view, run = started(dashboard)
        for _ in range(10):
            view.heartbeat._handle_custom_msg({"kind": "here"}, [])
            await asyncio.sleep(0.02)
        return run.ended

    assert not asyncio.run(use())


def test_without_numba_the_tab_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(check_view, "find_spec", lambda _name: None)
    other = Dashboard(ElectrolyteState(load=Layers, models=MODELS, model="one"))
    other.state.tab = "check"
    view = other.views["check"]
    assert view.start.disabled
    assert "pip install numba" in view.standing.value
