"""Uncertain inputs give distributions whose moments are known; sweeps are single predictions."""

import math
from dataclasses import replace

import numpy as np
import pytest

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2
from surrogate_app.electrolyte import Electrolyte, Surrogate, propagate, sensitivity, sweep

SYSTEM = Electrolyte(h=4.5, c=1.5, d_pos=0.4, d_neg=0.55, sigma_s=-0.015)
SPREAD = {"c": 0.05, "d_neg": 0.015}


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load()


def test_moments_are_those_of_quadrature(surrogate):
    p = propagate(surrogate, SYSTEM, SPREAD, quantity="n_neg")
    s = sensitivity(surrogate, SYSTEM, SPREAD, quantity="n_neg")
    assert p.z == pytest.approx(s.z)
    assert p.mean == pytest.approx(s.mean, abs=1e-3 * s.std.max())
    assert p.std == pytest.approx(s.std, abs=5e-3 * s.std.max())


def test_the_spread_of_one_input_is_that_of_the_samples(surrogate):
    p = propagate(surrogate, SYSTEM, {"c": 0.05, "h": 0.1}, distribution={"h": "uniform"})
    assert p.samples[:, 1].mean() == pytest.approx(1.5, abs=1e-4)
    assert p.samples[:, 1].std() == pytest.approx(0.05, rel=5e-3)
    assert p.samples[:, 0].std() == pytest.approx(0.1 / np.sqrt(3.0), rel=2e-3)
    assert np.ptp(p.samples[:, 2]) == 0.0


def test_quantiles_and_histogram_describe_the_same_values(surrogate):
    p = propagate(surrogate, SYSTEM, SPREAD, z=[-1.95, 0.0], quantity="n_neg")
    low, middle, high = p.quantiles([0.16, 0.5, 0.84])
    assert (low < middle).all()
    assert (middle < high).all()
    edges, density = p.histogram(1, bins=30)
    assert (density * np.diff(edges)).sum() == pytest.approx(1.0)
    below = np.cumsum(density * np.diff(edges))
    assert np.interp(middle[1], edges[1:], below) == pytest.approx(0.5, abs=0.05)


def test_the_error_of_the_model_is_kept_apart(surrogate):
    wide = propagate(surrogate, SYSTEM, SPREAD, quantity="n_pos")
    narrow = propagate(surrogate, SYSTEM, {"c": 1e-4}, quantity="n_pos")
    profile = surrogate.predict(SYSTEM)
    for p in (wide, narrow):
        assert p.exact == pytest.approx(profile.n_pos, abs=1e-5)
        assert p.model_std == pytest.approx(profile.n_pos_std)
    assert narrow.std.max() < 0.01 * wide.std.max()
    charge = propagate(surrogate, SYSTEM, {"c": 1e-4})
    assert charge.model_std == pytest.approx(np.hypot(profile.n_pos_std, profile.n_neg_std))


def test_the_error_of_the_integrated_charge_vanishes_where_it_is_exact(surrogate):
    p = propagate(surrogate, SYSTEM, SPREAD, z=[-2.25, -1.9, 0.0], quantity="integrated_charge")
    assert p.model_std[[0, 2]] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert p.model_std[1] > 0.0
    assert p.mean[0] == pytest.approx(-0.015)


def test_the_error_of_the_integrated_charge_is_that_of_the_worst_signs_of_all_errors(surrogate):
    p = propagate(surrogate, SYSTEM, SPREAD, quantity="integrated_charge")
    profile = surrogate.predict(SYSTEM)
    half = slice(0, len(p.z))
    shifted = replace(
        profile,
        n_pos=profile.n_pos + profile.n_pos_std,
        n_neg=profile.n_neg - profile.n_neg_std,
    )
    near = p.z < p.z[np.argmax(p.model_std)]  # farther from the wall it is told from the midplane
    gained = np.cumsum((shifted.charge_density - profile.charge_density)[half])
    gained *= SYSTEM.h / 502 * MOLAR_NM_TO_C_PER_M2
    assert near.sum() > 20
    assert p.model_std[near] == pytest.approx(gained[near])


def test_the_same_seed_gives_the_same_systems(surrogate):
    one, same, other = (
        propagate(surrogate, SYSTEM, SPREAD, z=[0.0], samples=64, seed=seed) for seed in (1, 1, 2)
    )
    assert (one.samples == same.samples).all()
    assert (one.values == same.values).all()
    assert (one.samples != other.samples).any()


@pytest.mark.parametrize("samples", [0, 1, 100, 2**17])
def test_numbers_of_samples_that_are_no_power_of_two_are_refused(surrogate, samples):
    with pytest.raises(ValueError, match=f"power of two from 2 to 65536, got {samples}"):
        propagate(surrogate, SYSTEM, SPREAD, samples=samples)


def test_a_sweep_is_a_family_of_single_predictions(surrogate):
    result = sweep(surrogate, SYSTEM, "h", [4.0, 4.7], "charge_density")
    for h, z, curve in zip(result.values, result.z, result.curves, strict=True):
        profile = surrogate.predict(SYSTEM.replace(h=h))
        assert z == pytest.approx(profile.z)
        assert curve == pytest.approx(profile.charge_density, abs=1e-5)


def test_a_sweep_of_the_integrated_charge_covers_the_left_half(surrogate):
    result = sweep(surrogate, SYSTEM, "c", np.linspace(0.3, 2.0, 5), "integrated_charge")
    assert result.curves.shape == result.z.shape == (5, 251)
    assert result.curves[:, -1] == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("radius", [1.0], "no input 'radius'"),
        ("c", [], "at least one"),
        ("c", "salty", "the values of c must be numbers in mol/L"),
        ("c", [0.5, "salty"], "the values of c must be numbers in mol/L"),
        ("c", [math.nan], "the values of c must be numbers in mol/L"),
        ("c", [0.5, 3.0], "1 of 2 systems lie outside the domain, first row 1: c = 3 mol/L"),
    ],
)
def test_sweeps_that_leave_the_domain_are_refused(surrogate, name, values, words):
    with pytest.raises(ValueError, match=words):
        sweep(surrogate, SYSTEM, name, values)
