"""Simulated profiles agree with molecular dynamics of other authors."""

import numpy as np
import pytest
from scipy.special import erf

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2
from surrogate_app.electrolyte import scores as metrics
from surrogate_app.electrolyte.data.dataset import DESIGNS, Dataset
from surrogate_app.electrolyte.data.reference import bin_like_reference, load_reference
from surrogate_app.electrolyte.simulation.run import simulate
from surrogate_app.electrolyte.system import N_BINS, bin_centres
from surrogate_app.reports.electrolyte import simulator as report


@pytest.fixture(scope="module")
def reference():
    return load_reference()


@pytest.fixture(scope="module")
def long_runs():
    return Dataset.load("reference")


def test_reference_balances_its_realised_wall_charge_and_holds_its_concentration(reference):
    for system, z, n in zip(reference.systems, reference.z, reference.n, strict=True):
        charge = np.trapezoid(n[0] - n[1], z) * MOLAR_NM_TO_C_PER_M2
        assert charge == pytest.approx(-2 * system.sigma_s, rel=5e-3)
        assert np.trapezoid(n[1], z) == pytest.approx(system.c * system.h, rel=5e-3)


def test_reference_positions_are_multiples_of_its_bin_centres(reference):
    for system, z in zip(reference.systems, reference.z, strict=True):
        centre = z[-1] / (0.05 * min(system.d_pos, system.d_neg))
        assert centre - 0.5 == pytest.approx(round(centre - 0.5), abs=1e-6)
        np.testing.assert_allclose(z, -z[::-1], atol=1e-12)


def test_binning_keeps_the_integral():
    z = bin_centres(4.4)
    n = np.where(np.abs(z) < 1.9, 1.0 + 0.3 * np.cos(5 * z), 0.0)
    centres = 0.05 * 0.415 * (np.arange(-107, 107) + 0.5)  # the reference's own bins
    binned = bin_like_reference(n, 4.4, 0.415, centres)
    assert binned.sum() * 0.05 * 0.415 == pytest.approx(n.sum() * 4.4 / N_BINS, rel=1e-12)


def test_binning_averages_a_steep_profile_over_each_bin():
    """Bin averages of erf-shaped contact edges in closed form, from our finer bins."""
    h, width, steepness = 4.4, 0.05 * 0.415, 0.02

    def integral(z):  # of ½[1 + erf((z + 1.9)/steepness)]
        u = (z + 1.9) / steepness
        return 0.5 * (z + steepness * (u * erf(u) + np.exp(-(u**2)) / np.sqrt(np.pi)))

    edges = h * (np.arange(N_BINS + 1) / N_BINS - 0.5)
    fine = np.diff(integral(edges)) / np.diff(edges)
    coarse_edges = width * np.arange(-105, 0)
    exact = np.diff(integral(coarse_edges)) / width
    centres = 0.5 * (coarse_edges[1:] + coarse_edges[:-1])
    binned = bin_like_reference(fine, h, 0.415, centres)
    np.testing.assert_allclose(binned, exact, atol=2e-3)
    nearest = np.interp(centres, bin_centres(h), fine)
    assert np.abs(nearest - exact).max() > 5 * np.abs(binned - exact).max()


def test_binning_interpolates_linearly_between_the_centres():
    rng = np.random.default_rng(1)
    n = rng.random((3, 2, N_BINS))
    width = 0.05 * 0.3
    left, middle, right = width * np.array([3.5, 4.0, 4.5])
    at = bin_like_reference(n, 4.0, 0.3, np.array([left, middle, right]))
    assert at.shape == (3, 2, 3)
    np.testing.assert_allclose(at[..., 1], 0.5 * (at[..., 0] + at[..., 2]), rtol=1e-12)


@pytest.mark.parametrize("index", [1, 4, 8], ids=["weakly charged", "dense", "dilute"])
def test_a_short_simulation_agrees_with_molecular_dynamics(reference, index):
    """With four seeds each: 0.971 to 1.000 overall, 0.83 to 1.00 near contact."""
    system = reference.systems[index]
    profile = simulate(system, sweeps=4096, seed=2, min_anions=220, equilibration=500)
    n = bin_like_reference(
        np.array([profile.n_pos, profile.n_neg]), system.h, system.d_pos, reference.z[index]
    )
    truth, eps, ours = reference.n[index][None], reference.eps[index][None], n[None]
    near = metrics.near_contact(
        reference.z[index][None], [system.h], [[system.d_pos, system.d_neg]]
    )
    assert metrics.success_rate(truth, ours, eps)[0] >= 0.96
    assert metrics.success_rate(truth, ours, eps, mask=near)[0] >= 0.9
    assert metrics.relative_rmse(truth, ours)[0] < 0.02


def test_long_simulations_of_the_reference_agree_within_its_uncertainty(reference, long_runs):
    agreement = report.measure_agreement(reference, long_runs)
    assert np.median(agreement["overall"]) >= 0.98
    assert np.median(agreement["contact"]) >= 0.92
    assert agreement["overall"].min() >= 0.98
    assert agreement["contact"].min() >= 0.90
    assert agreement["relative_rmse"].max() < 0.01
    # one standard error covers what it should of normally distributed differences
    assert np.median(agreement["one_corrected"]) == pytest.approx(0.683, abs=0.06)


def test_long_simulations_are_of_the_reference_systems(reference, long_runs):
    systems = np.array([system.to_array() for system in reference.systems])
    np.testing.assert_allclose(long_runs.parameters, systems, rtol=3e-3)
    np.testing.assert_array_equal(DESIGNS["reference"].systems(12), systems)


def test_agreement_would_be_lost_without_like_binning(reference, long_runs):
    """Bins of the reference are part of its data: leave them out and contact seems to differ."""
    from surrogate_app.electrolyte.data.dataset import mirror

    ours = mirror(long_runs.n)
    plain = np.array(
        [
            [np.interp(z, system.z, profile) for profile in profiles]
            for z, system, profiles in zip(reference.z, reference.systems, ours, strict=True)
        ]
    )
    diameters = [(s.d_pos, s.d_neg) for s in reference.systems]
    near = metrics.near_contact(reference.z, [s.h for s in reference.systems], diameters)
    rate = metrics.success_rate(reference.n, plain, reference.eps, mask=near)
    assert np.median(rate) < 0.9
