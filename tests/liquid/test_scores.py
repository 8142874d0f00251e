"""Measures of accuracy have known answers, and structures give pressure and energy."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.liquid_samples import fluid

from surrogate_app.common.units import BOLTZMANN
from surrogate_app.liquid import ForwardSurrogate, LJState
from surrogate_app.liquid.analysis.thermodynamics import (
    KJ_PER_MOL_NM3_TO_MPA,
    pressure,
    silent_pressure,
)
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.forward.finite_size import structure_factor_at_zero
from surrogate_app.liquid.scores import mape, rdf_error


@pytest.fixture(scope="module")
def surrogate():
    return ForwardSurrogate.load()


# ---------------------------------------------------------------- errors


def test_the_error_of_an_rdf_is_the_share_of_pairs_that_are_misplaced():
    r = np.linspace(0.0, 2.0, 2001)
    g = np.ones_like(r)
    assert rdf_error(r, g, g) == 0.0
    assert rdf_error(r, g, 1.01 * g) == pytest.approx(0.01)
    # the half of all pairs that lies beyond 2 · 0.5^(1/3)
    assert rdf_error(r, g, np.where(r > 2.0 * 0.5 ** (1 / 3), 0.0, 1.0)) == pytest.approx(0.5, 1e-3)


def test_the_error_of_an_rdf_counts_far_bins_by_their_volume():
    r = np.array([1.0, 2.0, 3.0, 4.0])
    near, far = np.ones(4), np.ones(4)
    near[1], far[2] = 2.0, 2.0
    assert rdf_error(r, np.ones(4), far) / rdf_error(r, np.ones(4), near) == pytest.approx(9 / 4)


def test_errors_of_many_rdfs_are_those_of_each():
    rng = np.random.default_rng(1)
    r, g, model = np.cumsum(rng.random(20)), rng.random((3, 20)), rng.random((3, 20))
    one_by_one = [float(rdf_error(r, g[i], model[i])) for i in range(3)]
    assert rdf_error(r, g, model).tolist() == pytest.approx(one_by_one)


def test_mape_divides_the_sum_of_errors_by_the_sum_of_values():
    assert mape([[1.0, 10.0], [3.0, 30.0]], [[2.0, 10.0], [3.0, 28.0]]).tolist() == [25.0, 5.0]
    assert mape([4.0], [4.0]) == 0.0


@given(truth=st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=9), error=st.floats(-0.99, 9.0))
@settings(derandomize=True, deadline=None)
def test_a_common_relative_error_is_the_mape(truth, error):
    values = np.array(truth)
    assert mape(values, (1.0 + error) * values) == pytest.approx(100.0 * abs(error), abs=1e-9)


# ---------------------------------------------------------------- pressure and energy


def in_a_box(surrogate, of, state, atoms):
    """Pressure or energy density of so many atoms: their number cannot fluctuate.

    ⟨A⟩ at constant N is that at constant chemical potential less ⟨δN²⟩/2 ∂²A/∂N².
    """
    step = 0.03 * state.density
    below, here, above = (
        of(surrogate, replace(state, density=state.density + n * step)) for n in (-1, 0, 1)
    )
    place = np.array([state.coupling]), np.array([state.attraction])
    s0 = structure_factor_at_zero(surrogate.expansion, *place)[0]
    curvature = (above - 2.0 * here + below) / step**2
    return here - s0 * state.density**2 / (2.0 * atoms) * curvature


def energy(surrogate, state):
    """Potential energy per mole in kJ/mol, 2πρ ∫ u g r² dr; beyond the reach g is one."""
    end = surrogate.r_max(state)
    r = (np.arange(4_000) + 0.5) * end / 4_000
    g = surrogate.curve(state, r)
    inside = np.sum(np.where(g > 0.0, state.potential(r) * g * r**2, 0.0)) * end / 4_000
    beyond = state.c12 * end**-9 / 9.0 - state.c6 * end**-3 / 3.0
    return 2.0 * np.pi * state.density * float(inside + beyond)


def energy_density(surrogate, state):
    return state.density * energy(surrogate, state)


def test_virial_and_energy_equation_give_what_simulations_measured(surrogate):
    """On 104 states outside all training: within two errors of the run in the root mean square.

    The surrogate's own error is as large as that of a run, and pressures are differences of two
    large integrals; nothing is off by more than eight errors.
    """
    test = Structures.load("test")
    scatter = {"pressure": [], "energy": []}
    relative, low = [], []
    for row, (density, temperature) in enumerate(test.parameters.tolist()):
        state = LJState.from_reduced(density, temperature, sigma=1.0, epsilon=1.0)
        atoms = test.results["atoms"][row]
        found = {
            "pressure": in_a_box(surrogate, silent_pressure, state, atoms) / KJ_PER_MOL_NM3_TO_MPA,
            "energy": in_a_box(surrogate, energy_density, state, atoms) / state.density,
        }
        for name, deviations in scatter.items():
            truth, error = (test.results[key][row] for key in (name, f"{name}_sem"))
            deviations.append((found[name] - truth) / error)
        truth = test.results["pressure"][row]
        (relative if truth > 1.0 else low).append(
            found["pressure"] / truth - 1.0 if truth > 1.0 else found["pressure"] - truth
        )
    for deviations in scatter.values():
        assert np.sqrt(np.mean(np.square(deviations))) < 2.8
        assert np.max(np.abs(deviations)) < 8.0
    assert np.median(np.abs(relative)) < 0.005
    assert np.max(np.abs(relative)) < 0.03
    assert np.max(np.abs(low)) < 0.04


def test_a_dilute_gas_is_nearly_ideal(surrogate):
    state = LJState.from_sigma_epsilon(0.34, 1.0, density=1.7, temperature=420.0)
    ideal = state.density * state.temperature * BOLTZMANN * 1e27 * 1e-6
    # T* = 3.49, just above Boyle's temperature 3.42
    assert pressure(surrogate, state) == pytest.approx(ideal, rel=0.01)


def test_an_attractive_fluid_is_bound_and_a_hot_one_is_not(surrogate):
    liquid, hot = fluid(0.8, 1.0), fluid(0.8, 60.0)
    # −U* of a liquid is about half its coordination number
    assert energy(surrogate, liquid) / liquid.epsilon == pytest.approx(-5.6, abs=0.2)
    assert energy(surrogate, hot) > 0.0


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_pressure_and_energy_scale_with_size_and_depth(surrogate, scale):
    small = fluid(0.7, 2.0)
    large = LJState.from_reduced(0.7, 2.0, sigma=scale * small.sigma, epsilon=small.epsilon / scale)
    assert energy(surrogate, large) * scale == pytest.approx(energy(surrogate, small), rel=1e-4)
    assert pressure(surrogate, large) * scale**4 == pytest.approx(
        pressure(surrogate, small), rel=1e-4
    )


def test_the_shipped_argon_has_the_pressure_of_the_equation_of_state(surrogate):
    teqp = pytest.importorskip("teqp")
    model = teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}})
    argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
    density, temperature = argon.reduced_density, argon.reduced_temperature
    factor = 1.0 + model.get_Ar01(temperature, density, np.array([1.0]))
    ideal = argon.density * argon.thermal_energy * KJ_PER_MOL_NM3_TO_MPA
    assert pressure(surrogate, argon) == pytest.approx(factor * ideal, rel=0.01)
