"""Analyses take valencies, temperature and solvent where the surrogate knows them."""

import numpy as np
import pytest
from support.mean_field_surrogate import MeanFieldSurrogate

from surrogate_app.electrolyte import (
    Electrolyte,
    Surrogate,
    mean_field_profile,
    propagate,
    response_surface,
    sensitivity,
    sweep,
)
from surrogate_app.electrolyte.domain import WIDE
from surrogate_app.electrolyte.system import ALL_PARAMETERS

SYSTEM = Electrolyte(4.0, 0.3, 0.4, 0.5, -0.05, z_pos=2, temperature=310.0, permittivity=74.2)
THEORY = MeanFieldSurrogate()


def test_a_sweep_over_the_valency_shows_each_salt():
    found = sweep(THEORY, SYSTEM, "z_pos", [1, 2, 3], "potential")
    for valency, curve in zip(found.values, found.curves, strict=True):
        expected = mean_field_profile(SYSTEM.replace(z_pos=valency)).potential
        assert curve == pytest.approx(expected, abs=1e-4 * np.abs(expected).max())
    assert np.all(np.diff(found.curves[:, 0]) > 0.0)


def test_temperature_and_permittivity_are_one_coordinate_for_the_structure():
    """Both act by the Bjerrum length, so equal relative spreads have equal shares."""
    spread = {"temperature": 3.1, "permittivity": 0.742}
    found = sensitivity(THEORY, SYSTEM, spread, z=[-1.7, -1.4], quantity="n_pos")
    first = found.first_order
    assert first["temperature"] == pytest.approx(first["permittivity"], abs=1e-3)
    assert first["temperature"] == pytest.approx([0.5, 0.5], abs=0.01)


def test_spreads_of_the_environment_are_propagated():
    found = propagate(THEORY, SYSTEM, {"permittivity": 2.0}, [-1.99], "potential", samples=64)
    ends = [
        mean_field_profile(SYSTEM.replace(permittivity=74.2 + step)).potential[1]
        for step in (-1.0, 1.0)
    ]
    assert found.std[0] == pytest.approx(abs(ends[1] - ends[0]), rel=0.05)
    assert found.samples.shape == (64, 9)


def test_a_surface_may_have_an_axis_of_the_environment():
    spread = {"temperature": 5.0, "c": 0.02}
    surface = response_surface(THEORY, SYSTEM, spread, [-1.5], "n_neg", points=3)
    assert {one.name for one in surface.inputs} == {"c", "temperature"}
    assert surface.values[0, 1, 1] == pytest.approx(
        np.interp(-1.5, SYSTEM.z, mean_field_profile(SYSTEM).n_neg), rel=1e-4
    )


def test_valencies_have_no_spread_and_small_domains_are_named():
    with pytest.raises(ValueError, match="z_pos is a whole number and has no spread; sweep it"):
        sensitivity(THEORY, SYSTEM, {"z_pos": 1.0})
    paper = Electrolyte(4.5, 1.0, 0.4, 0.6, -0.015)
    with pytest.raises(ValueError, match="basenn knows temperature = 298 K only"):
        sensitivity(Surrogate.load("basenn"), paper, {"temperature": 1.0})


def test_spreads_that_cross_the_limit_of_coupling_are_told():
    inside = Electrolyte(4.0, 0.1, 0.36, 0.36, -0.05, z_pos=3, permittivity=80.0)
    found = propagate(THEORY, inside, {"d_pos": 0.01}, [-1.5], "n_neg", samples=2)
    (sentence,) = found.warnings
    assert "the coupling of cation and anion reaches 6.01, more than 6" in sentence
    assert propagate(THEORY, inside, {"d_pos": 0.002}, [-1.5], "n_neg", samples=2).warnings == ()


class Linear:
    """Answers with a sum of the inputs, weighted."""

    name = "linear"
    domain = WIDE

    def __init__(self):
        self.metadata = {}

    def response(self, params, quantity, r, progress, limits):
        del quantity, progress, limits
        return np.repeat((params @ WEIGHTS)[:, None], len(r), axis=1)


WEIGHTS = np.array([1.0, 2.0, 3.0, -4.0, 50.0, 0.0, 0.0, 0.02, -0.1])
WIDTHS = dict(h=0.1, c=0.01, d_pos=0.01, d_neg=0.01, sigma_s=1e-3, temperature=1.0, permittivity=1)


def test_all_seven_inputs_that_may_have_a_spread_have_their_exact_shares():
    found = sensitivity(Linear(), SYSTEM, WIDTHS, z=[-1.0])
    parts = {
        name: (WEIGHTS[ALL_PARAMETERS.index(name)] * width) ** 2 for name, width in WIDTHS.items()
    }
    for name, part in parts.items():
        assert found.first_order[name][0] == pytest.approx(part / sum(parts.values()), rel=1e-6)
    assert found.std[0] == pytest.approx(np.sqrt(sum(parts.values())), rel=1e-6)
