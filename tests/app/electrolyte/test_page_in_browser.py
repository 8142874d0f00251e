"""The page on the confined electrolyte, served by Voila and used in a real Chromium."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from support.app_browser import RHO, Opened, S, address_of

from surrogate_app.app.electrolyte.inputs import HELP, SALT_LABELS, STEPS, refusal
from surrogate_app.app.electrolyte.page import TOUR
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.theory import NO_THEORY, THEORY_LABELS
from surrogate_app.electrolyte import PARAMETERS, Electrolyte, Surrogate, mean_field_profile
from surrogate_app.electrolyte.surrogate.model import MODELS

pytestmark = pytest.mark.browser


TABS = ("Densities", "Charge", "Potential")


@pytest.fixture(scope="module")
def address(site):
    return address_of(site, "confined_electrolyte")


@pytest.fixture(scope="module")
def opened(browser, address):
    """One page for all tests that leave it usable for the next."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = Opened(context, address)
    yield opened
    opened.assert_clean()
    context.close()


@pytest.fixture
def visit(browser, address):
    """Return a function that opens a page of its own."""
    contexts = []

    def visit(query="", width=1280, height=900, **options):
        size = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, **options))
        return Opened(contexts[-1], address + query)

    yield visit
    for context in contexts:
        context.close()


def test_page_has_a_title(opened):
    assert opened.page.title() == "Ions in a charged slit"
    assert opened.page.get_by_role("heading", level=1).inner_text() == "Ions in a charged slit"
    opened.assert_accessible()


def test_the_keyboard_alone_leads_from_a_slider_to_saved_curves(opened):
    page = opened.page
    opened.press("I")
    opened.wait_for_densities(PRESETS["I"])
    page.locator("h1").click()
    opened.tab_to(".noUi-handle")
    page.keyboard.press("ArrowRight")
    opened.wait_for_densities(PRESETS["I"].replace(h=4.81))
    opened.tab_to(".sa-section-share button")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")


def test_figures_say_their_numbers_to_those_who_do_not_see_them(opened):
    opened.press("IV")
    opened.wait_for_densities(PRESETS["IV"])
    highest = Surrogate.load().predict(PRESETS["IV"]).n_pos.max()
    opened.page.wait_for_function(
        """(text) => document.querySelector(".js-plotly-plot[role=figure]")
          .getAttribute("aria-description")?.includes(text)""",
        arg=f"to {float(f'{highest:.4g}')} at",
    )


def test_the_tour_points_at_what_it_speaks_of_and_gives_the_focus_back(opened):
    page = opened.page
    link = page.get_by_role("link", name="Tour")
    link.focus()
    link.press("Enter")
    card = page.get_by_role("dialog")
    for number, step in enumerate(TOUR, start=1):
        expect(card).to_contain_text(f"Step {number} of {len(TOUR)}")
        expect(card.get_by_role("heading", name=step.title)).to_be_focused()
        assert page.locator(".sa-toured").count() == 1
        if number < len(TOUR):
            card.get_by_role("button", name="Next").press("Enter")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_be_focused()
    assert page.locator(".sa-toured").count() == 0


def test_a_heading_unfolds_what_its_inputs_are(opened):
    section = opened.page.locator(".sa-section-system")
    expect(section.get_by_text(HELP["sigma_s"])).to_be_hidden()
    section.locator("summary").press("Enter")
    expect(section.get_by_text(HELP["sigma_s"])).to_be_visible()
    section.locator("summary").press("Enter")


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_arrow_key_moves_a_slider_to_what_predict_returns(opened, name):
    opened.page.get_by_role("button", name="Series in c", exact=True).click()
    opened.wait_for_densities(PRESETS["Series in c"])
    value = getattr(PRESETS["Series in c"], name)
    key, step = (
        ("ArrowLeft", -STEPS[name]) if value in (5.0, 0.63, -0.01) else ("ArrowRight", STEPS[name])
    )
    handle = opened.page.locator(".noUi-handle").nth(PARAMETERS.index(name))
    handle.focus()
    handle.press(key)
    system = PRESETS["Series in c"].replace(**{name: round(value + step, 4)})
    opened.wait_for_densities(system)
    opened.wait_for_inputs(system)
    call = f"{name}={getattr(system, name)!r}"
    expect(opened.page.locator("#sa-call")).to_contain_text(call, timeout=30_000)


