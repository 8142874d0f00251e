"""Capacitance and surface excess against the limits of Debye, Hückel, Gouy, Chapman and Grahame."""

from __future__ import annotations

import numpy as np
import pytest
from support.mean_field_surrogate import MeanFieldSurrogate

from surrogate_app.common.units import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    MOLAR_TO_PER_NM3,
    VACUUM_PERMITTIVITY,
)
from surrogate_app.electrolyte import Electrolyte, Profile, Surrogate, mean_field_profile
from surrogate_app.electrolyte.analysis.capacitance import capacitance, capacitance_of_theory


def profile(system: Electrolyte) -> Profile:
    """Return the profile of point ions."""
    return mean_field_profile(system, closest_approach=False)


POINT_IONS = MeanFieldSurrogate("point ions", closest_approach=False)

WIDE = Electrolyte(h=8.0, c=0.5, d_pos=0.3, d_neg=0.3, sigma_s=-0.08)


def permittivity(system: Electrolyte) -> float:
    """Return the permittivity in F/m."""
    return VACUUM_PERMITTIVITY * system.permittivity


def test_grahame() -> None:
    curve = profile(WIDE)
    bulk = 1e3 * 6.02214076e23 * curve.midplane_density[1]
    thermal = BOLTZMANN * WIDE.temperature
    reduced = ELEMENTARY_CHARGE * 1e-3 * curve.potential_drop / thermal
    charge = np.sqrt(8.0 * permittivity(WIDE) * thermal * bulk) * np.sinh(0.5 * reduced)
    assert charge == pytest.approx(WIDE.sigma_s, rel=2e-3)


def test_surface_excess_of_gouy_and_chapman() -> None:
    curve = profile(WIDE)
    bulk = curve.midplane_density[1]
    reduced = ELEMENTARY_CHARGE * 1e-3 * curve.potential_drop / (BOLTZMANN * WIDE.temperature)
    length = WIDE.replace(c=bulk).debye_length
    scale = 2.0 * bulk * MOLAR_TO_PER_NM3 * length
    expected = [scale * (np.exp(sign * 0.5 * abs(reduced)) - 1.0) for sign in (1, -1)]
    assert curve.surface_excess == pytest.approx(expected, rel=4e-3)


@pytest.mark.parametrize("valencies", [(1, -1), (2, -1), (1, -2), (2, -2), (3, -1)])
def test_capacitance_of_debye_and_hueckel(valencies: tuple[int, int]) -> None:
    z_pos, z_neg = valencies
    system = Electrolyte(8.0, 0.3, 0.3, 0.3, -1e-4, z_pos=z_pos, z_neg=z_neg, permittivity=60.0)
    expected = 100.0 * permittivity(system) / (1e-9 * system.debye_length)
    assert profile(system).integral_capacitance == pytest.approx(expected, rel=3e-3)


def test_uncharged_walls_have_no_capacitance_and_no_drop_for_point_ions() -> None:
    curve = profile(WIDE.replace(sigma_s=0.0))
    assert np.isnan(curve.integral_capacitance)
    assert curve.potential_drop == pytest.approx(0.0, abs=1e-9)
    assert curve.surface_excess == pytest.approx((0.0, 0.0), abs=1e-9)


def test_differential_capacitance_is_grahames() -> None:
    system = Electrolyte(10.0, 1.0, 0.3, 0.3, -0.015)
    found = capacitance(POINT_IONS, system)
    curve = profile(system)
    bulk = system.replace(c=curve.midplane_density[1])
    reduced = ELEMENTARY_CHARGE * 1e-3 * curve.potential_drop / (BOLTZMANN * system.temperature)
    grahame = 100.0 * permittivity(bulk) / (1e-9 * bulk.debye_length) * np.cosh(0.5 * reduced)
    # the slit holds its salt, so its bulk is a little denser at stronger walls
    assert found.at_system == pytest.approx(grahame, rel=1e-2)
    step = 1e-4
    drops = [profile(system.replace(sigma_s=-0.015 + s)).potential_drop for s in (-step, step)]
    assert found.at_system == pytest.approx(1e5 * 2 * step / (drops[1] - drops[0]), rel=1e-4)


def test_polynomial_follows_the_surrogate() -> None:
    surrogate = Surrogate.load("wallnet")
    system = Electrolyte(4.5, 1.0, 0.4, 0.6, -0.015)
    found = capacitance(surrogate, system, points=11)
    direct = [
        surrogate.predict(system.replace(sigma_s=sigma)).potential_drop for sigma in found.sigma_s
    ]
    assert found.potential_drop == pytest.approx(direct, rel=2e-3)
    assert found.integral == pytest.approx(1e5 * found.sigma_s / np.array(direct), rel=2e-3)


def test_coupling_parameter() -> None:
    system = Electrolyte(5.0, 0.1, 0.4, 0.4, -0.1, z_pos=3)
    surface = 0.1 / ELEMENTARY_CHARGE * 1e-18
    expected = 2.0 * np.pi * 27 * system.bjerrum_length**2 * surface
    assert system.coupling_parameter == pytest.approx(expected)
    assert system.replace(sigma_s=0.0).coupling_parameter == 0.0


def test_theory_has_the_capacitance_of_a_surrogate_that_answers_with_it() -> None:
    system = Electrolyte(5.0, 0.5, 0.3, 0.4, -0.05, z_pos=2, temperature=310.0)
    found = capacitance(MeanFieldSurrogate(), system, points=7)
    theory = capacitance_of_theory(system, (-0.15, 0.0), points=7)
    assert found.sigma_s == pytest.approx(np.linspace(-0.15, 0.0, 7))
    assert theory.differential == pytest.approx(found.differential, rel=2e-3)


def test_charges_at_which_ions_fill_too_much_are_left_out() -> None:
    system = Electrolyte(2.0, 1.5, 0.7, 0.55, -0.01)
    found = capacitance(MeanFieldSurrogate(), system, points=5)
    assert -0.15 < found.sigma_s[0] < -0.05
    assert system.replace(sigma_s=found.sigma_s[0]).packing_fraction <= 0.36
