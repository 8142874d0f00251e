"""Liquid networks are what they are said to be, and their training can be stopped and resumed."""

import json

import numpy as np
import pytest

from surrogate_app.common.provenance import sha256
from surrogate_app.liquid import ForwardSurrogate, InverseSurrogate
from surrogate_app.liquid.data.dataset import Structures, sides
from surrogate_app.liquid.folders import model_dir
from surrogate_app.liquid.forward.draws import draw_systems
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.inverse.models.corresponding import CENTRE, SCALE, network_inputs
from surrogate_app.liquid.inverse.models.deepilst import EDGES
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.state import TABLE_1
from surrogate_app.network import Network

keras = pytest.importorskip("keras", reason="Keras has no wheels for this platform")
training = pytest.importorskip("surrogate_app.liquid.training.train")
corresponding = pytest.importorskip("surrogate_app.liquid.training.corresponding")
deepilst = pytest.importorskip("surrogate_app.liquid.training.deepilst")
BIN_EDGES = pytest.importorskip("surrogate_app.liquid.training.examples").BIN_EDGES

SHIPPED = InverseSurrogate.available()
EPOCHS = {"corresponding": 8, "deepilst": 20}
EXAMPLES = {"corresponding": 2048, "deepilst": 200}


@pytest.fixture(scope="module")
def few():
    return Structures.load("states").take(np.arange(64))


def dense(model):
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]


def rows(number, seed=1):
    """Inputs of the paper's network: 100 cells of g, and powers of density and temperature."""
    rng = np.random.default_rng(seed)
    g, density, temperature = rng.random((number, 100)) * 3.0, 8.0, 290.0
    powers = [(x * (1.0 + rng.random(number))) for x in (density, temperature)]
    return np.column_stack([g, *(x**n for x in powers for n in (1, 2, 3))]).astype(np.float32)


# ---------------------------------------------------------------- the paper's network


def test_the_papers_network_has_the_papers_shape():
    model = deepilst.build(rows(64), seed=1)
    assert len(EDGES) - 1 == 100
    assert EDGES[-1] == pytest.approx(1.2)
    assert model.input_shape == (None, 106)
    hidden = dense(model)
    assert [layer.units for layer in hidden] == [48, 15, 2]
    assert [layer.activation.__name__ for layer in hidden] == [
        *["tanh_plus_sigmoid"] * 2,
        "sigmoid",
    ]
    names = [type(layer).__name__ for layer in model.layers]
    assert names == ["Rescaling", "Dense", "Dense", "Dropout", "Dense"]
    assert model.layers[3].rate == 0.25


def test_inputs_of_the_papers_network_are_scaled_to_at_most_one():
    inputs = rows(64)
    scaled = np.asarray(deepilst.build(inputs, seed=1).layers[0](inputs))
    assert scaled.min() > -1e-5
    assert scaled.max() < 1.0 + 1e-5
    assert scaled[:, 100:].min(axis=0) == pytest.approx(np.zeros(6), abs=1e-5)
    assert scaled[:, 100:].max(axis=0) == pytest.approx(np.ones(6), abs=1e-5)
    assert scaled[:, :100].max() == pytest.approx(1.0)


def test_the_papers_activation_is_tanh_plus_sigmoid():
    x = np.linspace(-6.0, 6.0, 41, dtype=np.float32)
    expected = np.tanh(x) + 1.0 / (1.0 + np.exp(-x))
    assert np.asarray(deepilst.tanh_plus_sigmoid(x)) == pytest.approx(expected, abs=1e-6)


def test_the_papers_loss_is_half_the_squared_deviation():
    truth = np.array([[0.1, 0.2], [0.5, 0.5]], np.float32)
    predicted = np.array([[0.4, 0.6], [0.5, 0.5]], np.float32)
    assert np.asarray(deepilst.loss(truth, predicted)).tolist() == pytest.approx([0.125, 0.0])


@pytest.mark.parametrize("name", SHIPPED)
def test_keras_and_numpy_compute_the_same(name):
    path = model_dir() / f"{name}.keras"
    model = keras.saving.load_model(path, compile=False)
    size = model.input_shape[1]
    inputs = np.random.default_rng(3).uniform(0.2, 1.5, (32, size)).astype(np.float32)
    if name == "deepilst":
        inputs = rows(32)
    expected = np.asarray(model(inputs))
    assert Network.load(path).predict(inputs) == pytest.approx(expected, rel=1e-4, abs=1e-5)


# ---------------------------------------------------------------- examples


