"""Start-up, transfer and time from a slider to the plot, beside a bare page of Voila."""

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
    from playwright.sync_api import Browser, Page

ROUNDS, PRESSES = 6, 4
"""Pages take turns; the first press of each turn is not counted."""

OPENINGS = 5
"""How often each page is opened, in turns and by a browser that has never seen it."""

ALLOWED_START, ALLOWED_TRANSFER, ALLOWED_KERNEL, ALLOWED_TAB = 1.15, 1.0, 1.25, 1.0
"""How much more than a bare page the dashboard may take to its first plot, to be transferred, to be
built by its kernel, and from a slider to the plot of any tab."""

PEER = "a bare page of Voila with two curves"

REFILL, QUIET = 8.0, 2.0
"""Seconds after which a server has a kernel ready for the next page, and after which one that keeps
none ready has ended that of the last."""

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
        app, bare, cold_app, cold_bare = (
            stack.enter_context(serve(preheat))
            for preheat in (True, False)
            for serve in (_dashboard, _bare_page)
        )
        playwright = stack.enter_context(sync_playwright())
        instance = playwright.chromium.launch(
            executable_path=browser,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        stack.callback(instance.close)
        openings = [
            *_compare_openings(instance, app, bare),
            _compare_cold_openings(instance, cold_app, cold_bare),
        ]
        ours, theirs = (
            _open(instance.new_page(bypass_csp=True), address) for address in (app, bare)
        )
        tabs = [_compare(ours, theirs, title) for title in titles()]
    return [*openings, _compare_kernels(), *tabs]


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
    return Figure(f"tab {tab}: ms from slider to plot", ours, f"{PEER}, ms", ALLOWED_TAB * theirs)


def _compare_openings(browser: Browser, app: str, bare: str) -> list[Figure]:
    """Compare pages for which a kernel stands ready."""
    (ours, megabytes), (theirs, peers) = _openings(browser, app, bare, REFILL)
    return [
        _first_plot("page of ions: s to its first plot", ours, theirs),
        Figure("page of ions: MB transferred", megabytes, f"{PEER}, MB", ALLOWED_TRANSFER * peers),
    ]


def _compare_cold_openings(browser: Browser, app: str, bare: str) -> Figure:
    """Compare pages whose kernels are started when they are opened."""
    (ours, _), (theirs, _) = _openings(browser, app, bare, QUIET)
    return _first_plot("page of ions: s to its first plot, its kernel to be started", ours, theirs)


def _first_plot(name: str, ours: float, theirs: float) -> Figure:
    return Figure(name, ours, f"{ALLOWED_START:g} times {PEER}, s", ALLOWED_START * theirs)


def _openings(
    browser: Browser, app: str, bare: str, pause: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Open two pages in turns; return the seconds and the MB of each."""
    seconds: dict[str, list[float]] = {app: [], bare: []}
    megabytes = {app: 0.0, bare: 0.0}
    for _ in range(OPENINGS):
        for address in (app, bare):
            time.sleep(pause)
            taken, megabytes[address] = _opening(browser, address)
            seconds[address].append(taken)
    ours, theirs = (
        (float(np.median(seconds[address])), megabytes[address]) for address in (app, bare)
    )
    return ours, theirs


def _opening(browser: Browser, address: str) -> tuple[float, float]:
    """Return the seconds to the first plot, and the MB that came by HTTP and by socket."""
    context = browser.new_context()
    page = context.new_page()
    received = [0]

    def add(size: int) -> None:
        received[0] += size

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: add(int(event["encodedDataLength"])))
    session.on(
        "Network.webSocketFrameReceived",
        lambda event: add(len(event["response"]["payloadData"])),
    )
    start = time.perf_counter()
    _open(page, address)
    taken = time.perf_counter() - start
    page.wait_for_timeout(2_000)
    context.close()
    return taken, received[0] / 1e6


def _compare_kernels() -> Figure:
    """Compare the time that new kernels take to import and build the pages."""
    ours = "from surrogate_app.app.electrolyte import Dashboard\nDashboard().open()"
    taken: dict[str, list[float]] = {ours: [], _BARE: []}
    for _ in range(OPENINGS):
        for code, times in taken.items():
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", f"import ipykernel.kernelapp\n{code}"], check=True
            )
            times.append(time.perf_counter() - start)
    dashboard, bare = (float(np.median(times)) for times in taken.values())
    against = f"{ALLOWED_KERNEL:g} times that of a bare page, s"
    return Figure(
        "page of ions: s until a new kernel has built it", dashboard, against, ALLOWED_KERNEL * bare
    )


def _press(page: Page, number: int) -> float:
    time.sleep(0.1)
    key = "ArrowLeft" if number % 2 else "ArrowRight"
    return float(page.evaluate(_PRESS, key))


@contextmanager
def _dashboard(preheat: bool) -> Iterator[str]:
    port = choose_port(None)
    code = (
        "from surrogate_app.app.server import serve; "
        f"serve(port={port}, open_browser=False, preheat={preheat})"
    )
    with served([sys.executable, "-c", code], port):
        yield f"http://{HOST}:{port}/voila/render/confined_electrolyte.ipynb"


@contextmanager
def _bare_page(preheat: bool) -> Iterator[str]:
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
        options.append(f"--preheat_kernel={preheat}")
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