def test_every_preset_sets_its_system(opened):
    known = Surrogate.load().domain
    for name, system in PRESETS.items():
        if known.outside(system):
            continue
        opened.page.get_by_role("button", name=name, exact=True).click()
        opened.wait_for_densities(system)
        opened.wait_for_inputs(system)
        chip = opened.page.get_by_role("button", name=name, exact=True)
        assert "sa-active" in chip.get_attribute("class")


def test_a_typed_number_is_taken_exactly(opened):
    opened.page.get_by_role("button", name="IV", exact=True).click()
    opened.wait_for_densities(PRESETS["IV"])
    field = opened.page.get_by_label("Cation diameter").first
    field.fill("0.41234567")
    field.press("Enter")
    opened.wait_for_densities(PRESETS["IV"].replace(d_pos=0.41234567))


def test_a_number_outside_is_refused_beside_the_control_and_greys_the_plot(opened):
    opened.page.get_by_role("button", name="I", exact=True).click()
    opened.wait_for_densities(PRESETS["I"])
    field = opened.page.get_by_label("Slit width").first
    field.fill("12")
    field.press("Enter")
    alert = opened.page.locator(".sa-control").first.get_by_role("alert")
    alert.wait_for()
    assert refusal("h", 12.0, Surrogate.load().domain) in alert.inner_text()
    assert field.input_value() == "12"
    opened.page.wait_for_selector(".sa-stale .js-plotly-plot")
    opened.wait_for_densities(PRESETS["I"])
    field.fill("4.6")
    field.press("Enter")
    opened.wait_for_densities(PRESETS["I"].replace(h=4.6))
    expect(opened.page.locator(".sa-stale")).to_have_count(0, timeout=30_000)
    expect(alert).to_have_count(0, timeout=30_000)


def test_the_other_models_can_be_chosen(opened):
    opened.tab("Densities")
    opened.page.get_by_role("button", name="III", exact=True).click()
    for index, model in reversed(list(enumerate(Surrogate.available()))):
        opened.page.get_by_label("Surrogate").select_option(index=index)
        opened.wait_for_densities(PRESETS["III"], model)
        call = opened.page.locator("#sa-call")  # figures come first, the call a moment later
        expect(call).to_contain_text(f'Surrogate.load("{model}")', timeout=30_000)


def test_charge_tab_shows_charge_and_follows(opened):
    opened.page.get_by_role("button", name="I", exact=True).click()
    opened.tab("Charge")
    for preset in ("I", "Low c"):
        opened.page.get_by_role("button", name=preset, exact=True).click()
        profile = Surrogate.load().predict(PRESETS[preset])
        traces = opened.wait_for(
            {
                RHO: (profile.z, profile.charge_density),
                S: (profile.r, profile.integrated_charge),
            }
        )
        guide = traces["±5 % of <i>σ</i><sub>s</sub>"]["y"]
        assert max(guide) == pytest.approx(0.05 * abs(PRESETS[preset].sigma_s))
        text = opened.page.locator(".sa-numbers").inner_text()
        if np.isnan(profile.screening_length):
            assert "not screened" in text
            assert "Screening length" not in traces
        else:
            assert traces["Screening length"]["x"] == [profile.screening_length] * 2
            assert f"{profile.screening_length:.3f}" in text
    opened.tab("Densities")
    opened.wait_for_densities(PRESETS["Low c"])


def test_tabs_obey_the_keyboard(opened):
    opened.page.get_by_role("tab", name="Densities").focus()
    opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("Enter")
    assert opened.page.get_by_role("tab", name="Charge").get_attribute("aria-selected") == "true"
    opened.tab("Densities")


def test_pins_stay_are_named_and_go(opened):
    page = opened.page
    page.get_by_role("button", name="Low c", exact=True).click()
    opened.wait_for_densities(PRESETS["Low c"])
    page.get_by_role("button", name="Pin curve").click()
    page.get_by_role("button", name="High c", exact=True).click()
    opened.wait_for_densities(PRESETS["High c"])
    profile = Surrogate.load().predict(PRESETS["Low c"])
    # both pinned traces bear one name; the anions' comes last
    opened.wait_for({"c = 0.3 mol/L": (profile.z, profile.n_neg)})
    page.wait_for_function(
        "[...document.querySelectorAll('.legendtext')].some(t => t.textContent === 'c = 0.3 mol/L')"
    )
    page.get_by_role("button", name="Clear", exact=True).click()
    page.wait_for_function(
        "![...document.querySelectorAll('.legendtext')].some(t => t.textContent.includes('0.3'))"
    )
    expect(page.get_by_role("button", name="Clear", exact=True)).to_be_disabled(timeout=30_000)


