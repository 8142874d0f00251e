"""The Lennard-Jones page, served by Voila and used in a real Chromium with the shipped models."""

import csv
import io
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from support.app_browser import Opened, address_of, assert_dressed

from surrogate_app.app.liquid import readout
from surrogate_app.app.liquid.page import LANGUAGES
from surrogate_app.cli import main as cli
from surrogate_app.liquid import RDF, ForwardSurrogate, InverseSurrogate, LJState, StructureFactor
from surrogate_app.liquid.data.examples import load_examples, to_text
from surrogate_app.liquid.rdf.sampling import bin_edges

pytestmark = pytest.mark.browser

TABS = ("Fit", "State", "Methods", "By hand", "All files")
KRYPTON = LJState.from_sigma_epsilon(0.365, 1.36, density=15.0, temperature=260.0)


ROUNDING = 1e-7
"""Sums of many terms differ by their order between processes."""


def krypton(format="GROMACS xvg", seed=5):
    """Return a file that nobody has seen: g(r) with the noise of counts in a short run."""
    edges = np.linspace(0.0, 1.5, 301)
    r = 0.5 * (edges[1:] + edges[:-1])
    g = ForwardSurrogate.load().rdf(KRYPTON, r, np.diff(edges))
    pairs = 5e5 * r**2 * g
    counts = np.random.default_rng(seed).poisson(np.maximum(pairs, 0.0))
    return to_text(format, r, counts / (5e5 * r**2), KRYPTON.density, "Kr").encode()


def file(name, content):
    return {"name": name, "mimeType": "text/plain", "buffer": content}


@pytest.fixture(scope="module")
def address(site):
    return address_of(site, "lennard_jones_fit")


