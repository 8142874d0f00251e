"""A half of the package is a package of its own and a line in the list of halves."""

import json
import os
import subprocess
import sys
import time
import urllib.request

import pytest
from support.app_browser import free_port

from surrogate_app.app import benchmark as page_benchmark
from surrogate_app.app.index import pages
from surrogate_app.app.server import HOST
from surrogate_app.cli.command import BAD_INPUT, DONE
from surrogate_app.cli.commands import benchmark
from surrogate_app.cli.main import main
from surrogate_app.common.registry import Registry
from surrogate_app.reports.report import write_report
from surrogate_app.subjects import SUBJECTS, Subject

HALF = """
import numpy as np

from surrogate_app.campaign import Campaign
from surrogate_app.common.tables import Table
from surrogate_app.common.timing import Figure

DESIGNS, MODELS = ("few", "many"), ("ideal", "virial")


def simulate(inputs, sweeps, seed, progress):
    progress(1.0)
    pressure = inputs["density"] * inputs["temperature"]
    content = {**inputs, "pressure": pressure, "sweeps": sweeps, "seed": seed}
    return Table("ideal gas", {"pressure": [pressure]}, content, warnings=["It is ideal."])


def task(row, seed):
    return {"pressure": row[0]}


def campaign(design, number, folder):
    rows = np.arange(1.0, (number or 2) + 1.0)[:, None]
    return Campaign(folder, task, rows, ("density",), {"design": design}, 1)


def train(model, **settings):
    return {"name": model, **settings}


def evaluate():
    return {"models": {"ideal": 0.5}}


def as_table(results):
    return f"| error | {results['models']['ideal']} |"


def write(results):
    raise AssertionError("nobody asked for it")


def benchmark():
    return [Figure("ns per atom", 1.0, "limit", 4.0)]


def report(docs):
    return ["### Equation of state", "p = ρT"]
"""

SUBJECT = """
from surrogate_app.common.lazy import Lazy
from surrogate_app.subjects import Input, Page, Subject

GAS = Subject(
    name="gas",
    title="Ideal gases",
    page=Page("ideal_gas", "Pressure of an ideal gas", "Move two sliders."),
    simulation="Simulate the pressure of an ideal gas.",
    inputs=(Input("density", "number density"), Input("temperature", "temperature", 2.0)),
    simulate=Lazy("gas.half:simulate"),
    designs=Lazy("gas.half:DESIGNS"),
    design="few",
    campaign=Lazy("gas.half:campaign"),
    models=Lazy("gas.half:MODELS"),
    model="ideal",
    train=Lazy("gas.half:train"),
    evaluation=Lazy("gas.half"),
    benchmark=Lazy("gas.half:benchmark"),
    report=Lazy("gas.half:report"),
)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return the folder that holds a third half, a package of its own."""
    (tmp_path / "gas").mkdir()
    for name, text in (("__init__", ""), ("half", HALF), ("subject", SUBJECT)):
        (tmp_path / "gas" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] == "gas"]:
        del sys.modules[name]


@pytest.fixture
def gas(package):
    """Register the third half."""
    from gas.subject import GAS

    SUBJECTS.add(GAS)
    yield GAS
    SUBJECTS.remove("gas")


@pytest.mark.usefixtures("package")
def test_a_half_is_one_line_more():
    lines = (*(f"surrogate_app.{name}.subject" for name in SUBJECTS), "gas.subject")
    assert set(Registry(lines, Subject)) == {"electrolyte", "liquid", "gas"}


@pytest.mark.usefixtures("gas")
def test_it_is_simulated(capsys):
    assert main(["simulate", "gas", "--density", "3", "--seed", "5", "--json"]) == DONE
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["pressure"] == 6.0
    assert found["seed"] == 5
    assert err == "It is ideal.\n"


@pytest.mark.usefixtures("gas")
def test_it_has_campaigns(capsys, tmp_path):
    folder = tmp_path / "runs"
    assert main(["campaign", "gas", "--systems", "3", "--folder", str(folder)]) == DONE
    assert "all 3 systems done" in capsys.readouterr().err
    assert json.loads((folder / "campaign.json").read_text())["options"] == {"design": "few"}


