"""A page of the dashboard in a real browser, with what tests ask of it."""

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError as Timeout

from surrogate_app.app import server
from surrogate_app.electrolyte import PARAMETERS, Surrogate

CATIONS = "Cations <i>n</i><sub>+</sub>"
ANIONS = "Anions <i>n</i><sub>−</sub>"
RHO = "<i>ρ</i>(<i>z</i>)"
S = "<i>S</i>(<i>r</i>)"

TRACES = """() => {
  const numbers = (values) => {
    if (!values?.bdata) return Array.from(values ?? []);
    const bytes = Uint8Array.from(atob(values.bdata), (c) => c.charCodeAt(0));
    const kinds = { f8: Float64Array, f4: Float32Array };
    return Array.from(new kinds[values.dtype](bytes.buffer));
  };
  const found = {};
  for (const plot of document.querySelectorAll(".js-plotly-plot"))
    for (const trace of plot.clientWidth ? plot.data ?? [] : [])
      if (trace.visible !== false)
        found[trace.name] = { x: numbers(trace.x), y: numbers(trace.y) };
  return found;
}"""

OVERLAPS = """(selector) => {
  const boxes = [...document.querySelectorAll(selector)]
    .map((e) => ({ e, b: e.getBoundingClientRect() }))
    .filter(({ b }) => b.width > 0 && b.height > 0);
  const bad = [];
  for (const [i, one] of boxes.entries())
    for (const two of boxes.slice(i + 1)) {
      if (one.e.contains(two.e) || two.e.contains(one.e)) continue;
      const w = Math.min(one.b.right, two.b.right) - Math.max(one.b.left, two.b.left);
      const h = Math.min(one.b.bottom, two.b.bottom) - Math.max(one.b.top, two.b.top);
      if (w > 1 && h > 1) bad.push([one.e.className, two.e.className, w, h]);
    }
  return bad;
}"""

PARTS = ", ".join(
    f".sa-page {part}"
    for part in (
        ".sa-control-head label",
        ".sa-control-head input",
        ".sa-unit",
        ".noUi-target",
        ".sa-button",
        ".sa-copy",
        ".sa-share",
        "select",
        ".sa-model",
        "h2",
        ".lm-TabBar-tab",
        ".js-plotly-plot",
        ".sa-caption",
        ".sa-numbers dt",
        ".sa-numbers dd",
        ".sa-numbers code",
        ".sa-call",
        ".sa-error",
        ".sa-notice",
        ".sa-upload",
        ".sa-check",
        ".sa-reading li",
        ".sa-warnings",
        ".sa-table",
    )
)

BOXES = """(plot, selector) => [...plot.querySelectorAll(selector)].map((e) => {
  const { left, right, top, bottom } = e.getBoundingClientRect();
  return { text: e.textContent, left, right, top, bottom };
})"""

PLACES = """(selector) => [...document.querySelectorAll(selector)].map((e) => {
  const { left, top, width, height } = e.getBoundingClientRect();
  return [left, top, width, height];
})"""

FITTED = """() => [...document.querySelectorAll(".js-plotly-plot")].every(
  (plot) =>
    !plot.clientWidth || plot.querySelector(".main-svg")?.clientWidth === plot.clientWidth,
)"""

DRESS = """() => {
  const style = getComputedStyle(document.body);
  return [style.backgroundColor, style.color, style.colorScheme];
}"""

TEXT = ".modebar-btn, .xtitle, .ytitle, .legendtext, .xtick text, .ytick text"


def free_port():
    """Return a port of this machine that nothing listens at."""
    with socket.socket() as probe:
        probe.bind((server.HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def served(folder):
    """Serve the pages as `surrogate-app app` does; give the address that it opens.

    At any free port: of the usual ones, two test processes would choose the same.
    """
    port = free_port()
    log = folder / "server.log"
    code = f"from surrogate_app.app.server import serve; serve(port={port}, open_browser=False)"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=stream, stderr=subprocess.STDOUT
        )
    url = f"http://{server.HOST}:{port}/"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}voila/static/voila.js", timeout=5)
                break
            except OSError:
                assert process.poll() is None, log.read_text()
                time.sleep(0.25)
        yield url
    finally:
        process.terminate()
        process.wait(60)


def address_of(site, notebook):
    """Return the address of a page, to which a query can be added."""
    return f"{site}voila/render/{notebook}.ipynb"