@pytest.fixture(scope="module")
def opened(browser, address):
    """One page for all tests; each begins with what it needs and leaves it usable."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = Opened(context, address)
    yield opened
    opened.assert_clean()
    context.close()


def begin(opened, tab="Fit"):
    """Show the file from which each test starts, and no other, with its conditions."""
    page = opened.page
    opened.tab(tab)
    upload(opened, file("krypton.xvg", krypton()))
    page.wait_for_function("document.querySelector('#sa-call').textContent.includes('krypton.xvg')")
    shown = page.get_by_label("Shown file")
    for name in shown.locator("option").all_inner_texts():
        if name != "krypton.xvg":
            shown.select_option(label=name)
            page.wait_for_function(
                "(name) => document.querySelector('#sa-call').textContent.includes(name)", arg=name
            )
            page.get_by_role("button", name="Remove", exact=True).click()
            expect(shown.locator("option", has_text=name)).to_have_count(0, timeout=30_000)
    fill(opened, "Density", "15.1")
    fill(opened, "Temperature", "260")
    fit = InverseSurrogate.load().fit(RDF.read(krypton(), name="krypton.xvg"), 15.1, 260.0)
    if tab == "Fit":
        wait_for_fit(opened, fit)
    return fit


def upload(opened, *files):
    opened.page.locator(".sa-upload input").set_input_files(list(files))


def fill(opened, label, value):
    field = opened.page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


def wait_for_fit(opened, fit):
    opened.wait_for({"File": (fit.rdf.r, fit.rdf.g), "Fit": (fit.rdf.r, fit.g_fit)}, ROUNDING)


def visible_text(html):
    return "".join(part.partition(">")[2] for part in f">{html}".split("<"))


def assert_shows_numbers(opened, fit):
    """Check that every number of the fit is on the page, as Python has it."""
    expected = visible_text(readout.results(fit))
    deadline = time.monotonic() + 30
    while True:  # figures come first, numbers a moment later
        shown = "".join(opened.page.locator(".sa-found, .sa-trust").all_text_contents())
        if (shown and expected.startswith(shown)) or time.monotonic() > deadline:
            break
        opened.page.wait_for_timeout(100)
    assert shown
    assert expected.startswith(shown)


def test_an_example_is_fitted(opened):
    opened.tab("Fit")
    example = load_examples()[0]
    opened.page.get_by_role("button", name=example.name, exact=True).click()
    fit = InverseSurrogate.load().fit(example.rdf, example.state.density, example.state.temperature)
    wait_for_fit(opened, fit)
    assert_shows_numbers(opened, fit)
    assert opened.page.title() == "Lennard-Jones parameters from g(r)"
    for wanted, found in ((example.state.sigma, fit.sigma), (example.state.epsilon, fit.epsilon)):
        assert found == pytest.approx(wanted, rel=0.02)


def test_an_uploaded_file_gives_what_python_and_the_command_line_give(
    opened, tmp_path, monkeypatch, capsys
):
    begin(opened)
    path = tmp_path / "krypton_2.xvg"
    path.write_bytes(krypton())
    upload(opened, file(path.name, path.read_bytes()))
    opened.page.get_by_text("enter those of your liquid").wait_for()
    fill(opened, "Density", "15")
    fill(opened, "Temperature", "260")
    fit = InverseSurrogate.load().fit(RDF.read(path), 15.0, 260.0)
    wait_for_fit(opened, fit)
    assert_shows_numbers(opened, fit)
    assert opened.page.get_by_text("enter those of your liquid").count() == 0
    assert fit.sigma == pytest.approx(KRYPTON.sigma, rel=0.01)
    assert fit.epsilon == pytest.approx(KRYPTON.epsilon, rel=0.05)

    monkeypatch.chdir(tmp_path)
    results = {}
    exec(opened.page.locator("#sa-call").inner_text(), results)
    assert (results["fit"].c12, results["fit"].c6) == pytest.approx((fit.c12, fit.c6))

    arguments = ["fit", str(path), "--density", "15", "--temperature", "260", "--json"]
    assert cli.main(arguments) == cli.DONE
    (printed,) = json.loads(capsys.readouterr().out)["fits"]
    found = printed["numbers"]["c12"], printed["numbers"]["c6"]
    assert found == pytest.approx((fit.c12, fit.c6))


def test_density_can_be_given_by_mass(opened):
    page = opened.page
    begin(opened)
    fill(opened, "Density", "15")
    page.wait_for_function("document.querySelector('#sa-call').textContent.includes('15.0')")
    page.get_by_label("Unit of the density").select_option("g/cm³")
    page.get_by_label("Molar mass").wait_for()
    fill(opened, "Molar mass", "83.798")
    page.wait_for_function("document.body.innerText.includes('= 7.1508 nm⁻³')")
    fill(opened, "Molar mass", "39.948")
    page.get_by_label("Unit of the density").select_option("nm⁻³")
    page.get_by_label("Molar mass").wait_for(state="hidden")
    assert page.get_by_label("Density", exact=True).input_value() == "15"


def test_a_bad_upload_leaves_one_sentence_and_the_plot_as_it_was(opened):
    begin(opened)
    before = opened.traces()["Fit"]["y"]
    upload(opened, file("<img src=x onerror=alert(1)>.png", b"\x89PNG\r\n\x1a\n" + bytes(50)))
    alert = opened.page.get_by_role("alert")
    alert.wait_for()
    assert "<img src=x onerror=alert(1)>.png was not read: the file is a PNG" in alert.inner_text()
    assert opened.page.locator(".sa-stale").count() == 0
    np.testing.assert_array_equal(opened.traces()["Fit"]["y"], before)
    upload(opened, file("big.txt", bytes(9_000_000)))
    opened.page.get_by_text("big.txt: 9 MB; at most 8 MB can be taken at a time.").wait_for()
    assert opened.page.locator(".sa-page img").count() == 0


def test_several_files_are_kept_apart(opened):
    page = opened.page
    begin(opened)
    content = krypton("VMD", seed=6)
    upload(opened, file("second.dat", content), file("<b>third</b>.csv", krypton("CSV", seed=7)))
    second = RDF.read(content, name="second.dat")
    assert second.length_unit == "Å"
    fit = InverseSurrogate.load().fit(second, 15.1, 260.0)
    wait_for_fit(opened, fit)
    fill(opened, "Temperature", "270")
    wait_for_fit(opened, InverseSurrogate.load().fit(second, 15.1, 270.0))
    opened.tab("All files")
    page.get_by_role("cell", name="270.0").wait_for()
    rows = page.locator(".sa-table tbody th").all_inner_texts()
    assert rows == ["krypton.xvg", "second.dat", "<b>third</b>.csv"]
    cells = page.locator(".sa-table tbody tr td:nth-child(3)").all_inner_texts()
    assert cells == ["260.0", "270.0", "260.0"]
    page.get_by_label("Shown file").select_option(label="krypton.xvg")
    page.wait_for_function("document.querySelector('#sa-call').textContent.includes('krypton')")
    opened.tab("Fit")


def test_a_wrong_unit_is_corrected_by_hand(opened):
    begin(opened)
    unit = opened.page.get_by_label("Distances in the file are in")
    unit.select_option("Å")
    opened.page.get_by_text("Not reliable").wait_for()
    unit.select_option("nm")
    opened.page.get_by_text("Not reliable").wait_for(state="detached")


def test_sliders_move_the_structure_and_a_button_brings_it_back(opened):
    begin(opened, "By hand")
    opened.press("Back to the fit")
    handle = opened.page.get_by_role("slider", name="C₁₂")
    handle.focus()
    for _ in range(4):
        handle.press("ArrowRight")
    rdf = RDF.read(krypton(), name="krypton.xvg")
    fit = InverseSurrogate.load().fit(rdf, 15.1, 260.0)
    surrogate = ForwardSurrogate.load()
    state = LJState(1.02 * fit.c12, fit.c6, 15.1, 260.0)
    within = rdf.r <= surrogate.r_max(state)
    width = np.diff(bin_edges(rdf.r))[within]
    g = surrogate.rdf(state, rdf.r[within], width)
    opened.wait_for({"By hand": (rdf.r[within], g)}, ROUNDING)
    opened.page.get_by_role("button", name="Back to the fit").click()
    opened.wait_for({"By hand": (rdf.r[within], fit.g_fit[within])}, ROUNDING)


def test_state_is_shown_among_the_phases(opened):
    begin(opened, "State")
    upload(opened, file("second.dat", krypton("VMD", seed=6)))
    opened.page.wait_for_function(
        "document.querySelector('#sa-call').textContent.includes('second.dat')"
    )
    opened.page.get_by_label("Shown file").select_option(label="krypton.xvg")
    rdf = RDF.read(krypton(), name="krypton.xvg")
    state = InverseSurrogate.load().fit(rdf, 15.1, 260.0).state
    place = [state.reduced_density], [state.reduced_temperature]
    for _ in range(50):  # the other file is drawn when its own fit has come
        traces = opened.wait_for({"Fit": place}, ROUNDING)
        if "Other files" in traces:
            break
        opened.page.wait_for_timeout(200)
    known = traces["Simulated states behind the models"]
    np.testing.assert_array_equal(known["x"], ForwardSurrogate.load().states[:, 0])
    assert len(traces["Other files"]["x"]) == 1


def test_exports_and_the_copy_hold_the_fit(opened):
    page = opened.page
    fit = begin(opened)
    contents = {}
    for kind in ("CSV", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        with Path(download.value.path()).open(encoding="utf-8") as stream:
            contents[kind] = stream.read()
    lines = [line for line in io.StringIO(contents["CSV"]) if not line.startswith("#")]
    rows = [row for row in csv.DictReader(lines) if row["fit"] == "0"]
    np.testing.assert_array_equal([float(row["g"]) for row in rows], fit.rdf.g)
    documents = json.loads(contents["JSON"])["fits"]
    assert documents[0]["numbers"]["c6"] == pytest.approx(fit.c6)
    assert len(documents) == 1

    name = "LAMMPS, units real"
    page.get_by_label("Simulation program").select_option(name)
    page.wait_for_function(
        "document.querySelector('#sa-potential').textContent.includes('pair_coeff')"
    )
    page.locator("[data-sa-copy='#sa-potential']").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    numbers = [
        [float(number) for number in re.search(r"pair_coeff +1 1 (.*)", text)[1].split()]
        for text in (copied, LANGUAGES[name][2](fit))
    ]
    assert numbers[0] == pytest.approx(numbers[1])


def test_the_keyboard_alone_leads_from_a_file_to_its_parameters(opened):
    page = opened.page
    begin(opened)
    page.locator("h1").click()
    opened.tab_to(".sa-upload input")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file("typed.xvg", krypton(seed=10)))
    page.wait_for_function("document.querySelector('#sa-call').textContent.includes('typed.xvg')")
    for value in ("15", "260"):
        opened.tab_to(".sa-section-liquid input")
        page.keyboard.press("Control+a")
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    rdf = RDF.read(krypton(seed=10), name="typed.xvg")
    fit = InverseSurrogate.load().fit(rdf, 15.0, 260.0)
    wait_for_fit(opened, fit)
    assert_shows_numbers(opened, fit)
    opened.tab_to("[data-sa-copy='#sa-call']")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert "typed.xvg" in page.evaluate("navigator.clipboard.readText()")


def test_files_can_be_chosen_with_the_keyboard_and_dropped(opened):
    page = opened.page
    begin(opened)
    field = page.locator(".sa-upload input")
    field.focus()
    assert "solid" in page.evaluate(
        "getComputedStyle(document.querySelector('.sa-upload')).outline"
    )
    with page.expect_file_chooser() as chooser:
        field.press("Enter")
    chooser.value.set_files(file("by_key.xvg", krypton(seed=8)))
    page.wait_for_function("document.querySelector('#sa-call').textContent.includes('by_key')")
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "dropped.xvg"));
          const place = document.querySelector(".sa-upload");
          place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }""",
        krypton(seed=9).decode(),
    )
    page.wait_for_function("document.querySelector('#sa-call').textContent.includes('dropped')")


