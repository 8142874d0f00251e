"""Pictures of the pages in the documentation; `make pictures` keeps those that are taken here."""

import os
import re
import shlex
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from support.app_browser import FITTED, Opened, address_of, served

from surrogate_app.cli import main as cli
from surrogate_app.electrolyte.surrogate.surrogate import MODELS_VARIABLE

pytestmark = [pytest.mark.slow, pytest.mark.browser]

COLOURS = 128
"""Colours of a picture, which keep it small."""

LARGEST = 150_000
"""Bytes of a picture."""

PANEL = ".sa-page .jupyter-widget-tab"
"""The tabs and what is under them."""

PICTURES = {
    "densities": ("confined_electrolyte", "", "Densities", None),
    "sensitivity": (
        "confined_electrolyte",
        "?spread=d_pos:normal:0.01,d_neg:normal:0.015&tab=sensitivity",
        "Sensitivity",
        940,
    ),
    "fit": ("lennard_jones_fit", "", "Fit", None),
    "methods": ("lennard_jones_fit", "", "Methods", 690),
}
"""Of each picture the page, the query, the tab, and the height of the part of it that is shown."""


@pytest.fixture(scope="module")
def take(browser, tmp_path_factory):
    """Return a function that takes a picture of a page."""
    folder = Path(os.environ.get("PICTURES") or tmp_path_factory.mktemp("pictures")).resolve()
    folder.mkdir(parents=True, exist_ok=True)

    def take(name, url, tab, height=None):
        context = browser.new_context(viewport={"width": 1280, "height": 2400 if height else 900})
        opened = Opened(context, url)
        opened.tab(tab)
        page = opened.page
        page.wait_for_selector(".js-plotly-plot:visible .scatterlayer .trace", state="attached")
        page.wait_for_function(
            "() => !document.querySelector('.sa-page').innerText.includes('Computing')"
        )
        page.wait_for_function(FITTED)
        opened.wait_until_settled()
        box = page.locator(PANEL).first.bounding_box() | {"height": height}
        shot = page.screenshot(clip=box) if height else page.screenshot()
        picture = Image.open(BytesIO(shot)).convert("RGB")
        path = folder / f"{name}.png"
        picture.quantize(COLOURS).save(path, optimize=True)
        assert path.stat().st_size < LARGEST
        assert not page.locator(".sa-notice:visible, .sa-error:visible").count()
        opened.assert_clean()
        context.close()
        return picture

    return take


@pytest.mark.parametrize("name", PICTURES)
def test_the_pages_are_shown_as_they_are(name, site, take):
    notebook, query, tab, height = PICTURES[name]
    picture = take(name, address_of(site, notebook) + query, tab, height)
    assert len(picture.getcolors(1 << 20)) > 100


@pytest.mark.timeout(1800)
def test_a_retrained_system_has_a_page_of_its_own(root, take, tmp_path, monkeypatch, capsys):
    """Every command of the page on retraining, as it stands there, and then its picture."""
    pytest.importorskip("tensorflow", reason="TensorFlow has no wheels for this platform")
    monkeypatch.chdir(tmp_path)
    text = (root / "docs/howto/retrain.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    first, *commands = [
        shlex.split(line)[1:] for line in blocks.replace("\\\n", " ").splitlines() if line
    ]
    assert cli.main(first) == cli.BAD_INPUT
    assert capsys.readouterr().err.strip().removeprefix("surrogate-app: ") in text
    for command in commands:
        if command[0] != "app":
            assert cli.main(command) == cli.DONE, command
        if command[0] == "evaluate":
            errors = dict(
                re.findall(r"^\| (relative RMSE, \w+) \| ([\d.]+)%", capsys.readouterr().out, re.M)
            )
    assert float(errors["relative RMSE, median"]) < 1.0
    assert float(errors["relative RMSE, worst"]) < 3.0
    with ExitStack() as stack:
        with monkeypatch.context() as context:
            context.setenv(MODELS_VARIABLE, str(tmp_path / "models"))
            site = stack.enter_context(served(tmp_path))
        take("retrained", address_of(site, "confined_electrolyte"), "Densities")
