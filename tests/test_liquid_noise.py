"""The noise of a measured g(r) is told from its scatter, and waves count as physics says."""

import math

import numpy as np
import pytest
from liquid_samples import bins, curve, fluid, network, scatter

from surrogate_app.liquid.architecture import structure
from surrogate_app.liquid.dataset import Structures, split
from surrogate_app.liquid.fitting import noise_about
from surrogate_app.liquid.noise import (
    SURROGATE_ERROR,
    WAVES,
    Noise,
    Waves,
    count_noise,
    structure_factor,
)
from surrogate_app.liquid.phases import FREEZING_MARGIN, freezing_density
from surrogate_app.liquid.state import from_reduced

FLUIDS = [(0.8, 1.0), (0.5, 2.0), (0.2, 3.0), (0.95, 4.0)]


def factor(density, temperature, k):
    return structure_factor(network(), *map(float, from_reduced(density, temperature)), k)


def judged(state, t, width, noise):
    """What is thought of the noise of a curve that is known."""
    g = curve(state, t, width)
    place = state.crowding, state.attraction
    return noise_about(network(), Waves.over(t, width), t, width, g + noise, g, place)


def whole(noise):
    """Covariance that a `Noise` stands for."""
    together = noise.waves @ np.diag(noise.excess - 1.0) @ noise.waves.T
    return noise.std[:, None] * (np.eye(len(noise.std)) + together) * noise.std


# ---------------------------------------------------------------- structure factors


def test_a_hot_gas_scatters_as_an_ideal_gas():
    assert factor(0.15, 400.0, np.linspace(3.0, 9.0, 30)) == pytest.approx(1.0, abs=0.25)
    assert factor(0.15, 400.0, np.linspace(9.0, 25.0, 30)) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("temperature", [0.8, 1.0, 2.0, 5.0])
def test_close_to_freezing_the_main_peak_is_that_of_hansen_and_verlet(temperature):
    """They found 2.85 for the liquid that freezes (Phys. Rev. 184, 151 (1969))."""
    density = FREEZING_MARGIN * float(freezing_density(temperature))
    k = np.linspace(5.0, 9.0, 400)
    s = factor(density, temperature, k)
    assert 2.3 < s.max() < 2.95
    assert k[np.argmax(s)] == pytest.approx(7.1, abs=0.15)  # 2π over the distance of layers


def test_long_waves_of_a_liquid_are_as_weak_as_it_is_hard_to_compress():
    teqp = pytest.importorskip("teqp")
    model = teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}})
    pure = np.array([1.0])
    for density, temperature in ((0.8, 1.0), (0.5, 2.0)):
        first, second = (
            slope(temperature, density, pure) for slope in (model.get_Ar01, model.get_Ar02)
        )
        compressibility = 1.0 / (1.0 + 2.0 * first + second)
        found = factor(density, temperature, np.array([2.0 * math.pi / 4.0]))
        assert found[0] == pytest.approx(compressibility, abs=0.15)
    assert compressibility == pytest.approx(0.405, abs=0.01)


def test_near_the_critical_point_long_waves_are_strong():
    long, short = factor(0.3, 1.4, np.array([1.0, 4.0]))
    assert long > 1.2 > 0.9 > short


# ---------------------------------------------------------------- noise of counts


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
@pytest.mark.parametrize("counts", [1e-7, 3e-5])
def test_the_scatter_of_neighbouring_bins_tells_the_noise_of_counts(density, temperature, counts):
    state = fluid(density, temperature)
    t, width = bins()
    g = curve(state, t, width)
    true = np.sqrt(counts * (g + 0.02) / (t**2 * width))
    rng = np.random.default_rng(5)
    ratios = []
    for _ in range(12):
        std, share = count_noise(t, width, g, true * rng.normal(size=len(t)))
        ratios.append((std / np.hypot(true, SURROGATE_ERROR)).mean())
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.08)
    assert share == pytest.approx(np.mean(true**2 / (true**2 + SURROGATE_ERROR**2)), abs=0.15)


def test_smooth_deviations_are_no_noise():
    t, width = bins()
    g = curve(fluid(0.8, 1.0), t, width)
    std, share = count_noise(t, width, g, 0.05 * np.sin(2.0 * t))
    assert std == pytest.approx(np.full(len(t), SURROGATE_ERROR), rel=0.01)
    assert share < 0.02


