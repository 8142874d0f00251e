"""Structure factors of the surrogate's fluids."""

import numpy as np
import pytest
from support.liquid_samples import fluid

from surrogate_app.liquid import ForwardSurrogate
from surrogate_app.liquid.equation_of_state import compressibility_factor
from surrogate_app.liquid.forward import transform


@pytest.fixture(scope="module")
def forward():
    return ForwardSurrogate.load()


def test_the_first_peak_of_a_cold_liquid_is_whole(forward):
    state = fluid(0.84, 0.8)
    q = np.arange(5.0, 40.0, 0.1)
    s = forward.structure_factor(state, q)
    assert 2.55 < s.max() < 2.8  # 2.5 if g ends where it is known
    assert q[np.argmax(s)] * state.sigma == pytest.approx(6.8, abs=0.15)


def test_a_dense_liquid_is_hardly_compressible(forward):
    assert 0.03 < forward.structure_factor(fluid(0.8, 1.2), [0.0])[0] < 0.09


def test_a_dilute_fluid_is_that_of_its_second_virial_coefficient(forward):
    state = fluid(0.05, 4.0)
    r = np.linspace(0.001, 5.0, 20000)
    mayer = np.exp(-state.potential(r) / state.thermal_energy) - 1.0
    q = np.array([10.0, 20.0, 30.0])
    shape = np.sin(np.outer(q, r)) / q[:, None]
    expected = 1.0 + 4.0 * np.pi * state.density * np.trapezoid(shape * r * mayer, r)
    assert forward.structure_factor(state, q) == pytest.approx(expected, abs=0.02)


def test_wave_numbers_that_are_none_are_refused(forward):
    with pytest.raises(ValueError, match="wave numbers must lie between 0 and"):
        forward.structure_factor(fluid(0.8, 1.2), [-1.0])


@pytest.mark.parametrize(
    ("density", "temperature"), [(0.845, 0.71), (0.79, 0.76), (0.8, 1.2), (0.3, 2.0), (0.9, 3.0)]
)
def test_the_limit_of_long_waves_is_the_compressibility(forward, density, temperature):
    """Close to freezing and saturation, too, where densities around have no structure to differ."""
    state = fluid(density, temperature)
    step = 1e-4 * density
    p = [
        rho * temperature * compressibility_factor(rho, temperature)
        for rho in (density - step, density + step)
    ]
    expected = temperature * 2.0 * step / float(p[1] - p[0])
    assert forward.structure_factor(state, [0.0])[0] == pytest.approx(expected, rel=0.03)


# ---------------------------------------------------------------- g(r) far out


@pytest.mark.parametrize(
    ("density", "temperature"), [(0.845, 0.71), (0.8, 1.2), (0.3, 2.0), (0.9, 3.0), (0.5, 1.5)]
)
def test_g_is_continued_to_ten_sigma_without_a_step(forward, density, temperature):
    state = fluid(density, temperature)
    end = forward.r_max(state)
    assert forward.reach(state) > 10.0 * state.sigma
    r = np.linspace(0.9 * end, 10.0 * state.sigma, 600)
    with pytest.warns(UserWarning, match="was not simulated; it is continued") as told:
        g = forward.rdf(state, r)
    assert len(told) == 1
    inside = r <= end
    assert (g[inside] == forward.rdf(state, r[inside])).all()
    steps, seam = np.abs(np.diff(g)), int(inside.sum())
    assert steps[seam - 1] < steps[: seam - 1].max() + 5e-4
    assert np.abs(g[-50:] - 1.0).max() < 0.5 * np.abs(g[inside] - 1.0).max() + 1e-4


@pytest.mark.parametrize(("density", "temperature"), [(0.84, 0.72), (0.8, 1.2), (0.9, 3.0)])
def test_what_is_continued_from_nearer_agrees_with_what_was_simulated(
    forward, monkeypatch, density, temperature
):
    """Continued from 3.3 ρ^(−1/3), shells up to 4, of 0.02 to 0.09, are met within 0.003."""
    state = fluid(density, temperature)
    place = forward.expansion, state.coupling, state.attraction
    whole = transform.total_correlation(*place)
    t = transform._T
    monkeypatch.setattr(transform, "REACH", 3.3)
    monkeypatch.setattr(transform, "_KNOWN", t <= 3.3)
    for cached in (transform._grid, transform._shells):
        cached.cache_clear()
    try:
        nearer = transform.total_correlation(*place)
    finally:
        monkeypatch.undo()
        for cached in (transform._grid, transform._shells):
            cached.cache_clear()
    between = (t > 3.3) & (t <= 4.0)
    assert np.abs(whole[between]).max() > 0.01
    assert np.abs(nearer - whole)[between].max() < 0.003


def test_shells_far_out_are_averaged_as_near_ones(forward):
    state = fluid(0.8, 1.0)
    r = np.array([1.2, 1.5, 1.9]) * forward.r_max(state)
    fine = r + 0.1 * (np.arange(200)[:, None] + 0.5) / 200 - 0.05
    with pytest.warns(UserWarning, match="continued"):
        means, points = forward.rdf(state, r, 0.1), forward.rdf(state, fine.ravel())
    expected = np.average(points.reshape(fine.shape), axis=0, weights=fine**2)
    assert means == pytest.approx(expected, abs=1e-4)


def test_beyond_what_is_continued_distances_are_refused(forward):
    state = fluid(0.8, 1.0)
    with pytest.raises(ValueError, match=r"distances must lie between 0 and .* nm at this density"):
        forward.rdf(state, [0.4, 1.01 * forward.reach(state)])
