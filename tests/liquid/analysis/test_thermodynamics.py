"""Pressure, energy and compressibility by the structure are those of the equation of state."""

import json
import math

import numpy as np
import pytest
from support.liquid_samples import fluid

from surrogate_app.liquid import RDF, ForwardSurrogate, InverseSurrogate, LJState, thermodynamics
from surrogate_app.liquid.analysis.thermodynamics import (
    KJ_PER_MOL_NM3_TO_MPA,
    QUANTITIES,
    of_fit,
    pressure,
)
from surrogate_app.liquid.export.fit import table
from surrogate_app.liquid.export.thermodynamics import cell, content, lines


@pytest.fixture(scope="module")
def forward():
    return ForwardSurrogate.load()


@pytest.fixture(scope="module")
def fit(forward):
    state = fluid(0.8, 1.0)
    r = np.arange(0.01, 1.3, 0.01)
    g = forward.rdf(state, r)
    return InverseSurrogate.load().fit(RDF(r, g), state.density, state.temperature)


@pytest.mark.parametrize(
    ("density", "temperature"),
    [(0.84, 0.71), (0.825, 0.76), (0.8, 1.0), (0.5, 2.0), (0.95, 4.0), (0.2, 3.0)],
)
def test_both_ways_agree_within_what_they_are_known(forward, density, temperature):
    state = fluid(density, temperature)
    found = {each.name: each for each in thermodynamics(forward, state)}
    assert list(found) == list(QUANTITIES)
    factor = found["compressibility_factor"]
    assert factor.virial == pytest.approx(factor.equation, abs=0.04)
    energy = found["energy"]
    assert energy.virial == pytest.approx(energy.equation, abs=0.01 * state.epsilon)
    stiffness = found["compressibility"]
    assert stiffness.virial == pytest.approx(stiffness.equation, rel=0.03)
    assert found["pressure"].virial == pytest.approx(pressure(forward, state))
    ideal = state.density * state.thermal_energy * KJ_PER_MOL_NM3_TO_MPA
    assert found["pressure"].virial == pytest.approx(factor.virial * ideal)
    assert all(math.isnan(each.virial_std) for each in found.values())


def test_fluids_hotter_than_the_equation_was_fitted_to_have_one_way_only(forward):
    for each in thermodynamics(forward, fluid(0.8, 12.0)):
        assert math.isfinite(each.virial)
        assert math.isnan(each.equation)
        assert cell(each, "equation") == "–"


def test_uncertainties_are_those_of_parameters_drawn_from_the_fit(forward, fit):
    rng = np.random.default_rng(4)
    drawn = np.exp(rng.multivariate_normal(np.log([fit.c12, fit.c6]), fit.log_covariance, 300))
    values = np.array(
        [
            [[each.virial, each.equation] for each in thermodynamics(forward, state)]
            for state in (LJState(*row, fit.density, fit.temperature) for row in drawn.tolist())
        ]
    )
    stated = np.array([[each.virial_std, each.equation_std] for each in of_fit(fit, forward)])
    assert stated == pytest.approx(values.std(axis=0), rel=0.15)


def test_they_are_exported_with_units(fit):
    (exported,) = json.loads(table(fit).to_json())["fits"]
    assert exported["thermodynamics"] == content(fit)
    assert exported["thermodynamics"]["pressure"]["unit"] == "MPa"
    assert len(lines(fit)) == len(QUANTITIES)
    first = lines(fit)[0]
    assert first.startswith("Pressure: ")
    assert " bar) by the structure, " in first
    assert first.endswith(" bar) by the equation of state")
    assert f"#   {first}" in table(fit).to_csv().splitlines()