def test_all_methods_and_the_map_are_shown_for_an_upload(opened):
    begin(opened)
    page = opened.page
    opened.tab("Methods")
    page.locator(".sa-table:visible", has_text="Relative entropy").wait_for()
    page.wait_for_function(
        """() => [...document.querySelectorAll(".js-plotly-plot")].some(
          (plot) => plot.clientWidth && plot.querySelector(".contourlayer path"))"""
    )
    assert "Relative entropy" in opened.traces()
    page.get_by_label("Map of", exact=True).select_option(label="Relative entropy")
    page.wait_for_function("document.querySelector('#sa-call').textContent.includes(\"'kl'\")")


def test_what_is_not_g_is_made_g_or_fitted_in_q(opened):
    begin(opened)
    page, surrogate = opened.page, InverseSurrogate.load()
    rdf = RDF.read(krypton())
    less = rows(rdf.r, rdf.g - 1.0)
    reduced = rows(10.0 * rdf.r, 4.0 * np.pi * 0.0151 * 10.0 * rdf.r * (rdf.g - 1.0))
    for name, content, label, quantity in (
        ("less.dat", less, "Add 1", "g-1"),
        ("reduced.dat", reduced, "Convert G(r)", "reduced"),
    ):
        upload(opened, file(name, content))
        page.get_by_role("button", name=label, exact=True).click()
        read = RDF.read(content, name=name, quantity=quantity, density=15.1)
        wait_for_fit(opened, surrogate.fit(read, 15.1, 260.0))
        assert page.get_by_label("Values are").input_value() != "0"

    fallen = rdf.g * np.where(rdf.r > 1.0, np.maximum(1.0 - 3.0 * (1.0 - 1.0 / rdf.r), 0.0), 1.0)
    upload(opened, file("fallen.dat", rows(rdf.r, fallen)))
    page.get_by_label("Cut g(r) at half of the box").check()
    cut = RDF.read(rows(rdf.r, fallen), name="fallen.dat").cut()
    wait_for_fit(opened, surrogate.fit(cut, 15.1, 260.0))
    page.get_by_label("g(r) was").select_option("measured")
    page.get_by_text("Measured g(r): a 12-6 potential").first.wait_for()

    q = np.arange(4.0, 90.0, 0.5)
    content = rows(0.1 * q, ForwardSurrogate.load().structure_factor(KRYPTON, q))
    upload(opened, file("krypton.sq", content))
    fit = surrogate.fit(StructureFactor.read(content, name="krypton.sq"), 15.1, 260.0)
    known = np.isfinite(fit.s_fit)
    opened.wait_for({"File": (fit.structure_factor.q, fit.structure_factor.s)}, ROUNDING)
    drawn = np.array(opened.traces()["Fit"]["y"], dtype=float)
    np.testing.assert_allclose(drawn[known], fit.s_fit[known], 1e-6)
    page.get_by_text("Wave number").first.wait_for()
    page.get_by_text("Level of S").wait_for()
    assert page.get_by_label("Wave numbers are in").is_visible()
    assert page.get_by_label("Distances in the file are in").is_hidden()


