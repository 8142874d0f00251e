"""A Lennard-Jones state means the same in every set of units, and is a fluid where it should be."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate_app.common.units import BOLTZMANN
from surrogate_app.liquid.phases import (
    CRITICAL_DENSITY,
    CRITICAL_TEMPERATURE,
    SOFT_TEMPERATURE,
    TRIPLE_TEMPERATURE,
    Phase,
    beyond_stability,
    freezing_density,
    is_fluid,
    melting_density,
    phase,
    saturated_liquid_density,
    saturated_vapour_density,
    simulated_freezing_density,
)
from surrogate_app.liquid.state import (
    PARAMETERS,
    UNITS,
    LJState,
    coupling_and_attraction,
    from_reduced,
    parameters,
    to_reduced,
)

settings.register_profile("same examples every time", derandomize=True, deadline=None)
settings.load_profile("same examples every time")

ARGON = {"c12": 9.847e-6, "c6": 6.2647e-3, "density": 13.7, "temperature": 345.0}

states = st.builds(
    LJState,
    c12=st.floats(1e-7, 1e-3),
    c6=st.floats(1e-4, 1e-1),
    density=st.floats(0.1, 40.0),
    temperature=st.floats(50.0, 2000.0),
)
reduced = st.tuples(st.floats(0.01, 1.6), st.floats(0.5, 600.0))


def same(value, tolerance=1e-10):
    return pytest.approx(value, rel=tolerance)


# ---------------------------------------------------------------- one state, many descriptions


def test_argon_of_gromos_has_its_size_and_depth():
    # GROMOS 54A7 argon: σ = 0.3410 nm, ε/k_B = 119.8 K
    argon = LJState(**ARGON)
    assert argon.sigma == same(0.3410, 1e-4)
    assert argon.epsilon == same(0.9964, 1e-4)
    assert argon.temperature / argon.reduced_temperature == same(119.8, 1e-3)


@pytest.mark.parametrize(
    "changed", [{"c6": 1e200}, {"c6": 1e-200}, {"c12": 5e-324}, {"temperature": 1e308, "c6": 1e-9}]
)
def test_numbers_beyond_all_size_and_depth_are_refused_in_a_sentence(changed):
    with pytest.raises(ValueError, match="belong to no Lennard-Jones fluid"):
        LJState(**{**ARGON, **changed})
    with pytest.raises(ValueError, match="sigma must be a length of atoms"):
        LJState.from_sigma_epsilon(1e30, 1.0, 13.7, 345.0)


def test_thermal_energy_is_that_of_a_mole_of_particles():
    assert LJState(**ARGON).thermal_energy == same(345.0 * BOLTZMANN * 6.02214076e23 / 1000.0)


@given(states)
def test_sigma_and_epsilon_describe_the_same_state_as_c12_and_c6(state):
    again = LJState.from_sigma_epsilon(state.sigma, state.epsilon, state.density, state.temperature)
    assert tuple(again.to_dict().values()) == same(tuple(state.to_dict().values()))


@given(states)
def test_reduced_density_and_temperature_describe_the_same_state(state):
    again = LJState.from_reduced(
        state.reduced_density, state.reduced_temperature, state.sigma, state.epsilon
    )
    assert tuple(again.to_dict().values()) == same(tuple(state.to_dict().values()))


@given(states)
def test_coupling_and_attraction_are_another_pair_for_density_and_temperature(state):
    assert to_reduced(state.coupling, state.attraction) == (
        same(state.reduced_density),
        same(state.reduced_temperature),
    )
    assert from_reduced(state.reduced_density, state.reduced_temperature) == (
        same(state.coupling),
        same(state.attraction),
    )


@given(reduced)
def test_coupling_and_attraction_convert_there_and_back(pair):
    assert to_reduced(*from_reduced(*pair)) == same(pair)


@given(states)
def test_coupling_is_that_of_soft_spheres(state):
    """ρσ³ (ε/k_BT)^¼; the core length is where repulsion is k_BT."""
    assert state.coupling == same(state.reduced_density * state.reduced_temperature**-0.25)
    assert state.core_density == same(math.sqrt(2.0) * state.coupling)
    repulsion = state.c12 / state.core**12
    assert repulsion == same(state.thermal_energy)
    found = coupling_and_attraction(*state.to_dict().values())
    assert found == same((state.coupling, state.attraction))


@given(states)
def test_the_potential_follows_from_coupling_and_attraction(state):
    found = parameters(state.coupling, state.attraction, state.density, state.temperature)
    assert found == same((state.c12, state.c6))


@given(states)
def test_states_of_equal_coupling_and_attraction_have_the_same_boltzmann_factors(state):
    """Corresponding states: same u/k_BT at same r ρ^(1/3), whatever the units."""
    other = LJState.from_reduced(
        state.reduced_density, state.reduced_temperature, sigma=1.7, epsilon=0.2
    )
    scaled = np.array([0.8, 1.0, 1.3, 2.0])
    energies = [
        s.potential(scaled * s.density ** (-1 / 3)) / s.thermal_energy for s in (state, other)
    ]
    np.testing.assert_allclose(energies[0], energies[1], rtol=1e-8)


# ---------------------------------------------------------------- the potential


@given(states)
def test_the_potential_is_zero_at_sigma_and_deepest_at_its_sixth_root_of_two(state):
    lowest = 2 ** (1 / 6) * state.sigma
    assert abs(float(state.potential(state.sigma))) < 1e-9 * state.epsilon
    assert float(state.potential(lowest)) == same(-state.epsilon)
    around = state.potential(lowest * np.linspace(0.9, 1.1, 101))
    assert np.argmin(around) == 50


@given(states)
def test_the_repulsion_is_thermal_energy_at_the_core_length(state):
    repulsion = float(state.potential(state.core)) + state.c6 / state.core**6
    assert repulsion == same(state.thermal_energy)
    assert state.c6 / state.core**6 == same(state.attraction * state.thermal_energy)


# ---------------------------------------------------------------- refusals


@given(
    st.sampled_from(PARAMETERS),
    st.sampled_from([0.0, -1.0, math.nan, math.inf, -math.inf, "cold", "", None, [1.0], 1j]),
)
def test_anything_but_a_positive_number_is_refused_with_field_and_unit(name, value):
    with pytest.raises(ValueError) as refusal:
        LJState(**{**ARGON, name: value})
    assert str(refusal.value).startswith(f"{name} must be a positive number in {UNITS[name]}, got")


@pytest.mark.parametrize("digits", [400, 10_000])
@pytest.mark.parametrize("name", PARAMETERS)
def test_integers_that_no_float_holds_are_refused_in_a_sentence(name, digits):
    with pytest.raises(ValueError, match=f"^{name} must be a positive number in .*, got") as told:
        LJState(**{**ARGON, name: 10**digits})
    assert len(str(told.value)) < 160


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("value", [10**400, 1e300, 1e-300])
def test_reduced_values_beyond_belief_are_refused_in_a_sentence(place, value):
    values = [0.8, 1.0, 0.34, 1.0]
    values[place] = value
    try:
        LJState.from_reduced(*values)
    except ValueError as refusal:
        assert "\n" not in str(refusal)
        assert 20 < len(str(refusal)) < 250


@pytest.mark.parametrize("name", ["sigma", "epsilon"])
def test_sizes_and_depths_must_be_positive_too(name):
    values = {"sigma": 0.34, "epsilon": 1.0, "density": 13.7, "temperature": 345.0, name: -1.0}
    with pytest.raises(ValueError, match=f"{name} must be a positive number in .*, got -1"):
        LJState.from_sigma_epsilon(**values)


# ---------------------------------------------------------------- phases


@pytest.fixture(scope="module")
def thol():
    teqp = pytest.importorskip("teqp")
    return teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}})


@pytest.mark.parametrize(
    "temperature", [0.66, 0.68, 0.694, 0.75, 0.85, 0.9, 1.0, 1.1, 1.2, 1.26, 1.3, 1.3195]
)
def test_saturated_densities_are_those_of_the_equation_of_state(thol, temperature):
    liquid = float(saturated_liquid_density(temperature))
    vapour = float(saturated_vapour_density(temperature))
    expected_liquid, expected_vapour = thol.pure_VLE_T(temperature, liquid, vapour, 30)
    assert liquid == same(expected_liquid, 0.004)
    assert vapour == same(expected_vapour, 0.003)
    # what the equation calls coexisting has one pressure
    p = [
        rho * temperature * (1 + thol.get_Ar01(temperature, rho, np.array([1.0])))
        for rho in (expected_liquid, expected_vapour)
    ]
    assert p[0] == pytest.approx(p[1], abs=1e-6)


@pytest.mark.parametrize("temperature", [1.32, 1.4, 5.0])
def test_above_the_critical_temperature_there_is_one_density(temperature):
    assert saturated_liquid_density(temperature) == CRITICAL_DENSITY
    assert saturated_vapour_density(temperature) == CRITICAL_DENSITY


@pytest.mark.parametrize("temperature", [0.7, 0.8, 1.0, 1.2, 1.5, 2.0])
def test_freezing_agrees_with_another_simulation_study(temperature):
    """Van der Hoef, J. Chem. Phys. 113, 8142 (2000)."""
    assert float(freezing_density(temperature)) == same(
        simulated_freezing_density(temperature), 0.01
    )


@pytest.mark.parametrize(
    ("temperature", "density", "within"),
    [
        (0.694, 0.845, 0.002),  # triple point of Mastny and de Pablo (2007)
        (1.0, 0.923, 0.006),  # Hansen and Verlet, Phys. Rev. 184, 151 (1969)
        (2.74, 1.113, 0.02),
        (1e6, 0.813 * 1e6**0.25, 0.003),  # soft spheres, ρσ³ (4ε/kT)^¼ = 1.15
    ],
)
def test_freezing_meets_what_is_known(temperature, density, within):
    assert float(freezing_density(temperature)) == same(density, within)


@pytest.mark.parametrize("line", [freezing_density, melting_density])
def test_freezing_and_melting_rise_without_a_jump(line):
    density = line(np.linspace(0.66, 4.0, 2_000))
    steps = np.diff(density)
    assert (steps > 0.0).all()
    assert steps.max() < 2e-3
    assert np.ptp(np.diff(line(SOFT_TEMPERATURE + np.array([-1e-6, 0.0, 1e-6])))) < 1e-6


def test_the_solid_that_melts_is_denser_than_the_fluid_that_freezes():
    t_star = np.geomspace(0.66, 1e5, 200)
    jump = melting_density(t_star) / freezing_density(t_star)
    assert (jump > 1.03).all()
    assert (jump < 1.15).all()
    assert float(jump[-1]) == same(1.194 / 1.15, 0.01)  # soft spheres


@pytest.mark.parametrize(
    ("density", "temperature", "expected"),
    [
        (0.839, 0.7095, Phase.FLUID),  # argon at 85 K
        (0.851, 0.72, Phase.FLUID),
        (0.845, 0.694, Phase.FLUID),
        (0.825, 0.7095, Phase.STRETCHED),
        (0.865, 0.72, Phase.COMPRESSED),
        (0.845, 0.68, Phase.SUPERCOOLED),
        (0.90, 0.72, Phase.FREEZING),
        (0.78, 0.72, Phase.SEPARATING),
        (0.3, 1.0, Phase.SEPARATING),
        (0.001, 0.7, Phase.VAPOUR),
        (0.01, 1.4, Phase.FLUID),
    ],
)
def test_phases(density, temperature, expected):
    assert phase(density, temperature) is expected


def test_no_state_inside_the_stable_fluid_is_called_anything_else():
    rng = np.random.default_rng(1)
    t_star = np.exp(rng.uniform(np.log(0.694), np.log(400.0), 3_000))
    rho = rng.uniform(0.0, 1.0, 3_000) * freezing_density(t_star)
    stable = is_fluid(rho, t_star)
    assert stable.mean() > 0.5
    for state in zip(rho[stable].tolist(), t_star[stable].tolist(), strict=True):
        assert phase(*state) is Phase.FLUID


@pytest.mark.parametrize(
    ("density", "temperature", "which"),
    [(0.82, 0.75, 0), (0.9, 0.75, 1), (0.845, 0.65, 2), (0.84, 0.72, None), (1.0, 2.0, None)],
)
def test_how_far_a_state_lies_beyond_stability(density, temperature, which):
    beyond = beyond_stability(density, temperature)
    lines = saturated_liquid_density(temperature), freezing_density(temperature)
    expected = lines[0] / density - 1, density / lines[1] - 1, TRIPLE_TEMPERATURE / temperature - 1
    for number, (found, known) in enumerate(zip(beyond, expected, strict=True)):
        assert found == same(max(known, 0.0) if temperature < CRITICAL_TEMPERATURE else 0.0, 1e-9)
        assert (found > 0.0) == (number == which) or which == 2


def test_vapours_are_stable_up_to_saturation():
    assert beyond_stability(0.005, 0.9)[0] == 0.0
    assert 0.0 < beyond_stability(0.02, 0.9)[0] < beyond_stability(0.05, 0.9)[0]


def test_at_the_triple_point_the_liquid_both_boils_and_freezes():
    """T* = 0.694, ρ* = 0.845 (Mastny and de Pablo, 2007)."""
    assert float(freezing_density(TRIPLE_TEMPERATURE)) == same(0.845, 0.001)
    assert float(saturated_liquid_density(TRIPLE_TEMPERATURE)) == same(0.845, 0.003)


@pytest.mark.parametrize(
    ("density", "temperature", "fluid"),
    [
        (0.86, 0.72, False),  # beyond freezing
        (0.851, 0.72, True),  # dense liquid
        (0.845, 0.68, False),  # below the triple point
        (0.83, 0.80, True),  # dense liquid
        (0.70, 0.80, False),  # liquid and vapour
        (0.01, 1.00, False),  # vapour
        (CRITICAL_DENSITY, CRITICAL_TEMPERATURE + 0.01, True),
        (CRITICAL_DENSITY, CRITICAL_TEMPERATURE - 0.01, False),
        (0.05, 2.0, True),  # gas above the critical temperature
        (1.2, 2.0, False),  # solid
        (0.0, 2.0, False),
    ],
)
def test_fluid_states(density, temperature, fluid):
    assert bool(is_fluid(density, temperature)) is fluid


def test_seventy_per_cent_of_the_papers_box_is_fluid():
    rng = np.random.default_rng(1)
    low = np.array([5e-6, 2e-3, 8.0, 290.0])
    high = np.array([1e-4, 2.5e-2, 19.4, 400.0])
    c12, c6, density, temperature = (low + (high - low) * rng.random((20_000, 4))).T
    place = coupling_and_attraction(c12, c6, density, temperature)
    share = is_fluid(*to_reduced(*place)).mean()
    assert share == pytest.approx(0.7, abs=0.05)
