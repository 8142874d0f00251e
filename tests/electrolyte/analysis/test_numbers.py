"""Numbers of many systems are those of each profile by itself."""

import numpy as np
import pytest

from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.analysis.numbers import NUMBERS, numbers_of
from surrogate_app.electrolyte.data.designs import wide
from surrogate_app.electrolyte.domain import WIDE
from surrogate_app.electrolyte.export.profiles import NUMBERS as OF_PROFILES
from surrogate_app.electrolyte.profile import Profile


def of_profile(profile):
    return {
        "contact_density_pos": profile.contact_density[0],
        "contact_density_neg": profile.contact_density[1],
        "midplane_density_pos": profile.midplane_density[0],
        "midplane_density_neg": profile.midplane_density[1],
        "screening_length": profile.screening_length,
        "potential_drop": profile.potential_drop,
        "integral_capacitance": profile.integral_capacitance,
        "surface_excess_pos": profile.surface_excess[0],
        "surface_excess_neg": profile.surface_excess[1],
    }


def test_they_are_those_of_the_profiles():
    rows = wide(40, seed=5, limits=WIDE)
    rows[:3, 4] = 0.0  # uncharged walls
    found = [(part, numbers_of(h, rows[part])) for part, h in Surrogate.load().predict_tiles(rows)]
    assert len(found) == 1
    _, n = Surrogate.load().predict_many(rows)
    for place, (row, densities) in enumerate(zip(rows, n, strict=True)):
        profile = Profile(Electrolyte.from_array(row), *densities, *np.zeros_like(densities))
        got = {name: values[place] for name, values in found[0][1].items()}
        assert got == pytest.approx(of_profile(profile), rel=1e-9, abs=1e-12, nan_ok=True)
    uncharged = rows[:, 4] == 0.0
    assert np.isnan(found[0][1]["screening_length"]).tolist() == uncharged.tolist()


def test_charge_that_is_not_screened_has_no_screening_length():
    half = np.ones((251, 2, 1))  # neutral layers beside a charged wall
    numbers = numbers_of(half, np.array([[4.0, 1.0, 0.4, 0.4, -0.02]]))
    assert np.isnan(numbers["screening_length"][0])


def test_names_and_units_are_those_of_exports():
    assert {name: OF_PROFILES[name] for name in NUMBERS} == NUMBERS
