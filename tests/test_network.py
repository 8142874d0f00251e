"""Networks saved by Keras give the same answers without it."""

import json
import zipfile

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from surrogate_app.electrolyte.surrogate.surrogate import Surrogate, model_dir
from surrogate_app.electrolyte.system import DOMAIN
from surrogate_app.network import BATCH, Dense, Network, one_thread

keras = pytest.importorskip("keras", reason="Keras has no wheels for this platform")


def random_inputs(width: int, rows: int = 64) -> np.ndarray:
    return np.random.default_rng(5).normal(size=(rows, width)).astype(np.float32)


@pytest.mark.parametrize("name", Surrogate.available())
def test_shipped_models_agree_with_keras(name):
    path = model_dir() / f"{name}.keras"
    model = keras.models.load_model(path, compile=False)
    if model.input_shape[1] == len(DOMAIN):
        low, high = np.array(list(DOMAIN.values())).T
        inputs = np.random.default_rng(1).uniform(low, high, (64, len(low)))
    else:
        inputs = random_inputs(model.input_shape[1])
    expected = model.predict(inputs, verbose=0)
    scale = np.abs(expected).max()
    assert np.abs(Network.load(path).predict(inputs) - expected).max() < 1e-5 * scale


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "silu", "tanh"])
def test_every_activation_agrees_with_keras(activation, tmp_path):
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Rescaling(scale=[2.0, 0.5, 1.0], offset=[0.1, -1.0, 0.0]),
            keras.layers.Dense(7, activation),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2, activation),
        ]
    )
    path = tmp_path / "model.keras"
    model.save(path)
    inputs = random_inputs(3)
    expected = model.predict(inputs, verbose=0)
    assert np.abs(Network.load(path).predict(inputs) - expected).max() < 1e-6


def test_the_network_of_the_liquid_paper_agrees_with_keras(tmp_path):
    from surrogate_app.liquid.training.deepilst import build

    inputs = random_inputs(106)
    model = build(inputs, seed=1)
    path = tmp_path / "model.keras"
    model.save(path)
    expected = model.predict(inputs, verbose=0)
    assert np.abs(Network.load(path).predict(inputs) - expected).max() < 1e-6


def test_prediction_in_pieces_is_that_in_one_piece():
    network = Surrogate.load("modnn").network
    low, high = np.array(list(DOMAIN.values())).T
    rows = np.random.default_rng(2).uniform(low, high, (9_000, len(low)))
    together = network.predict(rows)
    assert together.shape == (9_000, 1004)
    assert np.abs(together[4_090:4_100] - network.predict(rows[4_090:4_100])).max() < 1e-5


def side_by_side(networks: int, inputs: int, units: int, outputs: int) -> Network:
    """Networks of two hidden layers beside each other, whose outputs are added."""
    rng = np.random.default_rng(3)
    width = networks * units
    own = np.kron(np.eye(networks), np.ones((units, units)))
    return Network(
        [
            Dense(kernel.astype(np.float32), rng.normal(size=kernel.shape[1]), activation)
            for kernel, activation in (
                (rng.normal(size=(inputs, width)), "tanh"),
                (rng.normal(size=(width, width)) * own, "silu"),
                (rng.normal(size=(width, outputs)), "linear"),
            )
        ]
    )


@pytest.mark.parametrize("networks", [1, 2, 3])
def test_networks_side_by_side_are_one_network(networks):
    network = side_by_side(networks, 5, 4, 2)
    x = random_inputs(5).astype(float)
    for layer in network.layers:
        x = x @ layer.kernel + layer.bias
        if layer.activation == "tanh":
            x = np.tanh(x)
        if layer.activation == "silu":
            x /= 1.0 + np.exp(-x)
    assert network.predict(random_inputs(5)) == pytest.approx(x, abs=1e-5)


@pytest.mark.parametrize("points", [1, 2, BATCH // 3, BATCH + 5])
@pytest.mark.parametrize("networks", [1, 3])
def test_inputs_in_common_are_like_any_others(networks, points):
    network = side_by_side(networks, 5, 4, 2)
    x = random_inputs(5, 7 * points).T.reshape(5, 7, points)
    x[:2] = x[:2, :1]
    together = network.columns(x, common=2)
    assert together.shape == (2, 7, points)
    assert together == pytest.approx(network.columns(x), abs=1e-5)
    single = network.columns(x.reshape(5, -1))
    assert together.reshape(2, -1) == pytest.approx(single, abs=1e-5)


def test_matrix_products_take_one_thread_until_the_last_has_left():
    with threadpool_limits(2, user_api="blas"):

        def threads():
            return {library["num_threads"] for library in threadpool_info()}

        several = threads()
        with one_thread():
            with one_thread():
                assert threads() == {1}
            assert threads() == {1}
        assert threads() == several


def test_inputs_are_left_untouched():
    network = Surrogate.load("modnn").network
    rows = np.array([[4.5, 1.0, 0.4, 0.4, -0.015]], np.float32)
    before = rows.copy()
    network.predict(rows)
    assert (rows == before).all()


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes(b"not a zip archive")
    with pytest.raises(ValueError, match=r"model\.keras is not a \.keras file"):
        Network.load(path)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"class_name": "Functional"}, "Functional"),
        (
            {
                "class_name": "Sequential",
                "config": {"layers": [{"class_name": "Conv1D", "config": {}}]},
            },
            "Conv1D",
        ),
    ],
)
def test_models_that_are_not_understood_are_refused_by_name(config, message, tmp_path):
    h5py = pytest.importorskip("h5py")
    weights = tmp_path / "weights.h5"
    h5py.File(weights, "w").close()
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.write(weights, "model.weights.h5")
    with pytest.raises(ValueError, match=message):
        Network.load(path)
