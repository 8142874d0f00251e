"""Structure factors of the surrogate's fluids."""

import numpy as np
import pytest
from support.liquid_samples import fluid

from surrogate_app.liquid import ForwardSurrogate
from surrogate_app.liquid.equation_of_state import compressibility_factor


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