def test_tabs_with_pinned_curves_fit_any_screen(visit):
    opened = visit()
    opened.wait_for_densities(PRESETS["I"])  # the default prediction
    page = opened.page
    for name in ("Low c", "High c"):
        page.get_by_role("button", name=name, exact=True).click()
        opened.wait_for_densities(PRESETS[name])
        if name == "Low c":
            page.get_by_role("button", name="Pin curve").click()
    opened.tab("Charge")  # opens with the pinned curve
    for width in (1280, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            """() => {
              const plots = [...document.querySelectorAll(".js-plotly-plot")];
              const shown = plots.filter((plot) => plot.clientWidth > 0);
              const fits = (plot) =>
                plot.querySelector(".main-svg").clientWidth === plot.clientWidth;
              return shown.length === 2 && shown.every(fits);
            }"""
        )
    opened.tab("Densities")
    opened.assert_tidy(TABS)
    page.set_viewport_size({"width": 390, "height": 900})
    opened.assert_tidy(TABS)
    opened.assert_clean()


def test_exports_hold_the_curves(opened):
    opened.page.get_by_role("button", name="Dense", exact=True).click()
    opened.wait_for_densities(PRESETS["Dense"])
    profile = Surrogate.load().predict(PRESETS["Dense"])
    contents = {}
    for kind in ("CSV", "JSON"):
        with opened.page.expect_download() as download:
            opened.page.get_by_role("button", name=kind, exact=True).click()
        name = download.value.suggested_filename
        assert name.startswith("electrolyte_h5_c1.9_dpos0.63_dneg0.63_sigma-0.02_")
        with Path(download.value.path()).open(encoding="utf-8") as stream:
            contents[kind] = stream.read()
    lines = [line for line in io.StringIO(contents["CSV"]) if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    np.testing.assert_array_equal([float(row["n_neg"]) for row in rows], profile.n_neg)
    (curve,) = json.loads(contents["JSON"])["curves"]
    np.testing.assert_array_equal(curve["integrated_charge"], profile.integrated_charge)
    assert Electrolyte(**curve["inputs"]) == PRESETS["Dense"]
    assert curve["model"]["name"] == Surrogate.default_name()


def test_pictures_come_from_the_mode_bar(opened):
    opened.tab("Densities")
    bar = opened.page.locator(".js-plotly-plot").first.locator(".modebar")
    for title, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with opened.page.expect_download() as download:
            bar.locator(f'[data-title$="{title}"]').click()
        assert download.value.suggested_filename == f"ion-densities.{title.lower()}"
        with Path(download.value.path()).open("rb") as stream:
            assert stream.read(4) == start
    assert opened.page.locator('[data-title*="Share"], [data-title*="Plotly"]').count() == 0


def test_the_call_is_copied(opened):
    opened.tab("Densities")
    opened.page.get_by_role("button", name="III", exact=True).click()
    opened.wait_for_densities(PRESETS["III"])
    opened.page.locator("[data-sa-copy='#sa-call']").click()
    opened.page.get_by_role("button", name="Copied").wait_for()
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied == opened.page.locator("#sa-call").inner_text()
    results = {}
    exec(copied, results)
    opened.wait_for_densities(results["system"])


def test_links_of_the_header_lead_somewhere(opened):
    for link in opened.page.locator(".jp-RenderedHTMLCommon a[href^='#']:not(.anchor-link)").all():
        target = link.get_attribute("href")
        assert opened.page.locator(target).count() == 1, target


def test_a_link_restores_everything_on_a_narrow_dark_screen(opened, visit):
    page = opened.page
    opened.tab("Densities")
    for name in ("Low c", "Dense"):
        page.get_by_role("button", name=name, exact=True).click()
        opened.wait_for_densities(PRESETS[name])
        page.get_by_role("button", name="Pin curve").click()
    page.get_by_role("button", name="IV", exact=True).click()
    opened.wait_for_densities(PRESETS["IV"])
    opened.assert_tidy(TABS)
    assert opened.brightness() > 200
    opened.tab("Charge")
    # the address follows, so that a reload comes back to the same state
    page.wait_for_function(
        "[location.search, document.querySelector('a.sa-share').search]"
        ".every((query) => query.includes('tab=charge'))"
    )
    href = page.locator("a.sa-share").get_attribute("href")
    assert href == page.url

    other = visit("?" + href.partition("?")[2], width=800, height=1200, color_scheme="dark")
    other.wait_for_inputs(PRESETS["IV"])
    profile, pinned = (Surrogate.load().predict(PRESETS[name]) for name in ("IV", "Low c"))
    traces = other.wait_for({S: (profile.r, profile.integrated_charge)})
    kept = [trace["y"] for name, trace in traces.items() if "c = 0.3 mol/L" in name]
    assert pinned.integrated_charge.tolist() in kept
    other.assert_tidy(TABS)
    assert other.brightness() < 50
    other.assert_clean()
    page.get_by_role("button", name="Clear", exact=True).click()
    opened.tab("Densities")


def test_a_bad_link_says_what_it_refused(visit):
    other = visit("?h=4.2&c=9&pin=1,2&<img src%3Dx onerror%3Dalert(1)>=1")
    notice = other.page.locator(".sa-notice")
    notice.wait_for()
    assert "<img src=x onerror=alert(1)>" in notice.inner_text()
    assert "“1,2”" in notice.inner_text()
    control = other.page.locator(".sa-control").nth(PARAMETERS.index("c"))
    assert refusal("c", 9.0, Surrogate.load().domain) in control.get_by_role("alert").inner_text()
    other.wait_for_densities(PRESETS["I"].replace(h=4.2))
    assert other.page.locator(".sa-page img").count() == 0
    assert other.errors == []


@pytest.fixture
def telephone(opened):
    """The shared page on a narrow screen, afterwards as it was."""
    page = opened.page
    page.set_viewport_size({"width": 390, "height": 1000})
    yield opened
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Surrogate").select_option(label=MODELS[Surrogate.default_name()].label)
    page.get_by_label("Theory", exact=True).select_option(label=THEORY_LABELS[NO_THEORY])
    page.locator(".sa-fold-head").click()
    page.get_by_role("button", name="I", exact=True).click()
    opened.tab("Densities")
    opened.wait_for_densities(PRESETS["I"])


def test_a_trivalent_salt_with_theory_and_its_potential(telephone):
    other = telephone
    other.tab("Densities")
    other.page.get_by_role("button", name="LaCl₃", exact=True).click()
    other.wait_for_densities(PRESETS["LaCl₃"])
    other.page.get_by_label("Theory", exact=True).select_option(label=THEORY_LABELS["approach"])
    other.page.locator(".sa-fold-head").click()
    other.page.get_by_role("button", name="Water at this temperature").click()
    system = PRESETS["LaCl₃"].replace(permittivity=78.4)
    other.wait_for_densities(system)
    other.tab("Potential")
    profile = Surrogate.load().predict(system)
    ends = [-0.5 * system.h], [profile.potential_drop], [0.5 * system.h]
    theory = mean_field_profile(system)
    traces = other.wait_for(
        {
            "<i>ψ</i>(<i>z</i>)": (
                np.concatenate((ends[0], profile.z, ends[2])),
                np.concatenate((ends[1], profile.potential, ends[1])),
            ),
            "PB, closest approach": (theory.z, theory.potential),
        },
        1e-9,
    )
    assert max(traces["<i>ψ</i>(<i>z</i>)"]["y"]) > 0.0  # charge inversion, which theory lacks
    assert max(traces["PB, closest approach"]["y"]) < 1e-3
    other.page.get_by_label("Salt", exact=True).select_option(label=SALT_LABELS[(2, -1)])
    other.page.wait_for_function("location.search.includes('z_pos=2')")
    other.page.get_by_label("Surrogate").select_option(label=MODELS["modnn"].label)
    other.page.get_by_text("This model knows 1:1 salts only, not 2:1").wait_for()
    expect(other.page.locator(".sa-stale .js-plotly-plot:visible").first).to_be_visible()
    other.assert_tidy(("Potential",))
    other.assert_accessible()
