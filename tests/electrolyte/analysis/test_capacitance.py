"""Capacitance and surface excess against the limits of Debye, Hückel, Gouy, Chapman and Grahame."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate_app.common.units import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    MOLAR_TO_PER_NM3,
    VACUUM_PERMITTIVITY,
)
from surrogate_app.electrolyte import Electrolyte, Profile, Surrogate
from surrogate_app.electrolyte.analysis.capacitance import capacitance
from surrogate_app.electrolyte.analysis.poisson_boltzmann import poisson_boltzmann
from surrogate_app.electrolyte.system import N_BINS


def point_ions(system: Electrolyte) -> np.ndarray:
    """Return the densities of point ions in mol/L, averaged over each bin."""
    slit = poisson_boltzmann(system, closest_approach=False)
    fine = 20
    z = system.h * ((np.arange(fine * N_BINS) + 0.5) / (fine * N_BINS) - 0.5)
    n = np.array([slit.density(i, z) for i in (0, 1)]) / MOLAR_TO_PER_NM3
    return n.reshape(2, N_BINS, fine).mean(axis=2)


def profile(system: Electrolyte) -> Profile:
    """Return the profile of point ions."""
    n = point_ions(system)
    return Profile(system, *n, *np.zeros_like(n))


class PointIons:
    """A surrogate that answers with point ions."""

    name = "point ions"

    def predict_many(self, params: np.ndarray) -> tuple[None, np.ndarray]:
        """Return the densities of many systems."""
        return None, np.array([point_ions(Electrolyte.from_array(row)) for row in params])


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
    found = capacitance(PointIons(), system)
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
    surrogate = Surrogate.load()
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