def test_simulated_states_scatter_as_their_blocks_do():
    states = Structures.load("states")
    held_out = states.take(split(len(states))[2][:40])
    t, width = bins()
    first = held_out.g.shape[1] - len(t)
    ratios = []
    for g, sem, crowding, attraction in zip(
        held_out.g, held_out.g_sem, held_out.crowding, held_out.attraction, strict=True
    ):
        place = np.array([crowding]), np.array([attraction])
        model = structure(network(), t, width, *place)[0]
        std, _ = count_noise(t, width, model, g[first:] - model)
        ratios.append(np.median(std[100:] / np.hypot(sem[first:], SURROGATE_ERROR)[100:]))
    assert np.median(ratios) == pytest.approx(1.0, abs=0.2)


# ---------------------------------------------------------------- waves


def test_waves_over_a_whole_histogram_are_orthonormal():
    width = np.full(400, 0.01)
    waves = Waves.over((np.arange(400) + 0.5) * 0.01, width).over_bins
    assert waves.shape == (400, WAVES)
    assert waves.T @ waves == pytest.approx(np.eye(WAVES), abs=1e-12)


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
@pytest.mark.parametrize("coarser", [4, 10])
def test_weights_are_the_inverse_of_the_covariance(density, temperature, coarser):
    state = fluid(density, temperature)
    t, width = bins(coarser)
    rng = np.random.default_rng(2)
    noise = judged(state, t, width, scatter(state, t, width, rng))
    matrix = whole(noise)
    assert np.linalg.eigvalsh(matrix).min() > 0.0
    columns = rng.normal(size=(len(t), 3))
    assert noise.weigh(matrix @ columns) == pytest.approx(columns, abs=1e-6)
    assert noise.weigh(matrix @ columns[:, 0]) == pytest.approx(columns[:, 0], abs=1e-6)


def test_weights_of_uneven_bins_are_a_covariance_too():
    edges = np.concatenate((np.linspace(0.3, 0.9, 8), np.linspace(1.0, 3.5, 22)))
    t, width = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
    noise = judged(fluid(0.2, 1.5), t, width, 1e-3 * np.random.default_rng(3).normal(size=len(t)))
    weights = noise.weigh(np.eye(len(t)))
    assert weights == pytest.approx(weights.T, abs=1e-6 * weights.max())
    assert np.linalg.eigvalsh(weights).min() > 0.0


def test_without_waves_bins_are_weighed_one_by_one():
    t, width = bins()
    std = np.linspace(0.5, 2.0, len(t))
    noise = Noise(std, Waves.over(t, width).over_bins, np.ones(WAVES))
    assert noise.weigh(std**2) == pytest.approx(np.ones(len(t)))


def test_waves_near_the_main_peak_of_a_liquid_rise_and_fall_together():
    state = fluid(0.85, 1.0)
    t, width = bins()
    waves = Waves.over(t, width)
    excess = waves.excess(network(), state.crowding, state.attraction, 1.0)
    assert waves.k[np.argmax(excess)] == pytest.approx(7.1, abs=0.5)
    assert excess.max() > 8.0
    assert excess[-1] == pytest.approx(1.0, abs=0.3)
    assert (waves.excess(network(), state.crowding, state.attraction, 0.0) == 1.0).all()


# ---------------------------------------------------------------- scatter of stretches


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
def test_white_noise_scatters_as_expected(density, temperature):
    state = fluid(density, temperature)
    t, width = bins()
    std = np.sqrt(1e-7 * (curve(state, t, width) + 0.02) / (t**2 * width))
    noise = Noise(std, Waves.over(t, width).over_bins, np.ones(WAVES))
    rng = np.random.default_rng(4)
    kappas = [noise.kappa(t, std * rng.normal(size=len(t))) for _ in range(60)]
    assert np.mean(kappas) == pytest.approx(1.0, abs=0.08)
    assert noise.kappa(t, 3.0 * std) > 3.0


@pytest.mark.parametrize(("density", "temperature"), FLUIDS)
def test_noise_of_waves_scatters_as_expected_where_white_noise_would_not(density, temperature):
    state = fluid(density, temperature)
    t, width = bins()
    rng = np.random.default_rng(4)
    kappas, naive = [], []
    for _ in range(30):
        deviation = scatter(state, t, width, rng)
        noise = judged(state, t, width, deviation)
        kappas.append(noise.kappa(t, deviation))
        plain = Noise(noise.std, noise.waves, np.ones(WAVES))
        naive.append(plain.kappa(t, deviation))
    assert np.mean(kappas) == pytest.approx(1.0, abs=0.15)
    assert np.mean(naive) > 1.2 * np.mean(kappas)
