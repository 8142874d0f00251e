"""Poisson–Boltzmann between two plates has known answers in its limits."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp, trapezoid
from scipy.optimize import brentq

from surrogate_app.common.units import (
    BOLTZMANN,
    C_PER_M2_TO_E_PER_NM2,
    ELEMENTARY_CHARGE,
    MOLAR_TO_PER_NM3,
)
from surrogate_app.electrolyte import Electrolyte, mean_field_profile
from surrogate_app.electrolyte.analysis.poisson_boltzmann import mean_field, poisson_boltzmann

BJERRUM = 0.7


@pytest.mark.parametrize("valency", [1, 2, 3])
@pytest.mark.parametrize("surface", [0.05, 0.3, 0.9])
def test_counterions_alone_have_the_cosine_profile(surface, valency):
    """n = K²/(2π ℓ_B z²) / cos²(Kx) with K tan(Kh/2) = 2π ℓ_B z σ (Engström and Wennerström)."""
    h = 4.0
    pull = 2.0 * math.pi * BJERRUM * valency * surface
    wave = brentq(lambda k: k * math.tan(0.5 * k * h) - pull, 1e-9, math.pi / h * (1.0 - 1e-12))
    slit = mean_field(h, (2.0 * surface / valency,), (valency,), (0.0,), -surface, BJERRUM)
    expected = 2.0 / valency * np.log(np.cos(wave * slit.x))
    assert slit.phi == pytest.approx(expected, abs=1e-4)
    midplane = wave**2 / (2.0 * math.pi * BJERRUM * valency**2)
    assert slit.density(0, np.zeros(1))[0] == pytest.approx(midplane, rel=1e-4)


@pytest.mark.parametrize("surface", [-0.005, -0.02, -0.1])
def test_a_wide_slit_has_the_potential_of_gouy_and_chapman(surface):
    """φ = −2 ln((1 + γ e^{−κr}) / (1 − γ e^{−κr})) and, at the wall, Grahame's equation."""
    system = Electrolyte(10.0, 1.0, 0.3, 0.3, surface)
    slit = poisson_boltzmann(system, closest_approach=False)
    kappa = math.sqrt(8.0 * math.pi * system.bjerrum_length * slit.scales[0])
    assert slit.scales[0] == pytest.approx(slit.scales[1], rel=1e-4)
    per_area = surface * C_PER_M2_TO_E_PER_NM2
    wall = -2.0 * math.asinh(-2.0 * math.pi * system.bjerrum_length * per_area / kappa)
    assert slit.phi[-1] == pytest.approx(wall, rel=2e-4)
    decay = math.tanh(-0.25 * wall) * np.exp(-kappa * (5.0 - slit.x))
    expected = -2.0 * np.log((1.0 + decay) / (1.0 - decay))
    assert slit.phi == pytest.approx(expected, abs=3e-4 * abs(wall))


def test_a_profile_has_the_bins_and_the_ions_of_a_simulation():
    system = Electrolyte(4.0, 0.2, 0.3, 0.5, -0.08, z_pos=2, permittivity=60.0)
    curve, slit = mean_field_profile(system), poisson_boltzmann(system)
    assert curve.n_neg.mean() == pytest.approx(2.0 * system.c, rel=1e-12)
    assert curve.neutrality_residual == pytest.approx(0.0, abs=1e-12)
    middle = slice(100, -100)
    expected = slit.density(0, system.z)[middle] / MOLAR_TO_PER_NM3
    assert curve.n_pos[middle] == pytest.approx(expected, rel=2e-3)
    thermal = 1e3 * BOLTZMANN * system.temperature / ELEMENTARY_CHARGE
    assert curve.potential_drop == pytest.approx(thermal * slit.phi[-1], rel=2e-3)


@pytest.mark.parametrize("valencies", [(1, -1), (2, -1), (1, -2), (2, -2), (3, -1)])
def test_weakly_charged_walls_are_screened_as_debye_and_hueckel_found(valencies):
    h, surface, salt = 8.0, 1e-4, 0.1
    z_pos, z_neg = valencies
    n_pos, n_neg = -z_neg * salt, z_pos * salt
    kappa = math.sqrt(4.0 * math.pi * BJERRUM * (n_pos * z_pos**2 + n_neg * z_neg**2))
    amounts = (n_pos * h + 2.0 * surface / z_pos, n_neg * h)
    slit = mean_field(h, amounts, valencies, (0.0, 0.0), -surface, BJERRUM)
    drop = 4.0 * math.pi * BJERRUM * surface / (kappa * math.sinh(0.5 * kappa * h))
    expected = -drop * (np.cosh(kappa * slit.x) - 1.0)
    assert slit.phi == pytest.approx(expected, abs=0.01 * abs(expected[-1]))


@pytest.mark.parametrize("valencies", [(1, -1), (2, -1), (3, -1), (1, -2)])
def test_the_contact_theorem_holds_at_walls_that_ions_reach(valencies):
    """Σ n_i(wall) − Σ n_i(midplane) = 2π ℓ_B σ² for points."""
    h, surface, salt = 4.0, 0.3, 0.2
    z_pos, z_neg = valencies
    amounts = (-z_neg * salt * h + 2.0 * surface / z_pos, z_pos * salt * h)
    slit = mean_field(h, amounts, valencies, (0.0, 0.0), -surface, BJERRUM)
    middle, wall = (sum(slit.density(i, np.array([z]))[0] for i in (0, 1)) for z in (0.0, 0.5 * h))
    assert wall - middle == pytest.approx(2.0 * math.pi * BJERRUM * surface**2, rel=5e-3)


def test_an_asymmetric_salt_follows_its_differential_equation():
    system = Electrolyte(4.0, 0.1, 0.3, 0.3, -0.05, z_pos=2)
    slit = poisson_boltzmann(system, closest_approach=False)

    def slope(x, state):
        n = [s * math.exp(-z * state[0]) for s, z in zip(slit.scales, (2, -1), strict=True)]
        return state[1], -4.0 * math.pi * system.bjerrum_length * (2.0 * n[0] - n[1])

    exact = solve_ivp(slope, (0.0, 1.0), (0.0, 0.0), t_eval=[0.25, 0.5, 1.0], rtol=1e-10)
    assert np.interp(exact.t, slit.x, slit.phi) == pytest.approx(exact.y[0], abs=2e-4)


@pytest.mark.parametrize("salt", [(1, -1), (2, -1), (1, -2), (2, -2), (3, -1)])
def test_ions_are_as_many_as_in_a_simulation_and_keep_their_distance(salt):
    system = Electrolyte(5.0, 0.5, 0.3, 0.6, -0.1, z_pos=salt[0], z_neg=salt[1])
    slit = poisson_boltzmann(system)
    z = np.linspace(-2.5, 2.5, 20_001)
    n_pos, n_neg = (slit.density(species, z) for species in (0, 1))
    assert n_pos[z < -2.5 + 0.149].max() == 0.0
    assert n_neg[z < -2.5 + 0.299].max() == 0.0
    assert n_pos[np.abs(z) < 2.5 - 0.151].min() > 0.0
    average = trapezoid(n_neg, z) / system.h / MOLAR_TO_PER_NM3
    assert average == pytest.approx(system.stoichiometry[1] * system.c, rel=2e-3)


def test_plates_that_are_not_neutralised_are_refused():
    with pytest.raises(ValueError, match="to neutralise both plates, got 0 e/nm²"):
        mean_field(4.0, (1.0, 1.0), (1, -1), (0.0, 0.0), -0.1, BJERRUM)