def assert_dressed(page, theme):
    """Check that a page, the titles of its figures included, wears the theme."""
    colours = page.evaluate(DRESS)
    background, ink, scheme = colours
    bright = [sum(map(int, c.strip("rgb()").split(","))) / 3 for c in (background, ink)]
    assert (bright[0] > bright[1]) == (theme == "light"), colours
    assert scheme == ("dark" if theme == "dark" else "normal")
    for title in page.locator(".js-plotly-plot .xtitle").all():
        assert title.evaluate("(e) => getComputedStyle(e).fill") == ink


class Opened:
    """A page with what it asked for outside this machine and what its console complained of.

    It is opened by somebody who was here before, unless it is a first visit.
    """

    def __init__(self, context, url, first_visit=False):
        if not first_visit:
            context.add_init_script("localStorage.setItem('surrogate-app-tour', 'seen')")
        self.outside, self.errors = [], []
        self.page = page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", self._request)
        # Chromium takes up the interception of choosers some time after it is asked to: ask first.
        page.on("filechooser", lambda chooser: None)
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        try:
            page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
            page.wait_for_selector("#sa-call", state="attached")
        except Timeout as timeout:
            shown = page.inner_text("body")[:500]
            raise AssertionError(f"no figure on {shown!r}; {self.errors}") from timeout

    def _request(self, request):
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.outside.append(request.url)

    def inputs(self):
        fields = self.page.locator(".sa-control input")
        return {
            name: float(fields.nth(index).input_value()) for index, name in enumerate(PARAMETERS)
        }

    def wait_for_inputs(self, system):
        """Wait until the controls show a system; figures come first, controls a moment later."""
        expected = {name: getattr(system, name) for name in PARAMETERS}
        deadline = time.monotonic() + 20
        while self.inputs() != expected and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
        assert self.inputs() == expected

    def traces(self):
        """Return the data of all figures that can be seen."""
        return self.page.evaluate(TRACES)

    def wait_for(self, expected, tolerance=0.0):
        """Wait until the named traces hold these numbers, exactly if no tolerance is given."""
        deadline = time.monotonic() + 20
        while True:
            traces = self.traces()
            try:
                for name, (x, y) in expected.items():
                    for axis, values in (("x", x), ("y", y)):
                        found = traces[name][axis]
                        np.testing.assert_allclose(found, values, tolerance, tolerance)
            except (KeyError, AssertionError):
                if time.monotonic() > deadline:
                    raise
                self.page.wait_for_timeout(50)
            else:
                return traces

    def wait_for_densities(self, system, model=None):
        profile = Surrogate.load(model).predict(system)
        return self.wait_for(
            {CATIONS: (profile.z, profile.n_pos), ANIONS: (profile.z, profile.n_neg)}
        )

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()

    def assert_tidy(self, tabs):
        """Check on all tabs that nothing overlaps, sticks out or is cut off."""
        page = self.page
        for tab in tabs:
            self.tab(tab)
            page.wait_for_function(FITTED)
            self.wait_until_settled()
            assert page.evaluate(OVERLAPS, PARTS) == []
            for plot in page.locator(".js-plotly-plot:visible").all():
                frame = plot.bounding_box()
                assert frame["width"] > 300
                for box in plot.evaluate(BOXES, TEXT):
                    assert box["left"] >= frame["x"] - 1, box
                    assert box["right"] <= frame["x"] + frame["width"] + 1, box
                    assert box["bottom"] <= frame["y"] + frame["height"] + 1, box
            scroller = "document.querySelector('#rendered_cells')"
            assert page.evaluate(f"{scroller}.scrollWidth <= {scroller}.clientWidth")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def wait_until_settled(self):
        """Wait until nothing on the page has moved for a while."""
        before, still = None, 0
        while still < 3:
            boxes = self.page.evaluate(PLACES, PARTS)
            still = still + 1 if boxes == before else 0
            before = boxes
            self.page.wait_for_timeout(60)

    def assert_clean(self):
        """Check that the page complained of nothing and asked for nothing from outside."""
        assert self.errors == []
        assert self.outside == []

    def assert_accessible(self):
        """Check the page, as it is, by the rules of axe."""
        found = Axe().run(self.page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []

    def tab_to(self, selector):
        """Press the tabulator until the focus is on what is selected."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the keyboard does not lead to {selector}")

    def press(self, name):
        """Press the button of a name that can be seen."""
        self.page.get_by_role("button", name=name, exact=True).locator("visible=true").click()

    def brightness(self):
        """Mean of the channels of the page's background, from 0 to 255."""
        colour = self.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(channel) for channel in colour.strip("rgb()").split(",")) / 3
