"""The tab Check, served by Voila and used in a real Chromium, with the real simulator."""

import csv
import io
import json
import time
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import psutil
import pytest
from playwright.sync_api import expect
from support.app_browser import Opened, address_of

from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.electrolyte import Surrogate

pytestmark = pytest.mark.browser

SYSTEM = PRESETS["Dense"]  # the densest one, which takes longest
QUERY = f"?{urlencode(SYSTEM.to_dict())}&tab=check&check_precision=test&check_seed=5"
PREDICTED = "Anions <i>n</i><sub>−</sub>, predicted"
SIMULATED = "Anions, simulated"
SECONDS = 120_000


@pytest.fixture
def opened(browser, site):
    """The tab with the settings of the link."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield Opened(context, address_of(site, "confined_electrolyte") + QUERY)
    context.close()


def phase(opened, name):
    opened.page.wait_for_selector(f'.sa-run[data-phase="{name}"]', timeout=SECONDS)


def simulations():
    """Return the simulations that run below this process."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "surrogate_app.electrolyte.simulation.background" in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def assert_none_runs():
    deadline = time.monotonic() + 60
    while simulations():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_simulation_grows_over_the_prediction_is_left_cancelled_and_saved(opened):
    opened.press("Check by simulation")
    phase(opened, "preparing")
    phase(opened, "running")
    opened.page.wait_for_function(
        """() => [...document.querySelectorAll(".js-plotly-plot")].some((plot) =>
          plot.querySelectorAll(".errorbars path").length > 100)""",
        timeout=SECONDS,
    )
    (simulation,) = simulations()
    simulation.suspend()  # so that it still runs, however slow the browser is
    assert_shows_what_was_measured(opened)
    assert_sliders_move_meanwhile_and_a_button_leads_back(opened)
    opened.press("Cancel")
    phase(opened, "cancelled")
    assert_none_runs()
    assert_what_was_measured_stays_and_can_be_saved(opened)
    opened.page.wait_for_selector(".gl-container canvas", state="attached")
    for width in (1280, 800):
        opened.page.set_viewport_size({"width": width, "height": 1000})
        opened.assert_tidy(["Check"])
    opened.assert_clean()
    assert_a_page_that_is_left_ends_its_simulation(opened)


def assert_shows_what_was_measured(opened):
    run = opened.page.locator(".sa-run")
    expect(run).to_contain_text("left", timeout=SECONDS)
    expect(run).to_contain_text("standard error of", timeout=SECONDS)
    assert 0.0 < float(run.locator("progress").get_attribute("value")) < 1.0
    expect(opened.page.locator(".sa-agreement")).to_contain_text("Success rate", timeout=SECONDS)
    measured = opened.traces()[SIMULATED]["y"]
    prediction = Surrogate.load().predict(SYSTEM)
    middle = slice(len(measured) // 2 - 20, len(measured) // 2 + 20)
    assert np.mean(measured[middle]) == pytest.approx(np.mean(prediction.n_neg[191:311]), rel=0.05)


def assert_sliders_move_meanwhile_and_a_button_leads_back(opened):
    handle = opened.page.locator(".noUi-handle").nth(1)
    handle.focus()
    handle.press("ArrowLeft")
    profile = Surrogate.load().predict(SYSTEM.replace(c=1.89))
    traces = opened.wait_for({PREDICTED: (profile.z, profile.n_neg)})
    assert SIMULATED not in traces
    expect(opened.page.locator(".sa-elsewhere")).to_contain_text("c = 1.9 mol/L", timeout=SECONDS)
    assert len(simulations()) == 1
    opened.press("Back to its sliders")
    profile = Surrogate.load().predict(SYSTEM)
    opened.wait_for({PREDICTED: (profile.z, profile.n_neg)})
    expect(opened.page.locator(".sa-elsewhere")).to_have_count(0, timeout=SECONDS)
    opened.wait_for_inputs(SYSTEM)


def assert_what_was_measured_stays_and_can_be_saved(opened):
    assert SIMULATED in opened.traces()
    contents = {}
    for kind in ("CSV", "JSON"):
        with opened.page.expect_download() as download:
            opened.page.locator(".sa-small:visible", has_text=kind).first.click()
        assert "check" in download.value.suggested_filename
        with Path(download.value.path()).open(encoding="utf-8") as stream:
            contents[kind] = stream.read()
    document = json.loads(contents["JSON"])
    assert document["options"]["phase"] == "cancelled"
    assert document["options"]["seed"] == 5
    assert document["options"]["sweeps"] > 0
    assert document["application"]["version"] in contents["CSV"]
    lines = [line for line in io.StringIO(contents["CSV"]) if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    found = [float(row["n_pos_simulated"]) for row in rows]
    assert found == document["n_pos_simulated"]
    assert opened.traces()["Cations, simulated"]["y"] == found[1::3]


def assert_a_page_that_is_left_ends_its_simulation(opened):
    opened.press("Check by simulation")
    phase(opened, "running")
    (simulation,) = simulations()
    simulation.suspend()  # so that it cannot come to its own end
    opened.page.get_by_role("link", name="All pages").click()
    assert_none_runs()
