"""A model is one file: registered once, it is found by commands, evaluation, report and page."""

import json
import shutil

import pytest

from surrogate_app.app.electrolyte.controls import Controls
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.cli.main import main
from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.evaluation import evaluate as evaluation
from surrogate_app.electrolyte.surrogate.bins import BINS
from surrogate_app.electrolyte.surrogate.model import MODELS, ProfileModel
from surrogate_app.electrolyte.surrogate.paper_network import profiles_with_epsilon
from surrogate_app.electrolyte.surrogate.recipe import Layer, ProfileRecipe
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate, model_dir
from surrogate_app.electrolyte.system import N_BINS
from surrogate_app.reports.electrolyte.models import models_on_unseen_systems

HALF = "electrolyte"


def absolute_error(ops, target, output, normal):
    mean, _ = ops.split(target, 2, axis=-1)
    return ops.mean(ops.abs(mean - output), axis=-1)


TOY = ProfileModel(
    name="toy",
    label="Toy (absolute error)",
    colour="#123456",
    decoder=BINS,
    recipe=ProfileRecipe(
        hidden=(Layer(8, "tanh"),),
        output=Layer(2 * N_BINS, "relu"),
        scaling="standard",
        initial="he_normal",
        even=True,
        examples=profiles_with_epsilon,
        loss=absolute_error,
        learning_rate=1e-2,
        batch=16,
        epochs=4,
        evaluate_every=2,
        patience=4,
        data="sobol",
    ),
)


@pytest.fixture
def toy():
    MODELS.add(TOY)
    yield TOY
    MODELS.remove(TOY.name)


@pytest.fixture
def pretrained(toy, tmp_path):
    """A folder with the toy, whose weights are those of another network, and WallNet."""
    folder = tmp_path / HALF
    folder.mkdir()
    for name in ("wallnet.keras", "wallnet.json"):
        shutil.copy(model_dir() / name, folder)
    shutil.copy(model_dir() / "basenn.keras", folder / "toy.keras")
    card = json.loads((model_dir() / "basenn.json").read_text(encoding="utf-8"))
    (folder / "toy.json").write_text(json.dumps({**card, "name": "toy"}), encoding="utf-8")
    return tmp_path


def test_the_default_is_the_first_of_the_registry():
    assert next(iter(MODELS)) == Surrogate.default_name() == "saltnet"
    assert len({model.colour for model in MODELS.values()}) == len(MODELS)


def test_it_stands_in_the_help(toy, capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert toy.name in capsys.readouterr().out


def test_it_is_evaluated_and_reported(pretrained):
    assert Surrogate.available(pretrained / HALF) == ("wallnet", "toy")
    results = evaluation.evaluate(folder=pretrained / HALF)
    evaluation.write(results, pretrained / HALF)
    assert evaluation.as_table(results).splitlines()[0].endswith("| wallnet | toy |")
    assert Surrogate.load("toy", pretrained / HALF).card.metrics == results["models"]["toy"]
    assert "| toy | grid |" in models_on_unseen_systems(pretrained)


def test_the_page_offers_it(pretrained):
    folder = pretrained / HALF
    state = ElectrolyteState(
        load=lambda name: Surrogate.load(name, folder), models=Surrogate.available(folder)
    )
    controls = Controls(state, guard=lambda callback: callback, export=lambda kind: None)
    assert (TOY.label, "toy") in controls.model.options
    state.change(model="toy")
    assert state.curve.metadata["name"] == "toy"


def test_it_is_trained_by_its_recipe(toy, tmp_path, monkeypatch):
    training = pytest.importorskip("surrogate_app.electrolyte.training.train")
    few = Dataset.load("sobol").take(range(64))
    monkeypatch.setattr(Dataset, "load", classmethod(lambda cls, design: few))
    metadata = training.train(toy.name, folder=tmp_path, scratch=tmp_path)
    surrogate = Surrogate.load(toy.name, tmp_path)
    assert surrogate.card.to_dict() == metadata
    assert [layer.kernel.shape for layer in surrogate.network.layers[1:]] == [(5, 8), (8, 1004)]
    assert surrogate.predict_many(few.parameters[:2], limits=training.MARGIN)[1].min() >= 0.0
