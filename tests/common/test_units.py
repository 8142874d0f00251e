"""Constants and conversions agree with figures from physics textbooks."""

import math

import pytest

from surrogate_app.common import units


def test_bjerrum_length_of_water_like_solvent_is_seven_angstroms():
    assert units.bjerrum_length(298.0, 80.0) == pytest.approx(0.70090, abs=5e-5)


def test_bjerrum_length_falls_inversely_with_temperature_and_permittivity():
    base = units.bjerrum_length(298.0, 80.0)
    assert units.bjerrum_length(596.0, 80.0) == pytest.approx(base / 2, rel=1e-14)
    assert units.bjerrum_length(298.0, 20.0) == pytest.approx(4 * base, rel=1e-14)


def test_two_elementary_charges_one_bjerrum_length_apart_have_the_energy_kt():
    distance = units.bjerrum_length(350.0, 60.0) * 1e-9
    permittivity = 4 * math.pi * units.VACUUM_PERMITTIVITY * 60.0
    energy = units.ELEMENTARY_CHARGE**2 / (permittivity * distance)
    assert energy == pytest.approx(units.BOLTZMANN * 350.0, rel=1e-14)


def test_one_mole_per_litre_is_0_602_per_cubic_nanometre():
    density = 1.0 * units.MOLAR_TO_PER_NM3
    assert density == pytest.approx(0.602214, abs=1e-6)


def test_one_coulomb_per_square_metre_is_6_24_charges_per_square_nanometre():
    charges = 1.0 * units.C_PER_M2_TO_E_PER_NM2
    assert charges == pytest.approx(6.241509, abs=1e-6)


def test_one_molar_nanometre_carries_a_faraday_per_a_million_square_metres():
    faraday = 96485.33212  # C/mol; 1 M·nm = 1e-6 mol/m²
    charge = 1.0 * units.MOLAR_NM_TO_C_PER_M2
    assert charge == pytest.approx(faraday * 1e-6, rel=1e-9)
