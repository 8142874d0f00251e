"""Training can be stopped and resumed, and soft labels are what the paper says they are."""

import dataclasses
import json

import numpy as np
import pytest

from surrogate_app.electrolyte.data.dataset import SHOWN, Dataset, data_dir, mirror
from surrogate_app.electrolyte.data.splits import find, split, split_grid, training_systems
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate, model_dir
from surrogate_app.electrolyte.system import DOMAIN, MARGIN
from surrogate_app.electrolyte.training import studies
from surrogate_app.electrolyte.training.studies import Trial
from surrogate_app.network import Network

tf = pytest.importorskip("tensorflow", reason="TensorFlow has no wheels for this platform")
keras = pytest.importorskip("keras", reason="Keras has no wheels for this platform")
training = pytest.importorskip("surrogate_app.electrolyte.training.train")
training_studies = pytest.importorskip("surrogate_app.electrolyte.training.study_runs")
fit = pytest.importorskip("surrogate_app.training").fit
recipes = pytest.importorskip("surrogate_app.electrolyte.training.recipes")


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


def test_every_recipe_is_known_without_tensorflow():
    assert list(recipes.RECIPES) == list(studies.EPOCHS)


def test_hard_labels_give_the_mean_square_error():
    loss = recipes.SoftLabels(soft=False, seed=1)
    label, epsilon = np.full((4, 500), 2.0, np.float32), np.full((4, 500), 0.3, np.float32)
    assert float(loss(np.hstack((label, epsilon)), label + 0.5)) == pytest.approx(0.25)


def test_the_papers_network_has_the_papers_shape(few):
    inputs, targets = recipes.paper_examples(few)
    left = recipes.left_network(inputs, seed=1)
    model = recipes.whole_network(left)
    widths = [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert widths == [256, 512, 1004]
    assert rates == [0.2, 0.2]
    assert targets.shape == (64, 1004)
    spread = model.layers[-1].kernel.numpy().std()
    assert spread == pytest.approx(np.sqrt(2 / (512 + 1004)), rel=0.02)


def test_training_its_left_half_is_training_the_whole_network(few):
    """Outputs are even, and the loss and the gradients of all weights are those of the whole."""
    inputs, _ = recipes.paper_examples(few)
    left = recipes.left_network(inputs, seed=1)
    whole = recipes.whole_network(left)
    outputs = np.asarray(whole(inputs)).reshape(64, 2, 502)
    assert (outputs == outputs[..., ::-1]).all()
    assert np.asarray(left(inputs)).reshape(64, 2, 251) == pytest.approx(outputs[..., :251])

    def gradients(model, labels):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(inputs) - labels))
        return [loss, *tape.gradient(loss, model.trainable_variables)]

    of_left = gradients(left, few.n.reshape(64, -1).astype(np.float32))
    of_whole = gradients(whole, mirror(few.n).reshape(64, -1).astype(np.float32))
    for one, other in zip(of_left[:-2], of_whole[:-2], strict=True):
        assert np.asarray(one) == pytest.approx(np.asarray(other), rel=1e-3, abs=1e-7)
    # of two equal weights, each has half of the gradient, which Adam's steps do not depend on
    last = np.asarray(of_whole[-2]).reshape(512, 2, 502)
    assert (last[..., :251] + last[..., :250:-1]).reshape(512, -1) == pytest.approx(
        np.asarray(of_left[-2]), rel=1e-3, abs=1e-7
    )


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
    monkeypatch.setattr("surrogate_app.electrolyte.surrogate.surrogate.model_dir", lambda: tmp_path)
    assert Surrogate.load(name).metadata["weights_sha256"] == metadata["weights_sha256"]


