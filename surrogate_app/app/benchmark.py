"""Time from a slider to the plot, beside a bare page of Voila in the same browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate_app.app.electrolyte.tabs import TABS
from surrogate_app.app.server import HOST, choose_port
from surrogate_app.common.timing import Figure

if TYPE_CHECKING:
    from playwright.sync_api import Page

ALLOWED = 1.5
"""How much longer than a bare page the dashboard may take."""

ROUNDS, PRESSES = 6, 4
"""Pages take turns; the first press of each turn is not counted."""

_BARE = """\
import ipywidgets
import numpy as np
import plotly.graph_objects as go

x = np.linspace(-2.0, 2.0, 502)
figure = go.FigureWidget([go.Scatter(x=x, y=x), go.Scatter(x=x, y=-x)])
slider = ipywidgets.FloatSlider(min=0.0, max=2.0, step=0.01, value=1.0)


def move(change):
    with figure.batch_update():
        for sign, trace in zip((1, -1), figure.data):
            trace.y = sign * np.cos(change["new"] * x)


slider.observe(move, "value")
ipywidgets.VBox([slider, figure])
"""

_PRESS = """(key) => new Promise((resolve, reject) => {
  const plot = [...document.querySelectorAll(".js-plotly-plot")].find((one) => one.clientWidth);
  const done = () => {
    plot.removeListener("plotly_afterplot", done);
    resolve(performance.now() - start);
  };
  plot.on("plotly_afterplot", done);
  setTimeout(() => reject(new Error("no plot followed the slider")), 60000);
  const handle = document.querySelector(".noUi-handle"); // that of the slit width
  const start = performance.now();
  handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
})"""

_DRAWN = """() => [...document.querySelectorAll(".js-plotly-plot")].some(
  (plot) => plot.clientWidth && plot.calcdata?.length,
)"""


def figures() -> list[Figure]:
    """Measure every tab; nothing where Playwright or Chromium is missing."""
    browser = chromium()
    if browser is None:
        return []
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return []
    with ExitStack() as stack:
        app = stack.enter_context(_dashboard())
        bare = stack.enter_context(_bare_page())
        playwright = stack.enter_context(sync_playwright())
        instance = playwright.chromium.launch(
            executable_path=browser,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        stack.callback(instance.close)
        ours, theirs = (
            _open(instance.new_page(bypass_csp=True), address) for address in (app, bare)
        )
        return [_compare(ours, theirs, title) for title in titles()]


def titles() -> list[str]:
    """Titles of the tabs that are measured: all that follow the sliders."""
    return [tab.title for tab in TABS.values()]


def chromium() -> str | None:
    """Path of a Chromium: CHROMIUM in the environment, or one on the path."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return os.environ.get("CHROMIUM") or next(filter(None, found), None)


def _open(page: Page, address: str) -> Page:
    page.set_default_timeout(180_000)
    page.goto(address)
    page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
    return page


def _compare(app: Page, bare: Page, tab: str) -> Figure:
    app.get_by_role("tab", name=tab).click()
    app.wait_for_function(_DRAWN)
    for page in (app, bare):
        page.wait_for_timeout(3_000)
    taken: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(ROUNDS):
        for index, page in enumerate((app, bare)):
            taken[index] += [_press(page, number) for number in range(PRESSES)][1:]
    ours, theirs = (float(np.median(times)) for times in taken.values())
    against = f"{ALLOWED:g} times a bare page of Voila with two curves, ms"
    return Figure(f"tab {tab}: ms from slider to plot", ours, against, ALLOWED * theirs)


def _press(page: Page, number: int) -> float:
    time.sleep(0.1)
    key = "ArrowLeft" if number % 2 else "ArrowRight"
    return float(page.evaluate(_PRESS, key))


@contextmanager
def _dashboard() -> Iterator[str]:
    port = choose_port(None)
    code = f"from surrogate_app.app.server import serve; serve(port={port}, open_browser=False)"
    with served([sys.executable, "-c", code], port):
        yield f"http://{HOST}:{port}/voila/render/confined_electrolyte.ipynb"


@contextmanager
def _bare_page() -> Iterator[str]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    notebook = {
        "cells": [{**cell, "id": "bare", "source": _BARE}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bare.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        port = choose_port(None)
        options = [f"--port={port}", f"--Voila.ip={HOST}", "--no-browser"]
        with served([sys.executable, "-m", "voila", str(path), *options], port):
            yield f"http://{HOST}:{port}/"


@contextmanager
def served(command: list[str], port: int) -> Iterator[int]:
    """Run a server of pages by a command, and give its process identifier once it answers."""
    silent: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **silent)
    try:
        for _ in range(480):
            try:
                urllib.request.urlopen(f"http://{HOST}:{port}/voila/static/voila.js", timeout=5)
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("a server of the pages did not start") from None
                time.sleep(0.25)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)
