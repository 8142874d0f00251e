"""Training can be stopped and resumed, and its models are loaded from where they were stored."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
from support.own_campaign import make_campaign

from surrogate_app.electrolyte.analysis.poisson_boltzmann import poisson_boltzmann
from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.data.splits import MIXTURES, training_systems
from surrogate_app.electrolyte.domain import SALTS, WIDE, WIDE_MARGIN
from surrogate_app.electrolyte.surrogate.model import MODELS
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate, model_dir
from surrogate_app.electrolyte.system import ALL_PARAMETERS, DOMAIN, MARGIN, Electrolyte
from surrogate_app.network import Network

pytest.importorskip("tensorflow", reason="TensorFlow has no wheels for this platform")
training = pytest.importorskip("surrogate_app.electrolyte.training.train")
fit = pytest.importorskip("surrogate_app.training").fit
keras_recipe = pytest.importorskip("surrogate_app.electrolyte.training.networks").keras_recipe


@pytest.fixture(scope="module")
def few():
    return Dataset.load("sobol").take(np.arange(64))


@pytest.fixture
def small_data(few, monkeypatch):
    monkeypatch.setattr(Dataset, "load", classmethod(lambda cls, design: few))


def test_same_seed_same_weights(small_data, tmp_path):
    hashes = set()
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        training.train("modnn", seed=4, epochs=20, data="sobol", folder=folder, scratch=folder)
        network = Network.load(folder / "modnn.keras")
        hashes.add(network.layers[-1].kernel.tobytes())
    assert len(hashes) == 1


@pytest.mark.parametrize("name", ["modnn", "wallnet"])
def test_a_paused_training_is_resumed_and_its_model_can_be_loaded(name, small_data, tmp_path):
    places = {"data": "sobol", "folder": tmp_path, "scratch": tmp_path / "scratch"}
    assert training.train(name, epochs=40, minutes=0.0, **places) == {}
    assert not (tmp_path / f"{name}.keras").exists()
    metadata = training.train(name, epochs=40, **places)
    assert metadata["data"]["training"] == 58
    assert metadata["seed"] == 1
    curve = np.loadtxt(tmp_path / f"{name}.history.csv", delimiter=",", skiprows=1)
    assert curve[-1, 0] == 40
    assert (np.diff(curve[:, 0]) > 0).all()
    assert curve[-1, 1] < curve[0, 1]
    assert Surrogate.load(name, tmp_path).card.weights_sha256 == metadata["weights_sha256"]


def test_the_model_of_all_salts_is_trained_on_any_salt(monkeypatch, tmp_path):
    few = Dataset.load("wide").take(np.arange(40))
    monkeypatch.setattr(Dataset, "load", classmethod(lambda cls, design: few))
    metadata = training.train("saltnet", epochs=4, folder=tmp_path, scratch=tmp_path / "scratch")
    assert metadata["parameters"] == list(ALL_PARAMETERS)
    assert metadata["data"]["training"] == 36 + (len(MIXTURES["salts"]) - 1) * 40
    assert Network.load(tmp_path / "saltnet.keras").layers[1].kernel.shape == (53, 3 * 128)
    assert len(metadata["uncertainty"]["salts"]) == len(SALTS)
    for name in ("wallnet.keras", "wallnet.json"):
        shutil.copy(model_dir() / name, tmp_path)
    calcium = Electrolyte(3.0, 0.3, 0.4, 0.4, -0.1, z_pos=2)
    profile = Surrogate.load("saltnet", tmp_path).predict(calcium)
    theory = poisson_boltzmann(calcium).density(0, calcium.z) / 0.602214
    # it starts from the mean field, from which four epochs don't lead away
    assert np.abs(profile.n_pos - theory).mean() < 0.3 * theory.mean()


def test_an_interrupted_training_ends_with_the_same_bits(few, tmp_path):
    recipe = dataclasses.replace(MODELS["modnn"].recipe, evaluate_every=2)
    examples = recipe.examples(few)

    def kernel_after(*minutes, folder):
        for limit in minutes:
            checkpoint = fit(
                keras_recipe(recipe),
                *examples,
                lambda network: (0.0, -float(network.layers[-1].kernel.std())),
                seed=3,
                epochs=6,
                minutes=limit,
                folder=tmp_path / folder,
            )
        return Network.load(checkpoint.best_path).layers[-1].kernel.tobytes(), checkpoint.curve

    straight = kernel_after(np.inf, folder="straight")
    assert kernel_after(0.0, 0.0, np.inf, folder="interrupted") == straight
    assert len(straight[1]) == 3


def test_a_state_of_other_data_is_not_resumed(few, tmp_path):
    recipe = MODELS["basenn"].recipe
    settings = {"seed": 1, "epochs": 20, "minutes": np.inf, "folder": tmp_path}

    def kernel(systems):
        checkpoint = fit(
            keras_recipe(recipe), *recipe.examples(systems), lambda network: (1.0, 1.0), **settings
        )
        return Network.load(checkpoint.best_path).layers[-1].kernel.tobytes()

    first = kernel(few)
    assert kernel(few) == first
    assert kernel(few.take(np.arange(32))) != first


def test_models_state_the_range_that_they_were_trained_on():
    sobol, grid = (Dataset.load(name).parameters for name in ("sobol", "grid"))
    assert training.training_range(sobol) == {name: list(ends) for name, ends in MARGIN.items()}
    assert training.training_range(grid) == {name: list(ends) for name, ends in DOMAIN.items()}
    for name in Surrogate.available():
        surrogate = Surrogate.load(name)
        if surrogate.domain is WIDE:
            limits = WIDE_MARGIN.ranges
        else:
            limits = DOMAIN if surrogate.card.data.get("seed") == 3 else MARGIN
        assert surrogate.card.training_range == {k: list(v) for k, v in limits.items()}


def test_training_on_all_systems_is_stopped_by_the_same_systems_as_on_sobol_points(small_data):
    model = MODELS["basenn"]
    all_of_them, sobol = (training.TrainingSet.prepare(model, data, 1) for data in ("all", "sobol"))
    assert (all_of_them.held_out.parameters == sobol.held_out.parameters).all()
    more = sum(len(training_systems(design)) for design in ("dense", "densest", "grid"))
    assert len(all_of_them.training) == len(sobol.training) + more
    assert all_of_them.description()["training"] == len(all_of_them.inputs)


def test_own_models_never_replace_those_shipped(tmp_path):
    campaign = make_campaign(tmp_path / "own")
    with pytest.raises(ValueError, match="would replace a shipped one; name another folder"):
        training.train("saltnet", data=campaign)
    with pytest.raises(ValueError, match="wallnet knows the electrolyte paper's box only"):
        training.train("wallnet", data=campaign, folder=campaign / "models")


@pytest.mark.slow
def test_a_model_is_trained_on_ones_own_systems(tmp_path):
    campaign = make_campaign(tmp_path / "own")
    metadata = training.train("saltnet", data=campaign, folder=tmp_path / "models", epochs=8)
    assert metadata["data"]["training"] == 23
    assert metadata["data"]["calibration"] == 6
    surrogate = Surrogate.load(folder=tmp_path / "models")
    assert surrogate.domain.ranges.keys() == WIDE.ranges.keys()
    surrogate.predict(surrogate.domain.middle())


def test_a_training_that_is_never_evaluated_is_refused(small_data, tmp_path):
    with pytest.raises(ValueError, match="epochs must be at least 20, got 10"):
        training.train("modnn", epochs=10, data="sobol", folder=tmp_path, scratch=tmp_path)
    assert not list(tmp_path.rglob("*.keras"))


def test_unknown_models_are_refused():
    with pytest.raises(ValueError, match="no model 'oracle' to train"):
        training.train("oracle")


@pytest.mark.parametrize("name", Surrogate.available())
def test_cards_of_shipped_models_say_how_they_were_made(name):
    metadata = json.loads((model_dir() / f"{name}.json").read_text())
    assert metadata["command"].startswith("surrogate-app train electrolyte")
    parts = metadata["data"].get("parts", [metadata["data"]])
    assert {part["options"]["design"] for part in parts} <= {
        "sobol",
        "dense",
        "densest",
        "grid",
        "wide",
        "wide-dense",
    }
    assert metadata["data"]["training"] + metadata["data"]["validation"] >= 1024
    assert len(metadata["commit"]) == 40
