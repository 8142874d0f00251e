"""Structure factors of the surrogate against simulations of large boxes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from surrogate_app.liquid import ForwardSurrogate, LJState
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.designs import SCATTERING, SCATTERING_ATOMS
from surrogate_app.liquid.evaluation.scattering import (
    SHORTEST_WAVE,
    by_pressures,
    compare,
    extrapolated,
    measure_scattering,
    missing_tail,
)
from surrogate_app.liquid.simulation.scattering import Lattice
from surrogate_app.liquid.state import CUTOFF

CLOSE, CLOSE_AT_ZERO = 0.01, 0.03


@pytest.fixture(scope="module")
def shipped():
    return measure_scattering(ForwardSurrogate.load())


def test_every_state_was_simulated(shipped):
    assert [(each["rho_star"], each["t_star"]) for each in shipped] == list(SCATTERING)
    assert SCATTERING_ATOMS >= 4096


def test_structure_factors_agree_with_simulation(shipped):
    for each in shipped:
        assert each["q"] >= SHORTEST_WAVE
        assert abs(each["deviation"]) < CLOSE + 2.0 * each["deviation_std"]
        assert each["typical"] < 0.5 * CLOSE
        assert abs(each["peak_surrogate"] - each["peak"]) < CLOSE + 2.0 * each["peak_std"]


def test_compressibilities_agree_with_simulation(shipped):
    for each in shipped:
        allowed = CLOSE_AT_ZERO * each["s0"] + 2.0 * each["s0_std"]
        assert abs(each["s0_surrogate"] - each["s0"]) < allowed
        assert each["s0_pressure_std"] < CLOSE_AT_ZERO * each["s0_pressure"]
        allowed = CLOSE_AT_ZERO * each["s0_pressure"] + 2.0 * each["s0_pressure_std"]
        assert abs(each["s0_surrogate"] - each["s0_pressure"]) < allowed


def test_pressures_of_another_fluid_give_another_compressibility():
    """An excess pressure of k_BT c (ρ − ρ₀) adds c to 1/S(0)."""
    states = Structures.load("test")
    density = states.parameters[:, 0]
    before = by_pressures(states, 0.8, 1.0)
    pressure = states.results["pressure"] + 5.0 * (density - 0.8)
    changed = replace(states, results={**states.results, "pressure": pressure})
    after = by_pressures(changed, 0.8, 1.0)
    difference = 1.0 / after["s0_pressure"] - 1.0 / before["s0_pressure"]
    assert difference == pytest.approx(5.0, rel=1e-6)


def test_the_tail_is_the_transform_of_what_the_simulation_leaves_out():
    rho, t_star, q = 0.8, 1.2, 2.5

    def times_r(r):
        u = 4.0 * (max(r, CUTOFF) ** -12 - max(r, CUTOFF) ** -6)
        return u * r / q

    inside = quad(lambda r: times_r(r) * np.sin(q * r), 0.0, CUTOFF)[0]
    beyond = quad(times_r, CUTOFF, np.inf, weight="sin", wvar=q)[0]
    expected = 4.0 * np.pi * rho / t_star * (inside + beyond)
    assert missing_tail(rho, t_star, np.array([q]))[0] == pytest.approx(expected, rel=1e-4)


def test_a_curve_without_error_is_found_to_have_none():
    """The surrogate's own curve less the tail that is put back."""
    forward, lattice, place = ForwardSurrogate.load(), Lattice(4096), (0.8, 1.0)
    state = LJState.from_reduced(*place, sigma=1.0, epsilon=1.0)
    scale = place[0] ** (1.0 / 3.0)
    q = scale * lattice.binned(lattice.k)
    s = lattice.binned(forward.structure_factor(state, scale * lattice.k))
    s = s / (1.0 - s * missing_tail(*place, q))
    off = s.copy()
    off[30] += 0.02
    found = [compare(forward, lattice, *place, each, np.full(len(q), 1e-3)) for each in (s, off)]
    assert abs(found[0]["deviation"]) < 1e-9
    assert found[1]["q"] == pytest.approx(q[30])
    assert found[1]["deviation"] == pytest.approx(-0.02, rel=0.01)


def test_the_uncertainty_at_zero_is_that_of_the_points():
    rng, q, std = np.random.default_rng(1), np.linspace(0.4, 1.7, 8), np.full(8, 1e-3)
    exact = 1.0 / (20.0 + 3.0 * q**2 - 0.5 * q**4)
    found = np.array([extrapolated(q, exact + std * rng.normal(size=8), std) for _ in range(300)])
    assert found[:, 0].mean() == pytest.approx(20.0, abs=0.15)
    assert found[:, 0].std() == pytest.approx(found[:, 1].mean(), rel=0.2)
