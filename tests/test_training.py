"""Training can be stopped and resumed, and soft labels are what the paper says they are."""

import json

import numpy as np
import pytest

from surrogate_app.electrolyte.dataset import Dataset
from surrogate_app.electrolyte.surrogate import Surrogate, model_dir

keras = pytest.importorskip("keras", reason="Keras has no wheels for this platform")
training = pytest.importorskip("surrogate_app.electrolyte.training")
recipes = pytest.importorskip("surrogate_app.electrolyte.training_recipes")


@pytest.fixture(scope="module")
def few():
    return Dataset.load("sobol").take(np.arange(64))


@pytest.fixture
def small_data(few, monkeypatch):
    monkeypatch.setattr(Dataset, "load", classmethod(lambda cls, design: few))


def test_soft_labels_scatter_with_epsilon_around_the_mean():
    loss = recipes.SoftLabels(soft=True, seed=1)
    label, epsilon = np.full((4, 500), 2.0, np.float32), np.full((4, 500), 0.3, np.float32)
    target = np.hstack((label, epsilon))
    values = [float(loss(target, label)) for _ in range(20)]
    assert np.mean(values) == pytest.approx(0.09, rel=0.02)
    assert len(set(values)) == 20


def test_hard_labels_give_the_mean_square_error():
    loss = recipes.SoftLabels(soft=False, seed=1)
    label, epsilon = np.full((4, 500), 2.0, np.float32), np.full((4, 500), 0.3, np.float32)
    assert float(loss(np.hstack((label, epsilon)), label + 0.5)) == pytest.approx(0.25)


def test_the_papers_network_has_the_papers_shape(few):
    inputs, targets = recipes.paper_examples(few)
    model = recipes.paper_network(inputs, seed=1)
    widths = [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert widths == [256, 512, 1004]
    assert rates == [0.2, 0.2]
    assert targets.shape == (64, 2008)
    spread = model.layers[-1].kernel.numpy().std()
    assert spread == pytest.approx(np.sqrt(2 / (512 + 1004)), rel=0.02)


def test_same_seed_same_weights(small_data, tmp_path):
    hashes = set()
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        training.train("modnn", seed=4, epochs=20, data="sobol", folder=folder, scratch=folder)
        network = training.Network.load(folder / "modnn.keras")
        hashes.add(network.layers[-1].kernel.tobytes())
    assert len(hashes) == 1


@pytest.mark.parametrize("name", ["modnn", "wallnet"])
def test_a_paused_training_is_resumed_and_its_model_can_be_loaded(
    name, small_data, tmp_path, monkeypatch
):
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
    monkeypatch.setattr("surrogate_app.electrolyte.surrogate.model_dir", lambda: tmp_path)
    assert Surrogate.load(name).metadata["weights_sha256"] == metadata["weights_sha256"]


def test_validation_systems_are_not_trained_on():
    taught, held_out = training.split(1000, seed=1)
    assert len(held_out) == 100
    assert not set(taught) & set(held_out)
    assert set(taught) | set(held_out) == set(range(1000))


def test_unknown_models_are_refused():
    with pytest.raises(ValueError, match="no model 'oracle' to train"):
        training.train("oracle")


@pytest.mark.parametrize("name", Surrogate.available())
def test_shipped_models_tell_how_they_were_made(name):
    metadata = json.loads((model_dir() / f"{name}.json").read_text())
    assert metadata["command"].startswith("surrogate-app train electrolyte")
    assert metadata["data"]["options"]["design"] == "sobol"
    assert metadata["data"]["training"] + metadata["data"]["validation"] >= 1024
    assert len(metadata["commit"]) == 40
