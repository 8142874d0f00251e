"""A model is one file: commands, report and page find it there."""

import sys

import pytest
from matplotlib.colors import to_hex

from surrogate_app.app.liquid import Dashboard
from surrogate_app.cli.main import DONE, main
from surrogate_app.liquid import ForwardSurrogate, InverseSurrogate
from surrogate_app.liquid.data.examples import examples_dir, load_examples
from surrogate_app.liquid.evaluation.evaluate import as_table, evaluate
from surrogate_app.liquid.inverse import models
from surrogate_app.liquid.inverse.model import MODELS, InverseModel
from surrogate_app.reports.liquid.fits import (
    all_errors,
    draw_fits,
    drawn_systems,
    fit_sets,
    fits_table,
)

TOY = """
from surrogate_app.liquid.inverse.fitting import fit_structure
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.model import InverseModel
from surrogate_app.liquid.inverse.models.corresponding import CENTRE
from surrogate_app.liquid.state import parameters


def estimate(network, card, measured, bins):
    found = fit_structure(measured, tuple(CENTRE.tolist()))
    c12, c6 = parameters(found.coupling, found.attraction, bins.density, bins.temperature)
    return Estimate(
        float(c12), float(c6), found.covariance, found.noise, found.kappa,
        found.at_bound, found.converged, True, "centres",
    )


TOY = InverseModel(name="toy", label="Least squares alone", colour="#123456", estimate=estimate)
"""


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Add one file to the package of models."""
    (tmp_path / "toy.py").write_text(TOY)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    module = __import__(f"{models.__name__}.toy", fromlist=["TOY"])
    MODELS.add(module.TOY)
    yield "toy"
    MODELS.remove("toy")
    sys.modules.pop(module.__name__, None)


def test_a_model_that_is_added_is_the_last_and_fits(toy):
    assert InverseSurrogate.available()[-1] == toy
    example = load_examples()[0]
    state = example.state
    fit = InverseSurrogate.load(toy).fit(example.rdf, state.density, state.temperature)
    assert fit.model == toy
    assert fit.metadata == {"name": toy}
    assert fit.c12 == pytest.approx(state.c12, rel=0.05)


def test_commands_take_a_model_that_is_added(toy, capsys):
    example = load_examples()[0]
    state = example.state
    options = ["--density", str(state.density), "--temperature", str(state.temperature)]
    assert main(["fit", str(examples_dir() / example.file), "--model", toy, *options]) == DONE
    assert f"({toy}):" in capsys.readouterr().out
    assert main(["fit", str(examples_dir() / example.file), "--model", "none", *options]) != DONE
    assert f"or {toy}" in capsys.readouterr().err


def test_the_page_offers_a_model_that_is_added(toy):
    assert ("Least squares alone", toy) in Dashboard().controls.model.options


def test_evaluation_and_report_hold_a_model_that_is_added(toy):
    results = evaluate(names=("deepilst", toy), most=4)
    assert as_table(results).startswith(f"| systems | figure | deepilst | {toy} |")
    systems = drawn_systems(ForwardSurrogate.load(), seed=1, points=4)
    fits = {name: fit_sets(name, systems) for name in results["models"]}
    errors = all_errors(fits, results)
    assert f"| {toy} |" in fits_table(errors, results).splitlines()[0]
    figure = draw_fits(fits[toy], errors[toy], MODELS[toy].colour)
    (points, *_) = figure.axes[0].collections
    assert to_hex(points.get_facecolor()[0]) == "#123456"


def test_models_differ_in_name_label_colour_and_rank():
    for what in ("label", "colour", "rank"):
        assert len({getattr(model, what) for model in MODELS.values()}) == len(MODELS)
    assert all(isinstance(model, InverseModel) for model in MODELS.values())
