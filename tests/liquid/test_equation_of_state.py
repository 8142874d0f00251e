"""The equation of state of the Lennard-Jones fluid is the published one, and that of our fluids."""

import numpy as np
import pytest

from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.equation_of_state import (
    HOTTEST,
    compressibility_factor,
    inverse_compressibility,
    potential_energy,
)
from surrogate_app.liquid.phases import CRITICAL_DENSITY, CRITICAL_TEMPERATURE

STATES = [(0.84, 0.7), (0.7, 1.0), (0.3, 1.5), (0.9, 3.0), (1.1, 9.0), (0.01, 1.3), (0.86, 0.68)]


@pytest.mark.parametrize(("density", "temperature"), STATES)
def test_it_is_what_another_program_computes(density, temperature):
    teqp = pytest.importorskip("teqp")
    model, pure = teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}}), np.array([1.0])
    first, second, energy = (
        getattr(model, f"get_Ar{order}")(temperature, density, pure) for order in ("01", "02", "10")
    )
    assert compressibility_factor(density, temperature) == pytest.approx(1.0 + first, abs=1e-9)
    stiffness = inverse_compressibility(density, temperature)
    assert stiffness == pytest.approx(1.0 + 2.0 * first + second, abs=1e-9)
    assert potential_energy(density, temperature) == pytest.approx(temperature * energy, abs=1e-9)


def test_many_states_are_answered_at_once():
    density, temperature = np.array(STATES).T
    for quantity in (compressibility_factor, inverse_compressibility, potential_energy):
        one_by_one = [float(quantity(*state)) for state in STATES]
        assert quantity(density, temperature).tolist() == pytest.approx(one_by_one)


def test_at_the_critical_point_a_fluid_gives_way():
    assert abs(float(inverse_compressibility(CRITICAL_DENSITY, CRITICAL_TEMPERATURE))) < 0.01
    assert inverse_compressibility(0.75, 0.9) > 0.0 > inverse_compressibility(0.5, 0.9)


@pytest.mark.parametrize("design", ["test", "cold"])
def test_simulated_fluids_have_its_pressure_and_energy(design):
    """Cut at 3.5σ, with mean corrections: within 2 % of ρ* T* and 0.01 ε where it was fitted."""
    states = Structures.load(design)
    cold = states.take((states.parameters[:, 1] < HOTTEST) & (states.parameters[:, 0] < 1.1))
    density, temperature = cold.parameters.T
    pressure = density * temperature * compressibility_factor(density, temperature)
    miss = np.abs(cold.results["pressure"] - pressure) / (density * temperature)
    assert np.median(miss) < 0.02
    assert miss.max() < 0.1
    energy = np.abs(cold.results["energy"] - potential_energy(density, temperature))
    assert np.median(energy) < 0.004
    assert energy.max() < 0.02
