"""The report finds no failure of a theory in data that the theory made, and finds one put in."""

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the report draws with matplotlib: extra 'report'")

from surrogate_app.electrolyte import Electrolyte, mean_field_profile
from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.domain import SALTS
from surrogate_app.electrolyte.system import N_BINS
from surrogate_app.reports.electrolyte.theory import compare, draw

SYSTEMS = [
    Electrolyte(4.0, 0.3, 0.4, 0.5, sigma, z_pos=z_pos, z_neg=z_neg, temperature=310.0)
    for z_pos, z_neg in SALTS
    for sigma in (-0.05, 0.0)
]


@pytest.fixture(scope="module")
def densities():
    """Half profiles of the theory with closest approach."""
    found = [mean_field_profile(system) for system in SYSTEMS]
    return np.array([(p.n_pos, p.n_neg) for p in found])[..., : N_BINS // 2]


def data_of(n):
    rows = np.array([system.to_array() for system in SYSTEMS])
    return Dataset(rows, n, np.zeros_like(n), np.zeros_like(n))


def test_theory_agrees_with_itself(densities):
    found = compare(data_of(densities))
    assert found.error["closest approach"] == pytest.approx(0.0, abs=1e-12)
    assert found.drop["closest approach"] == pytest.approx(0.0, abs=1e-9)
    assert (found.error["point ions"][::2] > 0.05).all()
    assert found.inverted["simulation"][0] < 0.01
    assert np.isnan(found.inverted["simulation"][1])


def test_a_failure_is_measured_where_it_is_and_drawn_with_its_class(densities):
    wrong = densities.copy()
    wrong[0] *= 1.15
    found = compare(data_of(wrong))
    error = found.error["closest approach"]
    assert error[1:] == pytest.approx(0.0, abs=1e-12)
    assert 0.12 < error[0] < 0.2
    first, *_ = draw(found).axes
    shown = {line.get_label(): len(line.get_xdata()) for line in first.lines[:4]}
    assert shown == {"up to 5 %": 1, "5 to 10 %": 0, "10 to 20 %": 1, "more than 20 %": 0}