def test_an_interrupted_training_ends_with_the_same_bits(few, tmp_path):
    recipe = dataclasses.replace(recipes.RECIPES["modnn"], evaluate_every=2)
    examples = recipe.prepare(few)

    def kernel_after(*minutes, folder):
        for limit in minutes:
            checkpoint = fit(
                recipe,
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
    recipe = recipes.RECIPES["basenn"]
    settings = {"seed": 1, "epochs": 20, "minutes": np.inf, "folder": tmp_path}

    def kernel(systems):
        checkpoint = fit(recipe, *recipe.prepare(systems), lambda network: (1.0, 1.0), **settings)
        return Network.load(checkpoint.best_path).layers[-1].kernel.tobytes()

    first = kernel(few)
    assert kernel(few) == first
    assert kernel(few.take(np.arange(32))) != first


def test_bins_that_hardly_an_ion_visits_do_not_outweigh_all_others(few):
    epsilon = recipes.weighted_examples(few)[1][:, 502:]
    plain = recipes.paper_examples(few)[1][:, 502:]
    assert epsilon.min() == pytest.approx(0.1 * np.median(plain[plain > 0.0]))
    assert (epsilon >= plain).all()


def test_deviations_count_in_units_of_epsilon():
    target = np.array([[1.0, 2.0, 0.1, 0.2]], np.float32)
    loss = recipes.weighted_loss(target, np.array([[1.1, 2.4]], np.float32))
    assert np.asarray(loss) == pytest.approx([2.5], rel=1e-4)


def test_validation_systems_are_not_trained_on():
    taught, held_out = split(1000, seed=1)
    assert len(held_out) == 100
    assert not set(taught) & set(held_out)
    assert set(taught) | set(held_out) == set(range(1000))


def test_a_fifth_of_the_grid_is_tested_only_and_has_the_papers_systems():
    grid = Dataset.load("grid")
    taught, tested = split_grid(grid)
    assert len(tested) == round(0.2 * len(grid)) and len(taught) + len(tested) == len(grid)
    assert not set(taught) & set(tested)
    assert {find(grid, system) for system in SHOWN.values()} <= set(tested)
    assert len(training_systems("grid")) == len(taught)
    assert len(training_systems(data_dir("grid"))) == len(taught)


def test_models_claim_the_range_that_they_were_taught():
    sobol, grid = (Dataset.load(name).parameters for name in ("sobol", "grid"))
    assert training.training_range(sobol) == {name: list(ends) for name, ends in MARGIN.items()}
    assert training.training_range(grid) == {name: list(ends) for name, ends in DOMAIN.items()}
    for name in Surrogate.available():
        surrogate = Surrogate.load(name)
        limits = DOMAIN if surrogate.metadata["data"].get("seed") == 3 else MARGIN
        assert surrogate.metadata["training_range"] == {k: list(v) for k, v in limits.items()}


def test_training_on_all_systems_is_stopped_by_the_same_systems_as_on_sobol_points(small_data):
    recipe = recipes.RECIPES["basenn"]
    all_of_them, sobol = (
        training.TrainingSet.prepare(recipe, data, 1) for data in ("all", "sobol")
    )
    assert (all_of_them.held_out.parameters == sobol.held_out.parameters).all()
    more = sum(len(training_systems(design)) for design in ("dense", "densest", "grid"))
    assert len(all_of_them.training) == len(sobol.training) + more
    assert all_of_them.description()["training"] == len(all_of_them.inputs)


# ---------------------------------------------------------------- studies


def test_a_study_is_resumed_and_its_findings_can_be_read(few, tmp_path, monkeypatch):
    trial = Trial("basenn", "sobol", seed=1, epochs=40, units=(8, 16), batch=16)
    trials = (trial, dataclasses.replace(trial, systems=40))
    monkeypatch.setattr(Dataset, "load", classmethod(lambda cls, design: few))
    monkeypatch.setattr(studies, "pretrained_dir", lambda: tmp_path)
    monkeypatch.setattr("surrogate_app.training.pretrained_dir", lambda: tmp_path / "pretrained")
    monkeypatch.setitem(studies.STUDIES, "trial", trials)
    lines = []
    assert training_studies.run("trial", minutes=0.0, tell=lines.append) == 2
    assert studies.results("trial") == []
    assert training_studies.run("trial", tell=lines.append) == 0
    first, second = studies.results("trial")
    assert first.trial == trial and first.curve[-1, 0] == 40
    assert (first.record["training"], second.record["training"]) == (58, 36)
    assert 0.0 < first.record["off_grid"]["constrained"]["relative_median"] < 2.0
    assert "on_grid" not in first.record
    assert len(lines) == 3 and "sobol-8x16-b16-e40-1" in lines[0]


def test_unknown_studies_are_refused():
    with pytest.raises(ValueError, match="no study 'love'; choose losses or"):
        training_studies.run("love")


def test_a_training_that_is_never_evaluated_is_refused(small_data, tmp_path):
    with pytest.raises(ValueError, match="epochs must be at least 20, got 10"):
        training.train("modnn", epochs=10, data="sobol", folder=tmp_path, scratch=tmp_path)
    assert not list(tmp_path.rglob("*.keras"))


def test_unknown_models_are_refused():
    with pytest.raises(ValueError, match="no model 'oracle' to train"):
        training.train("oracle")


@pytest.mark.parametrize("name", Surrogate.available())
def test_shipped_models_tell_how_they_were_made(name):
    metadata = json.loads((model_dir() / f"{name}.json").read_text())
    assert metadata["command"].startswith("surrogate-app train electrolyte")
    parts = metadata["data"].get("parts", [metadata["data"]])
    assert {part["options"]["design"] for part in parts} <= {"sobol", "dense", "densest", "grid"}
    assert metadata["data"]["training"] + metadata["data"]["validation"] >= 1024
    assert len(metadata["commit"]) == 40
