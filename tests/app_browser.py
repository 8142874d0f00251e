"""A page of the dashboard in a real browser, with what tests ask of it."""

import time

import numpy as np

from surrogate_app.electrolyte import PARAMETERS, Surrogate

CATIONS = "Cations <i>n</i><sub>+</sub>"
ANIONS = "Anions <i>n</i><sub>−</sub>"
RHO = "<i>ρ</i>(<i>z</i>)"
S = "<i>S</i>(<i>r</i>)"

TRACES = """() => {
  const numbers = (values) => {
    if (!values?.bdata) return Array.from(values ?? []);
    const bytes = Uint8Array.from(atob(values.bdata), (c) => c.charCodeAt(0));
    return Array.from(new Float64Array(bytes.buffer));
  };
  const found = {};
  for (const plot of document.querySelectorAll(".js-plotly-plot"))
    for (const trace of plot.data ?? [])
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
        "h3",
        ".lm-TabBar-tab",
        ".js-plotly-plot",
        ".sa-caption",
        ".sa-numbers dt",
        ".sa-numbers dd",
        ".sa-numbers code",
        ".sa-call",
        ".sa-error",
        ".sa-notice",
    )
)

BOXES = """(plot, selector) => [...plot.querySelectorAll(selector)].map((e) => {
  const { left, right, top, bottom } = e.getBoundingClientRect();
  return { text: e.textContent, left, right, top, bottom };
})"""

TEXT = ".modebar-btn, .xtitle, .ytitle, .legendtext, .xtick text, .ytick text"


class Opened:
    """A page with what it asked for outside this machine and what its console complained of."""

    def __init__(self, context, url):
        self.outside, self.errors = [], []
        self.page = page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", self._request)
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
        page.wait_for_selector(".noUi-handle[aria-label]", state="attached")

    def _request(self, request):
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.outside.append(request.url)

    def inputs(self):
        fields = self.page.locator(".sa-control input")
        return {
            name: float(fields.nth(index).input_value()) for index, name in enumerate(PARAMETERS)
        }

    def traces(self):
        return self.page.evaluate(TRACES)

    def wait_for(self, expected):
        """Wait until the named traces hold exactly these numbers."""
        deadline = time.monotonic() + 20
        while True:
            traces = self.traces()
            if all(
                name in traces
                and np.array_equal(traces[name]["x"], x)
                and np.array_equal(traces[name]["y"], y)
                for name, (x, y) in expected.items()
            ):
                return traces
            if time.monotonic() > deadline:
                for name, (x, y) in expected.items():
                    np.testing.assert_array_equal(traces[name]["x"], x)
                    np.testing.assert_array_equal(traces[name]["y"], y)
            self.page.wait_for_timeout(50)

    def wait_for_densities(self, system, model=None):
        profile = Surrogate.load(model).predict(system)
        return self.wait_for(
            {CATIONS: (profile.z, profile.n_pos), ANIONS: (profile.z, profile.n_neg)}
        )

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()
