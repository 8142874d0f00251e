"""Networks and losses are what the recipes say, and soft labels what the paper says they are."""

import numpy as np
import pytest

from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.surrogate.model import MODELS
from surrogate_app.electrolyte.surrogate.paper_network import profiles_with_epsilon
from surrogate_app.network import Network

tf = pytest.importorskip("tensorflow", reason="TensorFlow has no wheels for this platform")
keras = pytest.importorskip("keras", reason="Keras has no wheels for this platform")
networks = pytest.importorskip("surrogate_app.electrolyte.training.networks")
training = pytest.importorskip("surrogate_app.training")

PAPER = MODELS["modnn"].recipe


def loss_of(name, seed=1):
    return networks.BatchLoss(MODELS[name].recipe.loss, seed)


@pytest.fixture(scope="module")
def few():
    return Dataset.load("sobol").take(np.arange(64))


def test_soft_labels_scatter_with_epsilon_around_the_mean():
    loss = loss_of("modnn")
    label, epsilon = np.full((4, 500), 2.0, np.float32), np.full((4, 500), 0.3, np.float32)
    target = np.hstack((label, epsilon))
    values = [float(np.mean(loss(target, label))) for _ in range(20)]
    assert np.mean(values) == pytest.approx(0.09, rel=0.02)
    assert len(set(values)) == 20


def test_hard_labels_give_the_mean_square_error():
    loss = loss_of("basenn")
    label, epsilon = np.full((4, 500), 2.0, np.float32), np.full((4, 500), 0.3, np.float32)
    assert np.asarray(loss(np.hstack((label, epsilon)), label + 0.5)) == pytest.approx(0.25)


def test_the_papers_network_has_the_papers_shape(few):
    inputs, targets = profiles_with_epsilon(few)
    left = networks.build(PAPER, inputs, seed=1)
    model = networks.whole(left)
    widths = [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert widths == [256, 512, 1004]
    assert rates == [0.2, 0.2]
    assert targets.shape == (64, 1004)
    spread = model.layers[-1].kernel.numpy().std()
    assert spread == pytest.approx(np.sqrt(2 / (512 + 1004)), rel=0.02)


def test_training_its_left_half_is_training_the_whole_network(few):
    """Outputs are even, and the loss and the gradients of all weights are those of the whole."""
    inputs, _ = profiles_with_epsilon(few)
    left = networks.build(PAPER, inputs, seed=1)
    whole = networks.whole(left)
    outputs = np.asarray(whole(inputs)).reshape(64, 2, 502)
    assert (outputs == outputs[..., ::-1]).all()
    # sums of 512 terms in single precision, in another order
    expected = pytest.approx(outputs[..., :251], rel=1e-5)
    assert np.asarray(left(inputs)).reshape(64, 2, 251) == expected

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


def test_bins_that_hardly_an_ion_visits_do_not_outweigh_all_others(few):
    epsilon = MODELS["weighted"].recipe.examples(few)[1][:, 502:]
    plain = profiles_with_epsilon(few)[1][:, 502:]
    assert epsilon.min() == pytest.approx(0.1 * np.median(plain[plain > 0.0]))
    assert (epsilon >= plain).all()


def test_deviations_count_in_units_of_epsilon():
    target = np.array([[1.0, 2.0, 0.1, 0.2]], np.float32)
    loss = loss_of("weighted")(target, np.array([[1.1, 2.4]], np.float32))
    assert np.asarray(loss) == pytest.approx([2.5], rel=1e-4)


def test_networks_side_by_side_give_their_mean_by_blocks(tmp_path):
    def member(seed):
        keras.utils.set_random_seed(seed)
        return keras.Sequential(
            [
                keras.Input((3,)),
                keras.layers.Rescaling(scale=[2.0, 0.5, 1.0], offset=[0.1, -1.0, 0.0]),
                keras.layers.Dense(8, "silu", bias_initializer="random_normal"),
                keras.layers.Dense(8, "silu", bias_initializer="random_normal"),
                keras.layers.Dense(1, bias_initializer="random_normal"),
            ]
        )

    members = [member(seed) for seed in (1, 2, 3)]
    path = tmp_path / "both.keras"
    networks.side_by_side(members).save(path)
    network = Network.load(path)
    assert [weights.shape for weights, _ in network._steps] == [(3, 8, 4), (3, 8, 9), (1, 27)]
    inputs = np.random.default_rng(1).normal(size=(500, 3)).astype(np.float32)
    mean = np.mean([training.as_network(model).predict(inputs) for model in members], axis=0)
    np.testing.assert_allclose(network.predict(inputs), mean, atol=1e-6)
    np.testing.assert_allclose(network.predict(inputs[:5]), mean[:5], atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_initial_weights_follow_from_the_seed_whatever_else_draws(name, monkeypatch):
    """Other threads draw from Python's generator as well, and Keras takes its seeds from it."""
    inputs = np.random.default_rng(1).random((20, 5), np.float32)
    first, second = (networks.build(MODELS[name].recipe, inputs, seed=7) for _ in range(2))
    monkeypatch.setattr("random.randint", lambda low, high: 1)
    third = networks.build(MODELS[name].recipe, inputs, seed=7)
    other = networks.build(MODELS[name].recipe, inputs, seed=8)
    weights = [model.get_weights() for model in (first, second, third, other)]
    for one, two, three in zip(*weights[:3], strict=True):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, three)
    assert any((one != two).any() for one, two in zip(weights[0], weights[3], strict=True))
    for one, two in zip(first.layers, third.layers, strict=True):
        if isinstance(one, keras.layers.Dropout):
            assert one.get_config()["seed"] == two.get_config()["seed"] is not None
