"""What is learnt from simulations by least squares: the structure of fluids, and its noise."""

import json

import numpy as np
import pytest

from surrogate_app.common.provenance import sha256
from surrogate_app.liquid import ForwardSurrogate
from surrogate_app.liquid.data.dataset import Structures, split
from surrogate_app.liquid.forward import surrogate as forward_module
from surrogate_app.liquid.forward.expansion import ATTRACTION, CROWDING, Expansion, mapped, terms
from surrogate_app.liquid.forward.noise import NOISE, NoiseModel, count_shape, waves
from surrogate_app.liquid.forward.structure import boltzmann_factor, spline_matrix, structure
from surrogate_app.liquid.forward.surrogate import STRUCTURE
from surrogate_app.liquid.pretrained import model_dir
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.training import forward_models as learning
from surrogate_app.liquid.training.regression import Roughness, fit_expansion


@pytest.fixture(scope="module")
def states():
    return Structures.load("states")


# ---------------------------------------------------------------- expansions


def test_the_ranges_of_the_states_are_mapped_to_the_square():
    x, y = mapped(CROWDING, ATTRACTION)
    assert x.tolist() == pytest.approx([-1.0, 1.0]) and y.tolist() == pytest.approx([-1.0, 1.0])


def test_simulated_states_lie_inside(states):
    x, y = mapped(states.crowding, states.attraction)
    assert max(np.abs(x).max(), np.abs(y).max()) < 1.0


def test_terms_are_products_of_chebyshev_polynomials():
    crowding, attraction = np.array([0.3, 1.1]), np.array([0.2, 1.9])
    x, y = mapped(crowding, attraction)
    found = terms(crowding, attraction)
    assert found.shape == (2, 120)
    expected = [np.cos(i * np.arccos(x)) * np.cos(j * np.arccos(y)) for i, j in ((0, 3), (2, 1))]
    for wanted in expected:
        assert np.abs(found - wanted[:, None]).max(axis=0).min() < 1e-12


# ---------------------------------------------------------------- least squares


def test_planes_and_paraboloids_are_smooth_and_third_powers_are_not():
    rough = Roughness.of(spline_matrix(distances()).shape[1])
    points = np.random.default_rng(1).uniform(-1.0, 1.0, (400, 2))
    crowding, attraction = unmapped(points)
    basis = terms(crowding, attraction)

    def roughness(values):
        weights = np.linalg.lstsq(basis, values, rcond=None)[0]
        return weights @ rough.state @ weights

    x, y = points.T
    assert roughness(1.0 + x - 2.0 * x * y + y**2) == pytest.approx(0.0, abs=1e-9)
    # third derivatives of x³ are 6, and λ = 0.1
    assert roughness(x**3) == pytest.approx(3.6, rel=1e-6)


def unmapped(points):
    low, high = np.array(CROWDING) ** 0.35
    crowding = (low + (high - low) * 0.5 * (points[:, 0] + 1.0)) ** (1.0 / 0.35)
    low, high = ATTRACTION
    return crowding, low + (high - low) * 0.5 * (points[:, 1] + 1.0)


def test_a_known_expansion_is_found_again_through_noise(states):
    """300 curves with noise of known size: what is learnt is closer to the truth than each."""
    truth = ForwardSurrogate.load().expansion
    few = states.take(np.arange(300))
    place = few.crowding, few.attraction
    g = structure(truth, distances(), WIDTH, *place)
    variance = 1e-6 * count_shape(distances(), WIDTH, g)
    noisy = g + np.sqrt(variance) * np.random.default_rng(3).normal(size=g.shape)
    factor = boltzmann_factor(distances(), WIDTH, few.crowding[:, None], few.attraction[:, None])
    found = structure(
        fit_expansion(*place, noisy, factor, 1.0 / variance), distances(), WIDTH, *place
    )
    left = ((found - g) / np.sqrt(variance)) @ waves(distances(), WIDTH)
    # some 80 of 120 terms are told by 300 runs; of the noise of each wave this share is left
    assert np.median(left**2) / 0.4549 < 0.35


# ---------------------------------------------------------------- models


@pytest.mark.parametrize("name", [STRUCTURE, NOISE])
def test_shipped_models_tell_how_they_were_made(name):
    metadata = json.loads((model_dir() / f"{name}.json").read_text())
    assert metadata["command"].startswith(f"surrogate-app train liquid --model {name}")
    assert metadata["weights_sha256"] == sha256(model_dir() / f"{name}.npz")
    assert len(metadata["commit"]) == 40 and metadata["date"]


def test_the_structure_was_taught_by_three_quarters_of_the_states(states):
    metadata = ForwardSurrogate.load().metadata
    data, parts = metadata["data"], split(len(states))
    assert data["options"]["design"] == "states" and data["systems"] >= 800
    assert [data[side] for side in ("training", "validation", "test")] == [len(p) for p in parts]
    taught = states.parameters[parts[0]]
    assert np.array(metadata["states"]) == pytest.approx(taught, abs=2e-5)


def test_models_learnt_again_are_the_shipped_ones(tmp_path, monkeypatch):
    """Nothing is drawn at random: the same data give the same models."""
    metadata = learning.learn(STRUCTURE, tmp_path)
    monkeypatch.setattr(forward_module, "model_dir", lambda: tmp_path)
    again = ForwardSurrogate.load()
    shipped = Expansion.load(model_dir() / f"{STRUCTURE}.npz")
    place = np.array([0.2, 0.7, 1.1]), np.array([1.5, 0.3, 1.9])
    g = structure(shipped, distances(), WIDTH, *place)
    assert structure(again.expansion, distances(), WIDTH, *place) == pytest.approx(g, abs=1e-6)
    assert again.metadata == metadata


def test_noise_was_learnt_from_every_state_of_its_campaign(tmp_path):
    metadata = learning.learn(NOISE, tmp_path)
    model = NoiseModel.read(tmp_path / f"{NOISE}.npz")
    assert len(model.crowding) == metadata["data"]["systems"] >= 300
    assert model.scatter == pytest.approx(NoiseModel.load().scatter, rel=1e-6)
    # simulations scatter about the surrogate hardly more than the model lets expect
    assert 0.9 < model.scatter < 1.4
