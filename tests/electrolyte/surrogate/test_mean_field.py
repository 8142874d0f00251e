"""The mean field that the network of all salts corrects solves the Poisson–Boltzmann equation."""

import numpy as np
import pytest

from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2
from surrogate_app.electrolyte import Electrolyte
from surrogate_app.electrolyte.analysis.poisson_boltzmann import poisson_boltzmann
from surrogate_app.electrolyte.data.designs import wide
from surrogate_app.electrolyte.domain import WIDE, bjerrum_lengths
from surrogate_app.electrolyte.surrogate import mean_field
from surrogate_app.electrolyte.surrogate.mean_field import mean_fields
from surrogate_app.electrolyte.surrogate.splines import spline_pieces


@pytest.fixture(scope="module")
def rows():
    return wide(300, seed=5, limits=WIDE)


def test_its_newton_steps_are_enough_for_every_salt(rows, monkeypatch):
    few = mean_fields(rows).phi
    monkeypatch.setattr(mean_field, "STEPS", 12)
    assert np.abs(few - mean_fields(rows).phi).max() < 2e-3


def test_it_agrees_with_the_accurate_solution(rows):
    fields = mean_fields(rows)
    for row, first, phi in zip(rows[:10], fields.first, fields.phi.T, strict=False):
        system = Electrolyte.from_array(row)
        r = np.linspace(max(system.d_pos, system.d_neg) / 2, system.h / 2, 9)
        mine = mean_fields(row[None]).potential(r[:, None])[0][:, 0]
        np.testing.assert_allclose(
            mine, poisson_boltzmann(system).potential(system.h / 2 - r), atol=0.04
        )
        assert phi[-1] == 0.0
        assert first < r[0]


def test_the_field_at_the_wall_is_that_of_its_charge(rows):
    strong = rows[rows[:, 4] < -0.02]
    fields = mean_fields(strong)
    slope = fields.potential(fields.first)[1]
    surface = np.abs(strong[:, 4]) * C_PER_M2_TO_E_PER_NM2
    np.testing.assert_allclose(slope, 4 * np.pi * bjerrum_lengths(strong) * surface, rtol=0.15)


def test_uncharged_walls_and_equal_ions_have_no_potential():
    row = np.array([[4.0, 0.5, 0.4, 0.4, 0.0, 2, -2, 298.0, 78.0]])
    assert np.abs(mean_fields(row).phi).max() < 1e-12


def test_splines_pass_through_their_knots_smoothly():
    values = np.cos(np.arange(9.0))
    start, slope, bend, cubic = spline_pieces(9) @ values
    ends = (start + slope + bend + cubic)[:-1]
    np.testing.assert_allclose(ends, values[1:], atol=1e-12)
    np.testing.assert_allclose((slope + 2 * bend + 3 * cubic)[:-2], slope[1:-1], atol=1e-12)
