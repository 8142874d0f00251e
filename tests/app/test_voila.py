"""Voila serves a page with sliders and a plot from this machine alone, in both ways it is run."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import nbformat
import pytest
from support.app_browser import free_port

from surrogate_app.common import resources

pytestmark = pytest.mark.browser

SOURCE = """
import ipywidgets as widgets
import numpy as np
from surrogate_app.app.figures import Figure, line

x = np.linspace(0, 1, 502)
figure = Figure(name="trial", alt="A line", x_title="x", y_title="y", hover="x")
figure.add_trace(line("#24292F", "y").update(x=x, y=x))
slider = widgets.FloatSlider(value=1, min=0, max=5, step=0.5, description="k")

def redraw(change):
    with figure.batch_update():
        figure.data[0].y = change["new"] * x

slider.observe(redraw, "value")
icon = widgets.Button(description="Save", icon="download")
formula = widgets.HTMLMath(r"$\\sigma_s$")
widgets.VBox([slider, icon, formula, widgets.Tab([figure], titles=["Plot"])])
"""
LAST = "document.querySelector('.js-plotly-plot').data[0].y[501]"


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    notebook = nbformat.v4.new_notebook(
        metadata={
            "title": "A trial",
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        },
        cells=[nbformat.v4.new_markdown_cell("# $x^2$"), nbformat.v4.new_code_cell(SOURCE)],
    )
    (folder / "notebooks").mkdir()
    nbformat.write(notebook, folder / "notebooks" / "trial.ipynb")
    broken = nbformat.v4.new_notebook(
        metadata=notebook.metadata, cells=[nbformat.v4.new_code_cell("1 / 0")]
    )
    nbformat.write(broken, folder / "notebooks" / "broken.ipynb")
    still = nbformat.v4.new_notebook(
        metadata=notebook.metadata,
        cells=[nbformat.v4.new_markdown_cell("# Still\n\n[To the trial](trial.ipynb)")],
    )
    nbformat.write(still, folder / "notebooks" / "still.ipynb")
    return folder


def stand_alone(port):
    return [
        *("-m", "voila", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"),
        f"--Voila.config_file_paths={resources.voila_config_dir()}",
    ]


def extension(port):
    return [
        *("-m", "jupyter", "server", "--no-browser", "--allow-root", f"--port={port}"),
        *("--ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.base_url=/user/someone/"),
    ]


@pytest.fixture(
    scope="module", params=["stand-alone", pytest.param("extension", marks=pytest.mark.slow)]
)
def server(request, notebooks):
    """Yield the address of a Voila that serves the folder."""
    port = free_port()
    if request.param == "stand-alone":
        arguments, prefix = stand_alone(port), ""
    else:
        arguments, prefix = extension(port), "user/someone/"
    log = notebooks / f"{request.param}.log"
    environment = os.environ | {
        "JUPYTER_CONFIG_PATH": str(resources.voila_config_dir()),
        "JUPYTER_PATH": str(resources.jupyter_data_dir()),
    }
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=notebooks,
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}/{prefix}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}voila/tree/notebooks", timeout=5)
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, log.read_text()
                time.sleep(0.25)
        else:
            pytest.fail(log.read_text())
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def visit(browser):
    """Return a function that opens an address and notes what leaves the machine or goes wrong."""
    context = browser.new_context()
    context.set_default_timeout(60_000)

    def open_page(address):
        page = context.new_page()
        page.outside, page.errors = [], []
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
                else page.outside.append(request.url)
            ),
        )
        page.on(
            "console",
            lambda message: page.errors.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    context.close()


def read(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode()


def test_pages_without_code_need_no_scripts_and_lead_to_others_that_stay_on_this_machine(
    server, visit
):
    page = visit(f"{server}voila/render/notebooks/still.ipynb")
    assert page.get_by_role("heading", name="Still").is_visible()
    assert page.locator("script[src]").count() == 0
    page.get_by_role("link", name="To the trial").click()
    page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
    page.wait_for_selector("mjx-container >> nth=1")
    assert page.title() == "A trial"
    assert page.evaluate(LAST) == 1
    page.focus("[role=slider]")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{LAST} === 1.5")
    icon = page.evaluate(
        "getComputedStyle(document.querySelector('button i'), '::before').fontFamily"
    )
    assert "Font Awesome" in icon
    page.wait_for_load_state("networkidle")
    assert page.outside == []
    assert page.errors == []


def test_address_chooses_the_theme_and_nothing_else(server):
    address = f"{server}voila/render/notebooks/broken.ipynb"
    for theme in ("light", "dark"):
        chosen = f'class="jp-Notebook theme-{theme} sa-{theme}"'
        assert chosen in read(f"{address}?theme={theme}")
    injected = '"><b id=injected>'
    text = read(f"{address}?template=classic&theme={urllib.parse.quote(injected)}")
    assert 'class="jp-Notebook theme-light"' in text
    assert "<b id=injected>" not in text


def test_list_of_notebooks_is_plain(server, visit):
    page = visit(f"{server}voila/tree/notebooks")
    page.wait_for_load_state("networkidle")
    links = page.locator("a").all()
    assert any(link.get_attribute("href").endswith("/notebooks/trial.ipynb") for link in links)
    assert page.outside == []
    assert page.errors == []


def test_errors_show_no_traceback(server):
    text = read(f"{server}voila/render/notebooks/broken.ipynb")
    assert "There was an error when executing cell" in text
    assert "ZeroDivisionError" not in text


def test_sources_are_not_served(server):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server}voila/files/notebooks/trial.ipynb", timeout=10)
    assert refused.value.code == 403
