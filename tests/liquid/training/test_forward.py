"""Structure of fluids and its noise, fitted to simulations by least squares and averages."""

import json

import numpy as np
import pytest

from surrogate_app.common.provenance import sha256
from surrogate_app.liquid import ForwardSurrogate
from surrogate_app.liquid.data.dataset import TRAINED, Structures, sides, split
from surrogate_app.liquid.data.fluctuations import count_shape, waves
from surrogate_app.liquid.folders import model_dir
from surrogate_app.liquid.forward.draws import unbounded
from surrogate_app.liquid.forward.expansion import ATTRACTION, COUPLING, mapped, terms
from surrogate_app.liquid.forward.noise import NOISE, NoiseModel
from surrogate_app.liquid.forward.splines import spline_matrix
from surrogate_app.liquid.forward.structure import boltzmann_factor, structure
from surrogate_app.liquid.forward.surrogate import STRUCTURE, StructureCard
from surrogate_app.liquid.scores import rdf_error
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.training import forward as training
from surrogate_app.liquid.training.least_squares import Roughness, fit_expansion


@pytest.fixture(scope="module")
def states():
    return Structures.load("states")


# ---------------------------------------------------------------- expansions


def test_the_ranges_of_the_states_are_mapped_to_the_square():
    x, y = mapped(COUPLING, ATTRACTION)
    assert x.tolist() == pytest.approx([-1.0, 1.0])
    assert y.tolist() == pytest.approx([-1.0, 1.0])


@pytest.mark.parametrize("side", range(3))
def test_simulated_states_lie_inside(side):
    states = sides()[side]
    x, y = mapped(states.coupling, states.attraction)
    assert max(np.abs(x).max(), np.abs(y).max()) < 1.0


def test_terms_are_products_of_chebyshev_polynomials():
    coupling, attraction = np.array([0.3, 1.1]), np.array([0.2, 1.9])
    x, y = mapped(coupling, attraction)
    found = terms(coupling, attraction)
    assert found.shape == (2, 120)
    expected = [np.cos(i * np.arccos(x)) * np.cos(j * np.arccos(y)) for i, j in ((0, 3), (2, 1))]
    for wanted in expected:
        assert np.abs(found - wanted[:, None]).max(axis=0).min() < 1e-12


# ---------------------------------------------------------------- least squares


def test_planes_and_paraboloids_are_smooth_and_third_powers_are_not():
    rough = Roughness.of(spline_matrix(distances()).shape[1])
    points = np.random.default_rng(1).uniform(-1.0, 1.0, (400, 2))
    coupling, attraction = unmapped(points)
    basis = terms(coupling, attraction)

    def roughness(values):
        weights = np.linalg.lstsq(basis, values, rcond=None)[0]
        return weights @ rough.state @ weights

    x, y = points.T
    assert roughness(1.0 + x - 2.0 * x * y + y**2) == pytest.approx(0.0, abs=1e-9)
    # third derivatives of x³ are 6, and λ = 0.1
    assert roughness(x**3) == pytest.approx(3.6, rel=1e-6)


def unmapped(points):
    low, high = np.array(COUPLING) ** 0.35
    coupling = (low + (high - low) * 0.5 * (points[:, 0] + 1.0)) ** (1.0 / 0.35)
    low, high = ATTRACTION
    return coupling, low + (high - low) * 0.5 * (points[:, 1] + 1.0)


@pytest.mark.slow
def test_a_known_expansion_is_found_again_through_noise(states):
    """300 curves with noise of known size: what is fitted is closer to the truth than each."""
    truth = ForwardSurrogate.load().expansion
    few = states.take(np.arange(300))
    place = few.coupling, few.attraction
    g = structure(truth, distances(), WIDTH, *place)
    variance = 1e-6 * count_shape(distances(), WIDTH, g)
    noisy = g + np.sqrt(variance) * np.random.default_rng(3).normal(size=g.shape)
    factor = boltzmann_factor(distances(), WIDTH, few.coupling[:, None], few.attraction[:, None])
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
    assert len(metadata["commit"]) == 40
    assert metadata["date"]


def test_the_structure_was_fitted_to_three_quarters_of_the_states():
    card, parts = ForwardSurrogate.load().card, sides()
    designs = [campaign["options"]["design"] for campaign in card.data["campaigns"]]
    assert designs == list(TRAINED) == ["states", "cold"]
    assert sum(campaign["systems"] for campaign in card.data["campaigns"]) >= 1000
    counts = [card.data[side] for side in ("training", "validation", "test")]
    assert counts == [len(part) for part in parts]
    assert np.array(card.states) == pytest.approx(parts[0].parameters, abs=2e-5)


@pytest.mark.slow
def test_the_structure_fitted_again_is_the_shipped_one(tmp_path):
    """Nothing is drawn at random: the same data give the same model."""
    metadata = training.fit_model(STRUCTURE, tmp_path)
    again, shipped = ForwardSurrogate.load(tmp_path), ForwardSurrogate.load()
    place = np.array([0.14, 0.5, 0.78]), np.array([1.5, 0.3, 1.9])
    g = structure(shipped.expansion, distances(), WIDTH, *place)
    assert structure(again.expansion, distances(), WIDTH, *place) == pytest.approx(g, abs=1e-6)
    assert again.card.to_dict() == metadata


def test_a_structure_fitted_to_fewer_states_is_close_to_the_shipped_one():
    """Every second state, with the shipped model as initial estimate and for the size of boxes."""
    shipped = ForwardSurrogate.load().expansion
    parts = sides()
    half = parts[0].take(np.arange(0, len(parts[0]), 2))
    again = training.fit_states(unbounded(half, shipped), shipped)
    others = parts[1]
    place = others.coupling, others.attraction
    g, found = (structure(each, distances(), WIDTH, *place) for each in (shipped, again))
    error = rdf_error(distances(), g, found)
    assert 0.0 < np.median(error) < 1e-3
    assert error.max() < 0.01


def test_what_is_trained_next_uses_the_structure_that_was_trained_last(tmp_path, monkeypatch):
    train = pytest.importorskip("surrogate_app.liquid.training.train").train
    for level in (1.0, 2.0):
        weights = np.full((3, 4), level)
        fitted = {"weights": weights}, StructureCard, {"data": {}, "states": []}
        monkeypatch.setitem(training.LEAST_SQUARES, STRUCTURE, lambda fitted=fitted: fitted)
        train(STRUCTURE, folder=tmp_path)
        assert (ForwardSurrogate.load(tmp_path).expansion.weights == weights).all()


@pytest.mark.slow
def test_noise_is_fitted_to_every_state_of_its_campaign(tmp_path):
    metadata = training.fit_model(NOISE, tmp_path)
    model = NoiseModel.load(tmp_path)
    assert len(model.coupling) == metadata["data"]["systems"] >= 300
    assert model.scatter == pytest.approx(NoiseModel.load().scatter, rel=1e-6)
    assert model.coupling == pytest.approx(NoiseModel.load().coupling)


def test_simulations_scatter_about_the_surrogate_hardly_more_than_the_model_expects(states):
    model = NoiseModel.load()
    assert len(model.coupling) >= 300
    few = states.take(split(len(states))[1][:16])
    held_out = unbounded(few, ForwardSurrogate.load().expansion)
    for scatter in (model.scatter, training.typical_scatter(model, held_out)):
        assert 0.9 < scatter < 1.4