def test_initial_estimates_are_trained_on_noise_and_on_files_cut_short():
    forward = ForwardSurrogate.load().expansion
    inputs, targets = corresponding.noisy_curves(forward, 512, seed=4)
    assert inputs.shape == (512, len(network_inputs(BIN_EDGES, distances())))
    assert np.isfinite(inputs).all()
    assert np.isfinite(targets).all()
    coupling, attraction = (CENTRE + SCALE * targets).T
    assert coupling.min() > 0.035
    assert 2.4 < attraction.max() < 2.5  # the coldest liquids, too
    share = inputs[:, -1]
    assert np.mean(share == 1.0) == pytest.approx(0.55, abs=0.12)
    assert share.min() < 0.45
    # beyond the end of a file the network sees g = 1
    shortest = int(np.argmin(share))
    assert inputs[shortest, 60:64].tolist() == [1.0] * 4
    smooth = structure(
        forward, distances(), WIDTH, coupling.astype(float), attraction.astype(float)
    )
    clean = np.array([network_inputs(BIN_EDGES, g) for g in smooth])
    whole = share == 1.0
    spread = np.abs(inputs - clean)[whole, 20:64].mean(axis=1)
    assert spread.min() < 1e-3
    assert spread.max() > 5.0 * spread.min()


def test_systems_of_the_papers_network_have_targets_in_the_ranges_of_table_1(few):
    forward = ForwardSurrogate.load().expansion
    side = draw_systems(few, forward, TABLE_1, 120, seed=1)[0]
    inputs, targets = deepilst.inputs_and_targets(side)
    assert inputs.shape == (len(side.parameters), 106)
    assert targets.shape == (len(inputs), 2)
    assert targets.min() >= 0.0
    assert targets.max() <= 1.0
    density, temperature = side.parameters[:, 2:].T
    for column, value in enumerate((density, density**2, density**3, temperature)):
        assert inputs[:, 100 + column] == pytest.approx(value, rel=1e-5)


# ---------------------------------------------------------------- training


@pytest.mark.parametrize("name", SHIPPED)
def test_a_paused_training_is_resumed_and_its_model_can_be_loaded(name, few, tmp_path):
    places = {"folder": tmp_path, "scratch": tmp_path / "scratch"}
    small = {"states": few, "examples": EXAMPLES[name], "epochs": EPOCHS[name]}
    assert training.train(name, minutes=0.0, **small, **places) == {}
    assert not (tmp_path / f"{name}.keras").exists()
    metadata = training.train(name, **small, **places)
    assert metadata["seed"] == 1
    assert metadata["name"] == name
    assert metadata["weights_sha256"] == sha256(tmp_path / f"{name}.keras")
    assert json.loads((tmp_path / f"{name}.json").read_text()) == metadata
    curve = np.loadtxt(tmp_path / f"{name}.history.csv", delimiter=",", skiprows=1)
    assert curve[-1, 0] == EPOCHS[name]
    assert (np.diff(curve[:, 0]) > 0).all()
    assert curve[-1, 1] < curve[0, 1]
    assert InverseSurrogate.load(name, tmp_path).card.seed == 1
    if name == "deepilst":
        assert sum(metadata["draws"].values()) == 200
        assert np.linalg.eigvalsh(metadata["covariance"]).min() > 0.0


def test_same_seed_same_weights(few, tmp_path):
    kernels, small = set(), {"states": few, "examples": EXAMPLES["deepilst"]}
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        training.train("deepilst", seed=4, epochs=10, folder=folder, scratch=folder, **small)
        kernels.add(Network.load(folder / "deepilst.keras").layers[-1].kernel.tobytes())
    assert len(kernels) == 1


def test_unknown_models_are_refused_with_the_choice():
    with pytest.raises(ValueError, match="no model 'oracle' to train; choose structure or"):
        training.train("oracle")


# ---------------------------------------------------------------- shipped models


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_models_tell_how_they_were_made(name):
    metadata = json.loads((model_dir() / f"{name}.json").read_text())
    assert metadata["command"].startswith("surrogate-app train liquid")
    assert metadata["weights_sha256"] == sha256(model_dir() / f"{name}.keras")
    assert len(metadata["commit"]) == 40
    assert metadata["date"]
    assert metadata["seed"] == 1
    curve = np.loadtxt(model_dir() / f"{name}.history.csv", delimiter=",", skiprows=1)
    best = curve[np.argmin(curve[:, 2])]
    assert best[0] == metadata["epoch"]
    assert best[2] == pytest.approx(metadata["validation_loss"], rel=1e-4)


def test_the_papers_network_was_trained_on_as_many_systems_as_the_paper_says():
    metadata = json.loads((model_dir() / "deepilst.json").read_text())
    assert sum(metadata["draws"].values()) >= 26_000
    assert metadata["draws"]["training"] > 0.7 * sum(metadata["draws"].values())


def test_stated_errors_were_widened_by_what_held_out_simulations_show():
    metadata = json.loads((model_dir() / "corresponding.json").read_text())
    assert 0.5 < metadata["inflation"] < 5.0
    forward = ForwardSurrogate.load()
    network = InverseSurrogate.load().network
    found = corresponding.inflation(network, forward, NoiseModel.load(), sides()[1])
    assert found == pytest.approx(metadata["inflation"], rel=0.1)
