"""The noise of a measured g(r) is told from its scatter, and waves count as simulations say."""

import numpy as np
import pytest
from support.liquid_samples import bins, curve, fluid, measurement, scatter

from surrogate_app.liquid.data.dataset import Structures, split
from surrogate_app.liquid.data.fluctuations import (
    WAVES,
    count_shape,
    count_variance,
    covariance_of_waves,
    outside_core,
    upper,
    waves,
    whole,
)
from surrogate_app.liquid.forward.noise import Noise, NoiseModel
from surrogate_app.liquid.simulation import run as simulation
from surrogate_app.liquid.simulation.bins import WIDTH, distances

FLUIDS = [(0.8, 1.0), (0.5, 2.0), (0.2, 3.0), (0.95, 4.0)]


def judged(state, t, width, noise):
    """What is thought of the noise of a curve that is known."""
    g = curve(state, t, width)
    return measurement(t, width, g + noise).noise(state.coupling, state.attraction, g)


def matrix_of(noise):
    """Covariance that a `Noise` stands for."""
    together = noise.waves @ (noise.covariance - np.eye(WAVES)) @ noise.waves.T
    return noise.std[:, None] * (np.eye(len(noise.std)) + together) * noise.std


# ---------------------------------------------------------------- noise of counts


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
@pytest.mark.parametrize("counts", [1e-7, 3e-5])
def test_the_scatter_of_neighbouring_bins_tells_the_noise_of_counts(density, temperature, counts):
    t, width = bins()
    shape = count_shape(t, width, curve(fluid(density, temperature), t, width))
    rng = np.random.default_rng(5)
    white = np.sqrt(counts) * rng.normal(size=(12, len(t)))
    assert count_variance(white) == pytest.approx(counts, rel=0.15)
    # smooth deviations are no noise
    smooth = 0.05 * np.sin(2.0 * t) / np.sqrt(shape)
    assert count_variance(white + smooth) == pytest.approx(counts, rel=0.15)


@pytest.mark.parametrize("reach", [1.6, 2.4, 4.0])
def test_the_empty_core_does_not_make_a_file_look_less_noisy(reach):
    counts, state = 1e-6, fluid(0.8, 1.0)
    t, width = bins(end=reach)
    g = curve(state, t, width)
    told = []
    for seed in range(12):
        noisy = g + scatter(state, t, width, np.random.default_rng(seed), counts)
        assert np.all(noisy[g < 1e-3] == g[g < 1e-3])
        noise, _ = measurement(t, width, noisy).compare(state.coupling, state.attraction)
        told.append(noise.std[-1])
    error = np.interp(state.coupling, *NoiseModel.load().error)
    expected = np.sqrt((counts + error) * count_shape(t, width, g)[-1])
    assert np.mean(told) == pytest.approx(expected, rel=0.1)


def test_a_curve_without_noise_is_as_uncertain_as_the_surrogate():
    state = fluid(0.8, 1.0)
    t, width = bins()
    shape = count_shape(t, width, curve(state, t, width))
    model = NoiseModel.load()
    place, everywhere = (state.coupling, state.attraction), np.ones(len(t), bool)
    std, covariance = model.about(*place, shape, np.zeros(len(t)), everywhere)
    error = np.interp(state.coupling, *model.error)
    assert std == pytest.approx(np.sqrt(error * shape))
    assert covariance == pytest.approx(np.eye(WAVES))


def test_simulated_states_scatter_as_their_blocks_do():
    states = Structures.load("states")
    held_out = states.take(split(len(states))[2][:40])
    t, width = bins()
    first = held_out.g.shape[1] - len(t)
    ratios = []
    for g, sem, *place in zip(
        held_out.g, held_out.g_sem, held_out.coupling, held_out.attraction, strict=True
    ):
        measured = measurement(t, width, g[first:])
        told = np.sqrt(np.diag(matrix_of(measured.compare(*place)[0])))
        ratios.append(np.median(told[100:] / sem[first:][100:]))
    assert np.median(ratios) == pytest.approx(1.0, abs=0.15)


# ---------------------------------------------------------------- waves


def test_waves_over_a_whole_histogram_are_orthonormal():
    over = waves(distances(), WIDTH)
    assert over.shape == (400, WAVES)
    assert over.T @ over == pytest.approx(np.eye(WAVES), abs=0.01)


def test_symmetric_matrices_are_kept_as_their_upper_triangles():
    matrix = np.random.default_rng(1).normal(size=(WAVES, WAVES))
    matrix += matrix.T
    assert upper(matrix).shape == (820,)
    assert (whole(upper(matrix)[None])[0] == matrix).all()