def test_page_is_tidy(opened):
    begin(opened)
    opened.assert_tidy(TABS)
    opened.assert_accessible()
    assert opened.brightness() > 200


def test_a_link_restores_an_example_in_its_theme_where_a_narrow_screen_shows_all_there_is(
    browser, address
):
    example = load_examples()[1]
    query = f"?theme=dark&example={example.file}&density=14&tab=by_hand&c12_change=2.5"
    context = browser.new_context(viewport={"width": 390, "height": 1200}, color_scheme="light")
    opened = Opened(context, address + query)
    page = opened.page
    expect(page.get_by_label("Density", exact=True)).to_have_value("14", timeout=30_000)
    fit = InverseSurrogate.load().fit(example.rdf, 14.0, example.state.temperature)
    state = LJState(1.025 * fit.c12, fit.c6, 14.0, example.state.temperature)
    surrogate = ForwardSurrogate.load()
    r = example.rdf.r[example.rdf.r <= surrogate.r_max(state)]
    width = np.diff(bin_edges(example.rdf.r))[: r.size]
    opened.wait_for({"By hand": (r, surrogate.rdf(state, r, width))}, ROUNDING)
    href = page.locator("a.sa-share").get_attribute("href")
    for entry in ("theme=dark", f"example={example.file}", "density=14.0", "c12_change=2.5"):
        assert entry in href
    assert_dressed(page, "dark")

    page.set_viewport_size({"width": 800, "height": 1200})
    upload(opened, file("a_rather_long_name_of_a_file_in_units_of_sigma.txt", in_sigma()))
    page.get_by_label("Unit of energy").wait_for()
    fill(opened, "Density", "3")  # no fluid: warnings and the mark appear
    page.get_by_text("Outside the domain").wait_for()
    opened.assert_tidy(TABS)
    opened.assert_accessible()
    opened.assert_clean()
    context.close()


def test_a_link_to_an_upload_waits_for_the_file(opened, browser, address):
    fit = begin(opened)
    for entry in ("file=krypton.xvg", "density=15.1", "temperature=260", "tab=fit"):
        opened.page.wait_for_function(f"location.search.includes('{entry}')")
    query = opened.page.url.partition("?")[2]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    other = Opened(context, f"{address}?{query}")
    alert = other.page.get_by_role("alert")
    expect(alert).to_contain_text("“krypton.xvg”, which links do not contain: upload it")
    other.page.wait_for_selector(".sa-stale .js-plotly-plot")
    density = other.page.get_by_label("Density", exact=True)
    expect(density).to_have_value("15.1", timeout=30_000)
    upload(other, file("krypton.xvg", krypton()))
    wait_for_fit(other, fit)
    assert other.page.locator(".sa-stale").count() == 0
    other.assert_clean()
    context.close()


def rows(x, y):
    return "".join(f"{a:.6f} {b:.6f}\n" for a, b in zip(x, y, strict=True)).encode()


def in_sigma():
    rdf = RDF.read(krypton())
    return rows(rdf.r / KRYPTON.sigma, rdf.g)