@pytest.mark.usefixtures("gas")
def test_it_is_trained(capsys):
    assert main(["train", "gas", "--epochs", "7", "--json"]) == DONE
    trained = json.loads(capsys.readouterr().out)
    assert (trained["name"], trained["epochs"]) == ("ideal", 7)
    assert main(["train", "gas", "--model", "van-der-waals"]) == BAD_INPUT
    assert "choose ideal or virial" in capsys.readouterr().err
    assert main(["train", "gas", "--data", "few"]) == BAD_INPUT
    assert "--data can't be chosen for gas" in capsys.readouterr().err


@pytest.mark.usefixtures("gas")
def test_it_is_evaluated(capsys):
    assert main(["evaluate", "gas"]) == DONE
    assert capsys.readouterr().out == "| error | 0.5 |\n"


@pytest.mark.usefixtures("gas")
def test_it_is_timed(capsys, monkeypatch):
    for half in ("electrolyte", "liquid"):
        monkeypatch.setattr(f"surrogate_app.{half}.evaluation.benchmark.figures", list)
    monkeypatch.setattr(page_benchmark, "figures", list)
    monkeypatch.setattr(benchmark, "memory", list)
    assert main(["benchmark", "--json"]) == DONE
    (row,) = json.loads(capsys.readouterr().out)["figures"]
    assert (row["name"], row["ratio"]) == ("ns per atom", 0.25)


@pytest.mark.usefixtures("gas")
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("simulate", "electrolyte or gas or liquid"),
        ("campaign", "gas: few (if left out), many"),
        ("train", "gas: ideal (if left out), virial"),
        ("evaluate", "{electrolyte,gas,liquid}"),
    ],
)
def test_the_help_lists_it(command, words, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert words in " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("gas")
def test_the_report_has_a_part_for_it(tmp_path, monkeypatch):
    for half in ("electrolyte", "liquid"):
        monkeypatch.setattr(f"surrogate_app.reports.{half}.sections.sections", lambda _docs: [])
    write_report(tmp_path)
    text = (tmp_path / "reproduction.md").read_text(encoding="utf-8")
    assert "## Ideal gases\n\n### Equation of state\n\np = ρT\n" in text


def test_the_landing_page_lists_every_half(root):
    """Its notebook says the same to those who open it elsewhere."""
    notebook = json.loads((root / "notebooks" / "index.ipynb").read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "pages")
    assert "".join(cell["source"]) == pages()
    for half in SUBJECTS.values():
        assert (root / "notebooks" / f"{half.page.notebook}.ipynb").is_file()


def test_the_served_landing_page_leads_to_it(package, root):
    """Voila itself renders the page, with the settings and the template of this checkout."""
    templates = package / "jupyter" / "voila" / "templates"
    templates.mkdir(parents=True)
    (templates / "surrogate").symlink_to(root / "surrogate_app" / "app" / "templates" / "surrogate")
    port = free_port()
    code = (
        "from gas.subject import GAS; from surrogate_app.subjects import SUBJECTS;"
        "from surrogate_app.app.server import serve;"
        f"SUBJECTS.add(GAS); serve(port={port}, open_browser=False)"
    )
    places = {"JUPYTER_PATH": str(package / "jupyter")}
    places["PYTHONPATH"] = os.pathsep.join((str(package), str(root)))
    server = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **places})
    try:
        text = fetch(f"http://{HOST}:{port}/voila/render/index.ipynb", server)
    finally:
        server.terminate()
        server.wait(30)
    assert "Pressure of an ideal gas" in text
    assert "Move two sliders." in text
    assert "ideal_gas.ipynb" in text
    assert "confined_electrolyte.ipynb" in text


def fetch(address, server):
    """Return a page as soon as its server answers."""
    for _ in range(240):
        assert server.poll() is None, "the server did not start"
        try:
            return urllib.request.urlopen(address, timeout=30).read().decode()
        except OSError:
            time.sleep(0.25)
    raise AssertionError("no answer")
