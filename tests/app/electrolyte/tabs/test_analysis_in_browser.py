"""The tabs Sweep, Sensitivity and Uncertainty, served by Voila and used in a real Chromium."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from support.app_browser import Opened, address_of

from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.numbers import rounded
from surrogate_app.electrolyte import Electrolyte, Surrogate, propagate, sensitivity, sweep

pytestmark = pytest.mark.browser

TABS = ("Sweep", "Sensitivity", "Uncertainty")
PAPER = {"d_pos": 0.01, "d_neg": 0.015}
HIGH_C = PRESETS["High c"]


@pytest.fixture(scope="module")
def opened(browser, site):
    """One page for all tests that leave it usable for the next."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = Opened(context, address_of(site, "confined_electrolyte"))
    yield opened
    opened.assert_clean()
    context.close()


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load()


def begin(opened, tab):
    """Open a tab with the system and the settings from which each test starts."""
    page = opened.page
    page.set_viewport_size({"width": 1280, "height": 900})
    opened.press("High c")
    opened.tab(tab)
    if tab == "Sweep":
        return
    opened.press("Both diameters")
    field = page.get_by_label("Width of the spread of d₋").locator("visible=true")
    if field.input_value() != "0.015":
        field.fill("0.015")
        field.press("Enter")
    quantity = page.get_by_label("Quantity", exact=True).locator("visible=true")
    quantity.select_option(label="Charge density ρ")
    if tab == "Sensitivity":
        active = page.locator(".sa-options:visible .sa-chip.sa-active:visible")
        for left in reversed(range(active.count())):
            active.first.click()
            expect(active).to_have_count(left, timeout=30_000)


def saved(opened, kind, index=0):
    """Return what one of the visible buttons of the figures saves."""
    with opened.page.expect_download() as download:
        opened.page.locator(".sa-small:visible", has_text=kind).nth(index).click()
    with Path(download.value.path()).open(encoding="utf-8") as stream:
        return download.value.suggested_filename, stream.read()


def test_three_clicks_tell_what_controls_the_charge_near_the_wall(opened, surrogate):
    begin(opened, "Sensitivity")
    opened.press("0.3 nm from the wall")
    answer = opened.page.locator(".sa-answer:visible")
    found = sensitivity(surrogate, HIGH_C, PAPER, z=[-1.95])
    expect(answer).to_contain_text("0.3 nm from the wall: Charge density", timeout=30_000)
    anions, cations = (100 * found.first_order[name][0] for name in ("d_neg", "d_pos"))
    assert anions > cations
    text = answer.inner_text()
    assert f"anion diameter d₋ {anions:.0f} %, cation diameter d₊ {cations:.0f} %" in text


def test_stacked_shares_are_those_of_the_library(opened, surrogate):
    begin(opened, "Sensitivity")
    found = sensitivity(surrogate, HIGH_C, PAPER)
    defined = np.isfinite(found.first_order["d_neg"])
    z = found.z[defined]
    opened.wait_for(
        {
            "d₊": (z, 100 * found.first_order["d_pos"][defined]),
            "d₋": (z, 100 * found.first_order["d_neg"][defined]),
            "standard deviation": (found.z, found.std),
        },
        tolerance=1e-9,
    )


def test_a_click_on_the_figure_examines_that_position(opened):
    page = opened.page
    begin(opened, "Sensitivity")
    opened.press("Middle")
    expect(page.locator(".sa-table tbody tr:visible")).to_have_count(1, timeout=30_000)
    plot = page.locator(".js-plotly-plot:visible").first
    plot.scroll_into_view_if_needed()
    box = plot.locator(".xy .plot, .nsewdrag").first.bounding_box()
    x, y = box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"]
    rows = page.locator(".sa-table tbody tr:visible")
    for _ in range(10):  # a figure that is just being drawn takes no click
        page.mouse.move(x - 3, y)
        page.mouse.move(x, y)
        page.wait_for_selector(".hoverlayer .hovertext, .hoverlayer .legend")
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(500)
        if rows.count() == 2:
            break
    expect(rows).to_have_count(2, timeout=30_000)
    expect(page.locator(".sa-answer:visible")).to_contain_text("nm from the wall", timeout=30_000)


def test_the_response_is_a_surface_or_a_map(opened):
    page = opened.page
    begin(opened, "Sensitivity")
    opened.press("Middle")
    page.wait_for_function(
        """() => [...document.querySelectorAll(".js-plotly-plot")].some(
          (plot) => plot.clientWidth && plot._fullLayout?.scene?._scene?.glplot)"""
    )
    page.get_by_label("Drawn as").select_option("map")
    page.wait_for_selector(".contourlayer .contourlines path", state="attached")
    page.get_by_label("Drawn as").select_option("surface")
    page.wait_for_function(
        "!document.querySelector('.contourlayer')?.closest('.js-plotly-plot').clientWidth"
    )


