"""Quantities that follow from a density profile match closed expressions for it."""

import math

import numpy as np
import pytest

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2
from surrogate_app.electrolyte.profile import Profile, integrated_charge, screening_length
from surrogate_app.electrolyte.system import N_BINS, Electrolyte, bin_centres
from surrogate_app.electrolyte.walls import wall_factor

SYSTEM = Electrolyte(h=4.0, c=1.0, d_pos=0.4, d_neg=0.4, sigma_s=-0.02)
NOTHING = np.zeros(N_BINS)


def profile_of(n_pos, n_neg, system=SYSTEM):
    return Profile(system, n_pos, n_neg, NOTHING, NOTHING)


def screened_by(decay):
    """Bin averages of a charge that falls as exp(−r/decay) from either wall."""
    half = SYSTEM.h / 2
    edges = np.arange(N_BINS // 2 + 1) * SYSTEM.h / N_BINS
    total = 1 - math.exp(-half / decay)
    charge = abs(SYSTEM.sigma_s) * (1 - np.exp(-edges / decay)) / total
    left = np.diff(charge) / (SYSTEM.h / N_BINS) / MOLAR_NM_TO_C_PER_M2
    return np.concatenate((left, left[::-1]))


@pytest.mark.parametrize("decay", [0.1, 0.3, 0.6])
def test_exponential_charge_has_the_closed_integral_and_screening_length(decay):
    profile = profile_of(screened_by(decay), NOTHING)
    end = math.exp(-2.0 / decay)
    expected = -0.02 * (np.exp(-profile.r / decay) - end) / (1 - end)
    np.testing.assert_allclose(profile.integrated_charge, expected, atol=1e-16)
    # |S| = 0.05 |σ_s|
    length = -decay * math.log(0.05 * (1 - end) + end)
    assert profile.screening_length == pytest.approx(length, abs=1e-4)
    assert profile.neutrality_residual == pytest.approx(0.0, abs=1e-16)


def test_integrated_charge_is_reported_at_right_bin_edges_up_to_the_midplane():
    profile = profile_of(NOTHING, NOTHING)
    assert profile.r.shape == profile.integrated_charge.shape == (251,)
    assert profile.r[0] == pytest.approx(4.0 / 502)
    assert profile.r[-1] == pytest.approx(2.0)
    np.testing.assert_array_equal(profile.integrated_charge, -0.02)


def test_anions_carry_negative_charge():
    rng = np.random.default_rng(1)
    n_pos, n_neg = rng.random((2, N_BINS))
    np.testing.assert_array_equal(profile_of(n_pos, n_neg).charge_density, n_pos - n_neg)


def test_uniform_charge_integrates_to_a_straight_line_for_many_systems_at_once():
    h, sigma = np.array([4.0, 5.0]), np.array([-0.01, -0.02])
    charge = np.ones((2, N_BINS))
    result = integrated_charge(charge, h, sigma)
    r = np.arange(1, 252) / N_BINS
    expected = sigma[:, None] + 0.09648533 * h[:, None] * r
    np.testing.assert_allclose(result, expected, atol=1e-8)


def test_screening_length_lies_beyond_the_last_excursion_of_overcharged_walls():
    r = np.linspace(0.1, 2.0, 20)
    integrated = np.zeros(20)
    integrated[:4] = [-0.01, 0.0, 0.002, 0.004]  # overshoot at r = 0.4, zero at 0.5
    length = screening_length(r, integrated, -0.02)
    assert length == pytest.approx(0.4 + 0.1 * (0.004 - 0.001) / 0.004)


def test_charge_screened_at_once_has_a_length_within_the_first_step():
    r = np.array([0.1, 0.2])
    assert screening_length(r, np.zeros(2), -0.02) == pytest.approx(0.095)


def test_screening_length_is_undefined_without_wall_charge_or_neutrality():
    assert math.isnan(profile_of(NOTHING, NOTHING).screening_length)
    uncharged = SYSTEM.replace(sigma_s=0.0)
    assert math.isnan(profile_of(NOTHING, NOTHING, uncharged).screening_length)


def test_midplane_density_is_the_mean_of_the_central_bins():
    z = bin_centres(4.0)
    parabola = 1.0 + z**2
    cations, anions = profile_of(parabola, 2 * parabola).midplane_density
    assert cations == pytest.approx(1.0 + (4.0 / 502 / 2) ** 2)
    assert anions == pytest.approx(2 * cations)


def test_contact_density_is_the_first_peak_of_each_ion_next_to_the_wall():
    system = SYSTEM.replace(d_pos=0.3, d_neg=0.6)
    r = 2.0 - np.abs(bin_centres(4.0))
    n_pos = 1.0 + 3.0 * np.exp(-(((r - 0.16) / 0.08) ** 2)) + 9.0 * (r > 1.0)
    n_neg = 0.5 + 2.0 * np.exp(-(((r - 0.31) / 0.08) ** 2)) + 9.0 * (r > 1.0)
    cations, anions = profile_of(n_pos, n_neg, system).contact_density
    assert cations == pytest.approx(4.0, abs=0.02)
    assert anions == pytest.approx(2.5, abs=0.02)


def test_contact_density_of_ions_that_keep_away_is_that_where_the_wall_ends():
    system = SYSTEM.replace(d_pos=0.3, d_neg=0.6)
    r = 2.0 - np.abs(bin_centres(4.0))
    cations, anions = profile_of(r, 2.0 * r, system).contact_density
    assert cations == pytest.approx(2 ** (1 / 6) * 0.15, rel=1e-3)
    assert anions == pytest.approx(2 ** (1 / 6) * 0.6, rel=1e-3)


@pytest.mark.parametrize("name", ["n_pos", "n_neg", "n_pos_std", "n_neg_std"])
@pytest.mark.parametrize("shape", [(501,), (1, 502), ()])
def test_arrays_of_another_shape_are_refused_by_name(name, shape):
    arrays = dict.fromkeys(("n_pos", "n_neg", "n_pos_std", "n_neg_std"), NOTHING)
    with pytest.raises(ValueError, match=rf"{name} must have shape \(502,\), got"):
        Profile(SYSTEM, **{**arrays, name: np.zeros(shape)})


def test_potential_of_evenly_spread_counterions_is_a_parabola():
    """ψ'' = −ρ/ε₀ε_r with ρ = 2|σ_s|/h and ψ'(0) = 0, whatever the valency."""
    for z_pos in (1, 3):
        system = SYSTEM.replace(z_pos=z_pos, temperature=330.0, permittivity=70.0)
        charge = 2 * 0.02 / system.h / MOLAR_NM_TO_C_PER_M2
        profile = profile_of(np.full(N_BINS, charge / z_pos), NOTHING, system)
        assert abs(profile.neutrality_residual) < 1e-15
        permittivity = 70.0 * 8.8541878128e-12
        expected = -0.02 * profile.z**2 / system.h / permittivity * 1e-6  # C/m² nm in mV
        np.testing.assert_allclose(profile.potential, expected, atol=1e-4)
        assert profile.potential_drop == pytest.approx(-0.02 * system.h / 4 / permittivity * 1e-6)
        assert -33 < profile.potential_drop < -32


def test_potential_solves_poissons_equation_for_any_profile():
    rng = np.random.default_rng(3)
    half = np.cumsum(rng.random((2, N_BINS // 2)) - 0.4, axis=1)
    n_pos, n_neg = np.concatenate((half, half[:, ::-1]), axis=1)
    profile = profile_of(n_pos, n_neg, SYSTEM.replace(z_pos=2, z_neg=-2))
    width = SYSTEM.h / N_BINS
    left = slice(1, N_BINS // 2 - 1)
    curvature = np.diff(profile.potential, 2)[: N_BINS // 2 - 2] / width**2
    scale = 1e-6 * MOLAR_NM_TO_C_PER_M2 / (80.0 * 8.8541878128e-12)
    rho = profile.charge_density
    mean = (rho[:-2] + 6 * rho[1:-1] + rho[2:])[: N_BINS // 2 - 2] / 8  # ψ is exact, not rho
    np.testing.assert_allclose(curvature, -scale * mean, rtol=1e-6, atol=1e-6)
    assert np.abs(profile.charge_density[left]).max() > 1.0


def test_an_ideal_gas_presses_by_its_density_and_walls_are_drawn_inwards():
    system = Electrolyte(5.0, 0.5, 0.4, 0.5, -0.05, z_pos=2, temperature=320.0, permittivity=60.0)
    bulk = 0.7, 1.1
    n = [density * wall_factor(5.0, d, N_BINS) for density, d in zip(bulk, (0.4, 0.5), strict=True)]
    pressure = sum(bulk) * 1e3 * 8.31446 * 320.0 / 1e5
    stress = 0.05**2 / (2 * 60.0 * 8.8541878128e-12) / 1e5
    assert profile_of(*n, system).pressure == pytest.approx(pressure - stress, rel=1e-4)
    assert stress > 10