def test_waves_of_independent_counts_are_independent():
    g = curve(fluid(0.5, 2.0), distances(), np.full(400, WIDTH))
    std = np.sqrt(1e-6 * count_shape(distances(), WIDTH, g))
    blocks = g + std * np.random.default_rng(2).normal(size=(4000, 400))
    assert covariance_of_waves(blocks) == pytest.approx(np.eye(WAVES), abs=0.12)


def test_shells_of_a_dense_fluid_scatter_as_its_model_says_and_not_as_counts_do():
    """A short run of another seed, in a state between those that the model was fitted to."""
    run = simulation.simulate(fluid(0.9, 2.0), sweeps=4096, seed=77, equilibration=500)
    found = covariance_of_waves(run.blocks)
    told = NoiseModel.load().near(run.state.coupling, run.state.attraction)
    # 31 values for each variance leave a scatter of a quarter
    peak, low = slice(6, 11), slice(1, 5)
    assert np.trace(found[peak, peak]) > 20.0
    assert np.trace(found[peak, peak]) == pytest.approx(np.trace(told[peak, peak]), rel=0.5)
    assert np.trace(found[low, low]) < 2.0
    assert np.trace(found[low, low]) == pytest.approx(np.trace(told[low, low]), rel=0.6)


@pytest.mark.parametrize("coupling", [0.014, 0.21, 0.64, 0.91, 0.99])
@pytest.mark.parametrize("attraction", [0.05, 1.0, 2.3, 2.6])
def test_noise_is_positive_everywhere(coupling, attraction):
    covariance = NoiseModel.load().near(coupling, attraction)
    assert np.isfinite(covariance).all()
    assert np.linalg.eigvalsh(covariance).min() > 0.0


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
@pytest.mark.parametrize("coarser", [4, 10])
def test_weights_are_the_inverse_of_the_covariance(density, temperature, coarser):
    state = fluid(density, temperature)
    t, width = bins(coarser)
    rng = np.random.default_rng(2)
    noise = judged(state, t, width, scatter(state, t, width, rng))
    matrix = matrix_of(noise)
    assert np.linalg.eigvalsh(matrix).min() > 0.0
    columns = rng.normal(size=(len(t), 3))
    assert noise.weigh(matrix @ columns) == pytest.approx(columns, abs=1e-5)
    assert noise.weigh(matrix @ columns[:, 0]) == pytest.approx(columns[:, 0], abs=1e-5)


def test_weights_of_uneven_bins_are_a_covariance_too():
    edges = np.concatenate((np.linspace(0.3, 0.9, 8), np.linspace(1.0, 3.5, 22)))
    t, width = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
    noise = judged(fluid(0.2, 1.5), t, width, 1e-3 * np.random.default_rng(3).normal(size=len(t)))
    weights = noise.weigh(np.eye(len(t)))
    assert weights == pytest.approx(weights.T, abs=1e-6 * weights.max())
    assert np.linalg.eigvalsh(weights).min() > 0.0


def test_independent_bins_are_weighed_one_by_one():
    t, width = bins()
    std = np.linspace(0.5, 2.0, len(t))
    noise = Noise(std, waves(t, width), np.eye(WAVES))
    assert noise.weigh(std**2) == pytest.approx(np.ones(len(t)))


# ---------------------------------------------------------------- scatter of stretches


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
def test_white_noise_scatters_as_expected(density, temperature):
    state = fluid(density, temperature)
    t, width = bins()
    std = np.sqrt(1e-7 * count_shape(t, width, curve(state, t, width)))
    noise = Noise(std, waves(t, width), np.eye(WAVES))
    rng = np.random.default_rng(4)
    everywhere = np.ones(len(t), bool)
    kappas = [noise.kappa(t, std * rng.normal(size=len(t)), everywhere) for _ in range(60)]
    assert np.mean(kappas) == pytest.approx(1.0, abs=0.08)
    assert noise.kappa(t, 3.0 * std, everywhere) > 3.0


@pytest.mark.parametrize(("density", "temperature"), [(0.8, 1.0), (0.95, 4.0)])
def test_noise_of_waves_scatters_as_expected_where_white_noise_would_not(density, temperature):
    state = fluid(density, temperature)
    t, width = bins()
    rng, counted = np.random.default_rng(4), outside_core(curve(state, t, width))
    kappas, naive = [], []
    for _ in range(30):
        deviation = scatter(state, t, width, rng, counts=1e-6)
        noise = judged(state, t, width, deviation)
        kappas.append(noise.kappa(t, deviation, counted))
        white = Noise(noise.std, noise.waves, np.eye(WAVES))
        naive.append(white.kappa(t, deviation, counted))
    assert np.mean(kappas) == pytest.approx(1.0, abs=0.15)
    assert np.mean(naive) > 1.2 * np.mean(kappas)