def test_a_series_is_swept_played_and_saved(opened, surrogate):
    begin(opened, "Sweep")
    opened.press("Paper’s Fig. 7b")
    values = np.linspace(0.3, 1.9, 17)
    series = PRESETS["Series in c"]
    found = sweep(surrogate, series, "c", values, "integrated_charge")
    opened.page.wait_for_function(
        """(last) => [...document.querySelectorAll(".js-plotly-plot")].some(
          (plot) => plot.clientWidth && plot.layout.yaxis.title?.text?.startsWith(last))""",
        arg="Integrated charge",
    )
    name, text = saved(opened, "CSV")
    assert name.startswith("sweep_h5_c1_")
    rows = list(
        csv.DictReader(
            io.StringIO("".join(line for line in io.StringIO(text) if not line.startswith("#")))
        )
    )
    np.testing.assert_array_equal([float(row["c"]) for row in rows][::251], values)
    np.testing.assert_allclose(
        [float(row["integrated_charge"]) for row in rows], found.curves.ravel(), 1e-6
    )
    opened.page.get_by_role("button", name="Play", exact=True).click()
    moved_on = re.compile(r"c = (0\.[5-9]|1\.[0-9]) mol/L")
    expect(opened.page.locator(".sa-player")).to_contain_text(moved_on, timeout=30_000)
    for name in ("Pause", "Repeat"):
        opened.page.get_by_role("button", name=name, exact=True).wait_for()
    opened.page.get_by_role("slider", name="Curve that stands out").wait_for()
    opened.page.get_by_role("button", name="Stop", exact=True).click()
    opened.press("All curves")
    expect(opened.page.locator(".sa-player")).not_to_contain_text("mol/L", timeout=30_000)


def test_inputs_that_are_not_exact_give_a_distribution(opened, surrogate):
    begin(opened, "Uncertainty")
    opened.press("0.3 nm from the wall")
    opened.page.get_by_label("Quantity", exact=True).locator("visible=true").select_option(
        label="Anion density n₋"
    )
    expected = propagate(surrogate, HIGH_C, PAPER, z=[-1.95], quantity="n_neg", samples=1024)
    numbers = opened.page.locator(".sa-distribution")
    expect(numbers).to_contain_text(f"{expected.std[0]:.3f}", timeout=30_000)
    assert rounded(float(expected.model_std[0]), 3) in numbers.inner_text()
    _, text = saved(opened, "JSON", 1)
    document = json.loads(text)
    assert Electrolyte(**document["inputs"]) == HIGH_C
    assert document["options"]["z"] == "-1.95 nm"


def test_a_spread_that_leaves_the_domain_is_refused_and_greys_the_figures(opened):
    page = opened.page
    begin(opened, "Uncertainty")
    field = page.get_by_label("Width of the spread of d₋").locator("visible=true")
    field.fill("0.3")
    field.press("Enter")
    alert = page.locator(".sa-status:visible").get_by_role("alert")
    expect(alert).to_contain_text("choose a smaller spread", timeout=30_000)
    assert page.locator(".sa-analysis.sa-stale").count() == 1
    field.fill("0.01")
    field.press("Enter")
    expect(page.locator(".sa-analysis.sa-stale")).to_have_count(0, timeout=30_000)


def test_tabs_are_tidy_wide_and_narrow(opened):
    begin(opened, "Sensitivity")
    opened.press("Paper’s five")
    opened.assert_tidy(TABS)
    opened.assert_accessible()
    for width in (800, 390):
        opened.page.set_viewport_size({"width": width, "height": 1100})
        opened.assert_tidy(TABS)


def test_a_link_restores_a_tab_even_where_nothing_is_drawn_in_space(opened, chromium_path, browser):
    begin(opened, "Sensitivity")
    opened.press("Middle")
    opened.page.locator(".sa-spread:visible input[type=checkbox]").nth(4).check()
    answer = opened.page.locator(".sa-answer:visible")
    expect(answer).to_contain_text("surface charge", timeout=60_000)
    opened.page.wait_for_function("location.search.includes('sigma_s:normal')")
    flat = browser.browser_type.launch(
        executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu", "--disable-3d-apis"]
    )
    context = flat.new_context(
        bypass_csp=True, viewport={"width": 1280, "height": 900}, color_scheme="dark"
    )
    other = Opened(context, opened.page.url)
    expect(other.page.locator(".sa-answer")).to_have_text(answer.inner_text(), timeout=60_000)
    other.page.get_by_text("WebGL is off").wait_for()
    other.page.wait_for_selector(".contourlayer .contourlines path", state="attached")
    assert [error for error in other.errors if "WebGL" not in error] == []
    flat.close()
